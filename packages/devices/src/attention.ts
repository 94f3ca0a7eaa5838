/**
 * Attention kernels of one layer on one device, as coefficients of the counts that a step carries.
 *
 * Decode (memory bound), D sequences, C tokens of context summed over them:
 *   T = t_a + max(C*kvBytes/(B*e_a), tau*D*g'/t) + c_a*C*4*(h/t)*dh/P
 * Kernels that do not share reads within a group of h/g query heads read C*kvBytes*(1 + r*(h/g - 1)), mostly from the cache.
 * MLA reads the latent once per device (it is replicated under tensor parallelism) and does 2*(h/t)*(2*r_kv + d_rope) FLOP
 * per token of context; it is close to the ridge, where the kernel overlaps both legs:
 *   T = t_a + max(C*kvBytes/(B*e_a), c_a*C*FLOP/P, tau*D)
 * Prefill (compute bound), A = sum q*(c + q/2), R = sum (c + q), Q = sum q:
 *   T = t_a + (A + omega*n_SM/(h/t) * U) * FLOPperPair/(P*e_p) + (R*kvBytes + 2*Q*(h/t)*dh*2)/(B*e_b)
 *   U = min(A, 128*(R - Q/2))
 * U is the under-filled grid. The source writes it per chunk as A_i/ceil(q_i/128); here the ceiling is max(1, q_i/128), for
 * which 128*A_i/q_i = 128*(c_i + q_i/2) sums to counts the step has, so chunks need no loop and more tokens never cost less.
 * State layers move their state twice: T = t_a + n*state*2/(B*e_a).
 * Sources: docs/modelling.md, devices. Units: seconds, bytes, FLOP.
 */

import type { ModelArchitecture } from '@infersim/catalog';
import { attentionFlopPerPair } from './model-arithmetic.js';

/** Query rows of one tile of the prefill kernel. */
export const TILE_TOKENS = 128;

/** Plain numbers of one device's attention kernels. */
export interface AttentionRates {
  readonly peakFlops: number;
  readonly bandwidthBps: number;
  readonly decodeFixedS: number;
  readonly decodeBandwidthEfficiency: number;
  /** Reads that each further query head of a KV head adds, as a share of the first one's; absent = 0. */
  readonly decodeGroupRereads?: number;
  readonly decodePerHeadS: number;
  readonly decodeComputeInefficiency: number;
  readonly prefillFixedS: number;
  readonly prefillComputeEfficiency: number;
  readonly prefillUnderfill: number;
  readonly prefillBandwidthEfficiency: number;
  readonly smCount: number;
  readonly kvElementBytes: number;
}

/** Coefficients of one layer on one device of a tensor-parallel group of `tp`. */
export interface AttentionShape {
  readonly kvBytesPerToken: number;
  /** Seconds of the memory leg per token of context. */
  readonly decodeReadS: number;
  /** Least seconds per decode sequence. */
  readonly decodeSequenceS: number;
  /** Seconds of the compute leg per token of context. */
  readonly decodeComputeS: number;
  /** Whether the compute leg overlaps the memory leg (MLA) or adds to it. */
  readonly overlapsCompute: boolean;
  /** Seconds at peak of the arithmetic that the kernel executes per token of context, its padded tiles included. */
  readonly decodePeakS: number;
  /** Seconds per unit of causal area, and per unit of under-filled area. */
  readonly prefillAreaS: number;
  readonly prefillUnderfillS: number;
  readonly prefillReadS: number;
  readonly prefillTokenS: number;
  readonly prefillTokenBytes: number;
  readonly prefillPeakS: number;
}

/** What attention needs to know of a model. */
export type AttentionHeads = Pick<ModelArchitecture, 'heads' | 'kvHeads' | 'headDim' | 'mla'>;

/** Query rows of one tile of a decode kernel: the query heads that share a KV head fill it only in part. */
const DECODE_TILE_ROWS = 64;

/** How much more arithmetic a decode kernel executes than the model asks for; power follows what is executed. */
function decodePadding(arch: { readonly heads: number; readonly kvHeads: number }): number {
  return Math.max(1, (DECODE_TILE_ROWS * arch.kvHeads) / arch.heads);
}

