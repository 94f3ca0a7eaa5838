/**
 * When decodes need their next KV block, without visiting them.
 *
 * A decode whose context in step s is k + s (k constant, its own new token included) needs a fresh block in the steps with
 * (k + s - 1) mod b = 0. A histogram of k mod b therefore answers, for any stretch of steps, how many blocks it takes: b
 * steps take one block per decode, and a rest of fewer steps takes those of the residues that wrap. The histogram never
 * rotates; the step counter does.
 */

/** Histogram of decode contexts modulo the block size. */
export class BlockNeed {
  readonly #block: number;
  /** Block size less one where that is a mask of low bits, else -1: a remainder then costs a division. */
  readonly #mask: number;
  readonly #counts: Int32Array;
  #decodes = 0;

  constructor(blockTokens: number) {
    this.#block = blockTokens;
    this.#mask = (blockTokens & (blockTokens - 1)) === 0 ? blockTokens - 1 : -1;
    this.#counts = new Int32Array(blockTokens);
  }

  /** A decode with context offset `offset` joins (`by` 1) or leaves (`by` -1). */
  change(offset: number, by: number): void {
    const place = this.#place(offset);
    this.#counts[place] = this.#counts[place]! + by;
    this.#decodes += by;
  }

  /** Whether a decode with this offset needs a block in this step. */
  needs(offset: number, step: number): boolean {
    return this.#place(offset + step - 1) === 0;
  }

  /** Blocks needed in one step. */
  inStep(step: number): number {
    return this.#counts[this.#place(1 - step)]!;
  }

  /** Blocks needed over `steps` steps from `step` on. */
  over(step: number, steps: number): number {
    const block = this.#block;
    const counts = this.#counts;
    const rounds = (steps / block) | 0;
    const rest = steps - rounds * block;
    let blocks = this.#decodes * rounds;
    let place = this.#place(1 - step);
    for (let i = 0; i < rest; i++) {
      blocks += counts[place]!;
      place = place === 0 ? block - 1 : place - 1;
    }
    return blocks;
  }

  /** Most steps, at most `limit`, that `freeBlocks` blocks last from `step` on. */
  lasting(step: number, freeBlocks: number, limit: number): number {
    const block = this.#block;
    const decodes = this.#decodes;
    if (decodes * Math.ceil(limit / block) <= freeBlocks) return limit;
    const rounds = Math.floor(freeBlocks / decodes);
    let left = freeBlocks - rounds * decodes;
    let steps = rounds * block;
    let place = this.#place(1 - step);
    while (steps < limit) {
      left -= this.#counts[place]!;
      if (left < 0) break;
      steps++;
      place = place === 0 ? block - 1 : place - 1;
    }
    return Math.min(steps, limit);
  }

  /** Remainder of a count, which may be negative, by the block size. */
  #place(count: number): number {
    if (this.#mask >= 0) return count & this.#mask;
    const rest = count % this.#block;
    return rest < 0 ? rest + this.#block : rest;
  }
}
