/**
 * What the traffic asks of each pool, worked out without a run: every workload goes to the pools of its first stage in
 * proportion to their decode rate, and takes of their time its prompt tokens over the prefill rate (the longest prompt
 * the step model was priced at) plus its output tokens over the best decode rate.
 *
 * Ignored: spill, queueing, prefix hits, prefill and decode in one step, daily profiles (their mean is 1), thinking
 * beyond the budget. Workloads without a rate of their own (closed loops, replays) are left out and named.
 */

import { createSampler, type DistributionSpec } from '@infersim/kernel';
import type { PredictedLoad } from '@infersim/report';
import type { RunPlan } from '@infersim/runner';
import type { ExplainedPool } from '@infersim/scenario';

type Traffic = RunPlan['world']['traffic'][number];

/** One entry per pool, in the plan's order. */
export function predictedLoads(plan: RunPlan, pools: readonly ExplainedPool[]): PredictedLoad[] {
  const { world } = plan;
  const requestsPerS = world.pools.map(() => 0);
  const busy = world.pools.map(() => 0);
  const leftOut = world.pools.map((): string[] => []);
  for (const traffic of world.traffic) {
    const stage = traffic.route.stages.find((candidate) => candidate.length > 0) ?? [];
    const rate = ratePerS(plan, traffic);
    const tokens = meanTokens(traffic);
    if (rate === null || tokens === null) {
      for (const pool of stage) leftOut[pool]!.push(traffic.workload.id);
      continue;
    }
    const capacities = stage.map((pool) => replicasOf(plan, pool) * pools[pool]!.model.maxTokensPerS);
    const total = capacities.reduce((sum, capacity) => sum + capacity, 0);
    stage.forEach((pool, index) => {
      const share = (rate * capacities[index]!) / total;
      const { model } = pools[pool]!;
      const prefillTokensPerS = model.prefill.at(-1)?.tokensPerS ?? Number.POSITIVE_INFINITY;
      requestsPerS[pool]! += share;
      busy[pool]! +=
        (share * (tokens.prompt / prefillTokensPerS + tokens.output / model.maxTokensPerS)) / replicasOf(plan, pool);
    });
  }
  return world.pools.map((pool, index) => ({
    pool: `${world.groups[pool.group]!.id}/${pool.id}`,
    requestsPerS: requestsPerS[index]!,
    loadPct: 100 * busy[index]!,
    leftOut: leftOut[index]!,
  }));
}

function replicasOf({ world }: RunPlan, pool: number): number {
  return world.pools[pool]!.replicas * world.groups[world.pools[pool]!.group]!.count;
}

/** Mean requests per second over all places the traffic comes from. */
function ratePerS({ world }: RunPlan, { workload, origin }: Traffic): number | null {
  const group = world.origins[origin]!.siteGroup;
  const sites = group < 0 ? 1 : world.groups[group]!.count;
  const { arrivals } = workload;
  switch (arrivals.process) {
    case 'closed':
    case 'replay':
      return null;
    case 'periodic':
      return (sites * arrivals.emitters) / arrivals.periodS;
    case 'on-off':
      return (sites * arrivals.onRatePerS * arrivals.onMeanS) / (arrivals.onMeanS + arrivals.offMeanS);
    default:
      return sites * arrivals.ratePerS;
  }
}

/** Mean prompt and output length; null where only a trace knows. */
function meanTokens({ workload }: Traffic): { prompt: number; output: number } | null {
  const { lengths, budgetTokens, maxPromptTokens } = workload;
  const thinking = workload.thinking === undefined ? 0 : createSampler(workload.thinking).mean;
  const mean = (spec: DistributionSpec, most: number) => Math.min(createSampler(spec).mean, most);
  switch (lengths.kind) {
    case 'independent':
      return {
        prompt: mean(lengths.prompt, maxPromptTokens),
        output: Math.min(mean(lengths.output, budgetTokens) + thinking, budgetTokens),
      };
    case 'joint-mixture': {
      const weights = lengths.components.reduce((sum, component) => sum + component.weight, 0);
      let prompt = 0;
      let output = 0;
      for (const component of lengths.components) {
        prompt += (component.weight / weights) * mean(component.prompt, maxPromptTokens);
        output += (component.weight / weights) * mean(component.output, budgetTokens);
      }
      return { prompt, output: Math.min(output + thinking, budgetTokens) };
    }
    default:
      return null;
  }
}
