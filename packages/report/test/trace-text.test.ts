import { expect, test } from 'vitest';
import { type TraceFigures, traceText } from '../src/index.js';

const lengths = {
  count: 3,
  mean: 1014.72,
  sd: 12.25,
  min: 3,
  p10: 10,
  p50: 928,
  p90: 3000,
  p95: 3500.5,
  p99: 1e6,
  max: 2e6,
};

const trace: TraceFigures = {
  path: 'conv.csv',
  format: 'mooncake',
  rowsRead: 19367,
  emitted: 19366,
  dropped: { 'trace-zero-tokens': 1 },
  arrivals: {
    spanS: 3507.5,
    meanRatePerS: 5.5213,
    interArrivalCv: 1.0987,
    localCv: Number.NaN,
    dispersion: [{ windowS: 60, indexOfDispersion: 12.5, peakToMean: 1.75, emptyShare: 0 }],
    bursts: {
      gapThresholdS: 5,
      bursts: 2,
      onMeanS: 100,
      offMeanS: 7,
      requestsPerBurst: 9683,
      onRatePerS: 6,
      onShare: 0.935,
    },
  },
  prompt: lengths,
  output: lengths,
  thinking: null,
  prefix: {
    blocks: 100,
    distinctBlocks: 60,
    hitBlockShare: 0.366,
    hitTokenShare: 0.374,
    lru: [{ capacityBlocks: 1000, hitBlockShare: 0.041 }],
  },
};

test('counts, rates, burstiness, lengths and reuse', () => {
  expect(traceText(trace)).toMatchInlineSnapshot(`
    "conv.csv (mooncake)

    rows read 19367 = requests 19366 + dropped 1
      dropped: trace-zero-tokens 1

    span 58m28s, mean rate 5.521 requests/s
    CV of gaps 1.099, within 5 min windows - (1 for Poisson)
    window  dispersion  peak/mean  empty
    1m            12.5       1.75    0 %
    bursts (gaps above 5s): 2, 9683 requests each, on 1m40s, off 7s, 6 requests/s while on, on 93.5 % of the time

    tokens    mean    sd  min  p10  p50   p90     p95  p99  max
    prompt  1014.7  12.3    3   10  928  3000  3500.5   1M   2M
    output  1014.7  12.3    3   10  928  3000  3500.5   1M   2M

    prefix blocks 100, different ones 60
    cache, blocks  blocks hit  prompt tokens hit
    1000                4.1 %
    unlimited          36.6 %             37.4 %
    "
  `);
});

test('a list of lengths has no arrivals and no prefixes to show', () => {
  const text = traceText({ ...trace, arrivals: null, prefix: null, dropped: {} });
  expect(text).toContain('no arrival times');
  expect(text).not.toContain('cache');
  expect(text).toContain('+ dropped 0\n');
});
