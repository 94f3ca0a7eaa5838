/**
 * A replica: the waiting queue, the boundary cycle, leaps, withdrawals and readings. Who is in the next step is decided by its
 * scheduler, an object of its own (see `scheduler.ts` for why).
 *
 * At a boundary: steps up to it are completed; if anything ends there (a chunk, a decode, the price line, a withdrawal),
 * the segment is closed and reported, first tokens and finished requests leave, and the scheduler of the kind decides the
 * next step. If the batch stays as it was, the segment goes on with its old t0 and price line.
 *
 * Leaping and stepping differ in one place only, the next boundary that is asked for: the nearest step at which something
 * can happen, or simply the next one. While stepping, every boundary runs the scheduler in full and finds out by itself
 * whether the batch changes; a leap that went too far would therefore show. All other rules are common:
 * - an arrival or a withdrawal shortens a leap to its boundary, which continues the segment where nothing changes;
 * - an arrival is seen at the first boundary not before it, even if that boundary has just passed without a change
 *   (the owner may deliver events of equal time in either order), but never at the start of a segment already decided;
 * - a withdrawal takes effect at the first boundary after it.
 *
 * Flags are compared with `true` or `false` here, in the batch and in the schedulers: a bare condition on a field also asks
 * for everything else that could be truthy, at every boundary. For the same reason what a loop does for one slot is a method.
 * One file, because the boundary cycle and what may interrupt it must be read together.
 */

import type { StepModel } from '@infersim/devices';
import type { RequestTable } from '@infersim/workload';
import type { EngineSettings } from './engine-settings.js';
import type { Replica, ReplicaListener } from './replica.js';
import type { Scheduler } from './scheduler.js';
import { Segment, segmentCells } from './segment-report.js';
import { REAL_SHIFT, Real, RequestState, type ServiceColumns, WHOLE_SHIFT, Whole } from './service-columns.js';
import { ServingError } from './serving-error.js';
import { SlotList } from './slot-list.js';
import { StepBatch } from './step-batch.js';
import { NEVER_STEP } from './step-heap.js';

/** Everything a replica is made of. */
export interface ReplicaSetup {
  readonly index: number;
  readonly settings: EngineSettings;
  readonly model: StepModel;
  readonly table: RequestTable;
  readonly columns: ServiceColumns;
  readonly listener: ReplicaListener;
  /** Number of workloads in the plan (`table.workload` stays below it). */
  readonly workloads: number;
  /** Stop at every step boundary instead of leaping; the same numbers, slower. */
  readonly stepByStep: boolean;
}

const INITIAL_NOTES = 4;
const NOBODY = new Int32Array(0);

/** One replica of any kind; its scheduler decides who is in the next step. */
export class ScheduledReplica implements Replica {
  index: number;
  boundaryS = Number.POSITIVE_INFINITY;
  /** Decides who is in the next step. */
  readonly scheduler: Scheduler;
  readonly settings: EngineSettings;
  readonly table: RequestTable;
  readonly columns: ServiceColumns;
  readonly listener: ReplicaListener;
  readonly batch: StepBatch;
  readonly hasKv: boolean;
  readonly waiting = new SlotList();
  readonly running = new SlotList();
  /** Steps of the open segment until it must end if nobody comes; 1 for steps with prefill. */
  plannedSteps = 1;
  /** Step of the open segment at which the batch may change before that. */
  trySteps: number = NEVER_STEP;
  /** KV blocks in use, those that the step in progress takes included; kept by the scheduler. */
  usedBlocks = 0;
  readonly #stepByStep: boolean;
  /** What the scheduler answers once for all: see the methods of these names there. */
  readonly #contextLimit: number;
  readonly #padsPrompts: boolean;
  readonly #watchesChunks: boolean;
  /** Step of the open segment to stop at next, and the last one stopped at. */
  #nextSteps = 1;
  #passedSteps = 0;
  /** Whether a boundary is being worked off. */
  #isInside = false;
  /** KV blocks in use when the open segment began or was reported last, and when its last step ended. */
  #usedAtOpen = 0;
  #usedAtBoundary = 0;
  #prefillLeft = 0;
  #outputLeft = 0;
  #mustReprice = false;
  #withdrawn: Int32Array = NOBODY;
  #withdrawnCount = 0;
  #fresh: Int32Array = NOBODY;
  #freshCount = 0;
  #done: Int32Array = NOBODY;
  #doneCount = 0;
  #admissions = 0;

