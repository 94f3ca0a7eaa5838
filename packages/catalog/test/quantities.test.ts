import { describe, expect, test } from 'vitest';
import { classDefaults, deviceClasses } from '../src/class-defaults.js';
import { accessKinds, devices, engines, facts, models, racks, regions, roundTrips } from '../src/lookup.js';
import { GRADES, type Quantity, worseGrade } from '../src/quantity.js';

interface Found {
  readonly path: string;
  readonly quantity: Quantity;
}

function isQuantity(value: object): value is Quantity {
  return 'value' in value && 'grade' in value;
}

function collect(value: unknown, path: string, into: Found[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (isQuantity(value)) {
    into.push({ path, quantity: value });
    return;
  }
  for (const [key, child] of Object.entries(value)) collect(child, `${path}.${key}`, into);
}

function everyQuantity(): Found[] {
  const found: Found[] = [];
  const named = [...devices(), ...models(), ...engines(), ...racks(), ...regions(), ...accessKinds(), ...facts()];
  for (const entry of named) collect(entry, entry.id, found);
  for (const pair of roundTrips()) collect(pair, `${pair.from}-${pair.to}`, found);
  for (const entry of deviceClasses()) collect(entry, entry.id, found);
  for (const device of devices()) collect(classDefaults(device), `default:${device.id}`, found);
  return found;
}

describe('every number of the catalog', () => {
  const all = everyQuantity();

  test('comes in thousands, so that the checks below have something to look at', () => {
    expect(all.length).toBeGreaterThan(5000);
  });

  test('is finite', () => {
    expect(all.filter(({ quantity }) => !Number.isFinite(quantity.value)).map(({ path }) => path)).toEqual([]);
  });

  test('names its unit and its source and has a known grade', () => {
    const bad = all.filter(
      ({ quantity }) =>
        quantity.unit.length === 0 || quantity.source.trim().length < 4 || !GRADES.includes(quantity.grade),
    );
    expect(bad.map(({ path }) => path)).toEqual([]);
  });

  test('is not negative, apart from nothing', () => {
    expect(all.filter(({ quantity }) => quantity.value < 0).map(({ path }) => path)).toEqual([]);
  });

  test('lies inside its bounds', () => {
    const outside = all.filter(
      ({ quantity: { value, low, high } }) =>
        (low !== undefined && !(low <= value)) || (high !== undefined && !(value <= high)),
    );
    expect(outside.map(({ path, quantity }) => `${path} ${quantity.low} ${quantity.value} ${quantity.high}`)).toEqual(
      [],
    );
  });

  test('is assumed when it rests on general knowledge alone', () => {
    const bold = all.filter(
      ({ quantity }) => quantity.source.startsWith('general knowledge') && quantity.grade !== 'assumed',
    );
    expect(bold.map(({ path }) => path)).toEqual([]);
  });

  test('never comes from a place on one machine', () => {
    const text = JSON.stringify(all);
    expect(text).not.toMatch(/\/(work|tmp|home)\//);
  });
});

describe('entries', () => {
  test('state no bare number that is not finite', () => {
    const walk = (value: unknown, path: string, bad: string[]): string[] => {
      if (typeof value === 'number' && !Number.isFinite(value)) bad.push(path);
      else if (typeof value === 'object' && value !== null) {
        for (const [key, child] of Object.entries(value)) walk(child, `${path}.${key}`, bad);
      }
      return bad;
    };
    expect(walk([devices(), models(), engines(), racks(), regions(), facts()], '', [])).toEqual([]);
  });

  test('use only the four grades, each of which occurs', () => {
    const grades = new Set(everyQuantity().map(({ quantity }) => quantity.grade));
    expect([...grades].sort()).toEqual([...GRADES].sort());
  });

  test('the worse of two grades is the later one', () => {
    expect(worseGrade('measured', 'assumed')).toBe('assumed');
    expect(worseGrade('fitted', 'specified')).toBe('fitted');
    expect(worseGrade('specified', 'specified')).toBe('specified');
  });
});
