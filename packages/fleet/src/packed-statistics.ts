/**
 * Statistics of a lane on their way to the thread that joins them: plain data and typed arrays, and how they are added up.
 *
 * Counts come out the same in any order of the parts, sums of fractions in their last bits only in the same order.
 */

import { type PackedTimeBins, TimeBins } from '@infersim/stats';
import type { PackedLoads } from './pool-meter.js';
import type { PackedQueue } from './queue-meter.js';
import type { PackedSites } from './site-meters.js';
import type { PackedSiteSamples } from './site-samples.js';
import type { Spread, Statistics } from './statistics.js';
import type { PackedCell } from './tally-cells.js';

interface PackedSeries {
  readonly attempts: PackedTimeBins;
  readonly completed: PackedTimeBins;
  readonly tokens: PackedTimeBins;
}

/** Statistics as plain data and typed arrays, for posting to another thread. */
export interface PackedStatistics {
  readonly cells: readonly PackedCell[];
  readonly poolMeters: readonly PackedLoads[];
  readonly queueMeters: readonly PackedQueue[];
  readonly siteMeters: readonly PackedSites[];
  readonly spreads: readonly ({ readonly [Metric in keyof Spread]: PackedSiteSamples } | null)[];
  readonly offeredByTraffic: Float64Array;
  readonly refusalCounts: Float64Array;
  readonly series: readonly PackedSeries[] | null;
  readonly offeredSeries: PackedTimeBins | null;
  readonly attributed: Float64Array;
}

/** Everything counted, as plain data; rows and Little's law apart. Call when all work is reported. */
export function packStatistics(statistics: Statistics): PackedStatistics {
  return {
    cells: statistics.cells.pack(),
    poolMeters: statistics.poolMeters.map((meter) => meter.pack()),
    queueMeters: statistics.queueMeters.map((meter) => meter.pack()),
    siteMeters: statistics.siteMeters.map((meter) => meter.pack()),
    spreads: statistics.spreads.map(
      (spread) => spread && { ttftS: spread.ttftS.pack(), tpotS: spread.tpotS.pack(), e2eS: spread.e2eS.pack() },
    ),
    offeredByTraffic: statistics.offeredByTraffic.slice(),
    refusalCounts: statistics.refusalCounts.slice(),
    series:
      statistics.series?.map(({ attempts, completed, tokens }) => ({
        attempts: attempts.pack(),
        completed: completed.pack(),
        tokens: tokens.pack(),
      })) ?? null,
    offeredSeries: statistics.offeredSeries?.pack() ?? null,
    attributed: statistics.attributed.slice(),
  };
}

/** Adds what another part of the world counted to `into`. */
export function absorbStatistics(into: Statistics, packed: PackedStatistics): void {
  into.cells.absorb(packed.cells);
  packed.poolMeters.forEach((loads, pool) => {
    into.poolMeters[pool]!.absorb(loads);
  });
  packed.queueMeters.forEach((queue, pool) => {
    into.queueMeters[pool]!.absorb(queue);
  });
  packed.siteMeters.forEach((sites, group) => {
    into.siteMeters[group]!.absorb(sites);
  });
  packed.spreads.forEach((from, traffic) => {
    const spread = into.spreads[traffic];
    if (from === null || !spread) return;
    spread.ttftS.absorb(from.ttftS);
    spread.tpotS.absorb(from.tpotS);
    spread.e2eS.absorb(from.e2eS);
  });
  addTo(into.offeredByTraffic, packed.offeredByTraffic);
  addTo(into.refusalCounts, packed.refusalCounts);
  packed.series?.forEach((from, pool) => {
    const series = into.series?.[pool];
    series?.attempts.merge(TimeBins.unpack(from.attempts));
    series?.completed.merge(TimeBins.unpack(from.completed));
    series?.tokens.merge(TimeBins.unpack(from.tokens));
  });
  if (packed.offeredSeries !== null) into.offeredSeries?.merge(TimeBins.unpack(packed.offeredSeries));
  addTo(into.attributed, packed.attributed);
}

function addTo(sums: Float64Array, amounts: Float64Array): void {
  for (let cell = 0; cell < sums.length; cell++) sums[cell] = sums[cell]! + amounts[cell]!;
}
