/**
 * What service does to a request, as columns over the slots of the request table.
 *
 * The upper half is the record others read when a request has left; the lower half is the replica's own working state.
 * One object serves all replicas of a world: a slot is at one replica at a time. Columns are replaced when they grow, so
 * read them through the object, never keep a reference to one.
 *
 * Units: seconds, joules, tokens. While a request decodes, `generatedTokens`, `energyJ` and `deviceS` hold the values of
 * its last join to the batch; they are settled when it leaves the batch (finish, preemption, cancel).
 */

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

/** Per-request service columns; `ensure` must have been called with the table's capacity before a slot is used. */
export class ServiceColumns {
  capacity: number;

  /** Replica that holds or last held the request; -1 = none yet. */
  replica: Int32Array;
  /** One of `RequestState`. */
  state: Uint8Array;
  /** When it came to this replica. */
  arrivedS: Float64Array;
  /** Start of the first step it was part of; NaN before. */
  admittedS: Float64Array;
  /** End of the step that made its first token; NaN before. */
  firstTokenS: Float64Array;
  /** Last token known: set at finish, preemption and cancel; NaN before. */
  lastTokenS: Float64Array;
  /** Prompt tokens never computed here because their KV was cached. */
  cachedTokens: Int32Array;
  /** Tokens computed in prefill chunks, recomputation included. */
  computedPrefillTokens: Int32Array;
  /** Of those, tokens that only preemption made necessary: prompt = cached + computed - recomputed once prefilled. */
  recomputedTokens: Int32Array;
  generatedTokens: Int32Array;
  preemptions: Int32Array;
  /** Its share of the energy of the steps it was in. */
  energyJ: Float64Array;
  /** Its share of the time of the steps it was in; over all requests the shares add up to the busy time. */
  deviceS: Float64Array;

  /** Prompt tokens as far as they matter here (0 without KV). */
  promptTokens: Int32Array;
  /** Output tokens it will make here: its own wish, cut where the model length ends. */
  targetTokens: Int32Array;
  /** Tokens the running prefill must reach: prompt, plus outputs made before a preemption. */
  prefillTarget: Int32Array;
  /** Tokens whose KV is present; while it decodes, as of its last prefill. */
  computedTokens: Int32Array;
  /** Leading prompt tokens ever computed or found cached here. */
  reachedTokens: Int32Array;
  /** Number of its last admission at its replica: the running order. */
  admission: Float64Array;
  /** Links of the list the slot is in. */
  previous: Int32Array;
  next: Int32Array;
  /** Context of the next decode step minus the batch's step counter; constant while it decodes. */
  contextOffset: Float64Array;
  /** Generated tokens minus the batch's step counter; constant while it decodes. */
  tokenOffset: Float64Array;
  /** Running integrals of the batch at its join. */
  joinTokenJ: Float64Array;
  joinContextJ: Float64Array;
  joinDeviceS: Float64Array;
  /** Place in the heap of finish steps. */
  finishPlace: Int32Array;
  /** Places in the heaps of window crossings, one column per window; -1 = context is past the window. */
  windowPlace: Int32Array[];
  /** Keyed (shareable) blocks held, and the newest link of their list. */
  keyedBlocks: Int32Array;
  keyedHead: Int32Array;
  /** Run of its own freed private blocks that may still be cached, after a preemption; -1 = none. */
  ownRun: Int32Array;
  /** Server slot (llama.cpp) it occupies. */
  place: Int32Array;
  /** When its withdrawal was asked for; NaN = not. */
  cancelS: Float64Array;

  constructor(capacity = 64) {
    this.capacity = capacity;
    this.replica = new Int32Array(capacity).fill(-1);
    this.state = new Uint8Array(capacity);
    this.arrivedS = new Float64Array(capacity);
    this.admittedS = new Float64Array(capacity);
    this.firstTokenS = new Float64Array(capacity);
    this.lastTokenS = new Float64Array(capacity);
    this.cachedTokens = new Int32Array(capacity);
    this.computedPrefillTokens = new Int32Array(capacity);
    this.recomputedTokens = new Int32Array(capacity);
    this.generatedTokens = new Int32Array(capacity);
    this.preemptions = new Int32Array(capacity);
    this.energyJ = new Float64Array(capacity);
    this.deviceS = new Float64Array(capacity);
    this.promptTokens = new Int32Array(capacity);
    this.targetTokens = new Int32Array(capacity);
    this.prefillTarget = new Int32Array(capacity);
    this.computedTokens = new Int32Array(capacity);
    this.reachedTokens = new Int32Array(capacity);
    this.admission = new Float64Array(capacity);
    this.previous = new Int32Array(capacity);
    this.next = new Int32Array(capacity);
    this.contextOffset = new Float64Array(capacity);
    this.tokenOffset = new Float64Array(capacity);
    this.joinTokenJ = new Float64Array(capacity);
    this.joinContextJ = new Float64Array(capacity);
    this.joinDeviceS = new Float64Array(capacity);
    this.finishPlace = new Int32Array(capacity);
    this.windowPlace = [];
    this.keyedBlocks = new Int32Array(capacity);
    this.keyedHead = new Int32Array(capacity);
    this.ownRun = new Int32Array(capacity);
    this.place = new Int32Array(capacity);
    this.cancelS = new Float64Array(capacity);
  }

