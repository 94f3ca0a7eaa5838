/**
 * What a replica says about a stretch of work between two batch changes: [FROM_S, TO_S) with constant batch.
 *
 * One replica speaks at a time, so there is one set of cells for all of them: filled before `onSegment`, read within it.
 * Whole numbers that stay small are fields of the report, all others cells. The j-th step takes STEP_S + GROWTH_S * j.
 * Seconds, joules, bytes, blocks.
 */

import { USE_CELLS, Use } from '@infersim/devices';

/** Indices into `segmentCells`. The first are those of `Use`: the step model prices the energy of a segment where it lies. */
export const Segment = {
  /** TO_S - FROM_S as the steps make it, free of the rounding of a late clock. */
  WORK_S: Use.TIME_S,
  KERNEL_S: Use.KERNEL_S,
  /** Per device, as the arithmetic is. */
  BYTES: Use.BYTES,
  COMPUTE_S: Use.COMPUTE_S,
  /** Device energy of the replica. */
  ENERGY_J: Use.ENERGY_J,
  FROM_S: USE_CELLS,
  TO_S: USE_CELLS + 1,
  STEP_S: USE_CELLS + 2,
  GROWTH_S: USE_CELLS + 3,
  /** Prefill tokens computed (all steps of the segment). */
  PREFILL_TOKENS: USE_CELLS + 4,
  /** Of those, tokens that only fill a static batch up to its longest prompt: computed, but nobody's. */
  PADDING_TOKENS: USE_CELLS + 5,
  /** Part of the time that prefill caused (Shapley). */
  PREFILL_S: USE_CELLS + 6,
  USED_BLOCKS_FROM: USE_CELLS + 7,
  USED_BLOCKS_TO: USE_CELLS + 8,
} as const;
const SEGMENT_CELLS = USE_CELLS + 9;

/** The numbers of the segment that is being reported (`Segment`). */
export const segmentCells = new Float64Array(SEGMENT_CELLS);

/** The batch itself, which goes on changing: copy what must be kept. */
export interface SegmentReport {
  readonly replica: number;
  readonly steps: number;
  /** Decode sequences, which made a token each in every step. */
  readonly decodes: number;
  /** The same by workload index; valid entries 0..workloads-1. */
  readonly decodesByWorkload: Int32Array;
  /**
   * Groups among the decodes that stood still while prompts were computed before this segment's first step: its members'
   * gap to their first token here is `stallS[group]` + STEP_S. Only engines that compute prompts apart from decodes have
   * any. Valid entries: `stallS[0..stalls-1]`, `stalledByWorkload[group * workloads + workload]`.
   */
  readonly stalls: number;
  readonly stallS: Float64Array;
  readonly stalledByWorkload: Int32Array;
}
