/** `infersim init`: a starter scenario that runs as it is. */

import { writeFileSync } from 'node:fs';
import { initTemplate, type TemplateKind } from '@infersim/scenario';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import type { Terminal } from '../terminal.js';

export interface InitFlags {
  readonly template: TemplateKind;
  readonly force?: boolean;
}

/** Writes the file, or stdout for `-`. An existing file stays unless forced. */
export function init(path: string, flags: InitFlags, terminal: Terminal): ExitCode {
  const text = initTemplate(flags.template);
  if (path === '-') {
    terminal.out(text);
    return ExitCode.OK;
  }
  try {
    writeFileSync(path, text, { flag: flags.force === true ? 'w' : 'wx' });
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error;
    throw new CliError(ExitCode.FILE, `${path} exists; give --force to overwrite it or another name`);
  }
  terminal.out(`wrote ${path}\nrun it: infersim run ${path}\n`);
  return ExitCode.OK;
}