  /** Grows every column to hold slots below `capacity`; does nothing when they do. */
  ensure(capacity: number): void {
    if (capacity <= this.capacity) return;
    const used = this.capacity;
    this.replica = grownInts(this.replica, capacity).fill(-1, used);
    const state = new Uint8Array(capacity);
    state.set(this.state);
    this.state = state;
    this.arrivedS = grownFloats(this.arrivedS, capacity);
    this.admittedS = grownFloats(this.admittedS, capacity);
    this.firstTokenS = grownFloats(this.firstTokenS, capacity);
    this.lastTokenS = grownFloats(this.lastTokenS, capacity);
    this.cachedTokens = grownInts(this.cachedTokens, capacity);
    this.computedPrefillTokens = grownInts(this.computedPrefillTokens, capacity);
    this.recomputedTokens = grownInts(this.recomputedTokens, capacity);
    this.generatedTokens = grownInts(this.generatedTokens, capacity);
    this.preemptions = grownInts(this.preemptions, capacity);
    this.energyJ = grownFloats(this.energyJ, capacity);
    this.deviceS = grownFloats(this.deviceS, capacity);
    this.promptTokens = grownInts(this.promptTokens, capacity);
    this.targetTokens = grownInts(this.targetTokens, capacity);
    this.prefillTarget = grownInts(this.prefillTarget, capacity);
    this.computedTokens = grownInts(this.computedTokens, capacity);
    this.reachedTokens = grownInts(this.reachedTokens, capacity);
    this.admission = grownFloats(this.admission, capacity);
    this.previous = grownInts(this.previous, capacity);
    this.next = grownInts(this.next, capacity);
    this.contextOffset = grownFloats(this.contextOffset, capacity);
    this.tokenOffset = grownFloats(this.tokenOffset, capacity);
    this.joinTokenJ = grownFloats(this.joinTokenJ, capacity);
    this.joinContextJ = grownFloats(this.joinContextJ, capacity);
    this.joinDeviceS = grownFloats(this.joinDeviceS, capacity);
    this.finishPlace = grownInts(this.finishPlace, capacity);
    for (let window = 0; window < this.windowPlace.length; window++)
      this.windowPlace[window] = grownInts(this.windowPlace[window]!, capacity);
    this.keyedBlocks = grownInts(this.keyedBlocks, capacity);
    this.keyedHead = grownInts(this.keyedHead, capacity);
    this.ownRun = grownInts(this.ownRun, capacity);
    this.place = grownInts(this.place, capacity);
    this.cancelS = grownFloats(this.cancelS, capacity);
    this.capacity = capacity;
  }

  /** Makes room for as many sliding windows as the models served have at most. */
  ensureWindows(windows: number): void {
    while (this.windowPlace.length < windows) this.windowPlace.push(new Int32Array(this.capacity));
  }

  /** Starts a slot's record afresh as it comes to a replica. */
  start(slot: number, replica: number, arrivedS: number, promptTokens: number, targetTokens: number): void {
    this.replica[slot] = replica;
    this.state[slot] = RequestState.WAITING;
    this.arrivedS[slot] = arrivedS;
    this.admittedS[slot] = Number.NaN;
    this.firstTokenS[slot] = Number.NaN;
    this.lastTokenS[slot] = Number.NaN;
    this.cachedTokens[slot] = 0;
    this.computedPrefillTokens[slot] = 0;
    this.recomputedTokens[slot] = 0;
    this.generatedTokens[slot] = 0;
    this.preemptions[slot] = 0;
    this.energyJ[slot] = 0;
    this.deviceS[slot] = 0;
    this.promptTokens[slot] = promptTokens;
    this.targetTokens[slot] = targetTokens;
    this.prefillTarget[slot] = promptTokens;
    this.computedTokens[slot] = 0;
    this.reachedTokens[slot] = 0;
    this.keyedBlocks[slot] = 0;
    this.keyedHead[slot] = -1;
    this.ownRun[slot] = -1;
    this.place[slot] = -1;
    this.cancelS[slot] = Number.NaN;
  }
}

function grownInts(old: Int32Array, capacity: number): Int32Array {
  const grown = new Int32Array(capacity);
  grown.set(old);
  return grown;
}

function grownFloats(old: Float64Array, capacity: number): Float64Array {
  const grown = new Float64Array(capacity);
  grown.set(old);
  return grown;
}
