/**
 * Devices that send on a clock, a few at each of many like sites: periodic-process.ts with all emitters in one row of
 * columns. The next of a site is found by looking at each of its emitters.
 */

import type { StreamBank } from '@infersim/kernel';
import type { ArrivalSpec } from '../workload-plan.js';
import { countAt, type SiteArrivals, type SiteArrivalsOptions } from './site-arrivals.js';
import { FEW } from './site-rate.js';

type PeriodicSpec = Extract<ArrivalSpec, { readonly process: 'periodic' }>;

export class SitePeriodic implements SiteArrivals {
  readonly #periodS: number;
  readonly #jitterS: number;
  readonly #jitter: StreamBank | null;
  /** First emitter of each site, and one more. */
  readonly #first: Uint32Array;
  readonly #phasesS: Float64Array;
  readonly #ticks: Float64Array;
  readonly #nextS: Float64Array;

  /** Null when a site has too many emitters to look through. */
  static of(spec: PeriodicSpec, options: SiteArrivalsOptions): SitePeriodic | null {
    const first = new Uint32Array(options.sites + 1);
    for (let site = 0; site < options.sites; site++) {
      const emitters = countAt(spec.emitters, site, options);
      if (emitters > FEW) return null;
      first[site + 1] = first[site]! + emitters;
    }
    return new SitePeriodic(spec, first, options);
  }

  private constructor(spec: PeriodicSpec, first: Uint32Array, options: SiteArrivalsOptions) {
    const { sites, bank } = options;
    this.#periodS = spec.periodS;
    this.#jitterS = spec.jitterS;
    this.#jitter = spec.jitterS > 0 ? bank('arrivals') : null;
    this.#first = first;
    const emitters = first[sites]!;
    this.#phasesS = new Float64Array(emitters);
    this.#ticks = new Float64Array(emitters);
    this.#nextS = new Float64Array(emitters);
    this.#jitter?.seedAll();
    const phases = bank('phases');
    phases.seedAll();
    for (let site = 0; site < sites; site++) {
      if (first[site] === first[site + 1]) continue;
      phases.select(site);
      this.#jitter?.select(site);
      for (let emitter = first[site]!; emitter < first[site + 1]!; emitter++) {
        this.#phasesS[emitter] = phases.stream.nextDouble() * spec.periodS;
        this.#nextS[emitter] = this.#tickTime(emitter, 0);
      }
    }
  }

  get columnBytes(): number {
    return this.#first.byteLength + 3 * this.#nextS.byteLength + (this.#jitter?.stateBytes ?? 0);
  }

  next(site: number): number {
    const nextS = this.#nextS;
    const end = this.#first[site + 1]!;
    let emitter = -1;
    let now = Number.POSITIVE_INFINITY;
    for (let other = this.#first[site]!; other < end; other++) {
      if (nextS[other]! < now) {
        now = nextS[other]!;
        emitter = other;
      }
    }
    if (emitter < 0) return Number.POSITIVE_INFINITY;
    this.#jitter?.select(site);
    this.#ticks[emitter] = this.#ticks[emitter]! + 1;
    nextS[emitter] = this.#tickTime(emitter, now);
    return now;
  }

  #tickTime(emitter: number, notBefore: number): number {
    const scheduledS = this.#phasesS[emitter]! + this.#ticks[emitter]! * this.#periodS;
    if (this.#jitter === null) return scheduledS;
    return Math.max(notBefore, scheduledS + this.#jitterS * this.#jitter.stream.nextNormal());
  }
}
