/**
 * Step time of a GPU-like device group that batches continuously over HBM or DRAM.
 *
 *   T_gpu  = layers(M) + rows(S) + sum over layer groups of attention
 *   T_dev  = max(T_gpu, launch floor) + h_fix + h1*S
 *   T_step = max(T_dev, T_host) with overlapped scheduling, T_dev + T_host without; T_host = H0 + H1*S
 *
 * What depends on one integer is read from lazy tables; attention is evaluated from the counts in `work`. A decode-only step
 * up to the largest captured graph is padded to the next captured size in `layers`; attention, head and sampling see the
 * real batch. Padding is the one place where fewer tokens may not be cheaper, and where a prefill token added to a padded
 * decode batch may be free.
 *
 * Launches: an engine without captured graphs is bounded from below by the rate at which the host launches kernels (launch
 * floor). Others launch kernels one by one only in steps that hold prompt tokens, which no graph was captured for; those
 * launches take the same thread as the rest of the host's work: T_host = H0 + H1*S + layers*g_launch.
 *
 * Decode pieces: every max() above (memory leg against the per-sequence floor of each attention group, launch floor, host)
 * compares a line in the step number with a constant, so a price holds until the first of them switches: LINEAR_STEPS.
 * Windows grow by their GROWING count; when that count changes the caller prices again.
 *
 * Pipeline parallelism: the batch runs as `pp` equal micro-batches that follow each other through the stages; one step is
 * one full rotation, in which every sequence advances by one token. The last stage's LM head is on the critical path.
 *
 * Layer split (llama.cpp): the stages take turns on the whole batch, so a step is the sum of all of them and of `pp - 1`
 * hand-overs, and the mean device works a `pp`-th of it. Passes of one step overlap; whoever runs them adds them up by `passes`.
 *
 * Data-parallel attention: `dp` ranks run one step in lock-step, so times are the slowest rank's and traffic is the mean one's.
 * D decodes put ceil(D/dp) on the slowest rank with that share of the context, n chunks put the share ceil(n/dp)/n of the prompt
 * tokens there (chunks taken as equal, sequences as dealt out evenly). Routed experts see the tokens of all ranks.
 *
 * Left out: extra parameters (norms, biases), ranks with unequal contexts, first-request warm-up.
 * Sources: docs/modelling.md, devices. No allocation after construction, no loop over the batch.
 */

import { attentionShape, TILE_TOKENS } from './attention.js';
import { attentionGroups, COEFFICIENTS, Coef } from './attention-groups.js';
import type { BatchedConstants } from './batched-constants.js';
import { sendS } from './collective.js';
import { CountRow, CountTable } from './count-table.js';
import { LayerWork } from './layer-work.js';
import { stepsAtOrBelow } from './linear-piece.js';
import { distinctWindows } from './model-arithmetic.js';
import type { DevicePower } from './power.js';
import { Cost, type PassOverlap, type StepModel, WINDOW_STRIDE, Work } from './step-model.js';

/** The step model of batched devices; see the module comment. Not safe to share between threads, cheap to rebuild. */
export class BatchedStepModel implements StepModel {
  readonly kind = 'batched';
  readonly windowTokens: readonly number[];
  readonly workCells: number;
  readonly devices: number;
  readonly idleW: number;
  readonly maxW: number;
  readonly #power: DevicePower;
  readonly #layers: CountTable;
  readonly #rows: CountTable;
  /** Routed experts and their gathering by tokens of all ranks; only with data-parallel attention. */
  readonly #experts: CountTable | undefined;
  readonly passes: PassOverlap | undefined;
  /** Runs of the LM head per step: one per micro-batch. */
  readonly #headRuns: number;
  /** What the mean device does of the work that is priced here. */
  readonly #meanShare: number;
  readonly #dp: number;
  /** Parts that a step's decodes are dealt out to: micro-batches or ranks. */
  readonly #parts: number;
  readonly #groups: Float64Array;
  readonly #attentionFixedS: number;
  readonly #prefillFixedS: number;
  readonly #mixedFixedS: number;
  readonly #stateSequenceS: number;
  readonly #stateSequenceBytes: number;
  readonly #sendFixedS: number;
  readonly #sendTokenS: number;
  readonly #floorS: number;
  /** Host time to launch the kernels of a step that holds prompt tokens; 0 where graphs cover it. */
  readonly #promptLaunchS: number;
  readonly #deviceFixedS: number;
  readonly #deviceRowS: number;
  readonly #hostFixedS: number;
  readonly #hostRowS: number;
  readonly #overlap: boolean;
  readonly #maxGraphBatch: number;
  readonly #kvBytesPerToken: number;

