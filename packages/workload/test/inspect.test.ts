import { describe, expect, it } from 'vitest';
import { ArrivalObserver } from '../src/inspect/arrival-statistics.js';
import { inspectTrace } from '../src/inspect/inspect-trace.js';
import { LruBlocks } from '../src/inspect/lru-blocks.js';
import { ValueCounts } from '../src/inspect/value-counts.js';
import { TraceError } from '../src/trace/trace-error.js';
import { fixture, openContent, openDisk } from './memory-files.js';

const line = (timestamp: number, tokens: number, ids: number[]) =>
  JSON.stringify({ timestamp, input_length: tokens, output_length: 10, hash_ids: ids });

describe('inspect', () => {
  it('works out prefix hits of four prompts as by hand', () => {
    // Cache of 3 blocks, newest first: [1 2 3] -> hit 1 2, [1 2 4] -> hit 1, [1 5 2] -> hit 1 2.
    const text = [
      line(0, 1100, [1, 2, 3]),
      line(0, 1100, [1, 2, 4]),
      line(1000, 600, [1, 5]),
      line(2000, 1100, [1, 2, 4]),
    ].join('\n');
    const file = { path: 't', format: 'mooncake', badRows: 'refuse' } as const;
    const { prefix, arrivals } = inspectTrace(openContent(text), file, { lruCapacitiesBlocks: [1, 3, 5] });
    expect(prefix).toEqual({
      blocks: 11,
      distinctBlocks: 5,
      hitBlockShare: 6 / 11,
      hitTokenShare: (1024 + 512 + 1100) / 3900,
      lru: [
        { capacityBlocks: 1, hitBlockShare: 3 / 11 },
        { capacityBlocks: 3, hitBlockShare: 5 / 11 },
        { capacityBlocks: 5, hitBlockShare: 6 / 11 },
      ],
    });
    expect(arrivals).toMatchObject({ arrivals: 4, spanS: 2 });
  });

  it('evicts the least recently used block and refuses a cache of nothing', () => {
    const cache = new LruBlocks(2);
    cache.touch(Float64Array.of(7, 8), 2);
    cache.touch(Float64Array.of(8), 1);
    cache.touch(Float64Array.of(9), 1);
    expect(cache.leadingHits(Float64Array.of(8, 9, 7), 3)).toBe(2);
    expect(cache.leadingHits(Float64Array.of(7, 8), 2)).toBe(0);
    expect(cache.cachedBlocks).toBe(2);
    expect(() => new LruBlocks(0)).toThrow(RangeError);
  });

  it('gives exact R-7 quantiles from counts', () => {
    const counts = new ValueCounts();
    for (const value of [5, 1, 1, 10, 3, 2, 8, 1, 4, 6, 7]) counts.add(value);
    const sorted = [1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 10];
    const mean = sorted.reduce((sum, x) => sum + x, 0) / 11;
    const statistics = counts.statistics();
    expect(statistics).toMatchObject({ count: 11, min: 1, p10: 1, p50: 4, p90: 8, p95: 9, max: 10 });
    expect(statistics.p99).toBeCloseTo(9.8, 12);
    expect(statistics.mean).toBeCloseTo(mean, 12);
    expect(statistics.sd).toBeCloseTo(Math.sqrt(sorted.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 11), 12);
    expect(new ValueCounts().statistics()).toMatchObject({ count: 0, p50: Number.NaN });
  });

  it('sees no burstiness in a clock and all of it in two bursts', () => {
    const clock = new ArrivalObserver();
    for (let i = 0; i <= 700; i++) clock.add(3 + i);
    const even = clock.result();
    expect(even).toMatchObject({ arrivals: 701, spanS: 700, interArrivalCv: 0, localCv: 0 });
    expect(even.dispersion.map(({ indexOfDispersion }) => indexOfDispersion)).toEqual([0, 0, 0]);
    expect(even.dispersion.map(({ peakToMean }) => peakToMean)).toEqual([1, 1, 1]);
    expect(even.bursts).toMatchObject({ bursts: 1, onMeanS: 700, requestsPerBurst: 701 });

    const bursts = new ArrivalObserver();
    for (const timeS of [0, 1, 2, 20, 21, 22, 23]) bursts.add(timeS);
    expect(bursts.result().bursts).toEqual({
      gapThresholdS: 5,
      bursts: 2,
      onMeanS: 2.5,
      offMeanS: 18,
      requestsPerBurst: 3.5,
      onRatePerS: 1.4,
      onShare: 5 / 23,
    });
    // Whole 10 s windows from the first arrival: 3 and 0; the window from 20 s on is not whole.
    expect(bursts.result().dispersion[1]).toEqual({
      windowS: 10,
      indexOfDispersion: 1.5,
      peakToMean: 2,
      emptyShare: 0.5,
    });
  });

  it('describes every fixture and reconciles its rows', () => {
    for (const [name, format] of [
      ['canonical.csv', 'canonical'],
      ['azure-style.csv', 'azure-llm'],
      ['mooncake-style.jsonl.gz', 'mooncake'],
      ['burstgpt-style.csv', 'burstgpt'],
      ['lengths.csv', 'lengths'],
    ] as const) {
      const found = inspectTrace(openDisk, { path: fixture(name), format, badRows: 'refuse' });
      const dropped = Object.values(found.dropped).reduce((sum, count) => sum + count, 0);
      expect(found.emitted + dropped).toBe(found.rowsRead);
      expect(found.prompt.count).toBe(found.emitted);
      expect(found.arrivals === null).toBe(format === 'lengths');
      expect(found.prefix === null).toBe(!['canonical', 'mooncake'].includes(format));
      expect(found.thinking === null).toBe(format !== 'canonical');
    }
  });

  it('stops at a bad row', () => {
    const open = openContent('arrival_s,prompt_tokens,output_tokens\n0,1,0\n');
    expect(() => inspectTrace(open, { path: 't', format: 'canonical', badRows: 'refuse' })).toThrow(TraceError);
  });
});
