/**
 * Sum of a few very unequal clients: lognormal rates, each client a gamma renewal process with its own CV.
 *
 * Rates are drawn once (median 1, sigma as given) and scaled so that their sum is exactly the wanted rate; the CV of
 * a client is drawn from the weights, independent of its rate. Each client starts in its stationary state. Clients
 * with the same CV share one unit-mean law. Source: ServeGen (Xiang et al., arXiv 2505.09999); parameters are the
 * caller's.
 */

import type { RandomStream } from '@infersim/kernel';
import type { ArrivalProcess } from './arrival-process.js';
import { cumulativeWeights, pickIndex } from './length-law.js';
import { RenewalGaps } from './renewal-process.js';
import { TimeHeap } from './time-heap.js';

export class ClientsProcess implements ArrivalProcess {
  readonly #heap: TimeHeap;
  readonly #meanGapsS: Float64Array;
  readonly #lawOf: Int32Array;
  readonly #laws: readonly RenewalGaps[];
  readonly #stream: RandomStream;

  constructor(
    ratePerS: number,
    clients: number,
    sigma: number,
    cvs: readonly { readonly weight: number; readonly cv: number }[],
    setup: RandomStream,
    stream: RandomStream,
  ) {
    this.#stream = stream;
    this.#laws = cvs.map(({ cv }) => new RenewalGaps('gamma', 1, cv));
    this.#heap = new TimeHeap(clients);
    this.#meanGapsS = new Float64Array(clients);
    this.#lawOf = new Int32Array(clients);
    const cumulative = cumulativeWeights(cvs.map(({ weight }) => weight));
    let total = 0;
    for (let client = 0; client < clients; client++) {
      const rate = Math.exp(sigma * setup.nextNormal());
      this.#lawOf[client] = pickIndex(cumulative, setup.nextDouble());
      this.#meanGapsS[client] = rate;
      total += rate;
    }
    for (let client = 0; client < clients; client++) {
      this.#meanGapsS[client] = total / (ratePerS * this.#meanGapsS[client]!);
      this.#heap.push(this.#law(client).first(stream) * this.#meanGapsS[client]!, client);
    }
  }

  next(): number {
    const now = this.#heap.firstTime;
    const client = this.#heap.firstNumber;
    this.#heap.replaceFirst(now + this.#law(client).next(this.#stream) * this.#meanGapsS[client]!);
    return now;
  }

  #law(client: number): RenewalGaps {
    return this.#laws[this.#lawOf[client]!]!;
  }
}