/** Derives the coefficients; KV heads are replicated, at least one per device, when `tp` exceeds them. */
export function attentionShape(arch: AttentionHeads, rates: AttentionRates, tp: number): AttentionShape {
  const mla = arch.mla;
  const heads = arch.heads / tp;
  const kvHeads = mla === undefined ? Math.max(arch.kvHeads, tp) / tp : 1;
  const valueDim = mla?.valueHeadDim ?? arch.headDim;
  const kvBytesPerToken =
    mla === undefined
      ? 2 * kvHeads * arch.headDim * rates.kvElementBytes
      : (mla.kvLoraRank + mla.ropeHeadDim) * rates.kvElementBytes;
  const decodeFlop = mla === undefined ? 4 * heads * arch.headDim : 2 * heads * (2 * mla.kvLoraRank + mla.ropeHeadDim);
  const reads = mla === undefined ? 1 + (rates.decodeGroupRereads ?? 0) * (heads / kvHeads - 1) : 1;
  const prefillFlop = attentionFlopPerPair(arch) / tp;
  const prefillAreaS = prefillFlop / (rates.peakFlops * rates.prefillComputeEfficiency);
  const prefillBps = rates.bandwidthBps * rates.prefillBandwidthEfficiency;
  const prefillTokenBytes = 2 * heads * valueDim * 2;
  return {
    kvBytesPerToken,
    decodeReadS: (reads * kvBytesPerToken) / (rates.bandwidthBps * rates.decodeBandwidthEfficiency),
    decodeSequenceS: rates.decodePerHeadS * kvHeads,
    decodeComputeS: (rates.decodeComputeInefficiency * decodeFlop) / rates.peakFlops,
    overlapsCompute: mla !== undefined,
    decodePeakS: (decodeFlop * (mla === undefined ? decodePadding(arch) : 1)) / rates.peakFlops,
    prefillAreaS,
    prefillUnderfillS: (prefillAreaS * rates.prefillUnderfill * rates.smCount) / heads,
    prefillReadS: kvBytesPerToken / prefillBps,
    prefillTokenS: prefillTokenBytes / prefillBps,
    prefillTokenBytes,
    prefillPeakS: prefillFlop / rates.peakFlops,
  };
}

/** Seconds per token of context on the leg that grows with context, and on the part that always adds. */
export function decodeLegs(shape: AttentionShape): { growingS: number; addedS: number } {
  return shape.overlapsCompute
    ? { growingS: Math.max(shape.decodeReadS, shape.decodeComputeS), addedS: 0 }
    : { growingS: shape.decodeReadS, addedS: shape.decodeComputeS };
}

/** Decode attention of one layer, seconds; 0 without sequences. */
export function decodeAttentionS(
  shape: AttentionShape,
  fixedS: number,
  sequences: number,
  contextTokens: number,
): number {
  if (sequences <= 0) return 0;
  const legs = decodeLegs(shape);
  return (
    fixedS + Math.max(contextTokens * legs.growingS, sequences * shape.decodeSequenceS) + contextTokens * legs.addedS
  );
}

/** Prefill attention of one layer without its fixed time, seconds. `area`, `read`, `tokens` are A, R, Q above. */
export function prefillAttentionS(shape: AttentionShape, area: number, read: number, tokens: number): number {
  const underfilled = Math.min(area, TILE_TOKENS * (read - tokens / 2));
  return (
    area * shape.prefillAreaS +
    underfilled * shape.prefillUnderfillS +
    read * shape.prefillReadS +
    tokens * shape.prefillTokenS
  );
}

/** Causal area of a chunk of `q` tokens after `cached` ones: q*(c + q/2); sums over chunks telescope. */
export function chunkArea(q: number, cached: number): number {
  return q * (cached + q / 2);
}

/** The same with a sliding window of `windowTokens`: G(c + q) - G(c), G(x) = x^2/2 up to the window, then linear. */
export function windowChunkArea(q: number, cached: number, windowTokens: number): number {
  return windowArea(cached + q, windowTokens) - windowArea(cached, windowTokens);
}

function windowArea(tokens: number, windowTokens: number): number {
  return tokens <= windowTokens ? (tokens * tokens) / 2 : windowTokens * tokens - (windowTokens * windowTokens) / 2;
}
