/** `infersim explain`: the resolved plan, what fits, what it is predicted to do, and where each number comes from. */

import { explainPlan } from '@infersim/scenario';
import { jsonText } from '@infersim/report';
import { ExitCode } from '../exit-code.js';
import { loadPlan } from '../load-plan.js';
import { type ScenarioFlags, scenarioSets } from '../run-flags.js';
import type { Terminal } from '../terminal.js';

export interface ExplainFlags extends ScenarioFlags {
  readonly format: 'text' | 'json' | 'yaml';
}

export function explain(path: string, flags: ExplainFlags, terminal: Terminal): ExitCode {
  const outcome = loadPlan(path, scenarioSets(flags), terminal, { quiet: false });
  if (!outcome.ok) return outcome.exitCode;
  const { loaded } = outcome;
  if (flags.format === 'yaml') terminal.out(loaded.resolvedYamlText);
  else if (flags.format === 'json') terminal.out(jsonText(explainPlan(loaded.plan)));
  else terminal.out(String(explainPlan(loaded.plan)));
  return ExitCode.OK;
}
