/**
 * From neighbours' errors to the two sides of a band, level by level.
 *
 * Levels, closest first: same device, family and engine; same device and engine; same device; same class; nothing. Up to
 * `class` neighbours are of the same kind, dense or mixture of experts; a class without any takes both. A level counts
 * from eight rows on, and the closest that counts is the basis. There, with the quantiles q10, q50 and q90 of
 * ln(measured/predicted), a band reaches from q50 - k (q50 - q10) to q50 + k (q90 - q50), where k is the level's width
 * times the factor by which a normal prediction interval of few rows exceeds one of many, t(0.9, n - 1) sqrt(1 + 1/n)
 * over z(0.9). The bias q50 is not taken out of predictions: the band carries it, and always holds the prediction.
 *
 * Three rules on top: a side is never narrower than measurements repeat; what is added for few rows never makes a side
 * wider than the next farther level has it (more distant neighbours are the better evidence then, but never the
 * excuse to ignore a spread that was seen close by); and with nothing known the band is that of simulators nobody
 * calibrated. So with the same spread everywhere, closer neighbours never make a band wider than farther ones.
 */

import { normalQuantile, studentTQuantile } from '@infersim/stats';
import type { ErrorGroup } from './error-groups.js';
import type { MetricKind } from './metric-kind.js';
import { NOISE_FLOOR_LOG, type PooledErrors, poolErrors, Z90 } from './pooled-errors.js';

/** What a band rests on, closest first. */
export type BandBasis = 'device+family+engine' | 'device+engine' | 'device' | 'class' | 'none';

/** All of them, closest first; the index is the distance. */
export const BAND_BASES: readonly BandBasis[] = ['device+family+engine', 'device+engine', 'device', 'class', 'none'];

/** Levels with neighbours. */
export type NeighbourLevel = Exclude<BandBasis, 'none'>;

/** Levels with neighbours, closest first. */
export const NEIGHBOUR_LEVELS = ['device+family+engine', 'device+engine', 'device', 'class'] as const;

/** Factor on the width of each level's band; never less for a farther one. */
export type BandWidths = Readonly<Record<NeighbourLevel, number>>;

/** Widths where too little was measured to calibrate them. Grade: assumed. */
export const DEFAULT_WIDTHS: BandWidths = {
  'device+family+engine': 1,
  'device+engine': 1.25,
  device: 1.5,
  class: 1.75,
};

/** Rows from which a level counts. */
export const LEAST_ROWS = 8;

/**
 * Either side of a band where nothing is known, in ln: simulators that nobody calibrated for a device, and bottom-up
 * predictions of this kind before any fit, are 20 to 36 % off at the median; the middle of that, 27 %, times
 * z(0.9)/z(0.75) for normal errors. Grade: assumed.
 */
export const UNKNOWN_SIDE_LOG = Number(((Math.log(1.27) * Z90) / normalQuantile(0.75)).toFixed(2));

/** Whose errors are asked for. */
export interface BandQuery {
  readonly deviceId: string;
  readonly deviceClass: string;
  readonly family: string;
  readonly isMoe: boolean;
  readonly engineId: string;
  readonly metricKind: MetricKind;
}

/** Errors of the neighbours of a query: by level, and of everybody. Null where there are fewer than enough. */
export interface NeighbourErrors {
  readonly levels: Readonly<Record<NeighbourLevel, PooledErrors | null>>;
  readonly everybody: PooledErrors | null;
}

/** Both sides of a band as distances from the prediction, in ln, at least the noise floor. */
export interface BandSides {
  readonly basis: BandBasis;
  readonly n: number;
  readonly below: number;
  readonly above: number;
}

/** Finds the neighbours of a query among the groups. */
export function neighbourErrors(groups: readonly ErrorGroup[], query: BandQuery): NeighbourErrors {
  const ofMetric = groups.filter((group) => group.metricKind === query.metricKind);
  const ofKind = ofMetric.filter((group) => group.isMoe === query.isMoe);
  const ofDevice = ofKind.filter((group) => group.deviceId === query.deviceId);
  const ofEngine = ofDevice.filter((group) => group.engineId === query.engineId);
  const ofFamily = ofEngine.filter((group) => group.family === query.family);
  const inClass = (group: ErrorGroup) => group.deviceClass === query.deviceClass;
  return {
    levels: {
      'device+family+engine': enough(ofFamily, true),
      'device+engine': enough(ofEngine, false),
      device: enough(ofDevice, false),
      class: enough(ofKind.filter(inClass), false) ?? enough(ofMetric.filter(inClass), false),
    },
    everybody: enough(ofMetric, false),
  };
}

function enough(groups: readonly ErrorGroup[], isSameGroup: boolean): PooledErrors | null {
  const rows = groups.reduce((sum, group) => sum + group.n, 0);
  return rows < LEAST_ROWS ? null : poolErrors(groups, isSameGroup);
}

/** The closest level that counts. */
export function basisOf(errors: NeighbourErrors): BandBasis {
  return NEIGHBOUR_LEVELS.find((level) => errors.levels[level] !== null) ?? 'none';
}

/** Both sides of the band at the closest level that counts. */
export function bandSides(errors: NeighbourErrors, widths: BandWidths): BandSides {
  const { everybody } = errors;
  let sides: BandSides = {
    basis: 'none',
    n: 0,
    below: Math.max(UNKNOWN_SIDE_LOG, everybody === null ? 0 : belowAt(everybody, widths.class)),
    above: Math.max(UNKNOWN_SIDE_LOG, everybody === null ? 0 : aboveAt(everybody, widths.class)),
  };
  for (const level of [...NEIGHBOUR_LEVELS].reverse()) {
    const pool = errors.levels[level];
    if (pool === null) continue;
    const width = widths[level];
    const widened = width * fewRowsFactor(pool.effective);
    sides = {
      basis: level,
      n: pool.n,
      below: Math.max(belowAt(pool, width), Math.min(belowAt(pool, widened), sides.below)),
      above: Math.max(aboveAt(pool, width), Math.min(aboveAt(pool, widened), sides.above)),
    };
  }
  return sides;
}

function belowAt({ q10, q50 }: PooledErrors, factor: number): number {
  return Math.max(NOISE_FLOOR_LOG, factor * (q50 - q10) - q50);
}

function aboveAt({ q50, q90 }: PooledErrors, factor: number): number {
  return Math.max(NOISE_FLOOR_LOG, factor * (q90 - q50) + q50);
}

/** Half-width of a normal prediction interval from `n` rows over that from endlessly many, 80 % level. */
export function fewRowsFactor(n: number): number {
  // Fewer than eight rows never count, so n - 1 exceeds one even where all of them come from one group.
  return (studentTQuantile(0.9, n - 1) * Math.sqrt(1 + 1 / n)) / Z90;
}
