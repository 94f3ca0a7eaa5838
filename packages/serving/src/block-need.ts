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
  /** Block size less one and its bits where that is a mask of low bits, else -1 and 0: quotients then cost a division. */
  readonly #mask: number;
  readonly #bits: number;
  readonly #counts: Int32Array;
  /** A bit for each of up to 32 residues that some decode has: most have none. */
  #present = 0;
  #decodes = 0;

  constructor(blockTokens: number) {
    this.#block = blockTokens;
    this.#mask = (blockTokens & (blockTokens - 1)) === 0 ? blockTokens - 1 : -1;
    this.#bits = this.#mask >= 0 ? 31 - Math.clz32(blockTokens) : 0;
    this.#counts = new Int32Array(blockTokens);
  }

  /** A decode with context offset `offset` joins. */
  join(offset: number): void {
    const place = this.#place(offset);
    this.#counts[place] = this.#counts[place]! + 1;
    this.#present |= 1 << place;
    this.#decodes++;
  }

  /** A decode with context offset `offset` leaves. */
  leave(offset: number): void {
    const place = this.#place(offset);
    const left = this.#counts[place]! - 1;
    this.#counts[place] = left;
    if (left === 0) this.#present &= ~(1 << place);
    this.#decodes--;
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
    const decodes = this.#decodes;
    const rounds = this.#mask >= 0 ? steps >> this.#bits : (steps / block) | 0;
    const rest = this.#mask >= 0 ? steps & this.#mask : steps - rounds * block;
    const after = this.#place(2 - step);
    // Those that wrap in the rest, or all less those that do not: whichever are the fewer residues.
    if (2 * rest <= block)
      return decodes * rounds + this.#among(after < rest ? after - rest + block : after - rest, rest);
    return decodes * (rounds + 1) - this.#among(after, block - rest);
  }

  /** Most steps, at most `limit`, that `freeBlocks` blocks last from `step` on. */
  lasting(step: number, freeBlocks: number, limit: number): number {
    const block = this.#block;
    const decodes = this.#decodes;
    // A block for each token would do: the common case, without a division.
    if (decodes * limit <= freeBlocks || decodes * Math.ceil(limit / block) <= freeBlocks) return limit;
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

  /** Decodes at `places` residues from `from` on, after the last of all the first; fewer than there are. */
  #among(from: number, places: number): number {
    const counts = this.#counts;
    const mask = this.#mask;
    let sum = 0;
    if (mask >= 0 && mask < 32) {
      let present = ((this.#present >>> from) | (this.#present << (mask + 1 - from))) & ((1 << places) - 1);
      while (present !== 0) {
        const place = 31 - Math.clz32(present);
        present ^= 1 << place;
        sum += counts[(from + place) & mask]!;
      }
      return sum;
    }
    const block = this.#block;
    const end = from + places;
    for (let place = from; place < end && place < block; place++) sum += counts[place]!;
    for (let place = block; place < end; place++) sum += counts[place - block]!;
    return sum;
  }

  /** Remainder of a count, which may be negative, by the block size. */
  #place(count: number): number {
    if (this.#mask >= 0) return count & this.#mask;
    const rest = count % this.#block;
    return rest < 0 ? rest + this.#block : rest;
  }
}