  /** `schedulerOf` builds the scheduler of this replica. */
  constructor(setup: ReplicaSetup, schedulerOf: (core: ScheduledReplica) => Scheduler) {
    const { index, settings, model, columns } = setup;
    this.index = index;
    this.settings = settings;
    this.table = setup.table;
    this.columns = columns;
    this.listener = setup.listener;
    this.hasKv = settings.hasKv;
    this.#stepByStep = setup.stepByStep;
    this.batch = new StepBatch(
      model,
      columns,
      setup.table,
      setup.workloads,
      settings.hasKv,
      settings.hasKv ? settings.blockSizeTokens : 1,
      index,
      setup.listener,
      settings.firstStepS ?? 0,
    );
    this.scheduler = schedulerOf(this);
    this.#contextLimit = this.scheduler.contextLimit();
    this.#padsPrompts = this.scheduler.padsPrompts();
    this.#watchesChunks = this.scheduler.watchesChunks();
  }

  get outstandingRequests(): number {
    return this.waiting.size + this.running.size;
  }

  get outstandingTokens(): number {
    return this.#prefillLeft + this.#outputLeft;
  }

  get queuedPrefillTokens(): number {
    return this.#prefillLeft;
  }

  get runningRequests(): number {
    return this.running.size;
  }

  get waitingRequests(): number {
    return this.waiting.size;
  }

  get contextTokens(): number {
    return this.batch.contextTokens;
  }

