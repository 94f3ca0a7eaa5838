/** `infersim explain`: the resolved plan, what fits, what it is predicted to do, and where each number comes from. */

import { explainText, jsonText, poolConfidences } from '@infersim/report';
import { explainPools } from '@infersim/scenario';
import { ExitCode } from '../exit-code.js';
import { loadPlan } from '../load-plan.js';
import { predictedLoads } from '../predicted-load.js';
import type { ScenarioFlags } from '../run-flags.js';
import type { Terminal } from '../terminal.js';

export interface ExplainFlags extends ScenarioFlags {
  readonly format: 'text' | 'json' | 'yaml';
}

export function explain(path: string, flags: ExplainFlags, terminal: Terminal): ExitCode {
  const outcome = loadPlan(path, flags, terminal, { quiet: false });
  if (!outcome.ok) return outcome.exitCode;
  const { loaded } = outcome;
  if (flags.format === 'yaml') {
    terminal.out(loaded.resolvedYamlText);
    return ExitCode.OK;
  }
  const { plan } = loaded;
  const pools = explainPools(plan);
  const explanation = {
    name: plan.name,
    replications: plan.replications,
    seed: plan.seed,
    deterministic: plan.deterministic,
    pools,
    loads: predictedLoads(plan, pools),
    confidence: poolConfidences(plan.world),
    assumed: plan.assumed,
    values: loaded.explained,
  };
  terminal.out(flags.format === 'json' ? jsonText(explanation) : explainText(explanation));
  return ExitCode.OK;
}
