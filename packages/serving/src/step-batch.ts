/**
 * The running batch of one replica as counts: what the step model prices, when the batch next changes, and who is charged.
 *
 * A segment is a stretch of steps with one composition and one price line; its j-th boundary is t0 + F(j), F the closed
 * form of the step model's contract, however many of them anyone looks at. A segment ends when the batch changes, when
 * the price line ends, or when a context reaches a sliding window.
 *
 * Energy of a segment is the model's energy of the segment's totals (time, kernel time, traffic, arithmetic). It goes half
 * by tokens and half by bytes to the requests: a request's bytes are the KV it reads plus its token share of the traffic
 * that belongs to no request (weights). Time goes by its prefill part over prefill tokens and the rest over decodes. A
 * decode's shares depend on its context, which is a constant plus the step counter, so they are differences of three
 * running integrals between join and leave; only prefill chunks are visited. (Attribution rule: FLOP and byte shares.)
 * Where windows make the traffic smaller than the contexts suggest, KV shares are scaled down to the traffic there is.
 *
 * `hold` makes the coming step one of prompts only while the decodes stand still (held-decodes.ts). The first step of all
 * takes `firstStepS` longer (compilation, graph capture, allocator): no kernel of the batch runs in that time, so it is
 * charged at the power of a loaded idle replica, and the rest of the step as ever.
 *
 * Contexts handed in count the new token itself. Hot path: no allocation except growth by doubling, no loop over decodes
 * except one renumbering per `RENUMBER_STEPS` steps, which keeps counter and integrals small and so exact. One file,
 * because counts, price line and integrals are one state that every method touches.
 */

import {
  COST_CELLS,
  Cost,
  type PassOverlap,
  type StepModel,
  segmentS,
  stepsUntil,
  WINDOW_STRIDE,
  WindowWork,
  Work,
} from '@infersim/devices';
import { addChunkWork, clearChunkWork } from './chunk-work.js';
import { HeldDecodes } from './held-decodes.js';
import type { ReplicaListener } from './replica.js';
import { Segment, type SegmentReport, segmentCells } from './segment-report.js';
import { REAL_SHIFT, Real, type ServiceColumns, WHOLE_SHIFT, Whole } from './service-columns.js';
import { ServingError } from './serving-error.js';
import { NEVER_STEP, StepHeap } from './step-heap.js';

/** Steps after which the counter is renumbered at the next segment; bounds the rounding of the running integrals. */
const RENUMBER_STEPS = 4096;
const INITIAL_CHUNKS = 2;
/** Fractions that a batch keeps, side by side: as fields each would lie in a place of its own in memory. */
const Own = {
  /** Start of the open segment. */
  OPENED_S: 0,
  /**
   * Running integrals over the decode set, from zero at its last empty moment: joules per decode that do not depend on its
   * context, joules per token of context offset, seconds per decode.
   */
  TOKEN_J: 1,
  CONTEXT_J: 2,
  DEVICE_S: 3,
  /** What the first step of all takes longer. */
  FIRST_STEP_S: 4,
} as const;
const COST0 = 5;
const WORK0 = COST0 + COST_CELLS;
const NO_STALL_S = new Float64Array(0);
const NO_MEMBERS = new Int32Array(0);

/**
 * Batch state of one replica. The scheduler above it decides who is in; this class only counts, prices and charges. It is
 * its own report: most of what a segment is told by it knows anyway.
 */
export class StepBatch implements SegmentReport {
  /** Index of the replica. */
  replica: number;
  /** Steps of the segment reported last. */
  steps = 0;
  decodesByWorkload: Int32Array;
  stalls = 0;
  stallS: Float64Array = NO_STALL_S;
  stalledByWorkload: Int32Array = NO_MEMBERS;
  /** What the step model prices, and its prices. */
  readonly work: Float64Array;
  readonly cost: Float64Array;
  /** Decode steps taken since the last renumbering. */
  step = 0;
  decodes = 0;
  /** Whether a segment is running. */
  isOpen = false;
  /** Whether the step that takes longer is still to come. */
  isCold: boolean;
  /** Steps of the segment completed so far. */
  done = 0;
  /** Steps for which the price line of the open segment holds. */
  lineSteps = 1;
  chunkCount = 0;
  /** Chunk tokens of the step that no request owns; whoever adds such chunks sets it. */
  paddingTokens = 0;
  chunkSlots: Int32Array = new Int32Array(INITIAL_CHUNKS);
  chunkTokens: Int32Array = new Int32Array(INITIAL_CHUNKS);

