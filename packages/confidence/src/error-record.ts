/**
 * The record of errors, small enough to ship: per device, model family, engine and kind of figure the 10 %, 50 % and
 * 90 % quantiles of ln(measured/predicted), the range that was measured, and how much wider bands have to be the
 * farther the neighbours are.
 */

import { calibrateWidths } from './band-calibration.js';
import type { BandWidths } from './band-widths.js';
import { type ErrorGroup, errorGroups } from './error-groups.js';
import type { ErrorRow } from './error-row.js';
import { type MeasuredRange, measuredRanges } from './measured-range.js';

/** Everything bands are made from; plain data. */
export interface ErrorRecord {
  readonly groups: readonly ErrorGroup[];
  readonly ranges: readonly MeasuredRange[];
  readonly widths: BandWidths;
}

/** The record of some errors, widths calibrated on them. The order of the rows does not matter. */
export function buildErrorRecord(rows: readonly ErrorRow[]): ErrorRecord {
  return { groups: errorGroups(rows), ranges: measuredRanges(rows), widths: calibrateWidths(rows) };
}
