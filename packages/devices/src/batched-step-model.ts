/**
 * Step time of a GPU-like device group that batches continuously over HBM or DRAM.
 *
 *   T_gpu  = layers(M) + rows(S) + sum over layer groups of attention
 *   T_dev  = max(T_gpu, launch floor) + h_fix + h1*S
 *   T_step = max(T_dev, T_host) with overlapped scheduling, T_dev + T_host without; T_host = H0 + H1*S
 *
 * What depends on one integer is read from lazy tables (batched-tables.ts); attention is evaluated from the counts in `work`. A decode-only step
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

import { TILE_TOKENS } from './attention.js';
import { Coef } from './attention-groups.js';
import type { BatchedConstants } from './batched-constants.js';
import { BatchedTables, Const, DecodeRow, LogitRow, TokenRow } from './batched-tables.js';
import { stepsAtOrBelow } from './linear-piece.js';
import { distinctWindows } from './model-arithmetic.js';
import type { DevicePower } from './power.js';
import { Cost, type PassOverlap, type StepModel, WINDOW_STRIDE, WindowWork, Work } from './step-model.js';

/** The step model of batched devices; see the module comment. Not safe to share between threads, cheap to rebuild. */
export class BatchedStepModel implements StepModel {
  readonly kind = 'batched';
  readonly windowTokens: readonly number[];
  readonly workCells: number;
  readonly devices: number;
  readonly idleW: number;
  readonly maxW: number;
  readonly passes: PassOverlap | undefined;
  readonly #power: DevicePower;
  readonly #tables: BatchedTables;

  constructor(constants: BatchedConstants) {
    const { arch, parallel, layerSplit, power } = constants;
    this.passes = layerSplit === undefined ? undefined : { stages: parallel.pp, overlap: layerSplit.overlap };
    this.devices = parallel.devices;
    this.#power = power;
    this.idleW = power.idleW;
    this.maxW = power.maxW;
    this.windowTokens = distinctWindows(arch);
    this.workCells = Work.WINDOW0 + this.windowTokens.length * WINDOW_STRIDE;
    this.#tables = new BatchedTables(constants, this.windowTokens);
  }