  readonly #model: StepModel;
  readonly #columns: ServiceColumns;
  readonly #listener: ReplicaListener;
  readonly #workloadOf: { workload: Int32Array };
  readonly #decodesByWorkload: Int32Array;
  readonly #hasOneWorkload: boolean;
  readonly #hasKv: boolean;
  readonly #hasWindows: boolean;
  readonly #alignment: number;
  readonly #finishes = new StepHeap();
  readonly #crossings: StepHeap[] = [];
  #chunkCached: Int32Array = new Int32Array(INITIAL_CHUNKS);
  #finishingChunks = 0;
  /** Whether the open segment is the step that takes longer. */
  #warmsUp = false;
  /** Steps of the open segment reported so far. */
  #reported = 0;
  /** `Own`, `cost` and `work`, one behind the other: what is read for each segment in one array. */
  readonly #cells: Float64Array;
  #held: HeldDecodes | null = null;
  #nobody: Int32Array | null = null;
  #pieces: Float64Array | null = null;
  #pieceCost: Float64Array | null = null;

  /**
   * `alignment`: renumbering moves the step counter by multiples of it only, so that contexts keep their residue modulo
   * the KV block. The listener is told of each segment. `firstStepS`: seconds that the first step takes longer.
   */
  constructor(
    model: StepModel,
    columns: ServiceColumns,
    workloadOf: { workload: Int32Array },
    workloads: number,
    hasKv: boolean,
    alignment: number,
    replica: number,
    listener: ReplicaListener,
    firstStepS: number,
  ) {
    this.#model = model;
    this.#columns = columns;
    this.#workloadOf = workloadOf;
    this.#decodesByWorkload = new Int32Array(workloads);
    this.decodesByWorkload = this.#decodesByWorkload;
    this.#hasOneWorkload = workloads === 1;
    this.#hasKv = hasKv;
    this.#hasWindows = model.windowTokens.length > 0;
    this.#alignment = alignment;
    this.#listener = listener;
    this.#cells = new Float64Array(WORK0 + model.workCells);
    this.#cells[Own.FIRST_STEP_S] = firstStepS;
    this.isCold = firstStepS > 0;
    this.cost = this.#cells.subarray(COST0, WORK0);
    this.work = this.#cells.subarray(WORK0);
    for (let window = 0; window < model.windowTokens.length; window++) this.#crossings.push(new StepHeap());
    columns.ensureWindows(model.windowTokens.length);
    this.replica = replica;
  }

