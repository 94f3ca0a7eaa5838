/**
 * The buckets of a log histogram: each octave [2^e, 2^(e+1)) is cut in 64 equal parts, so a value's bucket is read
 * straight from the top bits of its double (11 of exponent, 6 of mantissa), with no logarithm. The key is that number;
 * keys ascend with values.
 *
 * Error of a midpoint m for a value v of its bucket: |m - v| / v <= (width / 2) / lower edge <= 1/128. Values below
 * 2^-1022 (2.2e-308), where doubles lose precision and this would not hold, are taken as zero.
 */
import { StatisticsError } from './statistics-error.js';

/** Buckets per octave. */
export const LOG_HISTOGRAM_SUB_BUCKETS = 64;

/** Greatest relative error of a bucket's midpoint, and so of a quantile against the exact R-7 quantile: 1/128. */
export const LOG_HISTOGRAM_RELATIVE_ERROR = 1 / (2 * LOG_HISTOGRAM_SUB_BUCKETS);

/** Keys below this are zeros: the first bucket begins at 2^-1022. */
export const FIRST_KEY = LOG_HISTOGRAM_SUB_BUCKETS;

/** The key of Infinity, one past the last bucket. */
export const END_KEY = 0x7ff * LOG_HISTOGRAM_SUB_BUCKETS;

/** Bits of the high word below the 6 of mantissa that a key keeps. */
const KEY_SHIFT = 14;
const HALF_BUCKET = 1 << (KEY_SHIFT - 1);

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** The key of a positive finite value; not checked. */
export function keyOf(value: number): number {
  scratch[0] = value;
  return scratchWords[HIGH_WORD]! >>> KEY_SHIFT;
}

/** The key of a value that may be counted. Throws `STATS_OUT_OF_RANGE` when it is negative or not finite. */
export function checkedKey(value: number): number {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) refuse(value);
  // Negative zero passes the test above but carries the sign bit.
  return value === 0 ? 0 : keyOf(value);
}

/** Least value of a bucket; 0 for zeros, Infinity one past the last bucket. */
export function lowerEdge(key: number): number {
  return key < FIRST_KEY ? 0 : fromHighWord(key << KEY_SHIFT);
}

/** The value that a bucket answers with. */
export function midpoint(key: number): number {
  return fromHighWord((key << KEY_SHIFT) | HALF_BUCKET);
}

function fromHighWord(word: number): number {
  scratchWords[1 - HIGH_WORD] = 0;
  scratchWords[HIGH_WORD] = word;
  return scratch[0]!;
}

function refuse(value: number): never {
  throw new StatisticsError('STATS_OUT_OF_RANGE', `a log histogram takes finite values from 0, not ${value}`);
}
