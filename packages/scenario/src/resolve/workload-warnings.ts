/**
 * What is odd about a workload, though it can be run: shared beginnings that prompts are too short for, and budgets that
 * engines reserve memory for and nobody uses.
 *
 * Both are read off the length laws, exactly; lengths that come from a trace are not looked at.
 */

import type { PoolPlan, RoutePlan } from '@infersim/fleet';
import { createSampler, type DistributionSpec } from '@infersim/kernel';
import type { WorkloadPlan } from '@infersim/workload';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

/** Declared over mean output tokens from which a reserving engine runs far fewer requests than its memory holds. */
const MANY_TIMES = 8;
/** Share of prompts without their shared beginning that is worth a word. */
const SHORT_SHARE = 1e-4;

/** Warns of a budget far above what is used, where a pool of the route reserves all of it at admission. */
export function warnOfReservedBudget(
  ctx: ResolveContext,
  path: Path,
  workload: WorkloadPlan,
  route: RoutePlan,
  pools: readonly PoolPlan[],
): void {
  const meanTokens = meanOutputTokens(workload);
  if (meanTokens === null) return;
  for (const index of route.stages.flat()) {
    const pool = pools[index];
    if (pool === undefined) continue;
    const { scheduler, maxModelLenTokens } = pool.engine;
    if (scheduler !== 'trtllm-no-evict' && scheduler !== 'tgi') continue;
    const declaredTokens = Math.min(workload.budgetTokens, maxModelLenTokens);
    if (declaredTokens <= MANY_TIMES * meanTokens) continue;
    const mean = Number(meanTokens.toPrecision(3));
    ctx.warn([...path, 'budget_tokens'], {
      code: 'SCENARIO_BUDGET_RESERVED',
      message: `the engine of \`${pool.id}\` reserves ${declaredTokens} declared tokens per request, outputs have ${mean} on average: set \`budget_tokens\``,
      allowed: [
        `what the client asks for as its limit, e.g. ${Math.ceil(2 * meanTokens)}; engines that reserve nothing do not mind`,
      ],
    });
    return;
  }
}

/** Warns of shared beginnings that are not shorter than the prompts they are to begin. */
export function warnOfLongBeginnings(ctx: ResolveContext, path: Path, workload: WorkloadPlan): void {
  const tokens = workload.promptPool?.beginningTokens ?? 0;
  if (tokens === 0) return;
  const share = workload.maxPromptTokens <= tokens ? 1 : sharePromptsUpTo(workload, tokens);
  if (share === null || share < SHORT_SHARE) return;
  const percent = Number((100 * share).toPrecision(3));
  ctx.warn([...path, 'prompt_pool', 'beginning_tokens'], {
    code: 'SCENARIO_BEGINNING_LONG',
    message: `${percent} % of the prompts are no longer than a beginning of ${tokens} tokens, and share nothing`,
    given: String(tokens),
    allowed: ['less than the shortest prompt: beginnings are a part of `input_tokens`'],
  });
}

/** Expected wish of a request, thinking included; null where it comes from a trace. */
function meanOutputTokens({ lengths, thinking }: WorkloadPlan): number | null {
  const thought = thinking === undefined ? 0 : createSampler(thinking).mean;
  const output = expected(lengths, ({ output: law }) => createSampler(law).mean);
  return output === null ? null : Math.max(1, thought + output);
}

/** Probability of a prompt of at most `tokens` tokens; null where lengths come from a trace. */
function sharePromptsUpTo({ lengths }: WorkloadPlan, tokens: number): number | null {
  // Drawn lengths are rounded to whole tokens.
  return expected(lengths, ({ prompt }) => createSampler(prompt).partialMoment(0, tokens + 0.5, false));
}

interface Laws {
  readonly prompt: DistributionSpec;
  readonly output: DistributionSpec;
}

function expected(lengths: WorkloadPlan['lengths'], of: (laws: Laws) => number): number | null {
  switch (lengths.kind) {
    case 'independent':
      return of(lengths);
    case 'joint-mixture': {
      const weights = lengths.components.reduce((sum, { weight }) => sum + weight, 0);
      return lengths.components.reduce((sum, each) => sum + (each.weight / weights) * of(each), 0);
    }
    case 'bootstrap':
    case 'recorded':
      return null;
  }
}
