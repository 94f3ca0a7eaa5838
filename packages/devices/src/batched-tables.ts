/**
 * All numbers that a batched step model reads, side by side in one array: its constants, one row of coefficients per group of
 * attention layers, and tables that are filled as counts occur.
 *
 *   tokens   layers for the tokens of one part, its hand-overs between stages included
 *   rows     LM head and sampling by rows of logits of the whole batch, and what the engine and host take for them
 *   decodes  a decode-only step as far as its sequences set it: all but the reading of contexts
 *
 * A part is a micro-batch or a rank of data-parallel attention, whichever the batch is dealt out to. Memory goes by size, time by
 * the counts that happen: a row says which count it holds, and whoever finds another one there has it filled first. Counts that
 * lie a table's size apart share a row, which is right, but not fast: size the tables so that the scheduler's limits stay below.
 * Sizes are powers of two and so are rows, of 4, 8 or 16 cells. Units: seconds, bytes.
 */

import { attentionShape } from './attention.js';
import { attentionGroups, COEFFICIENTS } from './attention-groups.js';
import type { BatchedConstants } from './batched-constants.js';
import { sendS } from './collective.js';
import { type CountCost, LayerWork } from './layer-work.js';

/** Places of the constants. */
export const Const = {
  /** Runs of the LM head per step: one per micro-batch. */
  HEAD_RUNS: 0,
  /** What the mean device does of the work that is priced. */
  MEAN_SHARE: 1,
  /** Fixed seconds of attention: steps with decodes only, with prompts only, with both. */
  DECODE_FIXED_S: 2,
  PREFILL_FIXED_S: 3,
  MIXED_FIXED_S: 4,
  /** State layers: seconds and bytes per sequence. */
  STATE_SEQUENCE_S: 5,
  STATE_SEQUENCE_BYTES: 6,
  SEND_FIXED_S: 7,
  SEND_TOKEN_S: 8,
  /** Least kernel time at the rate at which the host launches kernels. */
  FLOOR_S: 9,
  /** Host time to launch the kernels of a step that holds prompt tokens; 0 where graphs cover it. */
  PROMPT_LAUNCH_S: 10,
  DEVICE_FIXED_S: 11,
  DEVICE_ROW_S: 12,
  HOST_FIXED_S: 13,
  HOST_ROW_S: 14,
  MAX_GRAPH_BATCH: 15,
  KV_BYTES_PER_TOKEN: 16,
  /** 1 where the host works beside the device, else 0. */
  HOST_OVERLAPS: 17,
} as const;
/** The rows of `Coef` follow the constants, one per group of attention layers. */
export const GROUPS_FROM = 18;

/** Cells of a row by tokens: seconds, bytes of one device, arithmetic seconds at peak of one device. */
export const TokenRow = {
  TIME_S: 0,
  BYTES: 1,
  COMPUTE_S: 2,
  /** The count that the row holds, here and below. */
  COUNT: 3,
} as const;
const TOKEN_SHIFT = 2;

/** Cells of a row by rows of logits. */
export const LogitRow = {
  /** All runs of the head; bytes and arithmetic of one. */
  TIME_S: 0,
  BYTES: 1,
  COMPUTE_S: 2,
  /** What the device takes for these rows beside kernels and fixed time, and all that the host takes. */
  DEVICE_S: 3,
  HOST_S: 4,
  COUNT: 5,
} as const;
const LOGIT_SHIFT = 3;

/** Cells of a row by decodes. */
export const DecodeRow = {
  /** Kernels of the step but the attention over contexts. */
  GPU_S: 0,
  BYTES: 1,
  COMPUTE_S: 2,
  /** Sequences of the slowest rank, and which share of the batch they are. */
  RANK_DECODES: 3,
  SHARE: 4,
  /** What the device takes beside kernels, and what the host takes. */
  DEVICE_S: 5,
  HOST_S: 6,
  /** `GPU_S` without state layers. */
  STATELESS_GPU_S: 7,
  COUNT: 8,
} as const;
const DECODE_SHIFT = 4;

/** All bits that a place may have: with it places are known to be from zero on, and cells behind them are found at once. */
const PLACES = 2 ** 30 - 1;

