import { describe, expect, test } from 'vitest';
import {
  accessKinds,
  devices,
  engines,
  fact,
  facts,
  findAccess,
  findDevice,
  findEngine,
  findModel,
  findNetworkNode,
  findRack,
  findRegion,
  models,
  networkNodes,
  racks,
  regions,
  roundTrip,
  roundTripMs,
  roundTrips,
} from '../src/lookup.js';

const shelves = {
  devices: { list: devices, find: findDevice, count: 87 },
  models: { list: models, find: findModel, count: 89 },
  engines: { list: engines, find: findEngine, count: 16 },
  racks: { list: racks, find: findRack, count: 30 },
  regions: { list: regions, find: findRegion, count: 42 },
  access: { list: accessKinds, find: findAccess, count: 13 },
  nodes: { list: networkNodes, find: findNetworkNode, count: 13 },
  facts: { list: () => facts(), find: fact, count: 268 },
} as const;

describe.each(Object.entries(shelves))('%s', (_name, { list, find, count }) => {
  test('has all its entries', () => {
    expect(list()).toHaveLength(count);
  });

  test('has unique ids in lower case', () => {
    const ids = list().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9][a-z0-9.-]*$/);
  });

  test('finds each entry by its id, the same object every time', () => {
    for (const entry of list()) expect(find(entry.id)).toBe(entry);
  });

  test('answers undefined for ids nobody has', () => {
    for (const id of ['', 'nothing', '__proto__', 'constructor', 'toString']) expect(find(id)).toBeUndefined();
  });
});

describe('facts by group', () => {
  test('cover the facility, overhead and network gear rows', () => {
    expect(facts('facility')).toHaveLength(18);
    expect(facts('network-gear')).toHaveLength(6);
    expect(facts('embodied-carbon')).toHaveLength(7);
    expect(facts('electricity-price')).toHaveLength(46);
    expect(facts('carbon-intensity')).toHaveLength(52);
    expect(facts('economics')).toHaveLength(24);
    expect(facts('hosted-api-price')).toHaveLength(28);
  });

  test('sum to all facts, and an unknown group is empty', () => {
    const groups = new Set(facts().map(({ group }) => group));
    let total = 0;
    for (const group of groups) total += facts(group).length;
    expect(total).toBe(facts().length);
    expect(facts('no such group')).toEqual([]);
  });

  test('hold what the cost and facility models ask for', () => {
    expect(fact('device-life')?.quantity).toMatchObject({ value: 4, unit: 'y' });
    expect(fact('facility-life')?.quantity).toMatchObject({ value: 15, unit: 'y' });
    expect(fact('carbon-price')?.quantity.value).toBe(0);
    expect(fact('facility-cop-20')?.quantity.value).toBe(5.5);
    expect(fact('cooling-free-liquid')?.quantity.unit).toBe('C');
    expect(fact('dc-capex-shell')?.quantity).toMatchObject({ value: 11.5, unit: 'USD/W' });
    expect(fact('host-swload')?.quantity).toMatchObject({ value: 12e9, unit: 'B/s' });
    expect(fact('cool-capex')?.quantity).toMatchObject({ value: 2.5, unit: 'USD/W' });
  });
});

describe('round trips', () => {
  const ids = networkNodes().map(({ id }) => id);

  test('are 78 different pairs of the 13 places', () => {
    const pairs = new Set(roundTrips().map(({ from, to }) => [from, to].sort().join(' ')));
    expect(pairs.size).toBe(78);
    for (const { from, to } of roundTrips()) {
      expect(ids).toContain(from);
      expect(ids).toContain(to);
      expect(from).not.toBe(to);
    }
  });

  test('are complete, symmetric and positive', () => {
    for (const a of ids) {
      for (const b of ids) {
        const there = roundTripMs(a, b);
        expect(there).toBeGreaterThan(0);
        expect(roundTripMs(b, a)).toBe(there);
      }
    }
  });

  test('are never shorter than light in fibre along the great circle', () => {
    const rad = Math.PI / 180;
    for (const { from, to, rttMs } of roundTrips()) {
      const a = findNetworkNode(from)!;
      const b = findNetworkNode(to)!;
      const cosine =
        Math.sin(a.latitude * rad) * Math.sin(b.latitude * rad) +
        Math.cos(a.latitude * rad) * Math.cos(b.latitude * rad) * Math.cos((a.longitude - b.longitude) * rad);
      const km = 6371 * Math.acos(cosine);
      expect(rttMs.value, `${from} ${to}`).toBeGreaterThan(km * fact('fibre-rtt-per-km')!.quantity.value);
    }
  });

  test('carry their grade: published means are measured, recollections assumed', () => {
    expect(roundTrip('eu-frankfurt', 'eu-london')).toMatchObject({ value: 13, unit: 'ms', grade: 'measured' });
    expect(roundTrip('ap-tokyo', 'us-west-oregon')).toMatchObject({ value: 97, grade: 'assumed' });
    expect(roundTrips().filter(({ rttMs }) => rttMs.grade === 'measured')).toHaveLength(28);
  });

  test('are undefined for unknown places, also for one unknown place to itself', () => {
    expect(roundTripMs('eu-london', 'nowhere')).toBeUndefined();
    expect(roundTripMs('nowhere', 'nowhere')).toBeUndefined();
  });
});

test('the example of the README holds', () => {
  expect(findDevice('h100-sxm')?.memoryBandwidthBps).toMatchObject({ value: 3.35e12, unit: 'B/s', grade: 'specified' });
  expect(findModel('llama-3.1-8b')?.architecture.kvHeads).toBe(8);
  expect(roundTripMs('eu-frankfurt', 'us-east-virginia')).toBe(91);
});
