/**
 * The attention of a whole deployment as flat coefficients: one row per group of equal layers, read by the step model in its
 * inner loop. A row says which cells of `work` hold the group's counts and what a unit of each costs; seconds are the slowest
 * device's per unit of its own work, bytes and arithmetic the mean device's per unit of the whole batch's.
 */

import type { LayerGroup } from '@infersim/catalog';
import { type AttentionShape, decodeLegs } from './attention.js';
import { WINDOW_STRIDE, WindowWork, Work } from './step-model.js';

/** Cells per attention group in the flat coefficient array. */
export const Coef = {
  /** Cell of `work` that holds the group's context; the growing count and prefill cells follow from it. */
  CONTEXT_CELL: 0,
  GROWING_CELL: 1,
  AREA_CELL: 2,
  READ_CELL: 3,
  /** Per token of context: seconds of the leg under the max, seconds that add, bytes, peak seconds. */
  GROWING_S: 4,
  ADDED_S: 5,
  BYTES: 6,
  PEAK_S: 7,
  /** Seconds per decode sequence, the other side of the max. */
  SEQUENCE_S: 8,
  AREA_S: 9,
  UNDERFILL_S: 10,
  READ_S: 11,
  TOKEN_S: 12,
  TOKEN_BYTES: 13,
  AREA_PEAK_S: 14,
} as const;
/** Cells per group. */
export const COEFFICIENTS = 15;

/** Rows of all groups but state layers, for one of `pp` stages and one of `dp` ranks of data-parallel attention. */
export function attentionGroups(
  shape: AttentionShape,
  layerGroups: readonly LayerGroup[],
  windows: readonly number[],
  pp: number,
  dp: number,
): Float64Array {
  const legs = decodeLegs(shape);
  const cells: number[] = [];
  for (const group of layerGroups) {
    if (group.kind === 'state') continue;
    const layers = group.layers / pp;
    // Traffic and arithmetic are the mean rank's, times the slowest rank's.
    const meanLayers = layers / dp;
    const window = group.kind === 'window' ? Work.WINDOW0 + windows.indexOf(group.windowTokens) * WINDOW_STRIDE : -1;
    const cell = (offset: number, full: number): number => (window < 0 ? full : window + offset);
    const row = new Array<number>(COEFFICIENTS).fill(0);
    row[Coef.CONTEXT_CELL] = cell(WindowWork.CONTEXT, Work.CONTEXT);
    row[Coef.GROWING_CELL] = cell(WindowWork.GROWING, Work.DECODES);
    row[Coef.AREA_CELL] = cell(WindowWork.PREFILL_AREA, Work.PREFILL_AREA);
    row[Coef.READ_CELL] = cell(WindowWork.PREFILL_READ, Work.PREFILL_READ);
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
    cells.push(...row);
  }
  return Float64Array.from(cells);
}