/** The numbers of one batched deployment; see the module comment. */
export class BatchedTables {
  /** All of them. Constants lie at `Const`, the rest at the places that the methods below give. */
  readonly cells: Float64Array;
  /** End of the rows of `Coef`. */
  readonly groupsEnd: number = 0;
  /** Ranks of data-parallel attention. */
  readonly dp: number = 1;
  /** Parts that a step's sequences and tokens are dealt out to. */
  readonly parts: number = 1;
  readonly #decodesFrom: number = 0;
  readonly #logitsFrom: number = 0;
  readonly #tokensFrom: number = 0;
  readonly #expertsFrom: number = 0;
  /** Place of the decode row of steps with other rows of logits than one per decode, filled for each of them. */
  readonly #oddRow: number = 0;
  /** Bits of a count that say which row is its own: in the tables by rows and decodes, and in those by tokens. */
  readonly #rowMask: number = 0;
  readonly #tokenMask: number = 0;
  readonly #work: LayerWork;

  /** `windows`: the distinct sliding windows in the order of the cells of `work`. */
  constructor(constants: BatchedConstants, windows: readonly number[]) {
    const { arch, parallel, attention } = constants;
    // Micro-batches that the stages work on at a time.
    const dealt = constants.layerSplit === undefined ? parallel.pp : 1;
    this.#work = new LayerWork(constants.layers);
    this.dp = parallel.dp;
    this.parts = dealt * parallel.dp;
    const rows = powerOfTwo(constants.tableRows + 1);
    const tokens = powerOfTwo(constants.tableTokens + 1);
    this.#rowMask = rows - 1;
    this.#tokenMask = tokens - 1;
    const shape = attentionShape(arch, attention, parallel.tp);
    const groups = attentionGroups(shape, arch.layerGroups, windows, dealt, parallel.dp);
    this.groupsEnd = GROUPS_FROM + groups.length * COEFFICIENTS;
    this.#decodesFrom = this.groupsEnd;
    this.#oddRow = this.#decodesFrom + (rows << DECODE_SHIFT);
    this.#logitsFrom = this.#oddRow + (1 << DECODE_SHIFT);
    this.#tokensFrom = this.#logitsFrom + (rows << LOGIT_SHIFT);
    this.#expertsFrom = this.#tokensFrom + (tokens << TOKEN_SHIFT);
    this.cells = new Float64Array(this.#expertsFrom + (parallel.dp > 1 ? tokens << TOKEN_SHIFT : 0));
    groups.forEach((group, g) => {
      this.cells.set(group, GROUPS_FROM + g * COEFFICIENTS);
    });
    this.#setAttention(constants, dealt, shape.kvBytesPerToken);
    this.#setEngine(constants, dealt);
    // Every row of zeros says that it holds the count of zero: true of the first ones only.
    this.#setTokens(this.#tokensFrom, 0);
    if (parallel.dp > 1) this.#setExperts(this.#expertsFrom, 0);
    this.#setLogits(this.#logitsFrom, 0);
    this.#setDecodes(this.#decodesFrom, 0, 0);
  }

  /** Place of the row of a decode-only step with a row of logits for each decode, filled where its count is `decodes`. */
  decodePlace(decodes: number): number {
    return (this.#decodesFrom + ((decodes & this.#rowMask) << DECODE_SHIFT)) & PLACES;
  }

  /** Place of a row of logits, filled where its count is `rows`. */
  logitPlace(rows: number): number {
    return (this.#logitsFrom + ((rows & this.#rowMask) << LOGIT_SHIFT)) & PLACES;
  }

  /** Place of the row of the layers for `tokens` of one part, filled where its count is `tokens`. */
  tokenPlace(tokens: number): number {
    return (this.#tokensFrom + ((tokens & this.#tokenMask) << TOKEN_SHIFT)) & PLACES;
  }

  /**
   * Row of a decode-only step with so many rows of logits, filled. Like the rows below it holds until the next call of the kind;
   * this one may fill rows of all tables.
   */
  decodeRow(decodes: number, rows: number): number {
    const at = decodes === rows ? this.decodePlace(decodes) : this.#oddRow;
    if (at === this.#oddRow || this.cells[at + DecodeRow.COUNT] !== decodes) this.#setDecodes(at, decodes, rows);
    return at;
  }

  /** Row of logits, filled. */
  logitRow(rows: number): number {
    const at = this.logitPlace(rows);
    if (this.cells[at + LogitRow.COUNT] !== rows) this.#setLogits(at, rows);
    return at;
  }

  /** Row of the layers for `tokens` of one part, filled. */
  tokenRow(tokens: number): number {
    const at = this.tokenPlace(tokens);
    if (this.cells[at + TokenRow.COUNT] !== tokens) this.#setTokens(at, tokens);
    return at;
  }

  /** Row (as by tokens) of the routed experts and their gathering, by tokens of all ranks; with data-parallel attention only. */
  expertRow(tokens: number): number {
    const at = this.#expertsFrom + ((tokens & this.#tokenMask) << TOKEN_SHIFT);
    if (this.cells[at + TokenRow.COUNT] !== tokens) this.#setExperts(at, tokens);
    return at;
  }

  /** The largest part of a count. */
  perPart(count: number): number {
    return this.parts === 1 ? count : Math.ceil(count / this.parts);
  }

  #setTokens(at: number, tokens: number): void {
    const cells = this.cells;
    this.#setCost(at, tokens, this.#work.layers(tokens));
    const time = at + TokenRow.TIME_S;
    cells[time] = cells[time]! + cells[Const.SEND_FIXED_S]! + tokens * cells[Const.SEND_TOKEN_S]!;
  }

  #setExperts(at: number, tokens: number): void {
    this.#setCost(at, tokens, this.#work.experts(tokens));
  }

  #setCost(at: number, count: number, cost: CountCost): void {
    const cells = this.cells;
    cells[at + TokenRow.TIME_S] = cost.timeS;
    cells[at + TokenRow.BYTES] = cost.bytes;
    cells[at + TokenRow.COMPUTE_S] = cost.computeS;
    cells[at + TokenRow.COUNT] = count;
  }

  #setLogits(at: number, rows: number): void {
    const { cells, parts } = this;
    const partRows = Math.ceil(rows / parts);
    const cost = this.#work.rows(partRows);
    const hostRows = this.dp === 1 ? rows : partRows;
    cells[at + LogitRow.TIME_S] = cells[Const.HEAD_RUNS]! * cost.timeS;
    cells[at + LogitRow.BYTES] = cost.bytes;
    cells[at + LogitRow.COMPUTE_S] = cost.computeS;
    cells[at + LogitRow.DEVICE_S] = cells[Const.DEVICE_ROW_S]! * hostRows;
    cells[at + LogitRow.HOST_S] = cells[Const.HOST_FIXED_S]! + cells[Const.HOST_ROW_S]! * hostRows;
    cells[at + LogitRow.COUNT] = rows;
  }

  #setDecodes(at: number, decodes: number, rows: number): void {
    const { cells, dp } = this;
    const tokens = this.#graphTokens(decodes);
    const layer = this.tokenRow(tokens);
    const head = this.logitRow(rows);
    let layersS = cells[layer + TokenRow.TIME_S]!;
    let bytes = cells[layer + TokenRow.BYTES]! + cells[head + LogitRow.BYTES]!;
    let computeS = cells[layer + TokenRow.COMPUTE_S]! + cells[head + LogitRow.COMPUTE_S]!;
    let rankDecodes = decodes;
    if (dp > 1) {
      const expert = this.expertRow(dp * tokens);
      layersS += cells[expert + TokenRow.TIME_S]!;
      bytes += cells[expert + TokenRow.BYTES]!;
      computeS += cells[expert + TokenRow.COMPUTE_S]!;
      rankDecodes = Math.ceil(decodes / this.parts);
    }
    const isBusy = decodes > 0;
    const gpuS = layersS + cells[head + LogitRow.TIME_S]!;
    const fixedS = cells[Const.DECODE_FIXED_S]!;
    cells[at + DecodeRow.GPU_S] = isBusy ? gpuS + (fixedS + rankDecodes * cells[Const.STATE_SEQUENCE_S]!) : gpuS;
    cells[at + DecodeRow.BYTES] = isBusy ? bytes + decodes * cells[Const.STATE_SEQUENCE_BYTES]! : bytes;
    cells[at + DecodeRow.COMPUTE_S] = computeS;
    cells[at + DecodeRow.RANK_DECODES] = rankDecodes;
    cells[at + DecodeRow.SHARE] = isBusy ? rankDecodes / decodes : 1;
    cells[at + DecodeRow.DEVICE_S] = cells[Const.DEVICE_FIXED_S]! + cells[head + LogitRow.DEVICE_S]!;
    cells[at + DecodeRow.HOST_S] = cells[head + LogitRow.HOST_S]!;
    cells[at + DecodeRow.STATELESS_GPU_S] = gpuS + fixedS;
    cells[at + DecodeRow.COUNT] = decodes;
  }

