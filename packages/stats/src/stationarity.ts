/**
 * Does the queue grow without end? A run with arrivals faster than service (lambda >= mu) has no steady state, and a
 * mean from it only measures the horizon. This test looks at the number of requests waiting or in system, sampled at
 * even intervals over the whole run (warm-up included: a growing queue begins low).
 *
 * Rule. The series is averaged in 10 equal batches, which takes out most of its short memory, and a straight line is
 * fitted to the 10 means by least squares. "Unstable" when all three hold: the slope's t value exceeds that of a
 * one-sided test at 0.001 with 8 degrees of freedom (4.50); the fitted rise over the run is at least half the mean
 * level (a steady ramp from empty has twice the mean; a large level that creeps up a little is left alone); and the
 * rise is at least one request.
 *
 * How often it errs, measured on M/M/1 queues started empty, 1,000 runs each of 400 samples, horizon in mean service
 * times. False alarms at load 0.8: 2.2 % at 300, 0.3 % or less from 1,000 on; at 0.95: 2.7 % at 3,000, 0.2 % at
 * 10,000; at 0.99: 16 % at 10,000, where the queue cannot settle within the run. Found at load 1.1: 62 % at 300,
 * 84 % at 1,000, 99 % at 3,000, all at 10,000. A load of exactly 1 is found in 28 % of runs of 10,000.
 *
 * Not for terminating scenarios: a day's morning rise or an outage is a trend too, and is not instability.
 */
import { batchMeans } from './batch-means.js';
import { sumOf } from './compensated-sum.js';
import { studentTQuantile } from './student-t.js';

const BATCHES = 10;
const MIN_SAMPLES_PER_BATCH = 4;
const FALSE_ALARM_OF_SLOPE = 0.001;
const LEAST_RISE_OF_MEAN = 0.5;
const LEAST_RISE = 1;

/** What the trend says; too short below 40 samples. */
export type TrendVerdict = 'stable' | 'unstable' | 'too-short';

/** The verdict with the numbers it rests on. */
export interface TrendResult {
  readonly verdict: TrendVerdict;
  /** Fitted rise over the whole series, in requests; 0 when too short. */
  readonly rise: number;
  /** Mean level of the series, in requests; 0 when too short. */
  readonly mean: number;
  /** The slope over its standard error; infinite for a perfect line, 0 for a constant or when too short. */
  readonly tValue: number;
}

/** Tests a queue-length series, evenly sampled over the run, for growth. Uses the rule at the top of this file. */
export function testQueueTrend(series: Float64Array): TrendResult {
  if (series.length < BATCHES * MIN_SAMPLES_PER_BATCH) return { verdict: 'too-short', rise: 0, mean: 0, tValue: 0 };
  const means = batchMeans(series, Math.floor(series.length / BATCHES));
  const mean = sumOf(means) / BATCHES;
  const centre = (BATCHES - 1) / 2;
  let spread = 0;
  let product = 0;
  for (let batch = 0; batch < BATCHES; batch++) {
    spread += (batch - centre) ** 2;
    product += (batch - centre) * (means[batch]! - mean);
  }
  const slope = product / spread;
  let residual = 0;
  for (let batch = 0; batch < BATCHES; batch++) residual += (means[batch]! - mean - slope * (batch - centre)) ** 2;
  const rise = slope * BATCHES;
  const tValue = slope === 0 ? 0 : slope / Math.sqrt(residual / (BATCHES - 2) / spread);
  const isGrowing = tValue > studentTQuantile(1 - FALSE_ALARM_OF_SLOPE, BATCHES - 2);
  const isUnstable = isGrowing && rise >= LEAST_RISE_OF_MEAN * mean && rise >= LEAST_RISE;
  return { verdict: isUnstable ? 'unstable' : 'stable', rise, mean, tValue };
}
