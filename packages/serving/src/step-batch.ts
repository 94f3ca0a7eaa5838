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
  USE_CELLS,
  Use,
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
/** Arrays of more cells than eight do not lie in the heap, so that code which knows them needs no look-up. */
const FAR_CELLS = 9;
/** Cells handed to the step model and read back at once. */
const use = new Float64Array(Math.max(USE_CELLS, FAR_CELLS));
/** What a prefill token is charged: joules, joules per token of context, seconds. Filled and read within one report. */
const Charge = { TOKEN_J: 0, CONTEXT_J: 1, TOKEN_S: 2 } as const;
const charge = new Float64Array(FAR_CELLS);
/** Fractions that a batch keeps, side by side: as fields each would lie in a place of its own in memory. */
const Own = {
  /** Start of the open segment, and the sum of contexts then. */
  OPENED_S: 0,
  OPENED_CONTEXT: 1,
  /**
   * Running integrals over the decode set, from zero at its last empty moment: joules per decode that do not depend on its
   * context, joules per token of context offset, seconds per decode.
   */
  TOKEN_J: 2,
  CONTEXT_J: 3,
  DEVICE_S: 4,
  /** What the first step of all takes longer; 0 once it is under way. */
  FIRST_STEP_S: 5,
  /** The part of the open segment that is such a warm-up. */
  WARM_UP_S: 6,
} as const;
const COST0 = 7;
const WORK0 = COST0 + COST_CELLS;
const NO_STALL_S = new Float64Array(0);
const NO_MEMBERS = new Int32Array(0);

/** The report of all batches: one replica speaks at a time, and what is written for each segment stays near. */
const report: SegmentReport = emptyReport();

