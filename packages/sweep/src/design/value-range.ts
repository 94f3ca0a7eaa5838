/**
 * Ranges of an axis: `2..10`, `500ms..2s`, on a linear or logarithmic scale, of real or whole numbers.
 *
 * Values are rounded to 12 significant digits, so that a range reads as people write it (0.3, not 0.30000000000000004) and
 * does not hang on the last bit of `log` and `exp`, which differs between builds of Node. Both ends may carry units of one
 * dimension; values are then given in the unit of the first end.
 */

import { parseQuantity, UNITS, type Dimension as UnitDimension } from '@infersim/scenario';

export interface ValueRange {
  readonly low: number;
  readonly high: number;
  /** Unit of both ends and of every value; empty for plain numbers. */
  readonly unit: string;
  readonly scale: 'linear' | 'log';
  /** Whole numbers only. */
  readonly whole: boolean;
}

const SIGNIFICANT_DIGITS = 12;
const NUMBER = String.raw`[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?`;
const END = String.raw`(${NUMBER})\s*([^\d\s.:,+-][^.:,]*?)?`;
const RANGE = new RegExp(String.raw`^\s*${END}\s*\.\.\s*${END}\s*(?::(.*))?$`, 's');

/** Whether a text is meant as a range: two numbers with `..` between them. */
export function isRangeText(text: string): boolean {
  return RANGE.test(text);
}

export type RangeResult =
  | { readonly range: ValueRange; readonly count: number | undefined }
  | { readonly message: string };

/** Reads `a..b`, `a..b:n`, with `:log` and `:int` behind; why not, when it cannot be. */
export function parseRange(text: string): RangeResult {
  const match = RANGE.exec(text);
  if (match === null) return { message: 'a range is two numbers with `..` between them' };
  const [, lowText = '', lowUnit = '', highText = '', highUnit = '', optionText] = match;
  let count: number | undefined;
  let scale: ValueRange['scale'] = 'linear';
  let whole = false;
  for (const option of optionText === undefined ? [] : optionText.split(':')) {
    if (/^\d{1,9}$/.test(option) && count === undefined) count = Number(option);
    else if (option === 'log') scale = 'log';
    else if (option === 'int') whole = true;
    else return { message: `behind a range stand its count, \`log\` and \`int\` (1..64:7:log:int), not \`${option}\`` };
  }
  const ends = commonEnds(lowText, lowUnit.trim(), highText, highUnit.trim());
  if ('message' in ends) return ends;
  const range: ValueRange = { ...ends, scale, whole };
  const flaw = rangeFlaw(range, count);
  return flaw === null ? { range, count } : { message: flaw };
}

/** What is wrong with a range and its count, or null. */
export function rangeFlaw(range: ValueRange, count: number | undefined): string | null {
  const { low, high, scale, whole } = range;
  if (!Number.isFinite(low) || !Number.isFinite(high)) return 'the ends of a range are finite numbers';
  if (!(low < high)) return `the range is empty: ${low} is not below ${high}`;
  if (scale === 'log' && !(low > 0)) return `a logarithmic range starts above 0, not at ${low}`;
  if (whole && !(Number.isSafeInteger(low) && Number.isSafeInteger(high)))
    return 'a range of whole numbers has whole ends';
  if (count !== undefined && count < 2)
    return count === 0 ? 'the range is empty: 0 values' : 'a range has at least 2 values; list a single one';
  return null;
}

/** The n values of a range, both ends included; whole numbers that fall together are given once. */
export function rangeTexts(range: ValueRange, count: number): string[] {
  const { low, high, scale, whole } = range;
  const texts: string[] = [];
  for (let index = 0; index < count; index++) {
    const share = index / (count - 1);
    // The ends are exact whatever the arithmetic between them does.
    const value = index === 0 ? low : index === count - 1 ? high : between(low, high, share, scale);
    const text = valueText(whole ? Math.round(value) : value, range.unit);
    if (text !== texts.at(-1)) texts.push(text);
  }
  return texts;
}

/** The value at a share of a range, 0 <= u < 1: every real, or every whole number, of the range is as likely on its scale. */
export function drawnText(range: ValueRange, u: number): string {
  const { low, high, scale, whole } = range;
  if (!whole) return valueText(between(low, high, u, scale), range.unit);
  const value = Math.floor(rounded(between(low, high + 1, u, scale)));
  return valueText(Math.min(high, Math.max(low, value)), range.unit);
}

function between(low: number, high: number, share: number, scale: ValueRange['scale']): number {
  if (scale === 'linear') return low + (high - low) * share;
  return Math.exp(Math.log(low) + (Math.log(high) - Math.log(low)) * share);
}

function rounded(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

function valueText(value: number, unit: string): string {
  return `${rounded(value)}${unit}`;
}

type Ends = Pick<ValueRange, 'low' | 'high' | 'unit'> | { readonly message: string };

/** Both ends in the unit of the first. */
function commonEnds(lowText: string, lowUnit: string, highText: string, highUnit: string): Ends {
  const low = Number(lowText);
  if (lowUnit === highUnit) return { low, high: Number(highText), unit: lowUnit };
  if (lowUnit === '' || highUnit === '') return { message: 'both ends of a range carry a unit, or none' };
  const highs = new Set<number>();
  for (const dimension of Object.keys(UNITS) as UnitDimension[]) {
    const units = UNITS[dimension];
    if (!Object.hasOwn(units, lowUnit) || !Object.hasOwn(units, highUnit)) continue;
    const high = parseQuantity(`${highText}${highUnit}`, dimension, lowUnit);
    if ('value' in high) highs.add(high.value);
  }
  const [high] = highs;
  if (highs.size !== 1 || high === undefined)
    return { message: `\`${lowUnit}\` and \`${highUnit}\` are not units of one kind` };
  return { low, high, unit: lowUnit };
}
