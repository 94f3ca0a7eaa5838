/** A resolved scenario is a scenario that gives the same plan; the order of keys in maps means nothing. */

import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadScenario } from '../src/load.js';
import { formatProblems } from '../src/problem-format.js';
import { BASE, loadText } from './memory-files.js';

const FOLDER = new URL('../../../scenarios/', import.meta.url);
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

const RICH = `${BASE}network: { jitter_sigma: 0.2, rtt: [{ from: us-pjm-virginia, to: east, rtt: 12.5ms }] }
costs: { wacc: 9%, carbon_usd_per_t: 80, cloud: { opex_share_per_year: 0.03 } }
devices: { my-h100: { base: h100-sxm, memory_bw_gb_s: 3000, price_usd: 25kUSD } }
models:
  vision: { fixed_work: { params: 86000000, flop_per_unit: 17.6GFLOP } }
racks: { closet: { device_count: 4, max_power: 6kW, price_usd: 120kUSD } }
regions: { home: { base: us-pjm-ohio, electricity_usd_per_kwh: 0.2, outdoor_c: -3.5 } }
record: { requests: all, timeseries: 5m }
`
  .replace('device: h100-sxm', 'device: my-h100\n            rack: closet')
  .replace(
    'region: us-pjm-virginia\n        pools',
    'region: home\n        power: { cooling: evaporative }\n        pools',
  )
  .replace(
    'input_tokens: 500',
    'input_tokens: { dist: mixture, components: [{ weight: 1, of: { dist: gamma, mean: 300, cv: 1.3, max: 4000 } }] }',
  )
  .replace('rate_per_s: 2 }', 'rate_per_s: 120/min, profile: azure-conv-2024 }');

function load(text: string) {
  const loaded = loadText(text);
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded;
}

describe('resolved scenario', () => {
  it.each([
    ['the base', BASE],
    ['a scenario that uses most sections', RICH],
  ])('%s gives the same plan again, and the same text', (_, text) => {
    const first = load(text);
    const second = load(first.resolvedYamlText);
    expect(second.plan).toEqual(first.plan);
    expect(second.resolvedYamlText).toBe(first.resolvedYamlText);
  });

  it.each(NAMES)('%s gives the same plan again', (name) => {
    const first = loadScenario(new URL(name, FOLDER).pathname);
    if (!first.ok) throw new Error(formatProblems(first.problems));
    expect(load(first.resolvedYamlText).plan).toEqual(first.plan);
  });

  it('has the defaults in it, with units', () => {
    const text = load(BASE).resolvedYamlText;
    for (const line of [
      'horizon: 600s',
      'kind: vllm',
      'max_num_seqs: 1024',
      'energy_usd_per_kwh: 0.0892',
      'rack: dgx-h100',
    ])
      expect(text).toContain(line);
  });

  it('does not depend on the order of keys', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, item]) => [key, reversed(item)]),
      );
    };
    const permuted = stringify(reversed(parse(RICH)));
    expect(load(permuted).plan).toEqual(load(RICH).plan);
    expect(load(permuted).resolvedYamlText).toBe(load(RICH).resolvedYamlText);
  });

  it('comes out as plain data that can be posted', () => {
    const { plan } = load(RICH);
    expect(structuredClone(plan)).toEqual(plan);
    expect(Object.isFrozen(plan.world.pools[0]?.engine)).toBe(true);
  });
});