  /** Lowest bit: the first step has been taken. The rest: what the kind remembers. */
  get keepsake(): number {
    const isIdle = this.boundaryS === Number.POSITIVE_INFINITY && this.waiting.size === 0 && this.running.size === 0;
    if (!isIdle || this.#withdrawnCount > 0 || this.#freshCount > 0 || !this.batch.isBlank) return -1;
    const memory = this.scheduler.memory();
    if (memory < 0) return -1;
    const isWarm = (this.settings.firstStepS ?? 0) > 0 && !this.batch.isCold;
    return 2 * memory + (isWarm ? 1 : 0);
  }

  standIn(index: number, keepsake: number): void {
    const isWarm = (keepsake & 1) === 1;
    this.index = index;
    this.batch.renew(index, isWarm ? 0 : (this.settings.firstStepS ?? 0));
    this.usedBlocks = 0;
    this.#usedAtBoundary = 0;
    this.#admissions = 0;
    this.#passedSteps = 0;
    this.scheduler.recall(keepsake >> 1);
  }

  heldBlocks(): number {
    return this.scheduler.heldBlocks();
  }

  cachedPrefixTokens(slot: number): number {
    return this.scheduler.cachedPrefixTokens(slot);
  }

  /** At a boundary, before the next segment is opened: start of the step that has just ended; NaN before the first. */
  get stepBeganS(): number {
    return this.#passedSteps === 0 ? Number.NaN : this.batch.boundaryS(this.#passedSteps - 1);
  }

  enqueue(slot: number, nowS: number): boolean {
    const table = this.table;
    const columns = this.columns;
    columns.ensure(table.capacity);
    const prompt = this.hasKv === true ? table.promptTokens[slot]! : 0;
    if (table.outputTokens[slot]! < 1 || (this.hasKv === true && prompt < 1)) this.#refuseMalformed(slot, prompt, nowS);
    const target = this.ownOutput(slot);
    columns.start(slot, this.index, nowS, prompt, target);
    if (target < 1 || !this.scheduler.canServe(prompt, target)) {
      columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] = RequestState.REFUSED;
      this.listener.onRefused(this.index, slot, nowS);
      return false;
    }
    const before = this.waiting.size;
    this.waiting.pushBack(columns, slot);
    this.#prefillLeft += prompt;
    this.#outputLeft += target;
    if (this.#isInside === false) this.scheduler.arrived(nowS, before);
    return true;
  }

  onBoundary(nowS: number): void {
    if (nowS !== this.boundaryS) this.#refuseBoundary(nowS);
    this.#isInside = true;
    const batch = this.batch;
    if (batch.isOpen === true) {
      const steps = this.#nextSteps;
      this.#passedSteps = steps;
      if (steps > batch.done) this.#advance(steps - batch.done);
      if (this.#freshCount > 0) this.#releaseFresh(nowS);
      if (
        batch.chunkCount > 0 ||
        batch.finishStep === batch.step ||
        batch.done >= batch.lineSteps ||
        this.#mustReprice === true ||
        (this.#withdrawnCount > 0 && this.#isWithdrawalDue(nowS))
      ) {
        this.closeSegment();
        this.#endSteps(nowS);
      }
    }
    this.scheduler.schedule(nowS);
    this.#isInside = false;
  }

  cancel(slot: number, nowS: number): void {
    const columns = this.columns;
    const state = columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE]!;
    if (
      columns.whole[(slot << WHOLE_SHIFT) | Whole.REPLICA] !== this.index ||
      state < RequestState.WAITING ||
      state > RequestState.DECODE
    )
      throw new ServingError(
        'REQUEST_NOT_HERE',
        `replica ${this.index} at ${nowS} s: cancel of slot ${slot}, which is at replica ${columns.whole[(slot << WHOLE_SHIFT) | Whole.REPLICA]} in state ${state}`,
      );
    if (state === RequestState.WAITING) {
      const wasHead = this.waiting.head === slot;
      this.#leaveQueue(slot, nowS);
      if (this.#isInside === false) this.scheduler.queueShrank(nowS, wasHead);
      return;
    }
    if (!Number.isNaN(columns.real[(slot << REAL_SHIFT) | Real.CANCEL_S]!)) return;
    columns.real[(slot << REAL_SHIFT) | Real.CANCEL_S] = nowS;
    this.#withdrawn = noted(this.#withdrawn, this.#withdrawnCount++, slot);
    if (this.#isInside === true || this.batch.isOpen === false) return;
    const steps = this.batch.stepsTo(nowS);
    this.tryAt(this.batch.boundaryS(steps) === nowS ? steps + 1 : steps);
  }

  flush(nowS: number): void {
    if (this.batch.isOpen === false) return;
    this.observe(nowS);
    this.#noteBlocks();
    this.batch.report();
    this.batch.settleAll();
    this.#usedAtOpen = this.usedBlocks;
  }

  reprice(nowS: number): void {
    if (this.batch.isOpen === false) return;
    this.#mustReprice = true;
    const steps = this.batch.stepsTo(nowS);
    this.tryAt(Math.max(steps, 1));
  }

  observe(nowS: number): void {
    const batch = this.batch;
    if (batch.isOpen === false) return;
    let steps = batch.stepsTo(nowS);
    if (batch.boundaryS(steps) > nowS) steps--;
    if (steps <= batch.done) return;
    this.#advance(steps - batch.done);
    if (steps < this.plannedSteps) this.scheduler.beginStep();
  }

  /** Output tokens a request makes here: its wish, cut where the context ends. */
  ownOutput(slot: number): number {
    const wish = this.table.outputTokens[slot]!;
    if (this.hasKv === false) return wish;
    const room = this.#contextLimit - this.table.promptTokens[slot]!;
    return wish < room ? wish : room;
  }

  /** Counts what a chunk computed; says whether nothing of the prefill is left. */
  #countChunk(slot: number, chunkTokens: number): boolean {
    const { whole } = this.columns;
    const wholes = slot << WHOLE_SHIFT;
    const prompt = whole[wholes | Whole.PROMPT_TOKENS]!;
    const tokens = this.#padsPrompts === true ? prompt : chunkTokens;
    const from = whole[wholes | Whole.COMPUTED_TOKENS]!;
    const to = from + tokens;
    whole[wholes | Whole.COMPUTED_TOKENS] = to;
    whole[wholes | Whole.COMPUTED_PREFILL_TOKENS] = whole[wholes | Whole.COMPUTED_PREFILL_TOKENS]! + tokens;
    if (from === whole[wholes | Whole.REACHED_TOKENS]! && to <= prompt) whole[wholes | Whole.REACHED_TOKENS] = to;
    else this.#countAgain(wholes, from, tokens);
    this.#prefillLeft -= tokens;
    return to >= whole[wholes | Whole.PREFILL_TARGET]!;
  }

  /** Counts a chunk of which something has been computed before. */
  #countAgain(wholes: number, from: number, tokens: number): void {
    const { whole } = this.columns;
    const reached = whole[wholes | Whole.REACHED_TOKENS]!;
    const start = Math.max(from, reached);
    const end = Math.min(from + tokens, whole[wholes | Whole.PROMPT_TOKENS]!);
    const fresh = Math.max(end - start, 0);
    whole[wholes | Whole.RECOMPUTED_TOKENS] = whole[wholes | Whole.RECOMPUTED_TOKENS]! + tokens - fresh;
    if (end > reached) whole[wholes | Whole.REACHED_TOKENS] = end;
  }

  /** Whether nothing of a running prefill is left to compute. */
  #isComputed(slot: number): boolean {
    const { whole } = this.columns;
    const wholes = slot << WHOLE_SHIFT;
    return whole[wholes | Whole.COMPUTED_TOKENS]! >= whole[wholes | Whole.PREFILL_TARGET]!;
  }

  /** A prefill is complete: its token leaves, and the request decodes on or is done. */
  #prompted(slot: number, nowS: number): void {
    const { real, whole } = this.columns;
    const wholes = slot << WHOLE_SHIFT;
    const generated = whole[wholes | Whole.GENERATED_TOKENS]! + 1;
    const isDone = generated >= whole[wholes | Whole.TARGET_TOKENS]!;
    whole[wholes | Whole.GENERATED_TOKENS] = generated;
    this.#outputLeft--;
    const firstToken = (slot << REAL_SHIFT) | Real.FIRST_TOKEN_S;
    if (Number.isNaN(real[firstToken]!)) {
      real[firstToken] = nowS;
      this.listener.onFirstToken(this.index, slot, nowS);
    } else this.#tellGap(slot, nowS);
    if (isDone) this.#markDone(slot);
    else this.scheduler.joinDecodes(slot);
  }

