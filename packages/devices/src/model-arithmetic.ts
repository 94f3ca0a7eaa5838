/**
 * Counts that follow from a model's shape alone: parameters, weight bytes, KV bytes, state bytes, FLOP per token.
 *
 * Attention layer (GQA): d*(h + 2g)*dh + h*dh*d. MLA: query (compressed or not), down-projection to latent plus rope,
 * up-projection of keys and values, output. FFN: 2 or 3 matrices d*f; a mixture-of-experts layer has E routed experts,
 * shared experts and a router instead. State layers (linear attention, state space, or a mixer without state) state
 * their parameters themselves and have the same FFN behind them. Norms and biases only count where `extraParams` says so.
 *
 * KV bytes per token: 2*g*dh*b per attention layer, (r_kv + d_rope)*b for MLA. State bytes are per layer and sequence.
 * FLOP per token: 2 per active parameter except the input embedding, plus 4*h*dh per token of context and layer.
 * Units: parameters, bytes, FLOP.
 */

import type { LayerGroup, ModelArchitecture } from '@infersim/catalog';
import { ELEMENT_BYTES, type WeightFormat } from './precision.js';

/** Parameters of a model by part. */
export interface ParamCount {
  readonly total: number;
  /** Used by one token; both embedding tables included. */
  readonly active: number;
  /** Embedding table, plus LM head unless tied. */
  readonly embedding: number;
  /** Rows that a token only looks up: the input table, 0 when tied (the table then is the LM head too). */
  readonly inputOnlyEmbedding: number;
  readonly routedExperts: number;
}

/** Attention layers of both kinds (`full` and `window`). */
export function attentionLayers(arch: ModelArchitecture): number {
  let layers = 0;
  for (const group of arch.layerGroups) if (group.kind !== 'state') layers += group.layers;
  return layers;
}

/** Parameters of one attention layer's projections. */
export function attentionParams(arch: ModelArchitecture): number {
  const d = arch.hidden;
  const mla = arch.mla;
  if (mla === undefined) return 2 * d * arch.heads * arch.headDim + 2 * d * arch.kvHeads * arch.headDim;
  const queryHead = mla.nopeHeadDim + mla.ropeHeadDim;
  const query =
    mla.qLoraRank > 0 ? d * mla.qLoraRank + mla.qLoraRank * arch.heads * queryHead : d * arch.heads * queryHead;
  return (
    query +
    d * (mla.kvLoraRank + mla.ropeHeadDim) +
    mla.kvLoraRank * arch.heads * (mla.nopeHeadDim + mla.valueHeadDim) +
    arch.heads * mla.valueHeadDim * d
  );
}

/** Counts every parameter of the architecture. */
export function countParams(arch: ModelArchitecture): ParamCount {
  const d = arch.hidden;
  const table = arch.vocab * d;
  const embedding = arch.tieEmbeddings ? table : 2 * table;
  const moe = arch.moe;
  const moeLayers = moe?.moeLayers ?? 0;
  let body = attentionLayers(arch) * attentionParams(arch);
  for (const group of arch.layerGroups) if (group.kind === 'state') body += group.layers * group.paramsPerLayer;
  body += (arch.layers - moeLayers) * arch.ffnMatrices * d * arch.ffnIntermediate;
  let routed = 0;
  let routedActive = 0;
  if (moe !== undefined) {
    const expert = 3 * d * moe.expertIntermediate;
    routed = moeLayers * moe.experts * expert;
    routedActive = moeLayers * moe.expertsPerToken * expert;
    body += moeLayers * (d * moe.experts + sharedExpertParams(arch));
  }
  const rest = body + embedding + (arch.extraParams ?? 0);
  return {
    total: rest + routed,
    active: rest + routedActive,
    embedding,
    inputOnlyEmbedding: arch.tieEmbeddings ? 0 : table,
    routedExperts: routed,
  };
}

/** Parameters of the shared experts of one mixture-of-experts layer. */
export function sharedExpertParams(arch: ModelArchitecture): number {
  const moe = arch.moe;
  if (moe === undefined) return 0;
  return moe.sharedExperts * 3 * arch.hidden * (moe.sharedIntermediate ?? moe.expertIntermediate);
}

/** Bytes of all weights in memory. */
export function weightBytes(arch: ModelArchitecture, format: WeightFormat): number {
  const params = countParams(arch);
  return (
    params.routedExperts * format.expertBytes +
    matrixParamBytes(arch, params, format) +
    (params.embedding - params.inputOnlyEmbedding) * format.embeddingBytes +
    params.inputOnlyEmbedding * (format.inputTableBytes ?? format.embeddingBytes) +
    (arch.visionTowerParams ?? 0) * ELEMENT_BYTES.fp16
  );
}

