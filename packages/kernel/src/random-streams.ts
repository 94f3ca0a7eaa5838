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

/** One sequence of random numbers; draws of all kinds advance the same sequence. */
export class RandomStream {
  private readonly generator: seedrandom.PRNG;
  /** Second value of the last normal pair; NaN when used up. */
  private spareNormal = Number.NaN;

  /** Seeds by the exact text of `key`. Prefer `RandomStreams`, which builds the keys. */
  constructor(key: string) {
    this.generator = seedrandom.alea(key);
  }

  /** Uniform in [0, 1) in steps of 2^-32: fast, for choices; its logarithm stops at 22 means of an exponential. */
  next(): number {
    return this.generator();
  }

  /** Uniform in [0, 1) in steps of 2^-53. Takes two draws of the generator. */
  nextDouble(): number {
    return this.generator.double();
  }

  /** Uniform in (0, 1] in steps of 2^-53: safe for a logarithm. */
  nextOpen(): number {
    return 1 - this.generator.double();
  }

  /** Standard normal by Marsaglia's polar method (Marsaglia and Bray 1964): pairs, the second kept for the next call. */
  nextNormal(): number {
    const spare = this.spareNormal;
    if (!Number.isNaN(spare)) {
      this.spareNormal = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * this.generator.double() - 1;
      const y = 2 * this.generator.double() - 1;
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
    return Math.floor(this.generator.double() * n);
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
    if (name === '') throw new RangeError('a stream needs a name');
    return new RandomStream(`${this.seed}/${this.replication}/${name}`);
  }

  /** Stateless uniform draw in [0, 1) of this replication: see `hashUniform`. Hash the purpose once with `hashString`. */
  hashUniform(purposeHash: number, entityId: number, attempt: number): number {
    return hashUniform(this.hashSeed, purposeHash, entityId, attempt);
  }
}
