/** A stream of arrival times in operational time (seconds at the mean rate; see rate-clock.ts). */

export interface ArrivalProcess {
  /** Time of the next arrival, never before the last one; Infinity when there is none any more. */
  next(): number;
}

/** Evenly spaced arrivals, the k-th (from 0) at (k + 1/2) gaps: a window of whole gaps holds exactly rate x time. */
export class ConstantProcess implements ArrivalProcess {
  readonly #ratePerS: number;
  #arrivals = 0;

  constructor(ratePerS: number) {
    this.#ratePerS = ratePerS;
  }

  next(): number {
    return (this.#arrivals++ + 0.5) / this.#ratePerS;
  }
}
