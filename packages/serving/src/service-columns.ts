/**
 * What service does to a request: a row of fractions and a row of whole numbers for each slot of the request table.
 *
 * Rows, not a column for each number: what happens to a request touches many of its numbers at once, and in a fleet of
 * thousands of replicas none of them is near. The upper half of either row is the record others read when a request has
 * left; the lower half is the replica's own working state. One object serves all replicas of a world: a slot is at one
 * replica at a time. Arrays are replaced when they grow, so read them through the object, never keep a reference to one.
 *
 * Number `Real.X` of a slot is `real[(slot << REAL_SHIFT) | Real.X]`, number `Whole.X` is `whole[(slot << WHOLE_SHIFT) | Whole.X]`.
 * Units: seconds, joules, tokens. While a request decodes, GENERATED_TOKENS, ENERGY_J and DEVICE_S hold the values of its
 * last join to the batch; they are settled when it leaves the batch (finish, preemption, cancel).
 */

import { HEAP_SLOT_LIMIT } from './step-heap.js';

/** Where a request is in its service. */
export const RequestState = {
  /** Never seen by a replica. */
  AWAY: 0,
  WAITING: 1,
  /** In the batch, prompt (or prompt and outputs, after preemption) not yet computed in full. */
  PREFILL: 2,
  DECODE: 3,
  DONE: 4,
  REFUSED: 5,
  CANCELLED: 6,
} as const;

/** A row of `real` has two to this power cells. */
export const REAL_SHIFT = 4;
/** Cells of a row of `real`. */
export const Real = {
  /** When it came to this replica. */
  ARRIVED_S: 0,
  /** Start of the first step it was part of; NaN before. */
  ADMITTED_S: 1,
  /** End of the step that made its first token; NaN before. */
  FIRST_TOKEN_S: 2,
  /** Last token known: set at finish, preemption and cancel; NaN before. */
  LAST_TOKEN_S: 3,
  /** Its share of the energy of the steps it was in. */
  ENERGY_J: 4,
  /** Its share of the time of the steps it was in; over all requests the shares add up to the busy time. */
  DEVICE_S: 5,

  /** When its withdrawal was asked for; NaN = not. */
  CANCEL_S: 6,
  /** Running integrals of the batch at its join. */
  JOIN_TOKEN_J: 7,
  JOIN_CONTEXT_J: 8,
  JOIN_DEVICE_S: 9,
} as const;

/** A row of `whole` has two to this power cells. */
export const WHOLE_SHIFT = 5;
/** Cells of a row of `whole`. */
export const Whole = {
  /** Replica that holds or last held the request; -1 = none yet. */
  REPLICA: 0,
  /** One of `RequestState`. */
  STATE: 1,
  /** Prompt tokens never computed here because their KV was cached. */
  CACHED_TOKENS: 2,
  /** Tokens computed in prefill chunks, recomputation included. */
  COMPUTED_PREFILL_TOKENS: 3,
  /** Of those, tokens that only preemption made necessary: prompt = cached + computed - recomputed once prefilled. */
  RECOMPUTED_TOKENS: 4,
  GENERATED_TOKENS: 5,
  PREEMPTIONS: 6,

  /** Prompt tokens as far as they matter here (0 without KV). */
  PROMPT_TOKENS: 7,
  /** Output tokens it will make here: its own wish, cut where the model length ends. */
  TARGET_TOKENS: 8,
  /** Tokens the running prefill must reach: prompt, plus outputs made before a preemption. */
  PREFILL_TARGET: 9,
  /** Tokens whose KV is present; while it decodes, as of its last prefill. */
  COMPUTED_TOKENS: 10,
  /** Leading prompt tokens ever computed or found cached here. */
  REACHED_TOKENS: 11,
  /** Number of its last admission at its replica: the running order. */
  ADMISSION: 12,
  /** Links of the list the slot is in. */
  PREVIOUS: 13,
  NEXT: 14,
  /** Context of the next decode step minus the batch's step counter; constant while it decodes. */
  CONTEXT_OFFSET: 15,
  /** Generated tokens minus the batch's step counter; constant while it decodes. */
  TOKEN_OFFSET: 16,
  /** Keyed (shareable) blocks held, and the newest link of their list. */
  KEYED_BLOCKS: 17,
  KEYED_HEAD: 18,
  /** Run of its own freed private blocks that may still be cached, after a preemption; -1 = none. */
  OWN_RUN: 19,
} as const;

