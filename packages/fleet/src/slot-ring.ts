/**
 * A first-in first-out ring of slots, each with a whole number of its user's and a time: what comes in time order needs no heap.
 * Grows by doubling; seconds.
 */
export class SlotRing {
  count = 0;
  #slot = new Int32Array(16);
  #note = new Int32Array(16);
  #timeS = new Float64Array(16);
  #head = 0;

  /** Time of the front, seconds; Infinity when empty. */
  get nextS(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.#timeS[this.#head]!;
  }

  /** Slot at the front; there must be one, as for the note. */
  get nextSlot(): number {
    return this.#slot[this.#head]!;
  }

  get nextNote(): number {
    return this.#note[this.#head]!;
  }

  /** Adds one at the back; calls come in time order. */
  push(slot: number, note: number, timeS: number): void {
    if (this.count === this.#slot.length) this.#grow();
    const at = (this.#head + this.count) & (this.#slot.length - 1);
    this.#slot[at] = slot;
    this.#note[at] = note;
    this.#timeS[at] = timeS;
    this.count++;
  }

  /** Lets the front go. */
  drop(): void {
    this.#head = (this.#head + 1) & (this.#slot.length - 1);
    this.count--;
  }

  #grow(): void {
    const { length } = this.#slot;
    const slot = new Int32Array(2 * length);
    const note = new Int32Array(2 * length);
    const timeS = new Float64Array(2 * length);
    for (let i = 0; i < length; i++) {
      const from = (this.#head + i) & (length - 1);
      slot[i] = this.#slot[from]!;
      note[i] = this.#note[from]!;
      timeS[i] = this.#timeS[from]!;
    }
    this.#slot = slot;
    this.#note = note;
    this.#timeS = timeS;
    this.#head = 0;
  }
}
