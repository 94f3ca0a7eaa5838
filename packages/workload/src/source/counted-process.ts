/**
 * Arrivals whose number is known beforehand: a stage of a load test, or everything at once.
 *
 * A Poisson process, given that n arrivals fall into a stage, is n independent uniform times in it. Exponential gaps
 * scaled so that they fill the stage (what load generators do) are the same but for the last gap. The times are needed in
 * order and one by one: with U(k) the k-th smallest of n uniforms, (1 - U(k+1)) / (1 - U(k)) is the largest of n - k
 * uniforms, V^(1/(n-k)), whatever came before (Bentley and Saxe 1980, "Generating sorted lists of random numbers"). One
 * draw per arrival, nothing kept. A burst draws nothing.
 */

import type { RandomStream } from '@infersim/kernel';
import type { ArrivalProcess } from './arrival-process.js';

export class CountedProcess implements ArrivalProcess {
  readonly #startS: number;
  readonly #durationS: number;
  readonly #stream: RandomStream;
  #left: number;
  /** Share of the stage that is still to come. */
  #rest = 1;

  /** `count` arrivals from `startS` on, all before `startS + durationS`. */
  constructor(count: number, startS: number, durationS: number, stream: RandomStream) {
    this.#left = count;
    this.#startS = startS;
    this.#durationS = durationS;
    this.#stream = stream;
  }

  next(): number {
    if (this.#left === 0) return Number.POSITIVE_INFINITY;
    this.#rest *= this.#stream.nextOpen() ** (1 / this.#left--);
    return this.#startS + this.#durationS * Math.min(BEFORE_1, 1 - this.#rest);
  }
}

/** The last arrival must not round up to the end of its stage, where the horizon would swallow it. */
export const BEFORE_1 = 1 - 2 ** -40;

export class BurstProcess implements ArrivalProcess {
  readonly #atS: number;
  #left: number;

  /** `count` arrivals at `atS`. */
  constructor(count: number, atS: number) {
    this.#left = count;
    this.#atS = atS;
  }

  next(): number {
    if (this.#left === 0) return Number.POSITIVE_INFINITY;
    this.#left--;
    return this.#atS;
  }
}
