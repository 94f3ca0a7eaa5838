/**
 * What the running requests may still make: the sum of min(left, clip) over a decode set, without visiting it.
 *
 * `left` falls by one a step for every member. A member with left <= clip at step s contributes end - s with a constant
 * end, so all of them together contribute (sum of ends) - (their number) * s: whole numbers, exact in doubles. A member
 * with more contributes the clip until the step end - clip, at which it joins the others; a heap keyed by that step tells
 * when, and is only looked at when the sum is asked for or the set changes. Hence O(1) for a member that joins or leaves,
 * O(log n) for one above the clip, nothing for a step, and the same sum however the steps were counted. Units: tokens.
 */

import { StepHeap } from './step-heap.js';

/** Steps after which the counter is renumbered, so that heap keys stay exact. */
const RENUMBER_STEPS = 1 << 20;

/** Sum over a decode set of the tokens each may still make, each clipped. */
export class FutureTokens {
  readonly #clipTokens: number;
  readonly #clipped = new StepHeap();
  #step = 0;
  #unclipped = 0;
  #ends = 0;

  constructor(clipTokens: number) {
    this.#clipTokens = clipTokens;
  }

  /** A decode that may make `left` more tokens joins; `places` keeps its place if it is clipped. */
  join(slot: number, left: number, places: Int32Array): void {
    if (this.#unclipped === 0 && this.#clipped.size === 0) this.#step = 0;
    else if (this.#step >= RENUMBER_STEPS) this.#renumber(places);
    if (left > this.#clipTokens) this.#clipped.push(this.#step + left - this.#clipTokens, slot, places);
    else {
      this.#unclipped++;
      this.#ends += this.#step + left;
    }
  }

  /** A decode with `left` tokens to go leaves. */
  leave(slot: number, left: number, places: Int32Array): void {
    this.#settle(places);
    if (left > this.#clipTokens) this.#clipped.remove(slot, places);
    else {
      this.#unclipped--;
      this.#ends -= this.#step + left;
    }
  }

  /** All members have made `steps` more tokens. */
  advance(steps: number): void {
    this.#step += steps;
  }

  /** The sum now. */
  total(places: Int32Array): number {
    this.#settle(places);
    return this.#ends - this.#unclipped * this.#step + this.#clipped.size * this.#clipTokens;
  }

  #settle(places: Int32Array): void {
    const clipped = this.#clipped;
    for (let step = clipped.minStep; step <= this.#step; step = clipped.minStep) {
      clipped.remove(clipped.minSlot(), places);
      this.#unclipped++;
      this.#ends += step + this.#clipTokens;
    }
  }

  #renumber(places: Int32Array): void {
    this.#settle(places);
    this.#ends -= this.#unclipped * this.#step;
    this.#clipped.lower(this.#step);
    this.#step = 0;
  }
}
