import { LogHistogram, SampleCollector } from '@infersim/stats';
import { expect, test } from 'vitest';
import { histogramsOf } from '../src/latency-histograms.js';
import type { LatencyHistogram } from '../src/results.js';
import type { ScopeTally } from '../src/scope-values.js';

function tallyOf(latencies: Partial<ScopeTally['latencies']>): ScopeTally {
  const empty = new SampleCollector();
  return {
    counts: new Float64Array(0),
    latencies: { ttft: empty, tpot: empty, e2e: empty, queue: empty, itl: new LogHistogram(), ...latencies },
    offered: 0,
  };
}

function collected(valuesS: readonly number[], limit?: number): SampleCollector {
  const collector = new SampleCollector(limit);
  for (const valueS of valuesS) collector.add(valueS);
  return collector;
}

test('every value is in one bucket that holds it, exact or from a log histogram, zeros once', () => {
  const valuesS = [0, 0, 0, 2e-9, 0.05, 0.05, 0.3, 40, 7200];
  const itl = new LogHistogram();
  for (const valueS of valuesS) itl.add(valueS);
  const histograms = histogramsOf(
    3,
    tallyOf({ ttft: collected(valuesS), queue: collected(valuesS, 2), itl }),
    new WeakMap(),
  );
  expect(histograms.map(({ scope, metric }) => [scope, metric])).toEqual([
    [3, 'ttft'],
    [3, 'itl'],
    [3, 'queue'],
  ]);
  const inside = (atMs: number, { lowerMs, upperMs, count }: LatencyHistogram) =>
    count[lowerMs.findIndex((lower, bucket) => lower <= atMs && atMs < upperMs[bucket]!)];
  for (const histogram of histograms) {
    expect(histogram.count.reduce((a, b) => a + b, 0)).toBe(valuesS.length);
    // Zero waits share the lowest bucket, just below a nanosecond's.
    expect(histogram.count[0]).toBe(3);
    expect([50, 300, 40_000, 7_200_000].map((ms) => inside(ms, histogram))).toEqual([2, 1, 1, 1]);
    expect(Array.from(histogram.lowerMs)).toEqual(Array.from(histogram.lowerMs).sort((a, b) => a - b));
    for (const [bucket, lower] of histogram.lowerMs.entries())
      expect(histogram.upperMs[bucket]! / lower).toBeCloseTo(2 ** 0.25, 9);
  }
});

test('scopes that share a collector have it counted once', () => {
  const ttft = collected([0.1, 0.2]);
  const counted = new WeakMap();
  const first = histogramsOf(0, tallyOf({ ttft }), counted);
  const second = histogramsOf(5, tallyOf({ ttft }), counted);
  expect(second).toEqual([{ ...first[0]!, scope: 5 }]);
  expect(second[0]!.count).toBe(first[0]!.count);
});
