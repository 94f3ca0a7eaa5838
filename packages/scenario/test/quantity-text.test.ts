/** Numbers with units. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuantity, unitNames } from '../src/units/quantity-text.js';
import { type Dimension, UNITS } from '../src/units/unit-table.js';

const value = (text: string, dimension: Dimension, unit: string) => {
  const result = parseQuantity(text, dimension, unit);
  return 'value' in result ? result.value : result.code;
};

describe('parseQuantity', () => {
  it.each([
    ['500ms', 'time', 's', 0.5],
    ['2h', 'time', 's', 7200],
    ['5m', 'time', 's', 300],
    ['1.1h', 'time', 's', 3960],
    ['0.1ms', 'time', 's', 1e-4],
    ['1 d', 'time', 's', 86_400],
    ['80GiB', 'bytes', 'B', 80 * 2 ** 30],
    ['2 GB', 'bytes', 'B', 2e9],
    ['80GiB', 'bytes', 'GiB', 80],
    ['10kW', 'power', 'W', 10_000],
    ['2MW', 'power', 'W', 2e6],
    ['0.08USD/kWh', 'energy price', 'USD/kWh', 0.08],
    ['80USD/MWh', 'energy price', 'USD/kWh', 0.08],
    ['40/s', 'rate', '/s', 40],
    ['120/min', 'rate', '/s', 2],
    ['35%', 'share', '', 0.35],
    ['0.35', 'share', '', 0.35],
    ['-12C', 'temperature', 'C', -12],
    ['1e3 s', 'time', 's', 1000],
    ['.5s', 'time', 's', 0.5],
    ['3.35TB/s', 'bandwidth', 'GB/s', 3350],
    ['12', 'time', 's', 12],
  ] as const)('reads %s as %s', (text, dimension, unit, expected) => {
    expect(value(text, dimension, unit)).toBe(expected);
  });

  it.each(['', 's', 'ten s', '1..2s', '1,5s', '--1s', '1s2', '0x10s', 'NaN', 'Infinity', '1 S', '5 parsecs'])(
    'refuses %s as a time',
    (text) => {
      expect(value(text, 'time', 's')).toBe('SCENARIO_UNIT');
    },
  );

  it('refuses numbers beyond a double', () => {
    expect(value('1e999s', 'time', 's')).toBe('SCENARIO_NUMBER');
  });

  it('names the nearest unit', () => {
    expect(parseQuantity('5 mss', 'time', 's')).toMatchObject({ nearest: 'ms' });
  });

  it('reads what it writes: plain digits with the plain unit give the same double', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (number) => {
        expect(value(`${number}s`, 'time', 's')).toBe(number);
        expect(value(`${number}GiB`, 'bytes', 'GiB')).toBe(number);
        expect(value(`${number}USD/kWh`, 'energy price', 'USD/kWh')).toBe(number);
      }),
    );
  });

  it('rounds once: whole multiples of decimal fractions are exact', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), (thousandths) => {
        expect(value(`${thousandths / 1000}h`, 'time', 's')).toBe((thousandths * 18) / 5);
      }),
    );
  });

  it('has a factor for every unit it lists', () => {
    for (const dimension of Object.keys(UNITS) as Dimension[])
      for (const unit of unitNames(dimension)) expect(typeof value(`1${unit}`, dimension, unit)).toBe('number');
  });
});
