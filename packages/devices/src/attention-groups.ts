/**
 * The attention of a whole deployment as coefficients: one row per group of equal layers, read by the step model in its inner
 * loop. A row says which cells of `work` hold the group's counts and what a unit of each costs; seconds are the slowest
 * device's per unit of its own work, bytes and arithmetic the mean device's per unit of the whole batch's.
 */

import type { LayerGroup } from '@infersim/catalog';
import { type AttentionShape, decodeLegs } from './attention.js';
import { WINDOW_STRIDE, Work } from './step-model.js';

/** Cells of an attention group. */
export const Coef = {
  /** Where the cells of the group's window lie in `work`; 0 without a window, whose counts have cells of their own. */
  WINDOW_CELL: 0,
  /** Per token of context: seconds of the leg under the max, seconds that add, bytes, peak seconds. */
  GROWING_S: 1,
  ADDED_S: 2,
  BYTES: 3,
  PEAK_S: 4,
  /** Seconds per decode sequence, the other side of the max. */
  SEQUENCE_S: 5,
  AREA_S: 6,
  UNDERFILL_S: 7,
  READ_S: 8,
  TOKEN_S: 9,
  TOKEN_BYTES: 10,
  AREA_PEAK_S: 11,
} as const;
/** Cells of a group. */
export const COEFFICIENTS = 12;

/** Rows of all groups but state layers, for one of `pp` stages and one of `dp` ranks of data-parallel attention. */
export function attentionGroups(
  shape: AttentionShape,
  layerGroups: readonly LayerGroup[],
  windows: readonly number[],
  pp: number,
  dp: number,
): Float64Array[] {
  const legs = decodeLegs(shape);
  const rows: Float64Array[] = [];
  for (const group of layerGroups) {
    if (group.kind === 'state') continue;
    const layers = group.layers / pp;
    // Traffic and arithmetic are the mean rank's, times the slowest rank's.
    const meanLayers = layers / dp;
    const row = new Float64Array(COEFFICIENTS);
    if (group.kind === 'window')
      row[Coef.WINDOW_CELL] = Work.WINDOW0 + windows.indexOf(group.windowTokens) * WINDOW_STRIDE;
    row[Coef.GROWING_S] = layers * legs.growingS;
    row[Coef.ADDED_S] = layers * legs.addedS;
    row[Coef.BYTES] = meanLayers * shape.kvBytesPerToken;
    row[Coef.PEAK_S] = meanLayers * shape.decodePeakS;
    row[Coef.SEQUENCE_S] = layers * shape.decodeSequenceS;
    row[Coef.AREA_S] = layers * shape.prefillAreaS;
    row[Coef.UNDERFILL_S] = layers * shape.prefillUnderfillS;
    row[Coef.READ_S] = layers * shape.prefillReadS;
    row[Coef.TOKEN_S] = layers * shape.prefillTokenS;
    row[Coef.TOKEN_BYTES] = meanLayers * shape.prefillTokenBytes;
    row[Coef.AREA_PEAK_S] = meanLayers * shape.prefillPeakS;
    rows.push(row);
  }
  return rows;
}
