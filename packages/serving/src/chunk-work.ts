/**
 * Prefill chunks as counts of work: what a chunk adds to the cells that a step model prices.
 *
 * A chunk of q tokens behind c cached ones has the causal area q*(c + q/2), so that the areas of all chunks of a prompt add
 * up to that of the whole prompt. Under a window w the area is G(c + q) - G(c), G(x) = x^2/2 up to w and w*x - w^2/2 above,
 * and min(c, w) + q tokens are read. Sources: docs/modelling.md, serving.
 */

import { WINDOW_STRIDE, WindowWork, Work } from '@infersim/devices';

/** Adds a chunk to the prefill cells: a partial chunk is one with KV before it or prompt behind it. */
export function addChunkWork(
  work: Float64Array,
  windows: readonly number[],
  cached: number,
  tokens: number,
  isFinishing: boolean,
): void {
  work[Work.PREFILL_TOKENS] = work[Work.PREFILL_TOKENS]! + tokens;
  work[Work.PREFILL_AREA] = work[Work.PREFILL_AREA]! + tokens * (cached + tokens / 2);
  work[Work.PREFILL_READ] = work[Work.PREFILL_READ]! + cached + tokens;
  work[Work.PREFILL_CHUNKS] = work[Work.PREFILL_CHUNKS]! + 1;
  if (cached > 0 || !isFinishing) {
    const shortest = work[Work.SHORTEST_CHUNK]!;
    if (shortest === 0 || tokens < shortest) work[Work.SHORTEST_CHUNK] = tokens;
  }
  for (let w = 0; w < windows.length; w++) {
    const window = windows[w]!;
    const cell = Work.WINDOW0 + w * WINDOW_STRIDE;
    work[cell + WindowWork.PREFILL_AREA] =
      work[cell + WindowWork.PREFILL_AREA]! + windowArea(cached + tokens, window) - windowArea(cached, window);
    work[cell + WindowWork.PREFILL_READ] = work[cell + WindowWork.PREFILL_READ]! + Math.min(cached, window) + tokens;
  }
}

/** Sets the prefill cells to a step without prefill. */
export function clearChunkWork(work: Float64Array, windows: number): void {
  work[Work.PREFILL_TOKENS] = 0;
  work[Work.PREFILL_AREA] = 0;
  work[Work.PREFILL_READ] = 0;
  work[Work.PREFILL_CHUNKS] = 0;
  work[Work.SHORTEST_CHUNK] = 0;
  for (let w = 0; w < windows; w++) {
    const cell = Work.WINDOW0 + w * WINDOW_STRIDE;
    work[cell + WindowWork.PREFILL_AREA] = 0;
    work[cell + WindowWork.PREFILL_READ] = 0;
  }
}

/** Causal attention area of the first `tokens` tokens under a sliding window. */
function windowArea(tokens: number, window: number): number {
  return tokens <= window ? (tokens * tokens) / 2 : window * tokens - (window * window) / 2;
}
