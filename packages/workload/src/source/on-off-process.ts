/**
 * Interrupted renewal process: exponential on and off times; while on, renewal gaps of a given rate and CV.
 *
 * Stationary from the start (on with probability on / (on + off)); each burst begins within a gap, as if seen at a
 * random moment, so the mean rate while on is exactly `onRatePerS` and overall onRatePerS x on / (on + off). The gap
 * that crosses the end of a burst is lost. Phases and gaps have streams of their own.
 */

import type { RandomStream } from '@infersim/kernel';
import type { ArrivalProcess } from './arrival-process.js';
import { exponential, RenewalGaps } from './renewal-process.js';

export class OnOffProcess implements ArrivalProcess {
  readonly #gaps: RenewalGaps;
  readonly #onMeanS: number;
  readonly #offMeanS: number;
  readonly #phases: RandomStream;
  readonly #stream: RandomStream;
  #now = 0;
  #onUntil = 0;
  /** A burst is running and its first arrival was drawn. */
  #inBurst = false;

  constructor(
    onRatePerS: number,
    onMeanS: number,
    offMeanS: number,
    cv: number,
    phases: RandomStream,
    stream: RandomStream,
  ) {
    this.#gaps = new RenewalGaps('gamma', 1 / onRatePerS, cv);
    this.#onMeanS = onMeanS;
    this.#offMeanS = offMeanS;
    this.#phases = phases;
    this.#stream = stream;
    if (offMeanS === 0) {
      this.#onUntil = Number.POSITIVE_INFINITY;
    } else {
      if (phases.nextDouble() * (onMeanS + offMeanS) >= onMeanS) this.#now = exponential(phases, offMeanS);
      this.#onUntil = this.#now + exponential(phases, onMeanS);
    }
  }

  next(): number {
    for (;;) {
      this.#now += this.#inBurst ? this.#gaps.next(this.#stream) : this.#gaps.first(this.#stream);
      this.#inBurst = true;
      if (this.#now < this.#onUntil) return this.#now;
      this.#now = this.#onUntil + exponential(this.#phases, this.#offMeanS);
      this.#onUntil = this.#now + exponential(this.#phases, this.#onMeanS);
      this.#inBurst = false;
    }
  }
}
