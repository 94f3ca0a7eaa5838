/** `infersim validate`: all problems of the scenarios at once, nothing is run. */

import { jsonText } from '@infersim/report';
import { formatProblems, loadScenario, type Problem } from '@infersim/scenario';
import { ExitCode } from '../exit-code.js';
import { problemsExitCode } from '../load-plan.js';
import { loadOptions, type ScenarioFlags } from '../run-flags.js';
import type { Terminal } from '../terminal.js';

export interface ValidateFlags extends ScenarioFlags {
  readonly format: 'text' | 'json' | 'github';
  readonly quiet?: boolean;
}

/** Text: problems on stderr, a line per valid file on stdout. JSON and GitHub annotations: everything on stdout. */
export function validate(paths: readonly string[], flags: ValidateFlags, terminal: Terminal): ExitCode {
  const files = paths.map((path) => {
    const loaded = loadScenario(path, loadOptions(flags));
    const problems: readonly Problem[] = loaded.ok ? loaded.warnings : loaded.problems;
    return { path, ok: loaded.ok, problems };
  });
  const errors = files.filter((file) => !file.ok).flatMap((file) => file.problems);
  if (flags.format === 'json') {
    terminal.out(jsonText({ ok: errors.length === 0, files }));
  } else if (flags.format === 'github') {
    for (const { problems } of files) terminal.out(formatProblems(problems, { format: 'github' }));
  } else {
    for (const { path, ok, problems } of files) {
      if (!ok || flags.quiet !== true) terminal.err(formatProblems(problems, { color: terminal.errColor }));
      if (ok && flags.quiet !== true) terminal.out(`${path}: valid\n`);
    }
  }
  return errors.length === 0 ? ExitCode.OK : problemsExitCode(errors);
}