  /** Whether nothing is in the batch and nothing of what was is still to be reported. */
  get isBlank(): boolean {
    return (
      !this.isOpen && this.decodes === 0 && this.chunkCount === 0 && (this.#held === null || this.#held.groups === 0)
    );
  }

  /** Makes a blank batch that of another replica, whose first step takes `firstStepS` longer. */
  renew(replica: number, firstStepS: number): void {
    this.step = 0;
    this.#cells[Own.FIRST_STEP_S] = firstStepS;
    this.isCold = firstStepS > 0;
    this.replica = replica;
    this.work.fill(0);
  }

  /** Sum of KV tokens that the decodes read in their next step. */
  get contextTokens(): number {
    const contextTokens = this.work[Work.CONTEXT]!;
    return this.#held === null ? contextTokens : contextTokens + this.#held.contextTokens;
  }

  /** Absolute step at which the next decode finishes; `NEVER_STEP` without decodes. */
  get finishStep(): number {
    return this.#finishes.minStep;
  }

  /** Slot that finishes next (smallest slot among equals). */
  get finishSlot(): number {
    return this.#finishes.minSlot();
  }

  /**
   * Adds a decode that reads `contextTokens` of KV in its next step and leaves after `steps` steps. No segment may be open.
   * `generatedTokens` of the slot's columns must be what it has made so far.
   */
  join(slot: number, contextTokens: number, steps: number): void {
    const cells = this.#cells;
    if (this.decodes === 0) {
      this.step = 0;
      cells[Own.TOKEN_J] = 0;
      cells[Own.CONTEXT_J] = 0;
      cells[Own.DEVICE_S] = 0;
    }
    const columns = this.#columns;
    const { real, whole } = columns;
    const reals = slot << REAL_SHIFT;
    const wholes = slot << WHOLE_SHIFT;
    const step = this.step;
    whole[wholes | Whole.CONTEXT_OFFSET] = contextTokens - step;
    whole[wholes | Whole.TOKEN_OFFSET] = whole[wholes | Whole.GENERATED_TOKENS]! - step;
    real[reals | Real.JOIN_TOKEN_J] = cells[Own.TOKEN_J]!;
    real[reals | Real.JOIN_CONTEXT_J] = cells[Own.CONTEXT_J]!;
    real[reals | Real.JOIN_DEVICE_S] = cells[Own.DEVICE_S]!;
    this.#finishes.push(step + steps, slot, columns.finishPlace);
    this.decodes++;
    const workload = this.#hasOneWorkload === true ? 0 : this.#workloadOf.workload[slot]!;
    const byWorkload = this.#decodesByWorkload;
    byWorkload[workload] = byWorkload[workload]! + 1;
    if (this.#hasKv === false) return;
    cells[WORK0 + Work.CONTEXT] = cells[WORK0 + Work.CONTEXT]! + contextTokens;
    if (this.#hasWindows === true) this.#joinWindows(slot, contextTokens);
  }

  #joinWindows(slot: number, contextTokens: number): void {
    const cells = this.#cells;
    const columns = this.#columns;
    const windows = this.#model.windowTokens;
    for (let w = 0; w < windows.length; w++) {
      const window = windows[w]!;
      const cell = WORK0 + Work.WINDOW0 + w * WINDOW_STRIDE;
      if (contextTokens < window) {
        cells[cell + WindowWork.CONTEXT] = cells[cell + WindowWork.CONTEXT]! + contextTokens;
        cells[cell + WindowWork.GROWING] = cells[cell + WindowWork.GROWING]! + 1;
        this.#crossings[w]!.push(this.step + window - contextTokens, slot, columns.windowPlace[w]!);
      } else {
        cells[cell + WindowWork.CONTEXT] = cells[cell + WindowWork.CONTEXT]! + window;
        columns.windowPlace[w]![slot] = -1;
      }
    }
  }

  /** Takes a decode out and settles its energy, time, token and KV columns. No segment may be open. */
  leave(slot: number): void {
    const columns = this.#columns;
    const { whole } = columns;
    const wholes = slot << WHOLE_SHIFT;
    const cells = this.#cells;
    const { step } = this;
    const offset = whole[wholes | Whole.CONTEXT_OFFSET]!;
    this.#settle(slot, offset);
    whole[wholes | Whole.GENERATED_TOKENS] = whole[wholes | Whole.TOKEN_OFFSET]! + step;
    whole[wholes | Whole.COMPUTED_TOKENS] = offset + step - 1;
    this.#finishes.remove(slot, columns.finishPlace);
    this.decodes--;
    const workload = this.#hasOneWorkload === true ? 0 : this.#workloadOf.workload[slot]!;
    if (this.#held !== null && this.#held.groups > 0) this.#held.forget(columns, slot, workload);
    const byWorkload = this.#decodesByWorkload;
    byWorkload[workload] = byWorkload[workload]! - 1;
    if (this.#hasKv === false) return;
    const contextTokens = offset + step;
    cells[WORK0 + Work.CONTEXT] = cells[WORK0 + Work.CONTEXT]! - contextTokens;
    if (this.#hasWindows === true) this.#leaveWindows(slot, contextTokens);
  }

  #leaveWindows(slot: number, contextTokens: number): void {
    const cells = this.#cells;
    const columns = this.#columns;
    const windows = this.#model.windowTokens;
    for (let w = 0; w < windows.length; w++) {
      const window = windows[w]!;
      const cell = WORK0 + Work.WINDOW0 + w * WINDOW_STRIDE;
      const seen = Math.min(contextTokens, window);
      cells[cell + WindowWork.CONTEXT] = cells[cell + WindowWork.CONTEXT]! - seen;
      if (columns.windowPlace[w]![slot]! >= 0) {
        cells[cell + WindowWork.GROWING] = cells[cell + WindowWork.GROWING]! - 1;
        this.#crossings[w]!.remove(slot, columns.windowPlace[w]!);
      }
    }
  }

  /** Time of the last token of a decode, at a boundary at `nowS`. */
  lastTokenS(slot: number, nowS: number): number {
    const held = this.#held;
    return held === null || held.groups === 0 ? nowS : held.lastTokenS(this.#columns, slot, nowS);
  }

  /** Lets the decodes stand still in the coming step, which must hold chunks. No segment may be open. */
  hold(nowS: number): void {
    if (this.decodes === 0) return;
    if (this.#held === null) {
      this.#held = new HeldDecodes(this.#decodesByWorkload.length, this.#model.windowTokens.length);
      this.#nobody = new Int32Array(this.#decodesByWorkload.length);
    }
    this.#passCrossings();
    this.#held.hold(this.work, this.decodes, this.#decodesByWorkload, nowS);
    this.decodes = 0;
    this.decodesByWorkload = this.#nobody!;
  }

  /** Adds `tokens` prefill tokens of a request that has `cached` tokens of KV to the next step. No segment may be open. */
  addChunk(slot: number, cached: number, tokens: number, isFinishing: boolean): void {
    const count = this.chunkCount;
    if (count === this.chunkSlots.length) {
      this.chunkSlots = doubled(this.chunkSlots);
      this.chunkTokens = doubled(this.chunkTokens);
      this.#chunkCached = doubled(this.#chunkCached);
    }
    this.chunkSlots[count] = slot;
    this.chunkTokens[count] = tokens;
    this.#chunkCached[count] = cached;
    this.chunkCount = count + 1;
    if (isFinishing) this.#finishingChunks++;
    addChunkWork(this.work, this.#model.windowTokens, cached, tokens, isFinishing);
  }

  /** Forgets the chunks of the step that has ended. */
  clearChunks(): void {
    if (this.chunkCount === 0) return;
    this.chunkCount = 0;
    this.paddingTokens = 0;
    this.#finishingChunks = 0;
    clearChunkWork(this.work, this.#model.windowTokens.length);
  }

  /**
   * Starts a segment at `nowS` with the present batch and prices it. With `pieceTokens` above 0, a step of more tokens runs
   * as several passes of at most that many, decodes in the first, and costs their sum, less what passes overlap in stages.
   */
  open(nowS: number, pieceTokens: number): void {
    if (this.step >= RENUMBER_STEPS) this.#renumber();
    if (this.#hasWindows === true) this.#passCrossings();
    const cells = this.#cells;
    const { decodes } = this;
    cells[WORK0 + Work.DECODES] = decodes;
    cells[WORK0 + Work.LOGIT_ROWS] = decodes + this.#finishingChunks;
    cells[Own.OPENED_S] = nowS;
    this.isOpen = true;
    this.done = 0;
    this.#reported = 0;
    this.#warmsUp = false;
    if (cells[WORK0 + Work.PREFILL_TOKENS]! > 0) {
      if (pieceTokens > 0 && decodes + cells[WORK0 + Work.PREFILL_TOKENS]! > pieceTokens)
        this.#priceInPieces(pieceTokens);
      else this.#model.priceMixed(this.work, this.cost);
      this.lineSteps = 1;
    } else {
      this.#model.priceDecode(this.work, this.cost);
      const lineSteps = cells[COST0 + Cost.LINEAR_STEPS]!;
      const crossing = this.#hasWindows === true ? this.#crossingStep() - this.step : NEVER_STEP;
      this.lineSteps = lineSteps >= crossing ? crossing : lineSteps | 0;
    }
    if (this.isCold === true) this.#warmUp();
    const stepS = cells[COST0 + Cost.STEP_S]!;
    if (
      !(stepS > 0 && stepS < Number.POSITIVE_INFINITY && cells[COST0 + Cost.STEP_GROWTH_S]! >= 0 && this.lineSteps >= 1)
    )
      this.#refusePrice(nowS);
  }

  /** Time of the segment's boundary after `steps` steps. */
  boundaryS(steps: number): number {
    const cells = this.#cells;
    return cells[Own.OPENED_S]! + segmentS(cells[COST0 + Cost.STEP_S]!, cells[COST0 + Cost.STEP_GROWTH_S]!, steps);
  }

  /** Least number of steps whose boundary lies at or after `nowS`. */
  stepsTo(nowS: number): number {
    const cells = this.#cells;
    return stepsUntil(cells[COST0 + Cost.STEP_S]!, cells[COST0 + Cost.STEP_GROWTH_S]!, cells[Own.OPENED_S]!, nowS);
  }

  /** Completes `steps` more steps of the open segment. */
  advance(steps: number): void {
    this.done += steps;
    if (this.decodes === 0) return;
    this.step += steps;
    if (this.#hasKv === false) return;
    const cells = this.#cells;
    cells[WORK0 + Work.CONTEXT] = cells[WORK0 + Work.CONTEXT]! + cells[WORK0 + Work.DECODES]! * steps;
    if (this.#hasWindows === true) this.#advanceWindows(steps);
  }

  #advanceWindows(steps: number): void {
    const cells = this.#cells;
    const windows = this.#crossings.length;
    for (let w = 0; w < windows; w++) {
      const cell = WORK0 + Work.WINDOW0 + w * WINDOW_STRIDE;
      cells[cell + WindowWork.CONTEXT] = cells[cell + WindowWork.CONTEXT]! + cells[cell + WindowWork.GROWING]! * steps;
    }
  }

  /**
   * Ends the open segment after the steps completed and reports what has not been reported yet. The caller has put the blocks
   * in use into `segmentCells`; all its other cells are filled here.
   */
  close(): void {
    this.isOpen = false;
    const held = this.#held;
    this.#tell();
    if (held !== null) this.#restore(held);
  }

  /** Reports and charges the completed steps that have not been reported yet; the segment goes on. Blocks as for `close`. */
  report(): void {
    this.#tell();
    this.#reported = this.done;
  }

  /** Fills `segmentCells`, charges energy and time to the requests, and tells the listener. */
  #tell(): void {
    const to = this.done;
    const from = this.#reported;
    const steps = to - from;
    if (steps === 0) return;
    this.steps = steps;
    const cells = this.#cells;
    const stepS = cells[COST0 + Cost.STEP_S]!;
    const growthS = cells[COST0 + Cost.STEP_GROWTH_S]!;
    const halfTo = 0.5 * to;
    let span = halfTo * to - halfTo;
    if (from > 0) span -= 0.5 * from * (from - 1);
    const timeS = steps * stepS + growthS * span;
    const bytes = steps * cells[COST0 + Cost.BYTES]! + cells[COST0 + Cost.BYTES_GROWTH]! * span;
    const openedS = cells[Own.OPENED_S]!;
    segmentCells[Segment.FROM_S] = openedS;
    segmentCells[Segment.TO_S] = openedS + timeS;
    segmentCells[Segment.STEP_S] = stepS;
    segmentCells[Segment.GROWTH_S] = growthS;
    segmentCells[Segment.WORK_S] = timeS;
    segmentCells[Segment.KERNEL_S] =
      steps * cells[COST0 + Cost.KERNEL_S]! + cells[COST0 + Cost.KERNEL_GROWTH_S]! * span;
    segmentCells[Segment.BYTES] = bytes;
    segmentCells[Segment.COMPUTE_S] =
      steps * cells[COST0 + Cost.COMPUTE_S]! + cells[COST0 + Cost.COMPUTE_GROWTH_S]! * span;
    if (from > 0) this.#placeRest(from, to);
    if (this.#warmsUp === true) this.#useWarmingUp();
    else this.#model.energyOf(segmentCells);
    const energyJ = segmentCells[Segment.ENERGY_J]!;
    const decodes = cells[WORK0 + Work.DECODES]!;
    const prefillTokens = cells[WORK0 + Work.PREFILL_TOKENS]!;
    let prefillS = 0;
    segmentCells[Segment.PADDING_TOKENS] = 0;
    if (prefillTokens > 0) {
      segmentCells[Segment.PADDING_TOKENS] = this.paddingTokens;
      prefillS = decodes === 0 ? timeS : cells[COST0 + Cost.PREFILL_S]!;
      if (prefillS > timeS) prefillS = timeS;
      else if (!(prefillS >= 0)) prefillS = 0;
    }
    segmentCells[Segment.PREFILL_TOKENS] = prefillTokens;
    segmentCells[Segment.PREFILL_S] = prefillS;
    const tokens = steps * decodes + prefillTokens;
    let perToken: number;
    let perContext = 0;
    if (this.#hasKv === true && bytes > 0) {
      // The sum of contexts has grown by a token per decode and step since the segment was opened.
      const openedContext = cells[WORK0 + Work.CONTEXT]! - decodes * to;
      const contexts = steps * openedContext + decodes * span + cells[WORK0 + Work.PREFILL_READ]!;
      let contextBytes = cells[COST0 + Cost.KV_BYTES_PER_CONTEXT_TOKEN]!;
      let kvBytes = contextBytes * contexts;
      if (kvBytes > bytes) {
        contextBytes *= bytes / kvBytes;
        kvBytes = bytes;
      }
      const half = energyJ / 2;
      perToken = (half + (half * (bytes - kvBytes)) / bytes) / tokens;
      perContext = (half * contextBytes) / bytes;
    } else perToken = energyJ / tokens;
    if (decodes > 0) {
      const firstStep = this.step - to;
      cells[Own.TOKEN_J] = cells[Own.TOKEN_J]! + (perToken * steps + perContext * (steps * firstStep + span));
      cells[Own.CONTEXT_J] = cells[Own.CONTEXT_J]! + perContext * steps;
      cells[Own.DEVICE_S] = cells[Own.DEVICE_S]! + (timeS - prefillS) / decodes;
    }
    if (prefillTokens > 0) {
      const perTokenS = prefillS / prefillTokens;
      const { real } = this.#columns;
      const { chunkSlots, chunkTokens, chunkCount } = this;
      const chunkCached = this.#chunkCached;
      for (let i = 0; i < chunkCount; i++) {
        const reals = chunkSlots[i]! << REAL_SHIFT;
        const own = chunkTokens[i]!;
        real[reals | Real.ENERGY_J] =
          real[reals | Real.ENERGY_J]! + perToken * own + perContext * (chunkCached[i]! + own);
        real[reals | Real.DEVICE_S] = real[reals | Real.DEVICE_S]! + perTokenS * own;
      }
    }
    const held = this.#held;
    if (held !== null && held.groups > 0 && decodes > 0) this.#tellStalled(held);
    else this.#listener.onSegment(this);
  }

  /** Where the report lies in time when the first `from` steps of the segment have been reported before. */
  #placeRest(from: number, to: number): void {
    const cells = this.#cells;
    const stepS = cells[COST0 + Cost.STEP_S]!;
    const growthS = cells[COST0 + Cost.STEP_GROWTH_S]!;
    segmentCells[Segment.FROM_S] = cells[Own.OPENED_S]! + segmentS(stepS, growthS, from);
    segmentCells[Segment.TO_S] = cells[Own.OPENED_S]! + segmentS(stepS, growthS, to);
    segmentCells[Segment.STEP_S] = stepS + growthS * from;
  }

  /** Energy of the step that takes longer: that of a loaded idle replica for the time by which it does. */
  #useWarmingUp(): void {
    const warmUpS = this.#cells[Own.FIRST_STEP_S]!;
    const timeS = segmentCells[Segment.WORK_S]!;
    segmentCells[Segment.WORK_S] = timeS - warmUpS;
    this.#model.energyOf(segmentCells);
    segmentCells[Segment.ENERGY_J] = segmentCells[Segment.ENERGY_J]! + warmUpS * this.#model.idleW;
    segmentCells[Segment.WORK_S] = timeS;
  }

  #tellStalled(held: HeldDecodes): void {
    const { groups, sinceS } = held;
    for (let group = 0; group < groups; group++) sinceS[group] = this.#cells[Own.OPENED_S]! - sinceS[group]!;
    this.stalls = groups;
    this.stallS = sinceS;
    this.stalledByWorkload = held.members;
    held.groups = 0;
    this.#listener.onSegment(this);
    this.stalls = 0;
  }

  #restore(held: HeldDecodes): void {
    if (held.decodes === 0) return;
    this.decodes = held.restore(this.work);
    this.decodesByWorkload = this.#decodesByWorkload;
  }

  /** Makes the segment about to open the first of all: one step, longer by the warm-up. */
  #warmUp(): void {
    const cost = this.cost;
    cost[Cost.STEP_S] = cost[Cost.STEP_S]! + this.#cells[Own.FIRST_STEP_S]!;
    cost[Cost.STEP_GROWTH_S] = 0;
    this.lineSteps = 1;
    this.isCold = false;
    this.#warmsUp = true;
  }

  #refusePrice(nowS: number): never {
    const { cost, work } = this;
    throw new ServingError(
      'PRICE_NOT_USABLE',
      `replica ${this.replica} at ${nowS} s: step of ${this.decodes} decodes and ${work[Work.PREFILL_TOKENS]} prefill tokens ` +
        `priced at ${cost[Cost.STEP_S]} s + ${cost[Cost.STEP_GROWTH_S]} s a step for ${this.lineSteps} steps`,
    );
  }

  /** Brings energy, time and token columns of all decodes up to date. Visits the batch: not for every step. */
  settleAll(): void {
    const columns = this.#columns;
    const cells = this.#cells;
    for (let place = 0; place < this.#finishes.size; place++) {
      const slot = this.#finishes.slotAt(place);
      this.#settle(slot, columns.whole[(slot << WHOLE_SHIFT) | Whole.CONTEXT_OFFSET]!);
      columns.whole[(slot << WHOLE_SHIFT) | Whole.GENERATED_TOKENS] =
        columns.whole[(slot << WHOLE_SHIFT) | Whole.TOKEN_OFFSET]! + this.step;
      columns.real[(slot << REAL_SHIFT) | Real.JOIN_TOKEN_J] = cells[Own.TOKEN_J]!;
      columns.real[(slot << REAL_SHIFT) | Real.JOIN_CONTEXT_J] = cells[Own.CONTEXT_J]!;
      columns.real[(slot << REAL_SHIFT) | Real.JOIN_DEVICE_S] = cells[Own.DEVICE_S]!;
    }
  }

  #settle(slot: number, offset: number): void {
    const { real } = this.#columns;
    const reals = slot << REAL_SHIFT;
    const cells = this.#cells;
    real[reals | Real.ENERGY_J] =
      real[reals | Real.ENERGY_J]! +
      (cells[Own.TOKEN_J]! - real[reals | Real.JOIN_TOKEN_J]!) +
      offset * (cells[Own.CONTEXT_J]! - real[reals | Real.JOIN_CONTEXT_J]!);
    real[reals | Real.DEVICE_S] =
      real[reals | Real.DEVICE_S]! + (cells[Own.DEVICE_S]! - real[reals | Real.JOIN_DEVICE_S]!);
  }

  #renumber(): void {
    const shift = this.step - (this.step % this.#alignment);
    const columns = this.#columns;
    for (let place = 0; place < this.#finishes.size; place++) {
      const slot = this.#finishes.slotAt(place);
      const offset = columns.whole[(slot << WHOLE_SHIFT) | Whole.CONTEXT_OFFSET]!;
      this.#settle(slot, offset);
      columns.whole[(slot << WHOLE_SHIFT) | Whole.CONTEXT_OFFSET] = offset + shift;
      columns.whole[(slot << WHOLE_SHIFT) | Whole.TOKEN_OFFSET] =
        columns.whole[(slot << WHOLE_SHIFT) | Whole.TOKEN_OFFSET]! + shift;
      columns.real[(slot << REAL_SHIFT) | Real.JOIN_TOKEN_J] = 0;
      columns.real[(slot << REAL_SHIFT) | Real.JOIN_CONTEXT_J] = 0;
      columns.real[(slot << REAL_SHIFT) | Real.JOIN_DEVICE_S] = 0;
    }
    this.#cells[Own.TOKEN_J] = 0;
    this.#cells[Own.CONTEXT_J] = 0;
    this.#cells[Own.DEVICE_S] = 0;
    this.#finishes.lower(shift);
    for (const heap of this.#crossings) heap.lower(shift);
    this.step -= shift;
  }

  #crossingStep(): number {
    let first: number = NEVER_STEP;
    for (let w = 0; w < this.#crossings.length; w++) {
      const step = this.#crossings[w]!.minStep;
      if (step < first) first = step;
    }
    return first;
  }

  #passCrossings(): void {
    for (let w = 0; w < this.#crossings.length; w++) {
      const heap = this.#crossings[w]!;
      const places = this.#columns.windowPlace[w]!;
      const cell = Work.WINDOW0 + w * WINDOW_STRIDE + WindowWork.GROWING;
      while (heap.minStep <= this.step) {
        const slot = heap.minSlot();
        heap.remove(slot, places);
        places[slot] = -1;
        this.work[cell] = this.work[cell]! - 1;
      }
    }
  }

  #priceInPieces(pieceTokens: number): void {
    const cells = this.work.length;
    if (this.#pieces === null) this.#pieces = new Float64Array(cells);
    if (this.#pieceCost === null) this.#pieceCost = new Float64Array(COST_CELLS);
    const piece = this.#pieces;
    const price = this.#pieceCost;
    const cost = this.cost;
    const windows = this.#model.windowTokens;
    cost.fill(0);
    cost[Cost.LINEAR_STEPS] = 1;
    piece.set(this.work);
    clearChunkWork(piece, windows.length);
    piece[Work.LOGIT_ROWS] = this.decodes;
    let room = pieceTokens - this.decodes;
    let longestS = 0;
    for (let i = 0; i < this.chunkCount; i++) {
      let cached = this.#chunkCached[i]!;
      let left = this.chunkTokens[i]!;
      const finishes =
        cached + left >= this.#columns.whole[(this.chunkSlots[i]! << WHOLE_SHIFT) | Whole.PREFILL_TARGET]!;
      while (left > 0) {
        if (room === 0) {
          if (piece[Work.PREFILL_TOKENS] === 0) this.#model.priceDecode(piece, price);
          else this.#model.priceMixed(piece, price);
          addPrice(cost, price);
          longestS = Math.max(longestS, price[Cost.STEP_S]!);
          piece.fill(0);
          room = pieceTokens;
        }
        const tokens = Math.min(left, room);
        const isFinishing = finishes && tokens === left;
        addChunkWork(piece, windows, cached, tokens, isFinishing);
        if (isFinishing) piece[Work.LOGIT_ROWS] = piece[Work.LOGIT_ROWS]! + 1;
        cached += tokens;
        left -= tokens;
        room -= tokens;
      }
    }
    this.#model.priceMixed(piece, price);
    addPrice(cost, price);
    const passes = this.#model.passes;
    if (passes !== undefined) overlapPasses(cost, Math.max(longestS, price[Cost.STEP_S]!), passes);
  }
}

/** Takes off the sum of all passes what they save by following each other through stages; see `PassOverlap`. */
function overlapPasses(cost: Float64Array, longestS: number, { stages, overlap }: PassOverlap): void {
  const inTurnS = cost[Cost.STEP_S]!;
  const idealS = (inTurnS + (stages - 1) * longestS) / stages;
  const share = (inTurnS - overlap * (inTurnS - idealS)) / inTurnS;
  cost[Cost.STEP_S] = inTurnS * share;
  cost[Cost.PREFILL_S] = cost[Cost.PREFILL_S]! * share;
}

function addPrice(sum: Float64Array, price: Float64Array): void {
  sum[Cost.STEP_S] = sum[Cost.STEP_S]! + price[Cost.STEP_S]!;
  sum[Cost.KERNEL_S] = sum[Cost.KERNEL_S]! + price[Cost.KERNEL_S]!;
  sum[Cost.BYTES] = sum[Cost.BYTES]! + price[Cost.BYTES]!;
  sum[Cost.COMPUTE_S] = sum[Cost.COMPUTE_S]! + price[Cost.COMPUTE_S]!;
  sum[Cost.PREFILL_S] = sum[Cost.PREFILL_S]! + price[Cost.PREFILL_S]!;
  sum[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = price[Cost.KV_BYTES_PER_CONTEXT_TOKEN]!;
}

function doubled(old: Int32Array): Int32Array {
  const grown = new Int32Array(old.length * 2);
  grown.set(old);
  return grown;
}