  constructor(constants: BatchedConstants) {
    const { arch, parallel, attention, engine } = constants;
    const { tp, pp, dp } = parallel;
    const work = new LayerWork(constants.layers);
    const split = constants.layerSplit;
    // Micro-batches that the stages work on at a time.
    const dealt = split === undefined ? pp : 1;
    this.#headRuns = dealt;
    this.#meanShare = dealt / pp;
    this.passes = split === undefined ? undefined : { stages: pp, overlap: split.overlap };
    this.#dp = dp;
    this.#parts = dealt * dp;
    this.devices = parallel.devices;
    this.#power = constants.power;
    this.idleW = constants.power.idleW;
    this.maxW = constants.power.maxW;
    this.windowTokens = distinctWindows(arch);
    this.workCells = Work.WINDOW0 + this.windowTokens.length * WINDOW_STRIDE;
    this.#layers = new CountTable(constants.tableTokens + 1, (tokens) => work.layers(tokens));
    this.#rows = new CountTable(constants.tableRows + 1, (rows) => work.rows(rows));
    this.#experts = dp > 1 ? new CountTable(constants.tableTokens + 1, (tokens) => work.experts(tokens)) : undefined;
    const shape = attentionShape(arch, attention, tp);
    this.#groups = attentionGroups(shape, arch.layerGroups, this.windowTokens, dealt, dp);
    let attentionLayers = 0;
    let stateLayers = 0;
    let stateBytes = 0;
    let growingLayers = 0;
    for (const group of arch.layerGroups) {
      if (group.kind === 'state') {
        if (group.stateBytesPerSequence > 0) stateLayers += group.layers;
        stateBytes += group.layers * group.stateBytesPerSequence;
      } else attentionLayers += group.layers;
      if (group.kind === 'full') growingLayers += group.layers;
    }
    this.#attentionFixedS = (attentionLayers + stateLayers) * attention.decodeFixedS;
    this.#prefillFixedS = (attentionLayers + stateLayers) * attention.prefillFixedS;
    this.#mixedFixedS = Math.max(this.#attentionFixedS, this.#prefillFixedS);
    const stateBytesPerSequence = (2 * stateBytes) / tp / dealt;
    this.#stateSequenceBytes = stateBytesPerSequence / dp;
    this.#stateSequenceS = stateBytesPerSequence / (attention.bandwidthBps * attention.decodeBandwidthEfficiency);
    const { latencyS, linkBps, elementBytes } = constants.send;
    const sends = split === undefined ? pp : pp - 1;
    this.#sendFixedS = pp > 1 ? sends * sendS(latencyS, 0, linkBps) : 0;
    this.#sendTokenS = pp > 1 ? (sends * elementBytes * arch.hidden) / linkBps : 0;
    this.#floorS = engine.eagerLayerFloorS * arch.layers;
    this.#promptLaunchS = engine.promptLayerLaunchS * arch.layers;
    this.#deviceFixedS = engine.stepFixedS;
    this.#deviceRowS = engine.stepPerSequenceS;
    this.#hostFixedS = engine.hostFixedS;
    this.#hostRowS = engine.hostPerSequenceS;
    this.#overlap = engine.hostOverlap;
    this.#maxGraphBatch = engine.maxGraphBatch;
    this.#kvBytesPerToken = (shape.kvBytesPerToken * growingLayers) / pp / dp;
  }

