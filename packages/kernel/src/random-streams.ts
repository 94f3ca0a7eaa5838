/**
 * Named random streams: the same world for the same scenario seed, replication and name.
 *
 * Each purpose (arrivals, prompt lengths, failures ...) owns a stream, keyed by `seed/replication/name`, so that a
 * changed policy or another number of workers does not shift what the others draw (common random numbers). Names are
 * path-like and stable for ever (`shops/arrivals`, `shops/lengths/output`): they are part of the seed. The generator is
 * Baagøe's Alea as packaged by `seedrandom`; that package's xor128, xorshift7 and xorwow give correlated first draws for
 * similar keys and must not be used. Making a stream costs about half a microsecond: make one per purpose, not one per
 * request; what is drawn later than a request's birth comes from `hashUniform`.
 *
 * Not cryptographic. Alea's state is about 96 bits; overlap of two streams is improbable, not excluded.
 */

import seedrandom from 'seedrandom';
import { hashString, hashUniform } from './hash-draw.js';

/** Alea's multiplier; its carry stays below it. */
const MULTIPLIER = 2_091_639;
const TWO_32 = 2 ** 32;
/** Bits of a packed state's last word beyond the carry: the state is set, and a second normal value is kept. */
export const IS_SET = 1 << 24;
const HAS_SPARE = 1 << 25;
/** Words of a packed state. */
export const STATE_WORDS = 4;

/**
 * One sequence of random numbers; draws of all kinds advance the same sequence.
 *
 * The package seeds, the recurrence runs here, so that a state of 16 bytes can be put aside and taken up again
 * (stream-bank.ts): x(n) = frac(2091639 x(n-3) + carry 2^-32), the new carry its whole part, all in multiples of 2^-32.
 */
export class RandomStream {
  // NaN until seeded: a number field that begins with an integer costs more to read and write ever after.
  private oldest = Number.NaN;
  private middle = Number.NaN;
  private newest = Number.NaN;
  private carry = 0;
  /** Second value of the last normal pair; NaN when used up. */
  private spareNormal = Number.NaN;

  /** Seeds by the exact text of `key`. Prefer `RandomStreams`, which builds the keys. */
  constructor(key: string) {
    this.seed(key);
  }

  /** Begins the sequence of another key. */
  seed(key: string): void {
    const state = seedrandom.alea(key, { state: true }).state();
    this.oldest = state.s0;
    this.middle = state.s1;
    this.newest = state.s2;
    this.carry = state.c;
    this.spareNormal = Number.NaN;
  }

  /** Puts the present state into `STATE_WORDS` words from `at` on, and a kept normal value into `spares[place]`. */
  save(words: Uint32Array, at: number, spares: Float64Array, place: number): void {
    words[at] = this.oldest * TWO_32;
    words[at + 1] = this.middle * TWO_32;
    words[at + 2] = this.newest * TWO_32;
    const hasSpare = !Number.isNaN(this.spareNormal);
    words[at + 3] = this.carry | IS_SET | (hasSpare ? HAS_SPARE : 0);
    if (hasSpare) spares[place] = this.spareNormal;
  }

  /** Takes up a state that `save` has put aside; false, and nothing done, where none has been. */
  restore(words: Uint32Array, at: number, spares: Float64Array, place: number): boolean {
    const last = words[at + 3]!;
    if ((last & IS_SET) === 0) return false;
    this.oldest = words[at]! / TWO_32;
    this.middle = words[at + 1]! / TWO_32;
    this.newest = words[at + 2]! / TWO_32;
    this.carry = last & (IS_SET - 1);
    this.spareNormal = (last & HAS_SPARE) === 0 ? Number.NaN : spares[place]!;
    return true;
  }

  /** Uniform in [0, 1) in steps of 2^-32: fast, for choices; its logarithm stops at 22 means of an exponential. */
  next(): number {
    const sum = MULTIPLIER * this.oldest + this.carry / TWO_32;
    const carry = sum | 0;
    this.oldest = this.middle;
    this.middle = this.newest;
    this.newest = sum - carry;
    this.carry = carry;
    return this.newest;
  }

  /** Uniform in [0, 1) in steps of 2^-53. Takes two draws of the generator. */
  nextDouble(): number {
    // `next` twice, with its state read and written once.
    const sum = MULTIPLIER * this.oldest + this.carry / TWO_32;
    const carry = sum | 0;
    const first = sum - carry;
    const nextSum = MULTIPLIER * this.middle + carry / TWO_32;
    const nextCarry = nextSum | 0;
    const second = nextSum - nextCarry;
    this.oldest = this.newest;
    this.middle = first;
    this.newest = second;
    this.carry = nextCarry;
    return first + ((second * 0x200000) | 0) / 2 ** 53;
  }

  /** Uniform in (0, 1] in steps of 2^-53: safe for a logarithm. */
  nextOpen(): number {
    return 1 - this.nextDouble();
  }

  /** Standard normal by Marsaglia's polar method (Marsaglia and Bray 1964): pairs, the second kept for the next call. */
  nextNormal(): number {
    const spare = this.spareNormal;
    if (!Number.isNaN(spare)) {
      this.spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.nextDouble() - 1;
      const y = 2 * this.nextDouble() - 1;
      const square = x * x + y * y;
      if (square < 1 && square > 0) {
        const scale = Math.sqrt((-2 * Math.log(square)) / square);
        this.spareNormal = y * scale;
        return x * scale;
      }
    }
  }

  /**
   * Uniform integer from 0 to `n` - 1; no value is favoured by more than a share of n / 2^53.
   * @throws RangeError when `n` is not an integer from 1 to 2^32.
   */
  nextInt(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= 2 ** 32)) {
      throw new RangeError(`n must be an integer from 1 to 2^32, got ${n}`);
    }
    return Math.floor(this.nextDouble() * n);
  }
}

/** The streams of one replication of one scenario. */
export class RandomStreams {
  readonly seed: number;
  readonly replication: number;
  /** Seed for `hashUniform` that stands for this seed and replication, an unsigned 32-bit integer. */
  readonly hashSeed: number;

  /** @throws RangeError when `seed` is not a safe integer or `replication` not a count from 0. */
  constructor(seed: number, replication: number) {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed must be a safe integer, got ${seed}`);
    if (!(Number.isSafeInteger(replication) && replication >= 0)) {
      throw new RangeError(`replication must be an integer from 0, got ${replication}`);
    }
    this.seed = seed;
    this.replication = replication;
    this.hashSeed = hashString(`${seed}/${replication}`);
  }

  /**
   * A new stream at its beginning. Two calls with one name give two copies of the same numbers: each name needs one
   * owner, and nothing here checks that.
   * @throws RangeError when the name is empty.
   */
  stream(name: string): RandomStream {
    return new RandomStream(this.keyOf(name));
  }

  /**
   * Text that seeds the stream of a name.
   * @throws RangeError when the name is empty.
   */
  keyOf(name: string): string {
    if (name === '') throw new RangeError('a stream needs a name');
    return `${this.seed}/${this.replication}/${name}`;
  }

  /** Stateless uniform draw in [0, 1) of this replication: see `hashUniform`. Hash the purpose once with `hashString`. */
  hashUniform(purposeHash: number, entityId: number, attempt: number): number {
    return hashUniform(this.hashSeed, purposeHash, entityId, attempt);
  }
}
