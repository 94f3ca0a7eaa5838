/** Scenario file and flags to a plan, or the problems printed and the exit code that goes with them. */

import { formatProblems, type LoadedScenario, loadScenario } from '@infersim/scenario';
import { ExitCode } from './exit-code.js';
import { loadOptions, type ScenarioFlags } from './run-flags.js';
import type { Terminal } from './terminal.js';

export type LoadOutcome =
  | { readonly ok: true; readonly loaded: LoadedScenario }
  | { readonly ok: false; readonly exitCode: ExitCode };

/** Loads and checks a scenario; problems go to stderr, warnings too unless `quiet`. */
export function loadPlan(
  path: string,
  flags: ScenarioFlags,
  terminal: Terminal,
  options: { readonly quiet: boolean },
): LoadOutcome {
  const loaded = loadScenario(path, loadOptions(flags));
  if (!loaded.ok) {
    terminal.err(formatProblems(loaded.problems, { color: terminal.errColor }));
    return { ok: false, exitCode: problemsExitCode(loaded.problems) };
  }
  if (!options.quiet && loaded.warnings.length > 0)
    terminal.err(formatProblems(loaded.warnings, { color: terminal.errColor }));
  return { ok: true, loaded };
}

/** A scenario file that cannot be read is a matter of files; everything else is a matter of the scenario. */
export function problemsExitCode(problems: readonly { readonly code: string; readonly line: number }[]): ExitCode {
  const isFile = problems.length > 0 && problems.every((problem) => problem.code === 'SCENARIO_FILE');
  return isFile ? ExitCode.FILE : ExitCode.INVALID_INPUT;
}
