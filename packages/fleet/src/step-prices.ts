/**
 * What single steps would take at a replica of a pool, for predictions and prices of its balancers and routers.
 *
 * A step of so many decodes with so much context between them, and one prompt's chunks: no cached tokens, and each window is
 * filled as if the decodes had equal shares of the context. Seconds, joules, tokens.
 */

import { COST_CELLS, Cost, type StepModel, WINDOW_STRIDE, WindowWork, Work } from '@infersim/devices';

export class StepPrices {
  readonly #model: StepModel;
  readonly #work: Float64Array;
  readonly #cost = new Float64Array(COST_CELLS);

  constructor(model: StepModel) {
    this.#model = model;
    this.#work = new Float64Array(model.workCells);
  }

  /** Seconds of one step with these counts, in tokens but for the number of sequences that decode and of chunks. */
  stepS(decodes: number, context: number, prefillTokens: number, chunks: number): number {
    const work = this.#work.fill(0);
    work[Work.DECODES] = decodes;
    work[Work.PREFILL_TOKENS] = prefillTokens;
    work[Work.LOGIT_ROWS] = decodes + chunks;
    work[Work.CONTEXT] = context;
    work[Work.PREFILL_AREA] = (prefillTokens * prefillTokens) / 2;
    work[Work.PREFILL_READ] = prefillTokens;
    work[Work.PREFILL_CHUNKS] = chunks;
    work[Work.SHORTEST_CHUNK] = prefillTokens;
    for (let w = 0; w < this.#model.windowTokens.length; w++) {
      const at = Work.WINDOW0 + w * WINDOW_STRIDE;
      const window = this.#model.windowTokens[w]!;
      const wide = Math.min(prefillTokens, window);
      work[at + WindowWork.CONTEXT] = Math.min(context, decodes * window);
      work[at + WindowWork.PREFILL_AREA] =
        prefillTokens <= window ? (prefillTokens * prefillTokens) / 2 : wide * prefillTokens - (wide * wide) / 2;
      work[at + WindowWork.PREFILL_READ] = prefillTokens;
    }
    if (prefillTokens > 0) this.#model.priceMixed(work, this.#cost);
    else this.#model.priceDecode(work, this.#cost);
    return this.#cost[Cost.STEP_S]!;
  }

  /** Joules of the step priced last. */
  energyJ(): number {
    const cost = this.#cost;
    return this.#model.energyJ(cost[Cost.STEP_S]!, cost[Cost.KERNEL_S]!, cost[Cost.BYTES]!, cost[Cost.COMPUTE_S]!);
  }
}
