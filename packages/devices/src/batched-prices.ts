/**
 * Prices of batched steps in full: several groups of attention layers with windows or without, ranks of data-parallel attention,
 * counts whose rows are not filled yet. Formulas and assumptions are those of batched-step-model.ts, which prices plain steps
 * itself, to the same bits. Rows are read as they are asked for: two counts may share one. Units: seconds, bytes.
 */

import { TILE_TOKENS } from './attention.js';
import { COEFFICIENTS, Coef } from './attention-groups.js';
import { type BatchedTables, Const, DecodeRow, GROUPS_FROM, LogitRow, TokenRow } from './batched-tables.js';
import { stepsAtOrBelow } from './linear-piece.js';
import { Cost, WindowWork, Work } from './step-model.js';

/** `priceDecode` of any deployment (`Work` to `Cost`); fills the rows of `tables` that it needs. */
export function priceDecodeInFull(tables: BatchedTables, work: Float64Array, cost: Float64Array): void {
  const cells = tables.cells;
  const decodes = work[Work.DECODES]!;
  const rows = work[Work.LOGIT_ROWS]!;
  const fullContext = work[Work.CONTEXT]!;
  const row = tables.decodeRow(decodes, rows);
  let gpuS = cells[row + DecodeRow.GPU_S]!;
  let growthS = 0;
  let bytes = cells[row + DecodeRow.BYTES]!;
  let bytesGrowth = 0;
  let computeS = cells[row + DecodeRow.COMPUTE_S]!;
  let computeGrowthS = 0;
  let linearSteps = Number.POSITIVE_INFINITY;
  const rankDecodes = cells[row + DecodeRow.RANK_DECODES]!;
  const share = cells[row + DecodeRow.SHARE]!;
  const groupsEnd = tables.groupsEnd;
  for (let group = GROUPS_FROM; group < groupsEnd; group += COEFFICIENTS) {
    const window = cells[group + Coef.WINDOW_CELL]!;
    let allContext = fullContext;
    let allGrowing = decodes;
    if (window !== 0) {
      allContext = work[window + WindowWork.CONTEXT]!;
      allGrowing = work[window + WindowWork.GROWING]!;
    }
    const context = allContext * share;
    const growing = allGrowing * share;
    const legS = cells[group + Coef.GROWING_S]!;
    const addedS = cells[group + Coef.ADDED_S]!;
    const floorS = rankDecodes * cells[group + Coef.SEQUENCE_S]!;
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
    const tokenBytes = cells[group + Coef.BYTES]!;
    bytes += allContext * tokenBytes;
    bytesGrowth += allGrowing * tokenBytes;
    const peakS = cells[group + Coef.PEAK_S]!;
    computeS += allContext * peakS;
    computeGrowthS += allGrowing * peakS;
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

/** `priceMixed` of any deployment (`Work` to `Cost`); fills the rows of `tables` that it needs. */
export function priceMixedInFull(tables: BatchedTables, work: Float64Array, cost: Float64Array): void {
  const cells = tables.cells;
  const decodes = work[Work.DECODES]!;
  const prefillTokens = work[Work.PREFILL_TOKENS]!;
  const chunks = work[Work.PREFILL_CHUNKS]!;
  const rows = work[Work.LOGIT_ROWS]!;
  const fullContext = work[Work.CONTEXT]!;
  const fullArea = work[Work.PREFILL_AREA]!;
  const fullRead = work[Work.PREFILL_READ]!;
  const isSplit = tables.dp > 1;
  let rankDecodes = decodes;
  let rankPrompt = prefillTokens;
  let rankChunks = chunks;
  let decodeShare = 1;
  let promptShare = 1;
  let promptTokens = 0;
  if (isSplit) {
    rankDecodes = tables.perPart(decodes);
    if (decodes > 0) decodeShare = rankDecodes / decodes;
    rankChunks = tables.perPart(chunks);
    if (chunks > 0) promptShare = rankChunks / chunks;
    rankPrompt = prefillTokens * promptShare;
    promptTokens = Math.ceil(rankPrompt);
  } else promptTokens = tables.perPart(prefillTokens);
  const groupTokens = decodes + prefillTokens;
  let decodeS = 0;
  let prefillS = 0;
  let bytes = 0;
  let computeS = 0;
  const groupsEnd = tables.groupsEnd;
  for (let group = GROUPS_FROM; group < groupsEnd; group += COEFFICIENTS) {
    const window = cells[group + Coef.WINDOW_CELL]!;
    let context = fullContext;
    let area = fullArea;
    let read = fullRead;
    if (window !== 0) {
      context = work[window + WindowWork.CONTEXT]!;
      area = work[window + WindowWork.PREFILL_AREA]!;
      read = work[window + WindowWork.PREFILL_READ]!;
    }
    const rankContext = context * decodeShare;
    const readS = rankContext * cells[group + Coef.GROWING_S]!;
    const floorS = rankDecodes * cells[group + Coef.SEQUENCE_S]!;
    decodeS += (readS > floorS ? readS : floorS) + rankContext * cells[group + Coef.ADDED_S]!;
    const rankArea = area * promptShare;
    const rankRead = read * promptShare;
    const tile = TILE_TOKENS * (rankRead - rankPrompt / 2);
    prefillS +=
      rankArea * cells[group + Coef.AREA_S]! +
      (rankArea < tile ? rankArea : tile) * cells[group + Coef.UNDERFILL_S]! +
      rankRead * cells[group + Coef.READ_S]! +
      rankPrompt * cells[group + Coef.TOKEN_S]!;
    bytes += (context + read) * cells[group + Coef.BYTES]! + prefillTokens * cells[group + Coef.TOKEN_BYTES]!;
    computeS += context * cells[group + Coef.PEAK_S]! + area * cells[group + Coef.AREA_PEAK_S]!;
  }
  const stateS = cells[Const.STATE_SEQUENCE_S]!;
  decodeS += rankDecodes * stateS;
  prefillS += rankChunks * stateS;
  bytes += (decodes + chunks) * cells[Const.STATE_SEQUENCE_BYTES]!;
  let layersS = 0;
  if (isSplit) {
    const expert = tables.expertRow(groupTokens);
    layersS = cells[tables.tokenRow(rankDecodes + promptTokens) + TokenRow.TIME_S]! + cells[expert + TokenRow.TIME_S]!;
    bytes += cells[expert + TokenRow.BYTES]!;
    computeS += cells[expert + TokenRow.COMPUTE_S]!;
  }
  const layer = tables.tokenRow(tables.perPart(groupTokens));
  if (isSplit === false) layersS = cells[layer + TokenRow.TIME_S]!;
  const logits = tables.logitRow(rows);
  const promptFixedS = cells[Const.PREFILL_FIXED_S]!;
  const fixedS = decodes > 0 ? cells[Const.MIXED_FIXED_S]! : promptFixedS;
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
  let causedS = wholeS;
  if (prefillTokens <= 0) causedS = 0;
  else if (decodes > 0) {
    // Half of T(0,Q) + T(D,Q) - T(D,0): the prefill's share of a mixed step (two-player Shapley value).
    let aloneS = cells[tables.tokenRow(promptTokens) + TokenRow.TIME_S]!;
    if (isSplit) aloneS += cells[tables.expertRow(prefillTokens) + TokenRow.TIME_S]!;
    const otherLogits = tables.logitRow(rows - decodes);
    const promptS = mixedS(
      cells,
      aloneS + cells[otherLogits + LogitRow.TIME_S]! + promptFixedS + prefillS,
      launchS,
      cells[otherLogits + LogitRow.DEVICE_S]!,
      cells[otherLogits + LogitRow.HOST_S]!,
    );
    const row = tables.decodeRow(decodes, decodes);
    const decodeGpuS = cells[row + DecodeRow.STATELESS_GPU_S]! + decodeS;
    const decodeRowS = rankDecodes * cells[Const.DEVICE_ROW_S]!;
    const share = 0.5 * (promptS + wholeS - mixedS(cells, decodeGpuS, 0, decodeRowS, cells[row + DecodeRow.HOST_S]!));
    if (share < 0) causedS = 0;
    else if (share < wholeS) causedS = share;
  }
  cost[Cost.PREFILL_S] = causedS;
}

/**
 * Seconds of a step of `gpuS` seconds of kernels; the host launches them for `launchS` (0 where a graph is replayed) beside its
 * other work of `hostS`, the device takes `rowsS` more for its rows of logits. `cells` are those of the tables.
 */
export function mixedS(cells: Float64Array, gpuS: number, launchS: number, rowsS: number, hostS: number): number {
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