  priceDecode(work: Float64Array, cost: Float64Array): void {
    const decodes = work[Work.DECODES]!;
    const rows = work[Work.LOGIT_ROWS]!;
    const tokens = this.#graphTokens(decodes);
    const stageRows = this.#perPart(rows);
    const dp = this.#dp;
    const groupTokens = dp * tokens;
    const layer = this.#layers.rowOf(tokens);
    const layers = this.#layers.rows;
    const head = this.#rows.rowOf(stageRows);
    const heads = this.#rows.rows;
    let gpuS =
      this.#withSendsS(layers[layer + CountRow.TIME_S]!, tokens, groupTokens) +
      this.#headRuns * heads[head + CountRow.TIME_S]!;
    let growthS = 0;
    let bytes = layers[layer + CountRow.BYTES]! + heads[head + CountRow.BYTES]!;
    let bytesGrowth = 0;
    let computeS = layers[layer + CountRow.COMPUTE_S]! + heads[head + CountRow.COMPUTE_S]!;
    let rankDecodes = decodes;
    let share = 1;
    let hostRows = rows;
    if (dp > 1) {
      const experts = this.#experts!.rowOf(groupTokens);
      bytes += this.#experts!.rows[experts + CountRow.BYTES]!;
      computeS += this.#experts!.rows[experts + CountRow.COMPUTE_S]!;
      rankDecodes = this.#perPart(decodes);
      if (decodes > 0) share = rankDecodes / decodes;
      hostRows = stageRows;
    }
    let computeGrowthS = 0;
    let linearSteps = Number.POSITIVE_INFINITY;
    if (decodes > 0) {
      gpuS += this.#attentionFixedS + rankDecodes * this.#stateSequenceS;
      bytes += decodes * this.#stateSequenceBytes;
      const groups = this.#groups;
      for (let g = 0; g < groups.length; g += COEFFICIENTS) {
        const allContext = work[groups[g + Coef.CONTEXT_CELL]!]!;
        const allGrowing = work[groups[g + Coef.GROWING_CELL]!]!;
        const context = allContext * share;
        const growing = allGrowing * share;
        const legS = groups[g + Coef.GROWING_S]!;
        const addedS = groups[g + Coef.ADDED_S]!;
        const floorS = rankDecodes * groups[g + Coef.SEQUENCE_S]!;
        const readS = context * legS;
        if (readS > floorS) {
          gpuS += readS;
          growthS += growing * legS;
        } else {
          gpuS += floorS;
          const steps = stepsAtOrBelow(readS, growing * legS, floorS);
          if (steps < linearSteps) linearSteps = steps;
        }
        gpuS += context * addedS;
        growthS += growing * addedS;
        bytes += allContext * groups[g + Coef.BYTES]!;
        bytesGrowth += allGrowing * groups[g + Coef.BYTES]!;
        computeS += allContext * groups[g + Coef.PEAK_S]!;
        computeGrowthS += allGrowing * groups[g + Coef.PEAK_S]!;
      }
    }
    const meanShare = this.#meanShare;
    cost[Cost.KERNEL_S] = gpuS * meanShare;
    cost[Cost.KERNEL_GROWTH_S] = growthS * meanShare;
    let deviceS = gpuS;
    let deviceGrowthS = growthS;
    const floorSteps = stepsAtOrBelow(gpuS, growthS, this.#floorS);
    if (floorSteps > 0) {
      deviceS = this.#floorS;
      deviceGrowthS = 0;
      if (floorSteps < linearSteps) linearSteps = floorSteps;
    }
    deviceS += this.#deviceFixedS + this.#deviceRowS * hostRows;
    const hostS = this.#hostFixedS + this.#hostRowS * hostRows;
    if (!this.#overlap) deviceS += hostS;
    else {
      const hostSteps = stepsAtOrBelow(deviceS, deviceGrowthS, hostS);
      if (hostSteps > 0) {
        deviceS = hostS;
        deviceGrowthS = 0;
        if (hostSteps < linearSteps) linearSteps = hostSteps;
      }
    }
    cost[Cost.STEP_S] = deviceS;
    cost[Cost.STEP_GROWTH_S] = deviceGrowthS;
    cost[Cost.LINEAR_STEPS] = linearSteps;
    cost[Cost.BYTES] = bytes * meanShare;
    cost[Cost.BYTES_GROWTH] = bytesGrowth * meanShare;
    cost[Cost.COMPUTE_S] = computeS * meanShare;
    cost[Cost.COMPUTE_GROWTH_S] = computeGrowthS * meanShare;
    cost[Cost.PREFILL_S] = 0;
    cost[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = this.#kvBytesPerToken;
  }

  priceMixed(work: Float64Array, cost: Float64Array): void {
    const decodes = work[Work.DECODES]!;
    const prefillTokens = work[Work.PREFILL_TOKENS]!;
    const chunks = work[Work.PREFILL_CHUNKS]!;
    const rows = work[Work.LOGIT_ROWS]!;
    const dp = this.#dp;
    let rankDecodes = decodes;
    let rankPrompt = prefillTokens;
    let rankChunks = chunks;
    let decodeShare = 1;
    let promptShare = 1;
    if (dp > 1) {
      rankDecodes = this.#perPart(decodes);
      if (decodes > 0) decodeShare = rankDecodes / decodes;
      rankChunks = this.#perPart(chunks);
      if (chunks > 0) promptShare = rankChunks / chunks;
      rankPrompt = prefillTokens * promptShare;
    }
    let decodeS = 0;
    let prefillS = 0;
    let bytes = 0;
    let computeS = 0;
    const groups = this.#groups;
    for (let g = 0; g < groups.length; g += COEFFICIENTS) {
      const context = work[groups[g + Coef.CONTEXT_CELL]!]!;
      const rankContext = context * decodeShare;
      const readS = rankContext * groups[g + Coef.GROWING_S]!;
      const floorS = rankDecodes * groups[g + Coef.SEQUENCE_S]!;
      decodeS += Math.max(readS, floorS) + rankContext * groups[g + Coef.ADDED_S]!;
      const area = work[groups[g + Coef.AREA_CELL]!]!;
      const read = work[groups[g + Coef.READ_CELL]!]!;
      const rankArea = area * promptShare;
      const rankRead = read * promptShare;
      const tile = TILE_TOKENS * (rankRead - rankPrompt / 2);
      prefillS +=
        rankArea * groups[g + Coef.AREA_S]! +
        Math.min(rankArea, tile) * groups[g + Coef.UNDERFILL_S]! +
        rankRead * groups[g + Coef.READ_S]! +
        rankPrompt * groups[g + Coef.TOKEN_S]!;
      bytes += (context + read) * groups[g + Coef.BYTES]! + prefillTokens * groups[g + Coef.TOKEN_BYTES]!;
      computeS += context * groups[g + Coef.PEAK_S]! + area * groups[g + Coef.AREA_PEAK_S]!;
    }
    decodeS += rankDecodes * this.#stateSequenceS;
    prefillS += rankChunks * this.#stateSequenceS;
    bytes += (decodes + chunks) * this.#stateSequenceBytes;
    const groupTokens = decodes + prefillTokens;
    const promptTokens = dp === 1 ? this.#perPart(prefillTokens) : Math.ceil(rankPrompt);
    const tokens = dp === 1 ? this.#perPart(groupTokens) : rankDecodes + promptTokens;
    const stageRows = this.#perPart(rows);
    const fixedS = decodes > 0 ? this.#mixedFixedS : this.#prefillFixedS;
    const gpuS =
      this.#tokenS(tokens, groupTokens) + this.#headRuns * this.#rowS(stageRows) + fixedS + decodeS + prefillS;
    const stepS = this.#stepS(gpuS, this.#promptLaunchS, rows);
    let meanTokens = tokens;
    if (dp > 1) {
      meanTokens = this.#perPart(groupTokens);
      const experts = this.#experts!.rowOf(groupTokens);
      bytes += this.#experts!.rows[experts + CountRow.BYTES]!;
      computeS += this.#experts!.rows[experts + CountRow.COMPUTE_S]!;
    }
    cost[Cost.STEP_S] = stepS;
    cost[Cost.STEP_GROWTH_S] = 0;
    cost[Cost.LINEAR_STEPS] = 1;
    const meanShare = this.#meanShare;
    cost[Cost.KERNEL_S] = gpuS * meanShare;
    cost[Cost.KERNEL_GROWTH_S] = 0;
    const layer = this.#layers.rowOf(meanTokens);
    const layers = this.#layers.rows;
    const head = this.#rows.rowOf(stageRows);
    const heads = this.#rows.rows;
    cost[Cost.BYTES] = (bytes + layers[layer + CountRow.BYTES]! + heads[head + CountRow.BYTES]!) * meanShare;
    cost[Cost.BYTES_GROWTH] = 0;
    cost[Cost.COMPUTE_S] =
      (computeS + layers[layer + CountRow.COMPUTE_S]! + heads[head + CountRow.COMPUTE_S]!) * meanShare;
    cost[Cost.COMPUTE_GROWTH_S] = 0;
    cost[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = this.#kvBytesPerToken;
    cost[Cost.PREFILL_S] = this.#prefillShareS(stepS, decodes, prefillTokens, promptTokens, rows, decodeS, prefillS);
  }

  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    return this.#power.energyJ(timeS, kernelS, bytes, computeS);
  }

  energyOf(use: Float64Array): void {
    this.#power.energyOf(use);
  }

  /** Half of T(0,Q) + T(D,Q) - T(D,0): the prefill's share of a mixed step (two-player Shapley value). */
  #prefillShareS(
    stepS: number,
    decodes: number,
    prefillTokens: number,
    promptTokens: number,
    rows: number,
    decodeS: number,
    prefillS: number,
  ): number {
    if (prefillTokens <= 0) return 0;
    if (decodes <= 0) return stepS;
    const finishing = rows - decodes;
    const prefillGpuS =
      this.#tokenS(promptTokens, prefillTokens) +
      this.#headRuns * this.#rowS(this.#perPart(finishing)) +
      this.#prefillFixedS +
      prefillS;
    const graphTokens = this.#graphTokens(decodes);
    const decodeGpuS =
      this.#tokenS(graphTokens, this.#dp * graphTokens) +
      this.#headRuns * this.#rowS(this.#perPart(decodes)) +
      this.#attentionFixedS +
      decodeS;
    const aloneS = this.#stepS(prefillGpuS, this.#promptLaunchS, finishing);
    const share = 0.5 * (aloneS + stepS - this.#stepS(decodeGpuS, 0, decodes));
    return share < 0 ? 0 : Math.min(share, stepS);
  }

  /** A step in which the host launches kernels for `launchS` beside its other work; 0 where a graph is replayed. */
  #stepS(gpuS: number, launchS: number, rows: number): number {
    const hostRows = this.#dp === 1 ? rows : this.#perPart(rows);
    const kernelS = this.#overlap ? Math.max(gpuS, this.#floorS) : Math.max(gpuS, this.#floorS, launchS);
    const deviceS = kernelS + this.#deviceFixedS + this.#deviceRowS * hostRows;
    const hostS = this.#hostFixedS + this.#hostRowS * hostRows;
    return this.#overlap ? Math.max(deviceS, hostS + launchS) : deviceS + hostS;
  }

  /** Layers for `tokens` of one micro-batch or rank, and routed experts for `groupTokens` of all ranks. */
  #tokenS(tokens: number, groupTokens: number): number {
    const layer = this.#layers.rowOf(tokens);
    return this.#withSendsS(this.#layers.rows[layer + CountRow.TIME_S]!, tokens, groupTokens);
  }

  /** Time of the layers with what goes beside them: hand-overs between stages, routed experts. */
  #withSendsS(layersS: number, tokens: number, groupTokens: number): number {
    const timeS = layersS + this.#sendFixedS + tokens * this.#sendTokenS;
    const experts = this.#experts;
    if (experts === undefined) return timeS;
    const row = experts.rowOf(groupTokens);
    return timeS + experts.rows[row + CountRow.TIME_S]!;
  }

  /** LM head and sampling of one micro-batch or rank with `rows` rows of logits. */
  #rowS(rows: number): number {
    const row = this.#rows.rowOf(rows);
    return this.#rows.rows[row + CountRow.TIME_S]!;
  }

  #perPart(count: number): number {
    return this.#parts === 1 ? count : Math.ceil(count / this.#parts);
  }

  /** Tokens of a decode-only step through the layers: padded to the captured size where a graph is replayed. */
  #graphTokens(decodes: number): number {
    const tokens = this.#perPart(decodes);
    if (tokens > this.#maxGraphBatch) return tokens;
    const padded = graphSize(tokens);
    return Math.min(padded, this.#maxGraphBatch);
  }
}

/** Smallest captured graph for a batch: 1, 2, 4, then multiples of 8 up to 256, then of 16. */
export function graphSize(batch: number): number {
  if (batch <= 2) return batch;
  if (batch <= 4) return 4;
  return batch <= 256 ? Math.ceil(batch / 8) * 8 : Math.ceil(batch / 16) * 16;
}