  /** Tokens of a decode-only step through the layers: padded to the captured size where a graph is replayed. */
  #graphTokens(decodes: number): number {
    const tokens = this.perPart(decodes);
    const maxGraphBatch = this.cells[Const.MAX_GRAPH_BATCH]!;
    return tokens > maxGraphBatch ? tokens : Math.min(graphSize(tokens), maxGraphBatch);
  }

  #setAttention(constants: BatchedConstants, dealt: number, kvBytesPerToken: number): void {
    const { arch, attention } = constants;
    const { tp, pp, dp } = constants.parallel;
    const cells = this.cells;
    let fixedLayers = 0;
    let stateBytes = 0;
    let growingLayers = 0;
    for (const group of arch.layerGroups) {
      if (group.kind === 'state') {
        if (group.stateBytesPerSequence > 0) fixedLayers += group.layers;
        stateBytes += group.layers * group.stateBytesPerSequence;
      } else fixedLayers += group.layers;
      if (group.kind === 'full') growingLayers += group.layers;
    }
    const decodeFixedS = fixedLayers * attention.decodeFixedS;
    const prefillFixedS = fixedLayers * attention.prefillFixedS;
    cells[Const.DECODE_FIXED_S] = decodeFixedS;
    cells[Const.PREFILL_FIXED_S] = prefillFixedS;
    cells[Const.MIXED_FIXED_S] = Math.max(decodeFixedS, prefillFixedS);
    const stateBytesPerSequence = (2 * stateBytes) / tp / dealt;
    cells[Const.STATE_SEQUENCE_BYTES] = stateBytesPerSequence / dp;
    cells[Const.STATE_SEQUENCE_S] =
      stateBytesPerSequence / (attention.bandwidthBps * attention.decodeBandwidthEfficiency);
    cells[Const.KV_BYTES_PER_TOKEN] = (kvBytesPerToken * growingLayers) / pp / dp;
  }

  #setEngine(constants: BatchedConstants, dealt: number): void {
    const { arch, engine } = constants;
    const { pp } = constants.parallel;
    const { latencyS, linkBps, elementBytes } = constants.send;
    const cells = this.cells;
    const sends = constants.layerSplit === undefined ? pp : pp - 1;
    cells[Const.HEAD_RUNS] = dealt;
    cells[Const.MEAN_SHARE] = dealt / pp;
    cells[Const.SEND_FIXED_S] = pp > 1 ? sends * sendS(latencyS, 0, linkBps) : 0;
    cells[Const.SEND_TOKEN_S] = pp > 1 ? (sends * elementBytes * arch.hidden) / linkBps : 0;
    cells[Const.FLOOR_S] = engine.eagerLayerFloorS * arch.layers;
    cells[Const.PROMPT_LAUNCH_S] = engine.promptLayerLaunchS * arch.layers;
    cells[Const.DEVICE_FIXED_S] = engine.stepFixedS;
    cells[Const.DEVICE_ROW_S] = engine.stepPerSequenceS;
    cells[Const.HOST_FIXED_S] = engine.hostFixedS;
    cells[Const.HOST_ROW_S] = engine.hostPerSequenceS;
    cells[Const.HOST_OVERLAPS] = engine.hostOverlap ? 1 : 0;
    cells[Const.MAX_GRAPH_BATCH] = engine.maxGraphBatch;
  }
}

/** The least power of two from `count` on. */
function powerOfTwo(count: number): number {
  let power = 1;
  while (power < count) power *= 2;
  return power;
}

/** Smallest captured graph for a batch: 1, 2, 4, then multiples of 8 up to 256, then of 16. */
export function graphSize(batch: number): number {
  if (batch <= 2) return batch;
  if (batch <= 4) return 4;
  return batch <= 256 ? Math.ceil(batch / 8) * 8 : Math.ceil(batch / 16) * 16;
}
