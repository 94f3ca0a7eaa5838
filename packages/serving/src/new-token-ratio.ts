/**
 * SGLang's new_token_ratio: the share of their declared outputs that running requests are expected to make.
 *
 * It starts at 0.7 times the conservativeness, falls linearly to 0.14 of that over 600 decode steps, is set anew from what
 * the survivors have made when requests are retracted, and starts afresh when the engine is idle. The fall is a function of
 * the number of steps since it was last set, never accumulated, so a leap gives the same ratio as its steps one by one.
 * Source: `srt/environ.py`, `managers/scheduler.py` of SGLang [measured constants of modelling, SGLang].
 */

/** Start, before the conservativeness. */
const INITIAL_RATIO = 0.7;
/** Least ratio as a share of the start. */
const LEAST_SHARE = 0.14;
/** Decode steps from start to least. */
const DECAY_STEPS = 600;

export class NewTokenRatio {
  readonly #initial: number;
  readonly #least: number;
  readonly #fall: number;
  #base: number;
  #steps = 0;

  constructor(conservativeness: number) {
    this.#initial = Math.min(INITIAL_RATIO * conservativeness, 1);
    this.#least = this.#initial * LEAST_SHARE;
    this.#fall = (this.#initial - this.#least) / DECAY_STEPS;
    this.#base = this.#initial;
  }

  get value(): number {
    return this.#steps <= 0 ? this.#base : Math.max(this.#base - this.#steps * this.#fall, this.#least);
  }

  /** `steps` decode steps have been made. */
  pass(steps: number): void {
    this.#steps += steps;
  }

  /** Requests have been retracted in front of a decode step, which itself lowers nothing. */
  jump(ratio: number): void {
    this.#base = ratio;
    this.#steps = -1;
  }

  /** The engine is idle. */
  reset(): void {
    this.#base = this.#initial;
    this.#steps = 0;
  }
}
