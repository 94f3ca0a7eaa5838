/**
 * Latencies over like sites: the samples of each, and percentiles of the sites' own percentiles.
 *
 * A million sites are looked at one by one; what each has is copied out, sorted and forgotten.
 */

import type { SiteSamples, Spread, WorldRecord } from '@infersim/fleet';
import { sortedQuantile } from '@infersim/stats';
import { metricIndex } from './metric-columns.js';
import type { Scope } from './scopes.js';

/** The samples of one site over several traffics, in a buffer that is used again for the next site. */
export class SpreadSamples {
  /** Sites of the traffics; the first one's, should they differ. */
  readonly sites: number;
  readonly #parts: readonly SiteSamples[];
  #buffer = new Float64Array(64);

  constructor(parts: readonly SiteSamples[]) {
    this.#parts = parts;
    this.sites = parts[0]?.sites ?? 0;
  }

  /** Samples of a site in the order of the traffics; valid until the next call, free to be sorted. */
  of(site: number): Float64Array {
    let held = 0;
    for (const part of this.#parts) held += part.heldOf(site);
    if (held > this.#buffer.length) this.#buffer = new Float64Array(2 * held);
    let at = 0;
    for (const part of this.#parts) at += part.copyTo(site, this.#buffer, at);
    return this.#buffer.subarray(0, held);
  }
}

/**
 * 95th percentiles of TTFT over like sites, for each set of traffics that scopes of one world ask for, in order: worked out
 * once, however many scopes share a set.
 */
export class SiteSpreads {
  readonly #world: WorldRecord;
  readonly #ascendingMs = new Map<string, Float64Array>();

  constructor(world: WorldRecord) {
    this.#world = world;
  }

  /** Sets the site columns of a scope, from those of its traffics that come from many sites. */
  set(scope: Scope, values: Float64Array): void {
    const traffics = scope.traffics.filter((traffic) => spreadOf(this.#world, scope, traffic) !== null);
    const key = traffics.join(' ');
    const p95s = this.#ascendingMs.get(key) ?? this.#ofTraffics(traffics);
    this.#ascendingMs.set(key, p95s);
    if (p95s.length === 0) return;
    values[metricIndex('site_ttft_ms_p95_p5')] = sortedQuantile(p95s, 0.05)!;
    values[metricIndex('site_ttft_ms_p95_p50')] = sortedQuantile(p95s, 0.5)!;
    values[metricIndex('site_ttft_ms_p95_p95')] = sortedQuantile(p95s, 0.95)!;
    values[metricIndex('site_ttft_ms_p95_worst')] = p95s[p95s.length - 1]!;
  }

  #ofTraffics(traffics: readonly number[]): Float64Array {
    const parts = traffics.map((traffic) => this.#world.statistics.spreads[traffic]!.ttftS);
    const samples = new SpreadSamples(parts);
    if (parts.some((part) => part.sites !== samples.sites)) return new Float64Array(0);
    const p95s = new Float64Array(samples.sites);
    let count = 0;
    for (let site = 0; site < samples.sites; site++) {
      const p95 = sortedQuantile(samples.of(site).sort(), 0.95);
      if (p95 !== undefined) p95s[count++] = p95 * 1000;
    }
    return p95s.subarray(0, count).sort();
  }
}

/** A traffic's spread where it belongs to the scope: its own workload or origin, or the site group it comes from. */
function spreadOf(world: WorldRecord, scope: Scope, traffic: number): Spread | null {
  const spread = world.statistics.spreads[traffic]!;
  if (spread === null || scope.kind === 'all' || scope.kind === 'grid' || scope.kind === 'pool') return null;
  if (scope.kind !== 'site') return spread;
  const group = world.plan.origins[world.plan.traffic[traffic]!.origin]!.siteGroup;
  return scope.groups[0] === group ? spread : null;
}
