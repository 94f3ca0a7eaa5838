/**
 * Devices that send on a clock: each emitter every period from a random phase, each tick displaced by normal jitter.
 *
 * Jitter displaces a tick from its schedule and does not add up; a tick is never sent before the emitter's last one nor
 * before time zero. Phases and jitter have streams of their own.
 */

import type { RandomStream } from '@infersim/kernel';
import type { ArrivalProcess } from './arrival-process.js';
import { TimeHeap } from './time-heap.js';

export class PeriodicProcess implements ArrivalProcess {
  readonly #periodS: number;
  readonly #jitterS: number;
  readonly #jitter: RandomStream;
  readonly #heap: TimeHeap;
  readonly #phasesS: Float64Array;
  readonly #ticks: Float64Array;

  constructor(periodS: number, jitterS: number, emitters: number, phases: RandomStream, jitter: RandomStream) {
    this.#periodS = periodS;
    this.#jitterS = jitterS;
    this.#jitter = jitter;
    this.#heap = new TimeHeap(emitters);
    this.#phasesS = new Float64Array(emitters);
    this.#ticks = new Float64Array(emitters);
    for (let emitter = 0; emitter < emitters; emitter++) {
      this.#phasesS[emitter] = phases.nextDouble() * periodS;
      this.#heap.push(this.#tickTime(emitter, 0), emitter);
    }
  }

  next(): number {
    if (this.#heap.size === 0) return Number.POSITIVE_INFINITY;
    const now = this.#heap.firstTime;
    const emitter = this.#heap.firstNumber;
    this.#ticks[emitter]!++;
    this.#heap.replaceFirst(this.#tickTime(emitter, now));
    return now;
  }

  #tickTime(emitter: number, notBefore: number): number {
    const scheduledS = this.#phasesS[emitter]! + this.#ticks[emitter]! * this.#periodS;
    if (this.#jitterS === 0) return scheduledS;
    return Math.max(notBefore, scheduledS + this.#jitterS * this.#jitter.nextNormal());
  }
}
