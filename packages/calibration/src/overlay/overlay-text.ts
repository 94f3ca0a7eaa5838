/**
 * Writes fitted constants as a catalog overlay: a YAML file that a scenario can name to be priced with them.
 *
 * Shape `infersim.overlay/1`: per device or engine id the paths of its constants, each with value, 80 % interval, grade and
 * source. Values keep four significant digits; no fit knows more. Nothing is read or written here.
 */

import type { Grade } from '@infersim/catalog';
import { stringify } from 'yaml';
import { splitPath } from '../parameters/catalog-constants.js';

/** One constant of an overlay, in the unit of the catalog. */
export interface OverlayConstant {
  readonly path: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly grade: Grade;
  readonly source: string;
}

/** The schema line that a reader looks for. */
export const OVERLAY_SCHEMA = 'infersim.overlay/1';

/** Text of the overlay file; entries and constants are in alphabetical order, so that a diff shows what moved. */
export function overlayText(constants: readonly OverlayConstant[], note: string): string {
  const shelves: Record<string, Record<string, Record<string, unknown>>> = { devices: {}, engines: {} };
  const sorted = [...constants].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const { path, value, low, high, grade, source } of sorted) {
    const { shelf, id, rest } = splitPath(path);
    const entries = shelves[shelf]!;
    entries[id] ??= {};
    entries[id][rest] = { value: digits(value), low: digits(low), high: digits(high), grade, source };
  }
  const filled = Object.entries(shelves).filter(([, entries]) => Object.keys(entries).length > 0);
  return stringify({ schema: OVERLAY_SCHEMA, note, ...Object.fromEntries(filled) }, { lineWidth: 0 });
}

function digits(value: number): number {
  return Number(value.toPrecision(4));
}
