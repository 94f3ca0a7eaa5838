/** `infersim report`: prints saved results again, from the folder alone. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSavedResults, terminalSummary } from '@infersim/report';
import { ExitCode } from '../exit-code.js';
import type { Terminal } from '../terminal.js';

export interface ReportFlags {
  readonly format: 'text' | 'json';
}

/** Does not judge again: the exit code is 0 whatever the objectives said. */
export function report(path: string, flags: ReportFlags, terminal: Terminal): ExitCode {
  const saved = readSavedResults(path);
  if (flags.format === 'json') {
    terminal.out(readFileSync(join(saved.path, 'summary.json'), 'utf8'));
    return ExitCode.OK;
  }
  if (saved.manifest === null) terminal.err(`warning: ${saved.path} has no manifest: its run was never completed\n`);
  terminal.out(
    terminalSummary(
      saved.summary,
      {
        events: saved.manifest?.events ?? Number.NaN,
        wallS: saved.manifest?.wallS ?? null,
        files: (saved.manifest?.files ?? []).map((file) => join(saved.path, file)),
      },
      { color: terminal.outColor, ascii: terminal.ascii },
    ),
  );
  return ExitCode.OK;
}
