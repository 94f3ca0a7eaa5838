/**
 * The contract between physics and scheduler: what a step costs, from counts of work alone.
 *
 * A scheduler keeps the counts of `Work` up to date as requests join, advance and leave; a step model turns them into
 * time, kernel time, traffic and arithmetic without looping over a batch. Between batch changes a decode-only replica
 * costs `stepS + j * stepGrowthS` for its j-th step, so the first n steps take the closed form of `segmentS`.
 *
 * All counts are for one replica (all its devices together run one batch). Times in seconds; `bytes` and `computeS` are
 * per device (every device of a tensor-parallel group does the same share).
 */

/** Indices into the `work` array. Windows follow from `WINDOW0` on, `WINDOW_STRIDE` cells each, in `windowTokens` order. */
export const Work = {
  /** Decode sequences in the step, one token each. */
  DECODES: 0,
  /** Prefill tokens in the step, over all chunks. */
  PREFILL_TOKENS: 1,
  /** Rows of logits: decodes plus prefills that finish in this step. */
  LOGIT_ROWS: 2,
  /** Sum over decode sequences of the KV tokens each reads (its own new token included). */
  CONTEXT: 3,
  /** Sum over prefill chunks of q*(c + q/2): causal attention area. */
  PREFILL_AREA: 4,
  /** Sum over prefill chunks of (c + q): KV tokens read by prefill attention. */
  PREFILL_READ: 5,
  /** Prefill chunks in the step. */
  PREFILL_CHUNKS: 6,
  /** Tokens of the smallest partial chunk of the step (0 = none): under-filled attention grid. */
  SHORTEST_CHUNK: 7,
  WINDOW0: 8,
} as const;

/** Cells per sliding window, relative to its start. */
export const WindowWork = {
  /** Sum over decodes of min(context, window). */
  CONTEXT: 0,
  /** Decode sequences whose context is still below the window (each adds one token per step). */
  GROWING: 1,
  /** Prefill area with the window applied. */
  PREFILL_AREA: 2,
  /** KV tokens read by prefill with the window applied. */
  PREFILL_READ: 3,
} as const;
export const WINDOW_STRIDE = 4;

/** Indices into the `cost` array that pricing fills. */
export const Cost = {
  /** Seconds of the first step. */
  STEP_S: 0,
  /** Seconds that each further decode step takes longer than the one before it (0 for mixed steps). */
  STEP_GROWTH_S: 1,
  /** Steps for which both lines above hold, at least 1; Infinity when nothing bounds them. */
  LINEAR_STEPS: 2,
  /** Seconds in which kernels run, first step, and growth per step. */
  KERNEL_S: 3,
  KERNEL_GROWTH_S: 4,
  /** Memory traffic of one device, bytes, first step and growth per step. */
  BYTES: 5,
  BYTES_GROWTH: 6,
  /** Arithmetic of one device as seconds at peak rate, summed over dtypes; first step and growth per step. */
  COMPUTE_S: 7,
  COMPUTE_GROWTH_S: 8,
  /** Share of STEP_S that prefill causes: half of T(0,Q) + T(D,Q) - T(D,0). 0 without prefill, STEP_S without decodes. */
  PREFILL_S: 9,
  /** KV bytes read per device for one token of context (to share energy by bytes). */
  KV_BYTES_PER_CONTEXT_TOKEN: 10,
} as const;
export const COST_CELLS = 11;

/** Indices into the cells of what some steps used and the energy it took: for whoever asks for each segment. */
export const Use = {
  TIME_S: 0,
  /** Kernel time, traffic in bytes and arithmetic seconds at peak of one device in that time. */
  KERNEL_S: 1,
  BYTES: 2,
  COMPUTE_S: 3,
  /** Joules of the whole replica: the answer. */
  ENERGY_J: 4,
} as const;
/** More than the cells above: arrays of up to 8 numbers may be moved in memory, and every access would look up where to. */
export const USE_CELLS = 9;

/**
 * Passes of one step that follow each other through `stages` devices: passes of a_k seconds take sum(a_k) less the share
 * `overlap` of what an ideal line saves, whose time is sum(a_k)/stages + (stages - 1)/stages * max(a_k).
 */
export interface PassOverlap {
  readonly stages: number;
  readonly overlap: number;
}

/** Price of steps of one deployment. Implementations allocate nothing after construction and loop over no batch. */
export interface StepModel {
  readonly kind: 'batched' | 'sram-pipeline' | 'static-npu' | 'fixed-work';
  /** Distinct sliding windows in tokens, the order of the window cells in `work`. */
  readonly windowTokens: readonly number[];
  /** Cells a `work` array needs: WINDOW0 + windows * WINDOW_STRIDE. */
  readonly workCells: number;
  /** Devices of one replica. */
  readonly devices: number;
  /** How passes of one step overlap; absent = they follow each other. */
  readonly passes?: PassOverlap | undefined;
  /**
   * Prices a decode-only step (no prefill tokens) and the line its successors follow while the batch stays as it is:
   * each further step adds DECODES to CONTEXT and GROWING to each window.
   */
  priceDecode(work: Float64Array, cost: Float64Array): void;
  /** Prices one step that holds prefill tokens, with or without decodes. STEP_GROWTH_S = 0, LINEAR_STEPS = 1. */
  priceMixed(work: Float64Array, cost: Float64Array): void;
  /** Joules of the whole replica (all devices) over `timeS`, from per-device kernel time, traffic and arithmetic in it. */
  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number;
  /** `energyJ` of the cells of `Use`, into `ENERGY_J`: numbers in cells are not boxed on their way between functions. */
  energyOf(use: Float64Array): void;
  /** Watts of the whole replica with the model loaded and nothing to do. */
  readonly idleW: number;
  /** Watts of the whole replica that it can draw at most. */
  readonly maxW: number;
}

/** Seconds that the first `steps` steps take: n*a + b*n(n-1)/2. The only definition of a step boundary. */
export function segmentS(stepS: number, growthS: number, steps: number): number {
  // n(n-1)/2 as (n/2)*n - n/2: as exact up to 2^26 steps, and in fractions all the way.
  const half = steps * 0.5;
  return steps * stepS + growthS * (half * steps - half);
}

/**
 * Least number of steps whose boundary lies at or after `untilS`, the first step starting at `fromS`: solves the quadratic,
 * then corrects by ±1 with the boundaries themselves, `fromS` + `segmentS`, so that it is exact for them.
 */
export function stepsUntil(stepS: number, growthS: number, fromS: number, untilS: number): number {
  const elapsedS = untilS - fromS;
  if (elapsedS <= 0) return 0;
  let n: number;
  if (growthS <= 0) n = Math.ceil(elapsedS / stepS);
  else {
    const half = stepS - growthS / 2;
    n = Math.ceil((Math.sqrt(half * half + 2 * growthS * elapsedS) - half) / growthS);
  }
  while (n > 0 && fromS + segmentS(stepS, growthS, n - 1) >= untilS) n--;
  while (fromS + segmentS(stepS, growthS, n) < untilS) n++;
  return n;
}
