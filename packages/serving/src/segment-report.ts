/**
 * What a replica says about a stretch of work between two batch changes: [FROM_S, TO_S) with constant batch.
 *
 * One replica speaks at a time, so there is one set of cells for all of them: filled before `onSegment`, read within it.
 * Whole numbers that stay small are fields of the report, all others cells. The j-th step takes STEP_S + GROWTH_S * j.
 * Seconds, joules, bytes, blocks.
 */

/** Indices into `segmentCells`. */
export const Segment = {
  FROM_S: 0,
  TO_S: 1,
  /** TO_S - FROM_S as the steps make it, free of the rounding of a late clock. */
  WORK_S: 2,
  STEP_S: 3,
  GROWTH_S: 4,
  /** Prefill tokens computed (all steps of the segment). */
  PREFILL_TOKENS: 5,
  /** Of those, tokens that only fill a static batch up to its longest prompt: computed, but nobody's. */
  PADDING_TOKENS: 6,
  /** Device energy of the replica. */
  ENERGY_J: 7,
  /** Part of the time that prefill caused (Shapley). */
  PREFILL_S: 8,
  KERNEL_S: 9,
  /** Per device, as the arithmetic is. */
  BYTES: 10,
  COMPUTE_S: 11,
  USED_BLOCKS_FROM: 12,
  USED_BLOCKS_TO: 13,
} as const;
const SEGMENT_CELLS = 14;

/** The numbers of the segment that is being reported (`Segment`). */
export const segmentCells = new Float64Array(SEGMENT_CELLS);

/** Reused object; copy what must be kept. */
export interface SegmentReport {
  replica: number;
  steps: number;
  /** Decode sequences, which made a token each in every step. */
  decodes: number;
  /** The same by workload index; valid entries 0..workloads-1. */
  decodesByWorkload: Int32Array;
  /**
   * Groups among the decodes that stood still while prompts were computed before this segment's first step: its members'
   * gap to their first token here is `stallS[group]` + STEP_S. Only engines that compute prompts apart from decodes have
   * any. Valid entries: `stallS[0..stalls-1]`, `stalledByWorkload[group * workloads + workload]`.
   */
  stalls: number;
  stallS: Float64Array;
  stalledByWorkload: Int32Array;
}
