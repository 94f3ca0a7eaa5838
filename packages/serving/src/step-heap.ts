/**
 * Binary heap of (step, slot) pairs in one float key each: which request reaches something at which decode step.
 *
 * All decodes of a batch advance together, so a key never changes while its request decodes; nothing is decremented per
 * step. Equal steps come out by slot number, which no leap can disturb. Each slot's place in the heap is kept in a column
 * that the caller passes (columns are replaced when they grow), so a preempted request is sifted out, never searched.
 */

/** Slots must be below this; steps below 2^53 over it, and below `NEVER_STEP`. */
export const HEAP_SLOT_LIMIT = 2 ** 26;

/** A step that is never reached: whole and small, so that steps stay whole numbers wherever they are kept and compared. */
export const NEVER_STEP = 2 ** 30;

const INITIAL_ENTRIES = 4;

/** Min-heap by step, then slot. No operation allocates except growth by doubling. */
export class StepHeap {
  size = 0;
  /** Smallest step, `NEVER_STEP` when empty: asked for at every boundary, changed far less often. */
  minStep: number = NEVER_STEP;
  #keys: Float64Array = new Float64Array(INITIAL_ENTRIES);

  /** Slot of the smallest entry; the heap must not be empty. */
  minSlot(): number {
    return slotOf(this.#keys[0]!);
  }

  /** Slot of the entry at place `place`, in no useful order. */
  slotAt(place: number): number {
    return slotOf(this.#keys[place]!);
  }

  push(step: number, slot: number, places: Int32Array): void {
    if (this.size === this.#keys.length) {
      const grown = new Float64Array(this.size * 2);
      grown.set(this.#keys);
      this.#keys = grown;
    }
    this.#siftUp(this.size++, step * HEAP_SLOT_LIMIT + slot, slot, places);
    if (step < this.minStep) this.minStep = step;
  }

  /** Removes a slot that is in the heap, by its place. */
  remove(slot: number, places: Int32Array): void {
    const place = places[slot]!;
    const last = --this.size;
    const keys = this.#keys;
    if (place !== last) {
      const key = keys[last]!;
      const moved = slotOf(key);
      if (place > 0 && keys[(place - 1) >> 1]! > key) this.#siftUp(place, key, moved, places);
      else this.#siftDown(place, key, moved, places);
    }
    if (place === 0) this.minStep = last === 0 ? NEVER_STEP : (keys[0]! / HEAP_SLOT_LIMIT) | 0;
  }

  /** Lowers every step by `steps`; the order stays. */
  lower(steps: number): void {
    const keys = this.#keys;
    const shift = steps * HEAP_SLOT_LIMIT;
    for (let place = 0; place < this.size; place++) keys[place] = keys[place]! - shift;
    if (this.size > 0) this.minStep -= steps;
  }

  #siftUp(from: number, key: number, slot: number, places: Int32Array): void {
    const keys = this.#keys;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = keys[parent]!;
      if (above <= key) break;
      keys[place] = above;
      places[slotOf(above)] = place;
      place = parent;
    }
    keys[place] = key;
    places[slot] = place;
  }

  #siftDown(from: number, key: number, slot: number, places: Int32Array): void {
    const keys = this.#keys;
    const size = this.size;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[child + 1]! < keys[child]!) child++;
      const below = keys[child]!;
      if (below >= key) break;
      keys[place] = below;
      places[slotOf(below)] = place;
      place = child;
    }
    keys[place] = key;
    places[slot] = place;
  }
}

/** The slot is what the lowest bits of the whole number say, and those survive its cut to 32 bits. */
function slotOf(key: number): number {
  return key & (HEAP_SLOT_LIMIT - 1);
}