/** Bytes per weight of the attention matrices: those of the format, or 16 bit where checkpoints leave them so. */
export function attentionMatrixBytes(arch: ModelArchitecture, format: WeightFormat): number {
  return arch.attentionStays16Bit === true ? Math.max(format.matrixBytes, ELEMENT_BYTES.fp16) : format.matrixBytes;
}

/** Bytes of all matrices but the routed experts and the embeddings. */
function matrixParamBytes(arch: ModelArchitecture, params: ParamCount, format: WeightFormat): number {
  const matrices = params.total - params.embedding - params.routedExperts;
  const attention = attentionLayers(arch) * attentionParams(arch);
  return (matrices - attention) * format.matrixBytes + attention * attentionMatrixBytes(arch, format);
}

/** Bytes of weights that one token alone makes the device read: everything active except the input table. */
export function activeWeightBytes(arch: ModelArchitecture, format: WeightFormat): number {
  const params = countParams(arch);
  const routedActive = params.active - (params.total - params.routedExperts);
  return (
    routedActive * format.expertBytes +
    matrixParamBytes(arch, params, format) +
    (params.embedding - params.inputOnlyEmbedding) * format.embeddingBytes
  );
}

/** KV bytes that one token takes in one attention layer, at `elementBytes` per element. */
export function kvBytesPerTokenPerLayer(arch: ModelArchitecture, elementBytes: number): number {
  const mla = arch.mla;
  if (mla !== undefined) return (mla.kvLoraRank + mla.ropeHeadDim) * elementBytes;
  return 2 * arch.kvHeads * arch.headDim * elementBytes;
}

/** KV cache of a whole model. */
export interface KvFootprint {
  /** Per token in layers that hold the whole context, bytes. */
  readonly growingBytesPerToken: number;
  /** Per token in window layers while a sequence is shorter than the window, bytes. */
  readonly windowBytesPerToken: number;
  /** What the window layers of one sequence take at most, bytes. */
  readonly windowCapBytes: number;
  /** Constant state of one sequence, bytes. */
  readonly stateBytes: number;
}

/** KV and state bytes of one sequence, by how they grow. */
export function kvFootprint(arch: ModelArchitecture, elementBytes: number): KvFootprint {
  const perLayer = kvBytesPerTokenPerLayer(arch, elementBytes);
  let growing = 0;
  let window = 0;
  let cap = 0;
  let state = 0;
  for (const group of arch.layerGroups) {
    if (group.kind === 'full') growing += group.layers * perLayer;
    else if (group.kind === 'window') {
      window += group.layers * perLayer;
      cap += group.layers * perLayer * group.windowTokens;
    } else state += group.layers * group.stateBytesPerSequence;
  }
  return { growingBytesPerToken: growing, windowBytesPerToken: window, windowCapBytes: cap, stateBytes: state };
}

/** FLOP of one token through every matrix, attention over the context left out. */
export function linearFlopPerToken(arch: ModelArchitecture): number {
  const params = countParams(arch);
  return 2 * (params.active - params.inputOnlyEmbedding);
}

/** FLOP per query token, per token of context, per attention layer (scores and values of all heads, prefill form). */
export function attentionFlopPerPair(arch: Pick<ModelArchitecture, 'heads' | 'headDim' | 'mla'>): number {
  const mla = arch.mla;
  if (mla !== undefined) return 2 * arch.heads * (mla.nopeHeadDim + mla.ropeHeadDim + mla.valueHeadDim);
  return 4 * arch.heads * arch.headDim;
}

/** FLOP of one decoded token at a context of `contextTokens`. */
export function flopPerToken(arch: ModelArchitecture, contextTokens: number): number {
  let attended = 0;
  for (const group of arch.layerGroups) attended += group.layers * attendedTokens(group, contextTokens);
  return linearFlopPerToken(arch) + attentionFlopPerPair(arch) * attended;
}

function attendedTokens(group: LayerGroup, contextTokens: number): number {
  if (group.kind === 'full') return contextTokens;
  return group.kind === 'window' ? Math.min(contextTokens, group.windowTokens) : 0;
}

/** Distinct sliding windows in tokens, ascending: the order of the window cells of `work`. */
export function distinctWindows(arch: ModelArchitecture): number[] {
  const windows: number[] = [];
  for (const group of arch.layerGroups) {
    if (group.kind === 'window' && !windows.includes(group.windowTokens)) windows.push(group.windowTokens);
  }
  return windows.sort((a, b) => a - b);
}