/** Per-request rows; `ensure` must have been called with the table's capacity before a slot is used. */
export class ServiceColumns {
  capacity: number;
  /** Rows of `Real`. */
  real: Float64Array;
  /** Rows of `Whole`. */
  whole: Int32Array;
  /** Place in the heap of finish steps. */
  finishPlace: Int32Array;
  /** Places in the heaps of window crossings, one column per window; -1 = context is past the window. */
  windowPlace: Int32Array[];
  /** Server slot (llama.cpp) it occupies, or place in the heap of clipped outputs (SGLang). */
  place: Int32Array;

  constructor(capacity = 64) {
    this.capacity = capacity;
    this.real = new Float64Array(capacity * (1 << REAL_SHIFT));
    this.whole = new Int32Array(capacity * (1 << WHOLE_SHIFT));
    this.finishPlace = new Int32Array(capacity);
    this.windowPlace = [];
    this.place = new Int32Array(capacity);
    this.#beginAt(0);
  }

  /** Grows everything to hold slots below `capacity`; does nothing when it does. RangeError beyond `HEAP_SLOT_LIMIT`. */
  ensure(capacity: number): void {
    if (capacity <= this.capacity) return;
    this.#grow(capacity);
  }

  #grow(capacity: number): void {
    if (capacity > HEAP_SLOT_LIMIT) throw new RangeError(`${capacity} slots, at most ${HEAP_SLOT_LIMIT}`);
    const used = this.capacity;
    // A product: a shift would overflow at the most slots there can be.
    const real = new Float64Array(capacity * (1 << REAL_SHIFT));
    real.set(this.real);
    this.real = real;
    this.whole = grownInts(this.whole, capacity * (1 << WHOLE_SHIFT));
    this.finishPlace = grownInts(this.finishPlace, capacity);
    for (let window = 0; window < this.windowPlace.length; window++)
      this.windowPlace[window] = grownInts(this.windowPlace[window]!, capacity);
    this.place = grownInts(this.place, capacity);
    this.capacity = capacity;
    this.#beginAt(used);
  }

  #beginAt(from: number): void {
    for (let slot = from; slot < this.capacity; slot++) this.whole[(slot << WHOLE_SHIFT) | Whole.REPLICA] = -1;
  }

  /** Makes room for as many sliding windows as the models served have at most. */
  ensureWindows(windows: number): void {
    while (this.windowPlace.length < windows) this.windowPlace.push(new Int32Array(this.capacity));
  }

  /** Starts a slot's record afresh as it comes to a replica. */
  start(slot: number, replica: number, arrivedS: number, promptTokens: number, targetTokens: number): void {
    const { real, whole } = this;
    const reals = slot << REAL_SHIFT;
    const wholes = slot << WHOLE_SHIFT;
    real[reals | Real.ARRIVED_S] = arrivedS;
    real[reals | Real.ADMITTED_S] = Number.NaN;
    real[reals | Real.FIRST_TOKEN_S] = Number.NaN;
    real[reals | Real.LAST_TOKEN_S] = Number.NaN;
    real[reals | Real.ENERGY_J] = 0;
    real[reals | Real.DEVICE_S] = 0;
    real[reals | Real.CANCEL_S] = Number.NaN;
    whole[wholes | Whole.REPLICA] = replica;
    whole[wholes | Whole.STATE] = RequestState.WAITING;
    whole[wholes | Whole.CACHED_TOKENS] = 0;
    whole[wholes | Whole.COMPUTED_PREFILL_TOKENS] = 0;
    whole[wholes | Whole.RECOMPUTED_TOKENS] = 0;
    whole[wholes | Whole.GENERATED_TOKENS] = 0;
    whole[wholes | Whole.PREEMPTIONS] = 0;
    whole[wholes | Whole.PROMPT_TOKENS] = promptTokens;
    whole[wholes | Whole.TARGET_TOKENS] = targetTokens;
    whole[wholes | Whole.PREFILL_TARGET] = promptTokens;
    whole[wholes | Whole.COMPUTED_TOKENS] = 0;
    whole[wholes | Whole.REACHED_TOKENS] = 0;
    whole[wholes | Whole.KEYED_BLOCKS] = 0;
    whole[wholes | Whole.KEYED_HEAD] = -1;
    whole[wholes | Whole.OWN_RUN] = -1;
  }
}

function grownInts(old: Int32Array, length: number): Int32Array {
  const grown = new Int32Array(length);
  grown.set(old);
  return grown;
}
