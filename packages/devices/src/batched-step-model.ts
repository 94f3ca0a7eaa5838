/**
 * Step time of a GPU-like device group that batches continuously over HBM or DRAM.
 *
 *   T_gpu  = layers(M) + rows(S) + sum over layer groups of attention
 *   T_dev  = max(T_gpu, launch floor) + h_fix + h1*S
 *   T_step = max(T_dev, T_host) with overlapped scheduling, T_dev + T_host without; T_host = H0 + H1*S
 *
 * What depends on one integer is read from lazy tables (batched-tables.ts); attention is evaluated from the counts in `work`. A
 * decode-only step up to the largest captured graph is padded to the next captured size in `layers`; attention, head and sampling
 * see the real batch. Padding is the one place where fewer tokens may not be cheaper, and where a prefill token added to a padded
 * decode batch may be free.
 *
 * Most deployments have one group of equal attention layers without a window, in one rank. Their steps are priced here, in one
 * straight line; all others, and steps of counts that occur for the first time, in batched-prices.ts, to the same bits.
 *
 * Launches: an engine without captured graphs is bounded from below by the rate at which the host launches kernels (launch
 * floor). Others launch kernels one by one only in steps that hold prompt tokens, which no graph was captured for; those
 * launches take the same thread as the rest of the host's work: T_host = H0 + H1*S + layers*g_launch.
 *
 * Decode pieces: every max() above (memory leg against the per-sequence floor of each attention group, launch floor, host)
 * compares a line in the step number with a constant, so a price holds until the first of them switches: LINEAR_STEPS.
 * A line at x that grows by g stays at or below a level l for floor((l - x)/g) + 1 steps; the least quotient decides.
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
import { COEFFICIENTS, Coef } from './attention-groups.js';
import type { BatchedConstants } from './batched-constants.js';
import { mixedS, priceDecodeInFull, priceMixedInFull } from './batched-prices.js';
import { BatchedTables, Const, DecodeRow, GROUPS_FROM, LogitRow, TokenRow } from './batched-tables.js';
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
  readonly passes: PassOverlap | undefined;
  readonly #power: DevicePower;
  readonly #tables: BatchedTables;
  /** One group of attention layers, without a window, in one rank: priced here where rows are filled. */
  readonly #isPlain: boolean;

  constructor(constants: BatchedConstants) {
    const { arch, parallel, layerSplit, power } = constants;
    this.passes = layerSplit === undefined ? undefined : { stages: parallel.pp, overlap: layerSplit.overlap };
    this.devices = parallel.devices;
    this.#power = power;
    this.idleW = power.idleW;
    this.maxW = power.maxW;
    this.windowTokens = distinctWindows(arch);
    this.workCells = Work.WINDOW0 + this.windowTokens.length * WINDOW_STRIDE;
    const tables = new BatchedTables(constants, this.windowTokens);
    this.#tables = tables;
    this.#isPlain =
      tables.dp === 1 && tables.groupsEnd === GROUPS_FROM + COEFFICIENTS && this.windowTokens.length === 0;
  }

  priceDecode(work: Float64Array, cost: Float64Array): void {
    const tables = this.#tables;
    const cells = tables.cells;
    const decodes = work[Work.DECODES]!;
    const context = work[Work.CONTEXT]!;
    const row = tables.decodePlace(decodes);
    if (this.#isPlain === false || work[Work.LOGIT_ROWS] !== decodes || cells[row + DecodeRow.COUNT] !== decodes) {
      priceDecodeInFull(tables, work, cost);
      return;
    }
    const legS = cells[GROUPS_FROM + Coef.GROWING_S]!;
    const addedS = cells[GROUPS_FROM + Coef.ADDED_S]!;
    const floorS = decodes * cells[GROUPS_FROM + Coef.SEQUENCE_S]!;
    const readS = context * legS;
    const readGrowthS = decodes * legS;
    let gpuS = cells[row + DecodeRow.GPU_S]!;
    let growthS = decodes * addedS;
    // How far away the nearest end of the present piece is, in steps.
    let room = Number.POSITIVE_INFINITY;
    if (readS > floorS) {
      gpuS += readS;
      growthS += readGrowthS;
    } else {
      gpuS += floorS;
      if (readGrowthS > 0) room = (floorS - readS) / readGrowthS;
    }
    gpuS += context * addedS;
    const tokenBytes = cells[GROUPS_FROM + Coef.BYTES]!;
    const peakS = cells[GROUPS_FROM + Coef.PEAK_S]!;
    const meanShare = cells[Const.MEAN_SHARE]!;
    cost[Cost.KERNEL_S] = gpuS * meanShare;
    cost[Cost.KERNEL_GROWTH_S] = growthS * meanShare;
    cost[Cost.BYTES] = (cells[row + DecodeRow.BYTES]! + context * tokenBytes) * meanShare;
    cost[Cost.BYTES_GROWTH] = decodes * tokenBytes * meanShare;
    cost[Cost.COMPUTE_S] = (cells[row + DecodeRow.COMPUTE_S]! + context * peakS) * meanShare;
    cost[Cost.COMPUTE_GROWTH_S] = decodes * peakS * meanShare;
    cost[Cost.PREFILL_S] = 0;
    cost[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = cells[Const.KV_BYTES_PER_TOKEN]!;
    const leastS = cells[Const.FLOOR_S]!;
    let deviceS = gpuS;
    if (gpuS <= leastS) {
      deviceS = leastS;
      if (growthS > 0) {
        const left = (leastS - gpuS) / growthS;
        if (left < room) room = left;
      }
      growthS = 0;
    }
    deviceS += cells[row + DecodeRow.DEVICE_S]!;
    const hostS = cells[row + DecodeRow.HOST_S]!;
    if (cells[Const.HOST_OVERLAPS]! === 0) deviceS += hostS;
    else if (deviceS <= hostS) {
      if (growthS > 0) {
        const left = (hostS - deviceS) / growthS;
        if (left < room) room = left;
      }
      deviceS = hostS;
      growthS = 0;
    }
    cost[Cost.STEP_S] = deviceS;
    cost[Cost.STEP_GROWTH_S] = growthS;
    cost[Cost.LINEAR_STEPS] = Math.floor(room) + 1;
  }

  priceMixed(work: Float64Array, cost: Float64Array): void {
    const tables = this.#tables;
    const cells = tables.cells;
    const decodes = work[Work.DECODES]!;
    const prefillTokens = work[Work.PREFILL_TOKENS]!;
    const rows = work[Work.LOGIT_ROWS]!;
    const otherRows = rows - decodes;
    const layerTokens = tables.perPart(decodes + prefillTokens);
    const promptTokens = tables.perPart(prefillTokens);
    const layer = tables.tokenPlace(layerTokens);
    const promptLayer = tables.tokenPlace(promptTokens);
    const logits = tables.logitPlace(rows);
    const otherLogits = tables.logitPlace(otherRows);
    const row = tables.decodePlace(decodes);
    if (
      this.#isPlain === false ||
      cells[layer + TokenRow.COUNT] !== layerTokens ||
      cells[promptLayer + TokenRow.COUNT] !== promptTokens ||
      cells[logits + LogitRow.COUNT] !== rows ||
      cells[otherLogits + LogitRow.COUNT] !== otherRows ||
      cells[row + DecodeRow.COUNT] !== decodes
    ) {
      priceMixedInFull(tables, work, cost);
      return;
    }
    const context = work[Work.CONTEXT]!;
    const area = work[Work.PREFILL_AREA]!;
    const read = work[Work.PREFILL_READ]!;
    const chunks = work[Work.PREFILL_CHUNKS]!;
    const stateS = cells[Const.STATE_SEQUENCE_S]!;
    const readS = context * cells[GROUPS_FROM + Coef.GROWING_S]!;
    const floorS = decodes * cells[GROUPS_FROM + Coef.SEQUENCE_S]!;
    const decodeS = (readS > floorS ? readS : floorS) + context * cells[GROUPS_FROM + Coef.ADDED_S]! + decodes * stateS;
    const tile = TILE_TOKENS * (read - prefillTokens / 2);
    const prefillS =
      area * cells[GROUPS_FROM + Coef.AREA_S]! +
      (area < tile ? area : tile) * cells[GROUPS_FROM + Coef.UNDERFILL_S]! +
      read * cells[GROUPS_FROM + Coef.READ_S]! +
      prefillTokens * cells[GROUPS_FROM + Coef.TOKEN_S]! +
      chunks * stateS;
    const bytes =
      (context + read) * cells[GROUPS_FROM + Coef.BYTES]! +
      prefillTokens * cells[GROUPS_FROM + Coef.TOKEN_BYTES]! +
      (decodes + chunks) * cells[Const.STATE_SEQUENCE_BYTES]!;
    const computeS = context * cells[GROUPS_FROM + Coef.PEAK_S]! + area * cells[GROUPS_FROM + Coef.AREA_PEAK_S]!;
    const promptFixedS = cells[Const.PREFILL_FIXED_S]!;
    const fixedS = decodes > 0 ? cells[Const.MIXED_FIXED_S]! : promptFixedS;
    const gpuS = cells[layer + TokenRow.TIME_S]! + cells[logits + LogitRow.TIME_S]! + fixedS + decodeS + prefillS;
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
    let causedS = wholeS;
    if (prefillTokens <= 0) causedS = 0;
    else if (decodes > 0) {
      // Half of T(0,Q) + T(D,Q) - T(D,0): the prefill's share of a mixed step (two-player Shapley value).
      const promptS = mixedS(
        cells,
        cells[promptLayer + TokenRow.TIME_S]! + cells[otherLogits + LogitRow.TIME_S]! + promptFixedS + prefillS,
        launchS,
        cells[otherLogits + LogitRow.DEVICE_S]!,
        cells[otherLogits + LogitRow.HOST_S]!,
      );
      const decodeGpuS = cells[row + DecodeRow.STATELESS_GPU_S]! + decodeS;
      const decodeRowS = decodes * cells[Const.DEVICE_ROW_S]!;
      const share = 0.5 * (promptS + wholeS - mixedS(cells, decodeGpuS, 0, decodeRowS, cells[row + DecodeRow.HOST_S]!));
      if (share < 0) causedS = 0;
      else if (share < wholeS) causedS = share;
    }
    cost[Cost.PREFILL_S] = causedS;
  }

  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    return this.#power.energyJ(timeS, kernelS, bytes, computeS);
  }

  energyOf(use: Float64Array): void {
    this.#power.energyOf(use);
  }
}
