/**
 * The band of a figure: factors on the prediction between which the real figure lies in four of five cases, as far as
 * the neighbours that were measured can tell.
 *
 * Some kinds of figures were measured in fewer places than others, though one follows from the other: the time of a
 * request is mostly its tokens' time, and the throughput of a full engine is the inverse of that time. Where the other
 * kind has closer neighbours, its band is taken, turned over where need be.
 *
 * Not covered by a band: what the scenario itself assumes (demand, prices, lengths), round trips, PUE, and queueing that a
 * slower engine would build up. Those are the scenario's to vary.
 */

import type { Grade } from '@infersim/catalog';
import { BAND_BASES, type BandBasis, type BandQuery, bandSides, neighbourErrors } from './band-widths.js';
import { ERROR_RECORD } from './data/error-record.js';
import type { ErrorRecord } from './error-record.js';
import type { MetricKind } from './metric-kind.js';

/** Share of cases that bands are made to cover. */
export const NOMINAL_COVERAGE = 0.8;

/** A band as factors on the prediction; it always holds 1. */
export interface Band {
  readonly lowFactor: number;
  readonly highFactor: number;
  readonly basis: BandBasis;
  /** Measured figures it rests on; 0 where nothing is known. */
  readonly n: number;
  readonly nominal: typeof NOMINAL_COVERAGE;
}

/** Kinds that stand in for each other, and whether as the inverse. */
const STAND_INS: { readonly [kind in MetricKind]?: readonly [MetricKind, 'same' | 'inverse'] } = {
  e2e: ['tpot', 'same'],
  throughput: ['tpot', 'inverse'],
  tpot: ['throughput', 'inverse'],
};

/** The band of a query; `record` is the shipped one unless another is given. */
export function bandFor(query: BandQuery, record: ErrorRecord = ERROR_RECORD): Band {
  const direct = bandOfKind(query, record);
  const standIn = STAND_INS[query.metricKind];
  if (standIn === undefined || direct.basis === BAND_BASES[0]) return direct;
  const [metricKind, how] = standIn;
  const other = bandOfKind({ ...query, metricKind }, record);
  if (BAND_BASES.indexOf(other.basis) >= BAND_BASES.indexOf(direct.basis)) return direct;
  return how === 'same' ? other : inverseOf(other);
}

/** The band of one over a figure. */
export function inverseOf(band: Band): Band {
  return { ...band, lowFactor: 1 / band.highFactor, highFactor: 1 / band.lowFactor };
}

/** The band of what was never measured with anything alike, or where nothing is known of the model at all. */
export function unknownBand(metricKind: MetricKind, record: ErrorRecord = ERROR_RECORD): Band {
  return bandOfKind({ deviceId: '', deviceClass: '', family: '', isMoe: false, engineId: '', metricKind }, record);
}

function bandOfKind(query: BandQuery, record: ErrorRecord): Band {
  const sides = bandSides(neighbourErrors(record.groups, query), record.widths);
  return {
    lowFactor: Math.exp(-sides.below),
    highFactor: Math.exp(sides.above),
    basis: sides.basis,
    n: sides.n,
    nominal: NOMINAL_COVERAGE,
  };
}

/** What a band says about how sure a figure is: checked against measurements of neighbours, or of nobody. */
export function bandGrade(band: Pick<Band, 'basis'>): Grade {
  return band.basis === 'none' ? 'assumed' : 'fitted';
}

/** The basis in a few words, for people. */
export function basisWords(basis: BandBasis): string {
  switch (basis) {
    case 'device+family+engine':
      return 'same device, family and engine';
    case 'device+engine':
      return 'same device and engine';
    case 'device':
      return 'same device';
    case 'class':
      return 'same class of device';
    case 'none':
      return 'none';
  }
}
