/**
 * A step model without physics: a step with b sequences takes fixedS + perSequenceS * b seconds, whatever they read.
 *
 * Decodes and prompts count alike, one sequence each, so that theory's tau(b) is what the engine meets. Nothing grows
 * with context. Energy is power times time, half of the draw tied to kernels.
 */

import { Cost, type StepModel, Use, Work } from '@infersim/devices';

/** Watts while idle and at work; any positive numbers would do, as no check rests on them. */
const IDLE_W = 100;
const BUSY_W = 300;

export class PlainStepModel implements StepModel {
  readonly kind = 'fixed-work';
  readonly windowTokens: readonly number[] = [];
  readonly workCells = Work.WINDOW0;
  readonly devices = 1;
  readonly idleW = IDLE_W;
  readonly maxW = BUSY_W;
  readonly #fixedS: number;
  readonly #perSequenceS: number;

  constructor(fixedS: number, perSequenceS: number) {
    this.#fixedS = fixedS;
    this.#perSequenceS = perSequenceS;
  }

  /** Seconds of a step with `sequences` in it. */
  stepS(sequences: number): number {
    return this.#fixedS + this.#perSequenceS * sequences;
  }

  priceDecode(work: Float64Array, cost: Float64Array): void {
    const stepS = this.stepS(work[Work.DECODES]!);
    cost.fill(0);
    cost[Cost.STEP_S] = stepS;
    cost[Cost.KERNEL_S] = stepS;
    cost[Cost.LINEAR_STEPS] = Number.POSITIVE_INFINITY;
  }

  priceMixed(work: Float64Array, cost: Float64Array): void {
    const decodes = work[Work.DECODES]!;
    const prompts = work[Work.PREFILL_CHUNKS]!;
    const stepS = this.stepS(decodes + prompts);
    cost.fill(0);
    cost[Cost.STEP_S] = stepS;
    cost[Cost.KERNEL_S] = stepS;
    cost[Cost.LINEAR_STEPS] = 1;
    cost[Cost.PREFILL_S] = (stepS * prompts) / (decodes + prompts);
  }

  energyJ(timeS: number, kernelS: number): number {
    return IDLE_W * timeS + (BUSY_W - IDLE_W) * kernelS;
  }

  energyOf(use: Float64Array): void {
    use[Use.ENERGY_J] = this.energyJ(use[Use.TIME_S]!, use[Use.KERNEL_S]!);
  }
}
