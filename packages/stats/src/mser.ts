/**
 * MSER-5: where the warm-up of a stationary run ends (White, Cobb and Spratt 2000, "A comparison of five steady-state
 * truncation heuristics for simulation").
 *
 * The series is averaged in batches of 5. For each number d of deleted batches the marginal standard error of what is
 * left is s^2(d) / (k - d), with divisor-n variance s^2; the truncation point is the d that makes it least, the
 * first such d on ties. One pass from the back, O(n).
 *
 * The last tenth of the batches (at least 5) is never a candidate: a few equal values at the end would have no
 * variance at all and win. When the best d lies in the last half, the usual reading is that the run is not
 * stationary or too short for its warm-up: the verdict says so, and a mean should not be reported from it. This is a
 * rule about one series, not a proof; slow drifts are the business of `stationarity.ts`.
 */

/** Values in a batch: the 5 of MSER-5. */
export const MSER_BATCH_SIZE = 5;

/** Fewer batches than this are too few to judge. */
export const MSER_MIN_BATCHES = 10;

/** What to delete, and whether the series bears it. */
export interface MserResult {
  /** Values to delete at the front. */
  readonly truncation: number;
  /** Stationary after the truncation; not stationary (best truncation in the last half); or too short to say. */
  readonly verdict: 'stationary' | 'not-stationary' | 'too-short';
}

/** The MSER-5 truncation point of a series in time order. Values after the last whole batch take no part. */
export function mser5(series: Float64Array): MserResult {
  const batches = Math.floor(series.length / MSER_BATCH_SIZE);
  if (batches < MSER_MIN_BATCHES) return { truncation: 0, verdict: 'too-short' };
  const keep = Math.max(5, Math.ceil(batches / 10));
  let mean = 0;
  let squares = 0;
  let best = Number.POSITIVE_INFINITY;
  let bestBatch = 0;
  for (let batch = batches - 1; batch >= 0; batch--) {
    const left = batches - batch;
    const deviation = meanOfBatch(series, batch) - mean;
    mean += deviation / left;
    squares += deviation * deviation * ((left - 1) / left);
    if (left < keep) continue;
    const statistic = squares / (left * left);
    if (statistic <= best) {
      best = statistic;
      bestBatch = batch;
    }
  }
  return {
    truncation: bestBatch * MSER_BATCH_SIZE,
    verdict: bestBatch > batches / 2 ? 'not-stationary' : 'stationary',
  };
}

function meanOfBatch(series: Float64Array, batch: number): number {
  let sum = 0;
  const from = batch * MSER_BATCH_SIZE;
  for (let idx = from; idx < from + MSER_BATCH_SIZE; idx++) sum += series[idx]!;
  return sum / MSER_BATCH_SIZE;
}
