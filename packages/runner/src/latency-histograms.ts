/** Latency distributions of the whole and of each workload as a few dozen log-spaced buckets, for summary.json. */

import type { LogHistogram, SampleCollector } from '@infersim/stats';
import { LATENCY_METRICS } from './metric-columns.js';
import type { LatencyHistogram } from './results.js';
import type { ScopeTally } from './scope-values.js';

/** Buckets per doubling of the value: each bucket is 19 % wide. */
const BUCKETS_PER_OCTAVE = 4;
/** Latencies below a nanosecond are zero waits; they share the lowest bucket. Milliseconds. */
const LEAST_MS = 1e-6;
const LOWEST_BUCKET = Math.floor(Math.log2(LEAST_MS) * BUCKETS_PER_OCTAVE);
/** One past the bucket of the greatest double. */
const END_BUCKET = 1024 * BUCKETS_PER_OCTAVE + 1;

/** What was counted of a collector, kept while a replication's scopes are written: scopes share collectors. */
export type CountedBuckets = WeakMap<SampleCollector | LogHistogram, Omit<LatencyHistogram, 'scope' | 'metric'>>;

/**
 * Histograms of a scope's latencies; buckets are [2^(i/4), 2^((i+1)/4)) ms, empty ones left out. Collectors that are in
 * `counted` are not counted again.
 */
export function histogramsOf(scope: number, tally: ScopeTally, counted: CountedBuckets): LatencyHistogram[] {
  return LATENCY_METRICS.flatMap((metric) => {
    const samples = tally.latencies[metric];
    if (samples.count === 0) return [];
    const buckets = counted.get(samples) ?? bucketsOf(samples);
    counted.set(samples, buckets);
    return [{ scope, metric, ...buckets }];
  });
}

function bucketsOf(samples: SampleCollector | LogHistogram): Omit<LatencyHistogram, 'scope' | 'metric'> {
  const counts = new Float64Array(END_BUCKET - LOWEST_BUCKET);
  const add = (valueS: number, weight: number) => {
    const place = bucketOf(valueS) - LOWEST_BUCKET;
    counts[place] = counts[place]! + weight;
  };
  if ('ascending' in samples) {
    const values = samples.ascending();
    if (values === undefined) samples.forEachWeighted(add);
    else {
      for (let from = 0; from < values.length; ) {
        const to = endOfBucket(values, from);
        add(values[from]!, to - from);
        from = to;
      }
    }
  } else samples.forEachBucket((lower, upper, weight) => add((lower + upper) / 2, weight));
  const buckets: number[] = [];
  counts.forEach((count, place) => {
    if (count > 0) buckets.push(place + LOWEST_BUCKET);
  });
  return {
    lowerMs: Float64Array.from(buckets, (bucket) => 2 ** (bucket / BUCKETS_PER_OCTAVE)),
    upperMs: Float64Array.from(buckets, (bucket) => 2 ** ((bucket + 1) / BUCKETS_PER_OCTAVE)),
    count: Float64Array.from(buckets, (bucket) => counts[bucket - LOWEST_BUCKET]!),
  };
}

function bucketOf(valueS: number): number {
  return Math.floor(Math.log2(Math.max(valueS * 1000, LEAST_MS)) * BUCKETS_PER_OCTAVE);
}

/** One past the last of ascending values that shares the bucket of the one at `from`. */
function endOfBucket(values: Float64Array, from: number): number {
  const bucket = bucketOf(values[from]!);
  let inside = from;
  let stride = 1;
  while (inside + stride < values.length && bucketOf(values[inside + stride]!) === bucket) {
    inside += stride;
    stride *= 2;
  }
  let outside = Math.min(inside + stride, values.length);
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (bucketOf(values[middle]!) === bucket) inside = middle;
    else outside = middle;
  }
  return outside;
}
