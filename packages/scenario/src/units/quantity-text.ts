/**
 * Numbers with units, read exactly: `500ms`, `2h`, `80GiB`, `10kW`, `0.08USD/kWh`, `40/s`, `35%`.
 *
 * The digits are carried as an integer with a power of ten and multiplied by the unit's exact factor before the one and
 * only rounding to a double; a plain unit that is not the base unit costs one division more.
 */

import { nearestName } from '../nearest-name.js';
import { quoteGiven } from '../problem.js';
import { type Dimension, UNITS } from './unit-table.js';

export type QuantityResult =
  | { readonly value: number }
  | { readonly code: 'SCENARIO_UNIT' | 'SCENARIO_NUMBER'; readonly message: string; readonly nearest?: string };

const NUMBER_WITH_UNIT = /^([+-]?)(\d{1,30})?(?:\.(\d{1,30}))?(?:[eE]([+-]?\d{1,3}))?\s*(.*)$/s;

/** Example texts of a dimension, for messages. */
export function unitNames(dimension: Dimension): string[] {
  return Object.keys(UNITS[dimension]);
}

/**
 * Value of `text` in `plainUnit`. Text without a unit counts in `plainUnit` too. Only finite numbers come back; the
 * sign is kept (ranges are checked elsewhere).
 */
export function parseQuantity(text: string, dimension: Dimension, plainUnit: string): QuantityResult {
  const trimmed = text.trim();
  const match = NUMBER_WITH_UNIT.exec(trimmed);
  const units = UNITS[dimension];
  if (!match || (match[2] === undefined && match[3] === undefined))
    return {
      code: 'SCENARIO_UNIT',
      message: `\`${quoteGiven(text)}\` is no ${dimension}: it has to start with a number`,
    };
  const [, sign = '', integer = '', fraction = '', exponent = '0', unitText = ''] = match;
  const unit = unitText.trim();
  const factor = unit === '' ? factorOf(dimension, plainUnit) : units[unit];
  if (factor === undefined || (unit !== '' && !Object.hasOwn(units, unit))) {
    const nearest = nearestName(unit, Object.keys(units));
    return {
      code: 'SCENARIO_UNIT',
      message: `\`${quoteGiven(unit)}\` is no unit of ${dimension}`,
      ...(nearest === undefined ? {} : { nearest }),
    };
  }
  const plain = factorOf(dimension, plainUnit);
  const digits = BigInt(`${integer}${fraction}`) * BigInt(factor.times);
  const exp10 = Number(exponent) - fraction.length + factor.exp10 - plain.exp10;
  const magnitude = Number(`${digits}e${exp10}`) / plain.times;
  const value = sign === '-' ? -magnitude : magnitude;
  if (!Number.isFinite(value))
    return { code: 'SCENARIO_NUMBER', message: `\`${quoteGiven(text)}\` is too large a number` };
  return { value };
}

function factorOf(dimension: Dimension, unit: string) {
  if (unit === '') return { times: 1, exp10: 0 };
  const factor = UNITS[dimension][unit];
  if (factor === undefined) throw new Error(`unit table lacks ${unit} of ${dimension}`);
  return factor;
}
