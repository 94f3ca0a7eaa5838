/** Latency distributions of the whole and of each workload as a few dozen log-spaced buckets, for summary.json. */

import { LogHistogram, SampleCollector } from '@infersim/stats';
import { LATENCY_METRICS } from './metric-columns.js';
import type { LatencyHistogram } from './results.js';
import type { ScopeTally } from './scope-values.js';

/** Buckets per doubling of the value: each bucket is 19 % wide. */
const BUCKETS_PER_OCTAVE = 4;

/** Histograms of a scope's latencies; buckets are [2^(i/4), 2^((i+1)/4)) ms, empty ones left out. */
export function histogramsOf(scope: number, tally: ScopeTally): LatencyHistogram[] {
  return LATENCY_METRICS.flatMap((metric) => {
    const samples = tally.latencies[metric];
    if (samples.count === 0) return [];
    const counts = new Map<number, number>();
    const add = (valueS: number, weight: number) => {
      const ms = valueS * 1000;
      // Latencies below a nanosecond are zero waits; they share the lowest bucket.
      const bucket = Math.floor(Math.log2(Math.max(ms, 1e-6)) * BUCKETS_PER_OCTAVE);
      counts.set(bucket, (counts.get(bucket) ?? 0) + weight);
    };
    const packed = samples instanceof SampleCollector ? samples.pack() : null;
    if (packed !== null && packed.histogram === undefined) for (const value of packed.values) add(value, 1);
    else {
      const histogram = packed === null ? (samples as LogHistogram) : LogHistogram.unpack(packed.histogram!);
      if (histogram.zeros > 0) add(0, histogram.zeros);
      histogram.forEachBucket((lower, upper, weight) => add((lower + upper) / 2, weight));
    }
    const buckets = [...counts.keys()].sort((a, b) => a - b);
    return [
      {
        scope,
        metric,
        lowerMs: Float64Array.from(buckets, (bucket) => 2 ** (bucket / BUCKETS_PER_OCTAVE)),
        upperMs: Float64Array.from(buckets, (bucket) => 2 ** ((bucket + 1) / BUCKETS_PER_OCTAVE)),
        count: Float64Array.from(buckets, (bucket) => counts.get(bucket)!),
      },
    ];
  });
}