  priceDecode(work: Float64Array, cost: Float64Array): void {
    const tables = this.#tables;
    const cells = tables.cells;
    const decodes = work[Work.DECODES]!;
    const row = tables.decodeRow(decodes, work[Work.LOGIT_ROWS]!);
    let gpuS = cells[row + DecodeRow.GPU_S]!;
    let growthS = 0;
    let bytes = cells[row + DecodeRow.BYTES]!;
    let bytesGrowth = 0;
    let computeS = cells[row + DecodeRow.COMPUTE_S]!;
    let computeGrowthS = 0;
    let linearSteps = Number.POSITIVE_INFINITY;
    if (decodes > 0) {
      const rankDecodes = cells[row + DecodeRow.RANK_DECODES]!;
      const share = cells[row + DecodeRow.SHARE]!;
      const groups = tables.groups;
      for (let g = 0; g < groups.length; g++) {
        const group = groups[g]!;
        const window = group[Coef.WINDOW_CELL]! | 0;
        const allContext = work[window === 0 ? Work.CONTEXT : window + WindowWork.CONTEXT]!;
        const allGrowing = window === 0 ? decodes : work[window + WindowWork.GROWING]!;
        const context = allContext * share;
        const growing = allGrowing * share;
        const legS = group[Coef.GROWING_S]!;
        const addedS = group[Coef.ADDED_S]!;
        const floorS = rankDecodes * group[Coef.SEQUENCE_S]!;
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
        bytes += allContext * group[Coef.BYTES]!;
        bytesGrowth += allGrowing * group[Coef.BYTES]!;
        computeS += allContext * group[Coef.PEAK_S]!;
        computeGrowthS += allGrowing * group[Coef.PEAK_S]!;
      }
    }
    const meanShare = cells[Const.MEAN_SHARE]!;
    cost[Cost.KERNEL_S] = gpuS * meanShare;
    cost[Cost.KERNEL_GROWTH_S] = growthS * meanShare;
    cost[Cost.BYTES] = bytes * meanShare;
    cost[Cost.BYTES_GROWTH] = bytesGrowth * meanShare;
    cost[Cost.COMPUTE_S] = computeS * meanShare;
    cost[Cost.COMPUTE_GROWTH_S] = computeGrowthS * meanShare;
    cost[Cost.PREFILL_S] = 0;
    cost[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = cells[Const.KV_BYTES_PER_TOKEN]!;
    let deviceS = gpuS;
    let deviceGrowthS = growthS;
    const leastS = cells[Const.FLOOR_S]!;
    if (gpuS <= leastS) {
      const steps = stepsAtOrBelow(gpuS, growthS, leastS);
      deviceS = leastS;
      deviceGrowthS = 0;
      if (steps < linearSteps) linearSteps = steps;
    }
    deviceS += cells[row + DecodeRow.DEVICE_S]!;
    const hostS = cells[row + DecodeRow.HOST_S]!;
    if (cells[Const.HOST_OVERLAPS]! === 0) deviceS += hostS;
    else if (deviceS <= hostS) {
      const steps = stepsAtOrBelow(deviceS, deviceGrowthS, hostS);
      deviceS = hostS;
      deviceGrowthS = 0;
      if (steps < linearSteps) linearSteps = steps;
    }
    cost[Cost.STEP_S] = deviceS;
    cost[Cost.STEP_GROWTH_S] = deviceGrowthS;
    cost[Cost.LINEAR_STEPS] = linearSteps;
  }

  priceMixed(work: Float64Array, cost: Float64Array): void {
    const tables = this.#tables;
    const cells = tables.cells;
    const decodes = work[Work.DECODES]!;
    const prefillTokens = work[Work.PREFILL_TOKENS]!;
    const chunks = work[Work.PREFILL_CHUNKS]!;
    const isSplit = tables.dp > 1;
    let rankDecodes = decodes;
    let rankPrompt = prefillTokens;
    let rankChunks = chunks;
    let decodeShare = 1;
    let promptShare = 1;
    if (isSplit) {
      rankDecodes = tables.perPart(decodes);
      if (decodes > 0) decodeShare = rankDecodes / decodes;
      rankChunks = tables.perPart(chunks);
      if (chunks > 0) promptShare = rankChunks / chunks;
      rankPrompt = prefillTokens * promptShare;
    }
    let decodeS = 0;
    let prefillS = 0;
    let bytes = 0;
    let computeS = 0;
    const groups = tables.groups;
    for (let g = 0; g < groups.length; g++) {
      const group = groups[g]!;
      const window = group[Coef.WINDOW_CELL]! | 0;
      const context = work[window === 0 ? Work.CONTEXT : window + WindowWork.CONTEXT]!;
      const area = work[window === 0 ? Work.PREFILL_AREA : window + WindowWork.PREFILL_AREA]!;
      const read = work[window === 0 ? Work.PREFILL_READ : window + WindowWork.PREFILL_READ]!;
      const rankContext = context * decodeShare;
      const readS = rankContext * group[Coef.GROWING_S]!;
      const floorS = rankDecodes * group[Coef.SEQUENCE_S]!;
      decodeS += (readS > floorS ? readS : floorS) + rankContext * group[Coef.ADDED_S]!;
      const rankArea = area * promptShare;
      const rankRead = read * promptShare;
      const tile = TILE_TOKENS * (rankRead - rankPrompt / 2);
      prefillS +=
        rankArea * group[Coef.AREA_S]! +
        (rankArea < tile ? rankArea : tile) * group[Coef.UNDERFILL_S]! +
        rankRead * group[Coef.READ_S]! +
        rankPrompt * group[Coef.TOKEN_S]!;
      bytes += (context + read) * group[Coef.BYTES]! + prefillTokens * group[Coef.TOKEN_BYTES]!;
      computeS += context * group[Coef.PEAK_S]! + area * group[Coef.AREA_PEAK_S]!;
    }
    const stateS = cells[Const.STATE_SEQUENCE_S]!;
    decodeS += rankDecodes * stateS;
    prefillS += rankChunks * stateS;
    bytes += (decodes + chunks) * cells[Const.STATE_SEQUENCE_BYTES]!;
    const groupTokens = decodes + prefillTokens;
    const promptTokens = isSplit ? Math.ceil(rankPrompt) : tables.perPart(prefillTokens);
    const meanTokens = tables.perPart(groupTokens);
    let layer = tables.tokenRow(isSplit ? rankDecodes + promptTokens : meanTokens);
    let layersS = cells[layer + TokenRow.TIME_S]!;
    if (isSplit) {
      const expert = tables.expertRow(groupTokens);
      layersS += cells[expert + TokenRow.TIME_S]!;
      bytes += cells[expert + TokenRow.BYTES]!;
      computeS += cells[expert + TokenRow.COMPUTE_S]!;
      layer = tables.tokenRow(meanTokens);
    }
    const rows = work[Work.LOGIT_ROWS]!;
    const logits = tables.logitRow(rows);
    const fixedS = decodes > 0 ? cells[Const.MIXED_FIXED_S]! : cells[Const.PREFILL_FIXED_S]!;
    const gpuS = layersS + cells[logits + LogitRow.TIME_S]! + fixedS + decodeS + prefillS;
    const meanShare = cells[Const.MEAN_SHARE]!;
    cost[Cost.STEP_GROWTH_S] = 0;
    cost[Cost.LINEAR_STEPS] = 1;
    cost[Cost.KERNEL_S] = gpuS * meanShare;
    cost[Cost.KERNEL_GROWTH_S] = 0;
    cost[Cost.BYTES] = (bytes + cells[layer + TokenRow.BYTES]! + cells[logits + LogitRow.BYTES]!) * meanShare;
    cost[Cost.BYTES_GROWTH] = 0;
    cost[Cost.COMPUTE_S] =
      (computeS + cells[layer + TokenRow.COMPUTE_S]! + cells[logits + LogitRow.COMPUTE_S]!) * meanShare;
    cost[Cost.COMPUTE_GROWTH_S] = 0;
    cost[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = cells[Const.KV_BYTES_PER_TOKEN]!;
    const launchS = cells[Const.PROMPT_LAUNCH_S]!;
    const wholeS = mixedS(cells, gpuS, launchS, cells[logits + LogitRow.DEVICE_S]!, cells[logits + LogitRow.HOST_S]!);
    cost[Cost.STEP_S] = wholeS;
    cost[Cost.PREFILL_S] = wholeS;
    if (prefillTokens <= 0) cost[Cost.PREFILL_S] = 0;
    else if (decodes > 0) {
      // Half of T(0,Q) + T(D,Q) - T(D,0): the prefill's share of a mixed step (two-player Shapley value).
      const promptLayer = tables.tokenRow(promptTokens);
      let aloneS = cells[promptLayer + TokenRow.TIME_S]!;
      if (isSplit) aloneS += cells[tables.expertRow(prefillTokens) + TokenRow.TIME_S]!;
      const finishing = tables.logitRow(rows - decodes);
      aloneS += cells[finishing + LogitRow.TIME_S]!;
      aloneS = mixedS(
        cells,
        aloneS + cells[Const.PREFILL_FIXED_S]! + prefillS,
        launchS,
        cells[finishing + LogitRow.DEVICE_S]!,
        cells[finishing + LogitRow.HOST_S]!,
      );
      const row = tables.decodeRow(decodes, decodes);
      const decodeGpuS = cells[row + DecodeRow.STATELESS_GPU_S]! + decodeS;
      const decodeRowS = rankDecodes * cells[Const.DEVICE_ROW_S]!;
      const share = 0.5 * (aloneS + wholeS - mixedS(cells, decodeGpuS, 0, decodeRowS, cells[row + DecodeRow.HOST_S]!));
      if (share < 0) cost[Cost.PREFILL_S] = 0;
      else if (share < wholeS) cost[Cost.PREFILL_S] = share;
    }
  }

  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    return this.#power.energyJ(timeS, kernelS, bytes, computeS);
  }

  energyOf(use: Float64Array): void {
    this.#power.energyOf(use);
  }
}

/** A step in which the host launches kernels for `launchS` beside its other work; 0 where a graph is replayed. */
function mixedS(cells: Float64Array, gpuS: number, launchS: number, rowsS: number, hostS: number): number {
  const floorS = cells[Const.FLOOR_S]!;
  let kernelS = gpuS > floorS ? gpuS : floorS;
  if (cells[Const.HOST_OVERLAPS]! === 0) {
    if (launchS > kernelS) kernelS = launchS;
    return kernelS + cells[Const.DEVICE_FIXED_S]! + rowsS + hostS;
  }
  const deviceS = kernelS + cells[Const.DEVICE_FIXED_S]! + rowsS;
  const launchedS = hostS + launchS;
  return deviceS > launchedS ? deviceS : launchedS;
}
