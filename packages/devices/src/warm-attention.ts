/**
 * Decode attention as a benchmark times it: one kernel, over and over, on the same KV cache.
 *
 *   T     = t_a + max(read, tau*D*g, L*chainTokenS/chains) + compute leg
 *   read  = bytes/(B*e_a) * (1 - hit + hit/cacheSpeedup)
 *   hit   = 1/(1 + (bytes/(share*cacheBytes))^q)                          share of the reads that the last-level cache answers
 *   chains = max(1, min(chainsPerSequence, chainsPerKvHead/D))           blocks that one sequence is cut into, per KV head
 *
 * D sequences of L tokens each, g KV heads. Engines see neither term: weights pass through the cache between two layers, and a
 * batch has more heads and sequences than the device has cores. Sources: docs/modelling.md, devices. Units: seconds, bytes.
 */

import { type BenchmarkConstants, type Precision, type WarmDecodeConstants, warmCache } from '@infersim/catalog';
import { type AttentionShape, decodeLegs } from './attention.js';

/** What is read, by how many. */
export interface WarmReads {
  readonly sequences: number;
  readonly contextTokens: number;
  /** Query heads that share one KV head. */
  readonly groupHeads: number;
}

/** Seconds of a repeated decode kernel; 0 without sequences. `fixedS` and `shape` are those of the cold kernel. */
export function warmDecodeAttentionS(
  shape: AttentionShape,
  fixedS: number,
  reads: WarmReads,
  constants: WarmDecodeConstants,
  cacheBytes: number,
): number {
  const { sequences, contextTokens } = reads;
  if (sequences <= 0) return 0;
  const tokens = sequences * contextTokens;
  const legs = decodeLegs(shape);
  const readS = tokens * legs.growingS * missedShare(tokens * shape.kvBytesPerToken, constants, cacheBytes);
  const chainS = (contextTokens * constants.chainTokenS.value) / chains(reads, constants);
  return fixedS + Math.max(readS, sequences * shape.decodeSequenceS, chainS) + tokens * legs.addedS;
}

/** Warm constants of the device for a KV precision (those of 16 bits where none are known), or undefined. */
export function warmConstants(
  benchmarks: BenchmarkConstants | undefined,
  kv: Precision,
): { readonly constants: WarmDecodeConstants; readonly cacheBytes: number } | undefined {
  const constants = benchmarks?.warmDecode?.[kv] ?? benchmarks?.warmDecode?.fp16;
  const cacheBytes = benchmarks?.cacheBytes?.value;
  return constants === undefined || cacheBytes === undefined ? undefined : { constants, cacheBytes };
}

/** Time of the reads over that without a cache. */
function missedShare(bytes: number, constants: WarmDecodeConstants, cacheBytes: number): number {
  const hit = 1 / (1 + (bytes / (warmCache.share.value * cacheBytes)) ** warmCache.exponent.value);
  return 1 - hit + hit / constants.cacheSpeedup.value;
}

function chains({ sequences, groupHeads }: WarmReads, constants: WarmDecodeConstants): number {
  const most =
    groupHeads <= 1 ? (constants.chainsUngrouped ?? constants.chainsPerSequence) : constants.chainsPerSequence;
  const shared = (constants.chainsPerKvHead?.value ?? Number.POSITIVE_INFINITY) / sequences;
  return Math.max(1, Math.min(most.value, shared));
}