  #tellGap(slot: number, nowS: number): void {
    const lastS = this.columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S]!;
    this.listener.onTokenGap?.(this.index, slot, nowS, nowS - lastS);
  }

  /** Lets a request without prefill decode from its first token on. */
  joinFresh(slot: number, steps: number): void {
    this.columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] = RequestState.DECODE;
    this.batch.join(slot, 0, steps);
    this.#fresh = noted(this.#fresh, this.#freshCount++, slot);
  }

  /** Moves a waiting request into the running batch, behind all others; its prefill begins. */
  admit(slot: number, nowS: number): void {
    const columns = this.columns;
    this.closeSegment();
    this.waiting.remove(columns, slot);
    this.running.pushBack(columns, slot);
    const { real, whole } = columns;
    whole[(slot << WHOLE_SHIFT) | Whole.STATE] = RequestState.PREFILL;
    whole[(slot << WHOLE_SHIFT) | Whole.ADMISSION] = ++this.#admissions;
    const admitted = (slot << REAL_SHIFT) | Real.ADMITTED_S;
    if (Number.isNaN(real[admitted]!)) real[admitted] = nowS;
  }

  /** The request has made its last token at this boundary; it leaves in running order with the others that have. */
  #markDone(slot: number): void {
    this.#done = noted(this.#done, this.#doneCount++, slot);
  }

  /** The last token of a running request that is not in the decode set any more has left. */
  finish(slot: number, nowS: number): void {
    const columns = this.columns;
    this.running.remove(columns, slot);
    this.scheduler.release(slot);
    if (this.#padsPrompts === true) this.scheduler.settleOutput(slot);
    const { real } = columns;
    const reals = slot << REAL_SHIFT;
    real[reals | Real.LAST_TOKEN_S] = nowS;
    if (this.#withdrawnCount > 0) real[reals | Real.CANCEL_S] = Number.NaN;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] = RequestState.DONE;
    this.listener.onFinished(this.index, slot, nowS);
  }

  /** Outputs still to make changed by other means than steps and tokens. */
  changeOutputLeft(tokens: number): void {
    this.#outputLeft += tokens;
  }

  /** Prefill still to do changed by other means than chunks. */
  changePrefillLeft(tokens: number): void {
    this.#prefillLeft += tokens;
  }

  /** Ends and reports the open segment, if there is one. */
  closeSegment(): void {
    if (this.batch.isOpen === false) return;
    this.#noteBlocks();
    this.batch.close();
  }

  /** Tells the report that comes the blocks in use at its two ends. */
  #noteBlocks(): void {
    segmentCells[Segment.USED_BLOCKS_FROM] = this.#usedAtOpen;
    segmentCells[Segment.USED_BLOCKS_TO] = this.#usedAtBoundary;
  }

  /** Opens a segment for the present batch. The caller plans its length. */
  openSegment(nowS: number, pieceTokens: number): void {
    this.#mustReprice = false;
    this.#passedSteps = 0;
    this.batch.open(nowS, pieceTokens);
    this.#usedAtOpen = this.usedBlocks;
    const finish = this.batch.finishStep - this.batch.step;
    const { lineSteps } = this.batch;
    this.plannedSteps = finish < lineSteps ? finish : lineSteps;
  }

  /** Nothing runs and nothing can start before `nowS`. */
  rest(untilS: number): void {
    this.boundaryS = untilS;
  }

  /** After a decision: when to look next. `mayAdmit`: the head of the queue may be admitted after one more step. */
  proceed(mayAdmit: boolean): void {
    const batch = this.batch;
    const mustLook = mayAdmit || this.#withdrawnCount > 0 || this.#freshCount > 0;
    this.trySteps = mustLook ? batch.done + 1 : NEVER_STEP;
    this.#aim();
  }

  /** Something may change at this step of the open segment. */
  tryAt(steps: number): void {
    if (steps >= this.trySteps) return;
    this.trySteps = steps;
    this.#aim();
  }

  #aim(): void {
    let steps: number;
    if (this.#stepByStep === true)
      steps = this.trySteps <= this.#passedSteps ? this.#passedSteps : this.#passedSteps + 1;
    else steps = this.trySteps < this.plannedSteps ? this.trySteps : this.plannedSteps;
    this.#nextSteps = steps;
    this.boundaryS = this.batch.boundaryS(steps);
  }

  #advance(steps: number): void {
    const batch = this.batch;
    this.scheduler.grow(steps);
    this.#usedAtBoundary = this.usedBlocks;
    this.#outputLeft -= batch.decodes * steps;
    batch.advance(steps);
  }

  /** A closed segment's chunks are counted, and what has ended leaves: most often one prompt or one decode. */
  #endSteps(nowS: number): void {
    const batch = this.batch;
    const hasFinished = batch.finishStep <= batch.step;
    const chunks = batch.chunkCount;
    if (chunks === 1 && hasFinished === false) this.#endChunk(nowS);
    else if (chunks === 0 && hasFinished === true) this.#endDecodes(nowS);
    else if (chunks > 0) this.#endMany(nowS);
    if (this.#withdrawnCount > 0) this.#withdraw(nowS);
  }

  #endChunk(nowS: number): void {
    const batch = this.batch;
    const slot = batch.chunkSlots[0]!;
    const isComputed = this.#countChunk(slot, batch.chunkTokens[0]!);
    if (this.#watchesChunks === true) this.scheduler.chunksCounted();
    if (isComputed === true) this.#prompted(slot, nowS);
    batch.clearChunks();
    if (this.#doneCount > 0) this.#finishDone(nowS);
  }

  #endDecodes(nowS: number): void {
    const batch = this.batch;
    const slot = batch.finishSlot;
    batch.leave(slot);
    if (batch.finishStep > batch.step) {
      this.finish(slot, nowS);
      return;
    }
    this.#markDone(slot);
    this.#leaveBatch();
    this.#finishDone(nowS);
  }

  #endMany(nowS: number): void {
    const batch = this.batch;
    const { chunkCount, chunkSlots, chunkTokens } = batch;
    this.#leaveBatch();
    for (let i = 0; i < chunkCount; i++) this.#countChunk(chunkSlots[i]!, chunkTokens[i]!);
    if (this.#watchesChunks === true) this.scheduler.chunksCounted();
    for (let i = 0; i < chunkCount; i++) {
      const slot = chunkSlots[i]!;
      if (this.#isComputed(slot)) this.#prompted(slot, nowS);
    }
    batch.clearChunks();
    if (this.#doneCount > 0) this.#finishDone(nowS);
  }

  #leaveBatch(): void {
    const batch = this.batch;
    while (batch.finishStep <= batch.step) {
      const slot = batch.finishSlot;
      batch.leave(slot);
      this.#markDone(slot);
    }
  }

  /** Requests that end at one boundary free their blocks and are reported in running order. */
  #finishDone(nowS: number): void {
    const done = this.#done;
    const count = this.#doneCount;
    if (count > 1) sortByAdmission(done, count, this.columns.whole);
    for (let i = 0; i < count; i++) this.finish(done[i]!, nowS);
    this.#doneCount = 0;
  }

  #releaseFresh(nowS: number): void {
    const columns = this.columns;
    const fresh = this.#fresh;
    const count = this.#freshCount;
    this.#freshCount = 0;
    for (let i = 0; i < count; i++) {
      const slot = fresh[i]!;
      columns.real[(slot << REAL_SHIFT) | Real.FIRST_TOKEN_S] = nowS;
      this.listener.onFirstToken(this.index, slot, nowS);
    }
  }

  #isWithdrawalDue(nowS: number): boolean {
    for (let i = 0; i < this.#withdrawnCount; i++)
      if (this.columns.real[(this.#withdrawn[i]! << REAL_SHIFT) | Real.CANCEL_S]! < nowS) return true;
    return false;
  }

  #withdraw(nowS: number): void {
    const columns = this.columns;
    const count = this.#withdrawnCount;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      // Asked for anew each time: who is told of a withdrawal may withdraw another request, and so lengthen the list.
      const slot = this.#withdrawn[i]!;
      if (columns.whole[(slot << WHOLE_SHIFT) | Whole.REPLICA] !== this.index) continue;
      const cancelS = columns.real[(slot << REAL_SHIFT) | Real.CANCEL_S]!;
      if (Number.isNaN(cancelS)) continue;
      if (cancelS >= nowS) {
        this.#withdrawn[kept++] = slot;
        continue;
      }
      if (columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] === RequestState.WAITING) {
        this.#leaveQueue(slot, nowS);
        continue;
      }
      if (columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] === RequestState.DECODE)
        columns.real[(slot << REAL_SHIFT) | Real.LAST_TOKEN_S] = this.batch.lastTokenS(slot, nowS);
      this.#leaveRunning(slot);
      this.#forgetWork(slot);
      if (this.#padsPrompts === true) this.scheduler.settleOutput(slot);
      columns.real[(slot << REAL_SHIFT) | Real.CANCEL_S] = Number.NaN;
      columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] = RequestState.CANCELLED;
      this.listener.onCancelled(this.index, slot, nowS);
    }
    for (let i = count; i < this.#withdrawnCount; i++) this.#withdrawn[kept++] = this.#withdrawn[i]!;
    this.#withdrawnCount = kept;
  }

  #leaveQueue(slot: number, nowS: number): void {
    const columns = this.columns;
    this.waiting.remove(columns, slot);
    this.#forgetWork(slot);
    this.scheduler.dropped(slot);
    columns.real[(slot << REAL_SHIFT) | Real.CANCEL_S] = Number.NaN;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] = RequestState.CANCELLED;
    this.listener.onCancelled(this.index, slot, nowS);
  }

  #leaveRunning(slot: number): void {
    if (this.columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] === RequestState.DECODE) this.batch.leave(slot);
    this.running.remove(this.columns, slot);
    this.scheduler.release(slot);
  }

  #refuseMalformed(slot: number, prompt: number, nowS: number): never {
    throw new ServingError(
      'REQUEST_MALFORMED',
      `replica ${this.index} at ${nowS} s: slot ${slot} has ${prompt} prompt and ${this.table.outputTokens[slot]} output tokens; at least 1 each`,
    );
  }

  #refuseBoundary(nowS: number): never {
    throw new ServingError(
      'BOUNDARY_MISPLACED',
      `replica ${this.index}: boundary at ${nowS} s, asked for ${this.boundaryS} s`,
    );
  }

  #forgetWork(slot: number): void {
    const columns = this.columns;
    if (columns.whole[(slot << WHOLE_SHIFT) | Whole.STATE] !== RequestState.DECODE)
      this.#prefillLeft -=
        columns.whole[(slot << WHOLE_SHIFT) | Whole.PREFILL_TARGET]! -
        columns.whole[(slot << WHOLE_SHIFT) | Whole.COMPUTED_TOKENS]!;
    this.#outputLeft -=
      columns.whole[(slot << WHOLE_SHIFT) | Whole.TARGET_TOKENS]! -
      columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS]!;
  }
}

function sortByAdmission(slots: Int32Array, count: number, whole: Int32Array): void {
  for (let i = 1; i < count; i++) {
    const slot = slots[i]!;
    const order = whole[(slot << WHOLE_SHIFT) | Whole.ADMISSION]!;
    let place = i;
    for (; place > 0 && whole[(slots[place - 1]! << WHOLE_SHIFT) | Whole.ADMISSION]! > order; place--)
      slots[place] = slots[place - 1]!;
    slots[place] = slot;
  }
}

function noted(list: Int32Array, count: number, slot: number): Int32Array {
  const notes = count === list.length ? lengthened(list) : list;
  notes[count] = slot;
  return notes;
}

function lengthened(list: Int32Array): Int32Array {
  const longer = new Int32Array(Math.max(INITIAL_NOTES, list.length * 2));
  longer.set(list);
  return longer;
}
