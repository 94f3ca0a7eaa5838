import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PARETO, paretoSet, parsePareto } from '../src/index.js';
import { record } from './small-sweep.js';

const METRICS = [
  { column: 'cost_usd_total', better: 'lower' },
  { column: 'output_tokens_per_s', better: 'higher' },
] as const;
const trial = (n: number, cost_usd_total: number, output_tokens_per_s: number) =>
  record(n, { figures: { cost_usd_total, output_tokens_per_s } });

describe('the Pareto set', () => {
  it('holds what nobody beats in every metric, whichever way is better; equal trials stay in together', () => {
    const outcomes = [trial(1, 1, 10), trial(2, 2, 20), trial(3, 3, 15), trial(4, 2, 20), trial(5, 1, 9)];
    expect(paretoSet(outcomes, METRICS)).toEqual([1, 2, 4]);
  });

  it('is what comparing everybody with everybody gives', () => {
    const point = fc.record({ cost: fc.integer({ min: 0, max: 6 }), speed: fc.integer({ min: 0, max: 6 }) });
    fc.assert(
      fc.property(fc.array(point, { maxLength: 40 }), (points) => {
        const outcomes = points.map(({ cost, speed }, index) => trial(index + 1, cost, speed));
        const expected = points.flatMap((own, index) => {
          const isBeaten = points.some(
            (other) =>
              other.cost <= own.cost && other.speed >= own.speed && (other.cost < own.cost || other.speed > own.speed),
          );
          return isBeaten ? [] : [index + 1];
        });
        expect(paretoSet(outcomes, METRICS)).toEqual(expected);
      }),
    );
  });

  it('leaves out what failed, is unstable or lacks a figure', () => {
    const outcomes = [
      trial(1, 5, 5),
      { ...trial(2, 1, 50), status: 'unstable' as const },
      { ...trial(3, 1, 50), status: 'failed' as const },
      record(4, { figures: { cost_usd_total: 1 } }),
    ];
    expect(paretoSet(outcomes, METRICS)).toEqual([1]);
  });
});

describe('--pareto', () => {
  it('knows short names and directions', () => {
    expect(parsePareto(DEFAULT_PARETO)).toEqual([
      { column: 'cost_usd_per_1m_output_tokens', better: 'lower' },
      { column: 'ttft_ms_p95', better: 'lower' },
      { column: 'power_kw_facility_mean', better: 'lower' },
    ]);
    expect(parsePareto('throughput, devices:min')).toEqual([
      { column: 'output_tokens_per_s', better: 'higher' },
      { column: 'devices', better: 'lower' },
    ]);
  });

  it.each<[string, string]>([
    ['ttft_ms_p59', 'there is no column `ttft_ms_p59`; did you mean `ttft_ms_p50`?'],
    ['', 'there is no column ``'],
    ['devices', 'which way `devices` is better has to be said: devices:min or devices:max'],
    ['cost:up', 'behind `cost` stands :min or :max'],
    ['cost,cost_usd_per_1m_output_tokens', '`cost_usd_per_1m_output_tokens` is named twice'],
  ])('refuses %j', (text, message) => {
    expect(parsePareto(text)).toEqual({ message });
  });
});
