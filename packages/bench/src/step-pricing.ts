/**
 * Time to price one step with the real batched model (70B on 4 H100): a decode step and one with a prompt chunk.
 *
 * Counts change from call to call, as they do in a run, so that nothing is priced twice in a row.
 */

import { COST_CELLS, Cost, createStepModel, Work } from '@infersim/devices';
import { benchPlan, ownRatePerS, type Traffic } from './bench-plan.js';
import { childOutput } from './child.js';
import { type Effort, type Figure, figure, scaled } from './figure.js';
import { interleave, secondsOf, spreadOf } from './measure.js';

const CALLS = 2_000_000;

export interface PricingTask {
  readonly traffic: Traffic;
  readonly effort: Effort;
}

/** Measures in a child. */
export function measurePricing(traffic: Traffic, effort: Effort): Figure[] {
  const task: PricingTask = { traffic, effort };
  return JSON.parse(childOutput('pricing-child.js', [JSON.stringify(task)])) as Figure[];
}

/** Takes up what loops compute, so that they cannot be left out. */
export let sink = 0;

/** Measures in this process. */
export function pricingFigures({ traffic, effort }: PricingTask): Figure[] {
  const plan = benchPlan(traffic, ownRatePerS, 1000);
  const calls = scaled(CALLS, effort);
  const model = createStepModel(plan.world.pools[0]!.deployment);
  const work = new Float64Array(model.workCells);
  const cost = new Float64Array(COST_CELLS);
  const decode = () =>
    secondsOf(() => {
      work.fill(0);
      for (let i = 0; i < calls; i++) {
        const decodes = 1 + (i & 127);
        work[Work.DECODES] = decodes;
        work[Work.LOGIT_ROWS] = decodes;
        work[Work.CONTEXT] = decodes * (1000 + (i & 1023));
        model.priceDecode(work, cost);
        sink += cost[Cost.STEP_S]!;
      }
    });
  const mixed = () =>
    secondsOf(() => {
      work.fill(0);
      for (let i = 0; i < calls; i++) {
        const decodes = i & 127;
        const tokens = 1 + (i & 2047);
        work[Work.DECODES] = decodes;
        work[Work.PREFILL_TOKENS] = tokens;
        work[Work.LOGIT_ROWS] = decodes + 1;
        work[Work.CONTEXT] = decodes * 1200;
        work[Work.PREFILL_AREA] = (tokens * tokens) / 2;
        work[Work.PREFILL_READ] = tokens;
        work[Work.PREFILL_CHUNKS] = 1;
        work[Work.SHORTEST_CHUNK] = tokens;
        model.priceMixed(work, cost);
        sink += cost[Cost.STEP_S]!;
      }
    });
  const variants = [
    { id: 'pricing.decode', name: 'decode step', run: decode },
    { id: 'pricing.mixed', name: 'step with a prompt chunk', run: mixed },
  ];
  const seconds = interleave(variants, effort.rounds);
  return variants.map(({ id, name }) => {
    const times = spreadOf(seconds.get(name)!.map((time) => (1e9 * time) / calls));
    return figure({ id, group: 'step pricing', name, unit: 'ns' }, times);
  });
}
