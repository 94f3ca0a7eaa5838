/**
 * Renewal arrivals: independent gaps of one law, exponential, gamma or Weibull, by mean and coefficient of variation.
 *
 * The first gap is drawn from the law's stationary residual (a gap picked by length, then a uniform point in it), so
 * that the expected count of any window is rate x time from time zero on, however bursty the law. A length-biased
 * gamma gap is a gamma gap with shape + 1; a length-biased Weibull gap is scale x G^(1/shape) with G gamma of shape 1
 * + 1/shape. Source: renewal theory (Cox 1962; textbook).
 */

import { createSampler, gammaFromMeanCv, type RandomStream, type Sampler, weibullFromMeanCv } from '@infersim/kernel';
import type { ArrivalProcess } from './arrival-process.js';

export type GapLaw = 'gamma' | 'weibull';

/** An exponential draw. */
export function exponential(stream: RandomStream, mean: number): number {
  return -mean * Math.log(stream.nextOpen());
}

/** Gaps of one law; the state is only in the stream, so many processes can share an instance. */
export class RenewalGaps {
  readonly #meanS: number;
  /** Null for exponential gaps. */
  readonly #gap: Sampler | null;
  readonly #biased: Sampler | null;
  /** Length-biased draws are `biasedScale` x (draw of `biased`)^`biasedPower`. */
  readonly #biasedPower: number;
  readonly #biasedScale: number;

  constructor(law: GapLaw, meanS: number, cv: number) {
    this.#meanS = meanS;
    this.#biasedPower = 1;
    this.#biasedScale = 1;
    if (cv === 1) {
      this.#gap = null;
      this.#biased = null;
    } else if (law === 'gamma') {
      const shape = 1 / (cv * cv);
      this.#gap = createSampler(gammaFromMeanCv(meanS, cv));
      this.#biased = createSampler(gammaFromMeanCv((shape + 1) * (meanS / shape), 1 / Math.sqrt(shape + 1)));
    } else {
      const weibull = weibullFromMeanCv(meanS, cv);
      this.#gap = createSampler(weibull);
      const gammaShape = 1 + 1 / weibull.shape;
      this.#biased = createSampler(gammaFromMeanCv(gammaShape, 1 / Math.sqrt(gammaShape)));
      this.#biasedPower = 1 / weibull.shape;
      this.#biasedScale = weibull.scale;
    }
  }

  next(stream: RandomStream): number {
    return this.#gap === null ? exponential(stream, this.#meanS) : this.#gap.sample(stream);
  }

  /** Time from a random moment to the next arrival. */
  first(stream: RandomStream): number {
    if (this.#biased === null) return exponential(stream, this.#meanS);
    const draw = this.#biased.sample(stream);
    const gap = this.#biasedPower === 1 ? draw : this.#biasedScale * draw ** this.#biasedPower;
    return gap * stream.nextDouble();
  }
}

export class RenewalProcess implements ArrivalProcess {
  readonly #gaps: RenewalGaps;
  readonly #stream: RandomStream;
  #now = 0;
  #begun = false;

  constructor(gaps: RenewalGaps, stream: RandomStream) {
    this.#gaps = gaps;
    this.#stream = stream;
  }

  next(): number {
    this.#now += this.#begun ? this.#gaps.next(this.#stream) : this.#gaps.first(this.#stream);
    this.#begun = true;
    return this.#now;
  }
}
