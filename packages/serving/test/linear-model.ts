/**
 * Step models with few, hand-picked coefficients, so that a batch can be worked on paper.
 *
 * A step costs fixed + decode + context + prefill terms. All default coefficients are multiples of 2^-24, so that sums
 * of step times are exact in doubles whatever their order, and a reference that adds them up gets the same clock.
 */

import { COST_CELLS, Cost, type StepModel, Use, WINDOW_STRIDE, WindowWork, Work } from '@infersim/devices';

export interface LinearCoefficients {
  readonly fixedS: number;
  readonly decodeS: number;
  readonly contextS: number;
  readonly prefillTokenS: number;
  readonly areaS: number;
  /** Windows in tokens, each reading at `windowS` per token. */
  readonly windows: readonly number[];
  readonly windowS: number;
  /** Context sum below which contexts cost twice as much: the price line breaks there. 0 = nowhere. */
  readonly kinkTokens: number;
}

/** Every step takes one second, whatever is in it: times are step numbers. */
export const UNIT: LinearCoefficients = {
  fixedS: 1,
  decodeS: 0,
  contextS: 0,
  prefillTokenS: 0,
  areaS: 0,
  windows: [],
  windowS: 0,
  kinkTokens: 0,
};

export const DYADIC: LinearCoefficients = {
  fixedS: 2 ** -3,
  decodeS: 2 ** -8,
  contextS: 2 ** -14,
  prefillTokenS: 2 ** -9,
  areaS: 2 ** -16,
  windows: [],
  windowS: 2 ** -13,
  kinkTokens: 0,
};

export const WEIGHT_BYTES = 4000;
export const KV_BYTES = 3;

export class LinearModel implements StepModel {
  readonly kind = 'batched';
  readonly windowTokens: readonly number[];
  readonly workCells: number;
  readonly devices = 1;
  readonly idleW = 50;
  readonly maxW = 700;
  readonly #c: LinearCoefficients;
  #scratch = new Float64Array(COST_CELLS);

  constructor(coefficients: LinearCoefficients) {
    this.#c = coefficients;
    this.windowTokens = coefficients.windows;
    this.workCells = Work.WINDOW0 + coefficients.windows.length * WINDOW_STRIDE;
  }

  priceDecode(work: Float64Array, cost: Float64Array): void {
    const c = this.#c;
    const decodes = work[Work.DECODES]!;
    const context = work[Work.CONTEXT]!;
    const isBelow = context < c.kinkTokens;
    const slope = isBelow ? 2 * c.contextS : c.contextS;
    const base = isBelow ? 0 : c.contextS * c.kinkTokens;
    let stepS = c.fixedS + c.decodeS * decodes + base + slope * context;
    let growthS = slope * decodes;
    for (let w = 0; w < c.windows.length; w++) {
      const cell = Work.WINDOW0 + w * WINDOW_STRIDE;
      stepS += c.windowS * work[cell + WindowWork.CONTEXT]!;
      growthS += c.windowS * work[cell + WindowWork.GROWING]!;
    }
    cost[Cost.STEP_S] = stepS;
    cost[Cost.STEP_GROWTH_S] = growthS;
    cost[Cost.LINEAR_STEPS] =
      isBelow && decodes > 0 ? Math.ceil((c.kinkTokens - context) / decodes) : Number.POSITIVE_INFINITY;
    this.#traffic(work, cost, growthS, decodes);
    cost[Cost.PREFILL_S] = 0;
  }

  priceMixed(work: Float64Array, cost: Float64Array): void {
    const c = this.#c;
    const decodes = work[Work.DECODES]!;
    this.priceDecode(work, this.#scratch);
    const decodeOnlyS = this.#scratch[Cost.STEP_S]!;
    let prefillS = c.prefillTokenS * work[Work.PREFILL_TOKENS]! + c.areaS * work[Work.PREFILL_AREA]!;
    for (let w = 0; w < c.windows.length; w++) {
      const cell = Work.WINDOW0 + w * WINDOW_STRIDE;
      prefillS += c.areaS * work[cell + WindowWork.PREFILL_AREA]! + c.windowS * work[cell + WindowWork.PREFILL_READ]!;
    }
    cost[Cost.STEP_S] = decodeOnlyS + prefillS;
    cost[Cost.STEP_GROWTH_S] = 0;
    cost[Cost.LINEAR_STEPS] = 1;
    this.#traffic(work, cost, 0, 0);
    cost[Cost.PREFILL_S] = decodes === 0 ? decodeOnlyS + prefillS : (c.fixedS + prefillS + prefillS) / 2;
  }

  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    const watts = 90 + (20 * kernelS) / timeS + 0.01 * (bytes / timeS) + 300 * Math.sqrt(computeS / timeS);
    return timeS * Math.min(watts, this.maxW);
  }

  energyOf(use: Float64Array): void {
    use[Use.ENERGY_J] = this.energyJ(use[Use.TIME_S]!, use[Use.KERNEL_S]!, use[Use.BYTES]!, use[Use.COMPUTE_S]!);
  }

  #traffic(work: Float64Array, cost: Float64Array, growthS: number, growingTokens: number): void {
    const tokens = work[Work.DECODES]! + work[Work.PREFILL_TOKENS]!;
    const stepS = cost[Cost.STEP_S]!;
    cost[Cost.KERNEL_S] = stepS / 2;
    cost[Cost.KERNEL_GROWTH_S] = growthS / 2;
    cost[Cost.BYTES] = WEIGHT_BYTES + KV_BYTES * (work[Work.CONTEXT]! + work[Work.PREFILL_READ]!);
    cost[Cost.BYTES_GROWTH] = KV_BYTES * growingTokens;
    cost[Cost.COMPUTE_S] = tokens / 1000;
    cost[Cost.COMPUTE_GROWTH_S] = 0;
    cost[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = KV_BYTES;
  }
}