/** Batch state of one replica. The scheduler above it decides who is in; this class only counts, prices and charges. */
export class StepBatch {
  /** What the step model prices, and its prices. */
  readonly work: Float64Array;
  readonly cost: Float64Array;
  /** Decode steps taken since the last renumbering. */
  step = 0;
  decodes = 0;
  /** Whether a segment is running. */
  isOpen = false;
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
  readonly #hasKv: boolean;
  readonly #alignment: number;
  readonly #finishes = new StepHeap();
  readonly #crossings: StepHeap[] = [];
  #chunkCached: Int32Array = new Int32Array(INITIAL_CHUNKS);
  #finishingChunks = 0;
  #firstStep = 0;
  #reported = 0;
  #replica: number;
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
    this.#hasKv = hasKv;
    this.#alignment = alignment;
    this.#listener = listener;
    this.#cells = new Float64Array(WORK0 + model.workCells);
    this.#cells[Own.FIRST_STEP_S] = firstStepS;
    this.cost = this.#cells.subarray(COST0, WORK0);
    this.work = this.#cells.subarray(WORK0);
    for (let window = 0; window < model.windowTokens.length; window++) this.#crossings.push(new StepHeap());
    columns.ensureWindows(model.windowTokens.length);
    this.#replica = replica;
  }

  /** Whether nothing is in the batch and nothing of what was is still to be reported. */
  get isBlank(): boolean {
    return (
      !this.isOpen && this.decodes === 0 && this.chunkCount === 0 && (this.#held === null || this.#held.groups === 0)
    );
  }

  /** Whether the step that takes longer is still to come. */
  get isCold(): boolean {
    return this.#cells[Own.FIRST_STEP_S]! > 0;
  }

  /** Makes a blank batch that of another replica, whose first step takes `firstStepS` longer. */
  renew(replica: number, firstStepS: number): void {
    this.step = 0;
    this.#cells[Own.FIRST_STEP_S] = firstStepS;
    this.#replica = replica;
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
    const workload = this.#workloadOf.workload[slot]!;
    this.#decodesByWorkload[workload] = this.#decodesByWorkload[workload]! + 1;
    if (this.#hasKv === false) return;
    cells[WORK0 + Work.CONTEXT] = cells[WORK0 + Work.CONTEXT]! + contextTokens;
    const windows = this.#model.windowTokens;
    for (let w = 0; w < windows.length; w++) {
      const window = windows[w]!;
      const cell = WORK0 + Work.WINDOW0 + w * WINDOW_STRIDE;
      if (contextTokens < window) {
        cells[cell + WindowWork.CONTEXT] = cells[cell + WindowWork.CONTEXT]! + contextTokens;
        cells[cell + WindowWork.GROWING] = cells[cell + WindowWork.GROWING]! + 1;
        this.#crossings[w]!.push(step + window - contextTokens, slot, columns.windowPlace[w]!);
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
    const offset = whole[wholes | Whole.CONTEXT_OFFSET]!;
    this.#settle(slot, offset);
    whole[wholes | Whole.GENERATED_TOKENS] = whole[wholes | Whole.TOKEN_OFFSET]! + this.step;
    whole[wholes | Whole.COMPUTED_TOKENS] = offset + this.step - 1;
    this.#finishes.remove(slot, columns.finishPlace);
    this.decodes--;
    const workload = this.#workloadOf.workload[slot]!;
    if (this.#held !== null && this.#held.groups > 0) this.#held.forget(columns, slot, workload);
    this.#decodesByWorkload[workload] = this.#decodesByWorkload[workload]! - 1;
    if (this.#hasKv === false) return;
    const contextTokens = offset + this.step;
    cells[WORK0 + Work.CONTEXT] = cells[WORK0 + Work.CONTEXT]! - contextTokens;
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
    this.#passCrossings();
    const { work, cost } = this;
    const cells = this.#cells;
    const prefillTokens = cells[WORK0 + Work.PREFILL_TOKENS]!;
    cells[WORK0 + Work.DECODES] = this.decodes;
    cells[WORK0 + Work.LOGIT_ROWS] = this.decodes + this.#finishingChunks;
    if (prefillTokens === 0) {
      this.#model.priceDecode(work, cost);
      const crossing = this.#crossingStep() - this.step;
      const lineSteps = cells[COST0 + Cost.LINEAR_STEPS]!;
      this.lineSteps = lineSteps >= crossing ? crossing : lineSteps | 0;
    } else {
      if (pieceTokens > 0 && this.decodes + prefillTokens > pieceTokens) this.#priceInPieces(pieceTokens);
      else this.#model.priceMixed(work, cost);
      cells[COST0 + Cost.STEP_GROWTH_S] = 0;
      this.lineSteps = 1;
    }
    const warmUpS = cells[Own.FIRST_STEP_S]!;
    cells[Own.WARM_UP_S] = warmUpS;
    if (warmUpS > 0) this.#warmUp();
    const stepS = cells[COST0 + Cost.STEP_S]!;
    if (
      !(stepS > 0 && stepS < Number.POSITIVE_INFINITY && cells[COST0 + Cost.STEP_GROWTH_S]! >= 0 && this.lineSteps >= 1)
    )
      this.#refusePrice(nowS);
    this.isOpen = true;
    cells[Own.OPENED_S] = nowS;
    this.done = 0;
    this.#reported = 0;
    this.#firstStep = this.step;
    cells[Own.OPENED_CONTEXT] = cells[WORK0 + Work.CONTEXT]!;
  }

  /** Time of the segment's boundary after `steps` steps. */
  boundaryS(steps: number): number {
    const cells = this.#cells;
    return cells[Own.OPENED_S]! + segmentS(cells[COST0 + Cost.STEP_S]!, cells[COST0 + Cost.STEP_GROWTH_S]!, steps);
  }

  /** Least number of steps whose boundary lies at or after `nowS`. */
  stepsTo(nowS: number): number {
    const cells = this.#cells;
    const elapsedS = nowS - cells[Own.OPENED_S]!;
    let steps = stepsUntil(cells[COST0 + Cost.STEP_S]!, cells[COST0 + Cost.STEP_GROWTH_S]!, elapsedS);
    while (steps > 0 && this.boundaryS(steps - 1) >= nowS) steps--;
    while (this.boundaryS(steps) < nowS) steps++;
    return steps;
  }

  /** Completes `steps` more steps of the open segment. */
  advance(steps: number): void {
    this.done += steps;
    if (this.decodes === 0) return;
    this.step += steps;
    if (this.#hasKv === false) return;
    const cells = this.#cells;
    cells[WORK0 + Work.CONTEXT] = cells[WORK0 + Work.CONTEXT]! + this.decodes * steps;
    const windows = this.#crossings.length;
    for (let w = 0; w < windows; w++) {
      const cell = WORK0 + Work.WINDOW0 + w * WINDOW_STRIDE;
      cells[cell + WindowWork.CONTEXT] = cells[cell + WindowWork.CONTEXT]! + cells[cell + WindowWork.GROWING]! * steps;
    }
  }

  /** Ends the open segment after the steps completed and reports what has not been reported yet. */
  close(usedBlocksFrom: number, usedBlocksTo: number): void {
    this.report(usedBlocksFrom, usedBlocksTo);
    this.isOpen = false;
    if (this.#held !== null && this.#held.decodes > 0) {
      this.decodes = this.#held.restore(this.work);
    }
  }

  /** Reports and charges the completed steps that have not been reported yet; the segment goes on undisturbed. */
  report(usedBlocksFrom: number, usedBlocksTo: number): void {
    const from = this.#reported;
    const to = this.done;
    const steps = to - from;
    if (steps === 0) return;
    this.#reported = to;
    const cells = this.#cells;
    const span = (to * (to - 1) - from * (from - 1)) / 2;
    const stepS = cells[COST0 + Cost.STEP_S]!;
    const growthS = cells[COST0 + Cost.STEP_GROWTH_S]!;
    const timeS = steps * stepS + growthS * span;
    const kernelS = steps * cells[COST0 + Cost.KERNEL_S]! + cells[COST0 + Cost.KERNEL_GROWTH_S]! * span;
    const bytes = steps * cells[COST0 + Cost.BYTES]! + cells[COST0 + Cost.BYTES_GROWTH]! * span;
    const computeS = steps * cells[COST0 + Cost.COMPUTE_S]! + cells[COST0 + Cost.COMPUTE_GROWTH_S]! * span;
    const warmUpS = cells[Own.WARM_UP_S]!;
    use[Use.TIME_S] = warmUpS === 0 ? timeS : timeS - warmUpS;
    use[Use.KERNEL_S] = kernelS;
    use[Use.BYTES] = bytes;
    use[Use.COMPUTE_S] = computeS;
    this.#model.energyOf(use);
    let energyJ = use[Use.ENERGY_J]!;
    if (warmUpS > 0) energyJ += warmUpS * this.#model.idleW;
    const decodes = this.decodes;
    const prefillTokens = cells[WORK0 + Work.PREFILL_TOKENS]!;
    let prefillS = 0;
    if (prefillTokens > 0) {
      prefillS = decodes === 0 ? timeS : cells[COST0 + Cost.PREFILL_S]!;
      if (prefillS > timeS) prefillS = timeS;
      else if (!(prefillS >= 0)) prefillS = 0;
    }
    const tokens = steps * decodes + prefillTokens;
    let perToken = energyJ / tokens;
    let perContext = 0;
    if (bytes > 0 && this.#hasKv === true) {
      const contexts = steps * cells[Own.OPENED_CONTEXT]! + decodes * span + cells[WORK0 + Work.PREFILL_READ]!;
      let contextBytes = cells[COST0 + Cost.KV_BYTES_PER_CONTEXT_TOKEN]!;
      let kvBytes = contextBytes * contexts;
      if (kvBytes > bytes) {
        contextBytes *= bytes / kvBytes;
        kvBytes = bytes;
      }
      const half = energyJ / 2;
      perToken = (half + (half * (bytes - kvBytes)) / bytes) / tokens;
      perContext = (half * contextBytes) / bytes;
    }
    if (decodes > 0) {
      cells[Own.TOKEN_J] = cells[Own.TOKEN_J]! + (perToken * steps + perContext * (steps * this.#firstStep + span));
      cells[Own.CONTEXT_J] = cells[Own.CONTEXT_J]! + perContext * steps;
      cells[Own.DEVICE_S] = cells[Own.DEVICE_S]! + (timeS - prefillS) / decodes;
    }
    if (this.chunkCount > 0) {
      charge[Charge.TOKEN_J] = perToken;
      charge[Charge.CONTEXT_J] = perContext;
      charge[Charge.TOKEN_S] = prefillS / prefillTokens;
      for (let i = 0; i < this.chunkCount; i++) this.chargeChunk(i);
    }
    const held = this.#held;
    const isHolding = held !== null && held.decodes > 0;
    const openedS = cells[Own.OPENED_S]!;
    segmentCells[Segment.FROM_S] = openedS + segmentS(stepS, growthS, from);
    segmentCells[Segment.TO_S] = openedS + segmentS(stepS, growthS, to);
    segmentCells[Segment.WORK_S] = timeS;
    segmentCells[Segment.STEP_S] = stepS + growthS * from;
    segmentCells[Segment.GROWTH_S] = growthS;
    segmentCells[Segment.PREFILL_TOKENS] = prefillTokens;
    segmentCells[Segment.PADDING_TOKENS] = prefillTokens > 0 ? this.paddingTokens : 0;
    segmentCells[Segment.ENERGY_J] = energyJ;
    segmentCells[Segment.PREFILL_S] = prefillS;
    segmentCells[Segment.KERNEL_S] = kernelS;
    segmentCells[Segment.BYTES] = bytes;
    segmentCells[Segment.COMPUTE_S] = computeS;
    segmentCells[Segment.USED_BLOCKS_FROM] = usedBlocksFrom;
    segmentCells[Segment.USED_BLOCKS_TO] = usedBlocksTo;
    report.replica = this.#replica;
    report.steps = steps;
    report.decodes = decodes;
    report.decodesByWorkload = isHolding ? this.#nobody! : this.#decodesByWorkload;
    if (held === null || held.groups === 0 || decodes === 0) {
      report.stalls = 0;
      this.#listener.onSegment(report);
      return;
    }
    const { groups, sinceS } = held;
    for (let group = 0; group < groups; group++) sinceS[group] = cells[Own.OPENED_S]! - sinceS[group]!;
    report.stalls = groups;
    report.stallS = sinceS;
    report.stalledByWorkload = held.members;
    held.groups = 0;
    this.#listener.onSegment(report);
  }

  /** Makes the segment about to open the first of all: one step, longer by the warm-up. */
  #warmUp(): void {
    const cost = this.cost;
    cost[Cost.STEP_S] = cost[Cost.STEP_S]! + this.#cells[Own.WARM_UP_S]!;
    cost[Cost.STEP_GROWTH_S] = 0;
    this.lineSteps = 1;
    this.#cells[Own.FIRST_STEP_S] = 0;
  }

  #refusePrice(nowS: number): never {
    const { cost, work } = this;
    throw new ServingError(
      'PRICE_NOT_USABLE',
      `replica ${this.#replica} at ${nowS} s: step of ${this.decodes} decodes and ${work[Work.PREFILL_TOKENS]} prefill tokens ` +
        `priced at ${cost[Cost.STEP_S]} s + ${cost[Cost.STEP_GROWTH_S]} s a step for ${this.lineSteps} steps`,
    );
  }

  /** Charges a chunk of the step with what `charge` says. */
  chargeChunk(index: number): void {
    const { real } = this.#columns;
    const reals = this.chunkSlots[index]! << REAL_SHIFT;
    const tokens = this.chunkTokens[index]!;
    const contextTokens = this.#chunkCached[index]! + tokens;
    real[reals | Real.ENERGY_J] =
      real[reals | Real.ENERGY_J]! + charge[Charge.TOKEN_J]! * tokens + charge[Charge.CONTEXT_J]! * contextTokens;
    real[reals | Real.DEVICE_S] = real[reals | Real.DEVICE_S]! + charge[Charge.TOKEN_S]! * tokens;
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

function emptyReport(): SegmentReport {
  return {
    replica: 0,
    steps: 0,
    decodes: 0,
    decodesByWorkload: NO_MEMBERS,
    stalls: 0,
    stallS: NO_STALL_S,
    stalledByWorkload: NO_MEMBERS,
  };
}
