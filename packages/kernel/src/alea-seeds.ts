/**
 * Seeds of many numbered streams at once: those of the keys `<prefix><number><suffix>`, four keys abreast.
 *
 * Seeding runs through the key three times, one character after the other, and each character waits for the one before it;
 * four keys side by side keep the processor busy in the meantime, which takes a quarter of the time, and what the keys have
 * in common at their front is run through once. The states are those that `seedrandom.alea` begins with, to the bit.
 * Source: J. Baagøe's Alea and its mash function, as packaged by `seedrandom`.
 */

import { IS_SET, STATE_WORDS } from './random-streams.js';

const LANES = 4;
const MASH_START = 0xefc8249d;
const MASH_FACTOR = 0.02519603282416938;
const TWO_32 = 2 ** 32;
const SPACE = 32;
/** Alea's carry at the start. */
const FIRST_CARRY = 1;

/** One character of the mash. */
function mashed(state: number, code: number): number {
  const sum = state + code;
  const product = MASH_FACTOR * sum;
  const whole = product >>> 0;
  const next = (product - whole) * whole;
  const kept = next >>> 0;
  return kept + (next - kept) * TWO_32;
}

function mashedText(state: number, text: string): number {
  let n = state;
  for (let i = 0; i < text.length; i++) n = mashed(n, text.charCodeAt(i));
  return n;
}

/** Writes the first states of members 0 to `count` - 1 into `words`, `STATE_WORDS` apiece. */
export function seedNumbered(prefix: string, suffix: string, count: number, words: Uint32Array): void {
  const spaces: number[] = [];
  let blank = MASH_START;
  for (let i = 0; i < 3; i++) {
    blank = mashed(blank, SPACE);
    spaces.push(blank >>> 0);
  }
  const afterPrefix = mashedText(blank, prefix);
  const ends = Float64Array.from(suffix, (_, i) => suffix.charCodeAt(i));
  const begins = Float64Array.from(prefix, (_, i) => prefix.charCodeAt(i));
  const digits = new Float64Array(LANES * 10);
  for (let first = 0; first < count; ) {
    // Lanes hold numbers of equally many digits; the last ones of a length repeat themselves.
    const length = String(first).length;
    const last = Math.min(count, 10 ** length, first + LANES) - 1;
    for (let lane = 0; lane < LANES; lane++) {
      let rest = Math.min(first + lane, last);
      for (let place = length - 1; place >= 0; place--) {
        digits[place * LANES + lane] = 48 + (rest % 10);
        rest = Math.floor(rest / 10);
      }
    }
    let a = afterPrefix;
    let b = afterPrefix;
    let c = afterPrefix;
    let d = afterPrefix;
    for (let pass = 0; pass < 3; pass++) {
      if (pass > 0) {
        for (let i = 0; i < begins.length; i++) {
          const code = begins[i]!;
          a = mashed(a, code);
          b = mashed(b, code);
          c = mashed(c, code);
          d = mashed(d, code);
        }
      }
      for (let i = 0; i < length * LANES; i += LANES) {
        a = mashed(a, digits[i]!);
        b = mashed(b, digits[i + 1]!);
        c = mashed(c, digits[i + 2]!);
        d = mashed(d, digits[i + 3]!);
      }
      for (let i = 0; i < ends.length; i++) {
        const code = ends[i]!;
        a = mashed(a, code);
        b = mashed(b, code);
        c = mashed(c, code);
        d = mashed(d, code);
      }
      const at = first * STATE_WORDS + pass;
      const space = spaces[pass]!;
      words[at] = space - (a >>> 0);
      if (first + 1 <= last) words[at + STATE_WORDS] = space - (b >>> 0);
      if (first + 2 <= last) words[at + 2 * STATE_WORDS] = space - (c >>> 0);
      if (first + 3 <= last) words[at + 3 * STATE_WORDS] = space - (d >>> 0);
    }
    for (let member = first; member <= last; member++) words[member * STATE_WORDS + 3] = FIRST_CARRY | IS_SET;
    first = last + 1;
  }
}
