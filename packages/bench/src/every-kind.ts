/**
 * What a process has met that does more than one kind of run: call sites that saw one class only are faster than they
 * are in real use. Runs all scheduler kinds with rows and time series, leaping, then a part of it stepping.
 */

import { benchScenario, scenarioPlan } from './bench-plan.js';
import { serve } from './serve.js';

const STEPPED_S = 90;

/** Runs the scenario of all kinds twice: leaping in full, stepping in part. */
export function meetEveryKind(): void {
  const plan = scenarioPlan(benchScenario('every-kind'));
  serve({ ...plan, record: { requests: { mode: 'sample', sample: 1000 }, timeseriesS: plan.world.meterIntervalS } });
  serve({ ...plan, stepByStep: true, world: { ...plan.world, horizonS: STEPPED_S } });
}
