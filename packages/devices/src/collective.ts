/**
 * All-reduce over a tensor-parallel group, and the activation hand-over between pipeline stages.
 *
 *   T_ar(n, t) = a_t + n*2*(t-1)/t / W_t
 *
 * n bytes of payload. Engines bring their own kernels for NVLink-class fabrics, which send a small message whole to every other
 * rank in one pass and reduce and gather a larger one in two passes with a barrier between; above the kernel's buffer the
 * vendor's library takes over, and only the largest messages see the full rate:
 *
 *   T = a + n*(t-1) / (s_k W)                       n up to 512 KiB (256 KiB for t > 4)
 *   T = a + b*a + n*2*(t-1)/t / (s_k W)             up to 8 MB (b = 0 for t = 2)
 *   T = a + n*2*(t-1)/t / (s_l W)                   up to 128 MB, at W above
 *
 * kept non-decreasing in n where a piece would step down. Over several scale-up domains of r ranks each
 * the ranks reduce inside, then each its share across through its own network card:
 *
 *   T = a + a_n + n*2*(r-1)/r / W + n/r * 2*(D-1)/D / W_nic    D domains
 *
 * Sources: docs/modelling.md, devices.
 */

import { allReduceShape } from '@infersim/catalog';

/** Plain numbers of one fabric at one number of ranks. */
export interface CollectiveRates {
  readonly ranks: number;
  readonly latencyS: number;
  readonly busBps: number;
  readonly midSizeSlowdown: boolean;
}

const KERNEL_SHARE = allReduceShape.kernelShare.value;
const LIBRARY_SHARE = allReduceShape.libraryShare.value;
const BARRIER_SHARE = allReduceShape.barrierShare.value;
const ONE_PASS_BYTES = allReduceShape.onePassBytes.value;
const ONE_PASS_BYTES_MANY_RANKS = allReduceShape.onePassBytesManyRanks.value;
const KERNEL_BYTES = allReduceShape.kernelBytes.value;
const FULL_RATE_BYTES = allReduceShape.fullRateBytes.value;

/** Seconds of an all-reduce of `bytes`; 0 for one rank or nothing to send. */
export function allReduceS(rates: CollectiveRates, bytes: number): number {
  const { ranks, latencyS, busBps } = rates;
  if (ranks <= 1 || bytes <= 0) return 0;
  const wire = (2 * (ranks - 1)) / ranks / busBps;
  return latencyS + (rates.midSizeSlowdown ? shapedS(ranks, latencyS, wire, bytes) : bytes * wire);
}

/** Time beyond the latency on an NVLink-class fabric: one pass or two, whichever the size takes. */
function shapedS(ranks: number, latencyS: number, wire: number, bytes: number): number {
  const onePassBytes = ranks <= 4 ? ONE_PASS_BYTES : ONE_PASS_BYTES_MANY_RANKS;
  // One pass sends (t-1) n where two send 2 (t-1)/t n; for two ranks that is the same, and no barrier is needed.
  const onePassS = (Math.min(bytes, onePassBytes) * wire * ranks) / 2 / KERNEL_SHARE;
  if (bytes <= onePassBytes) return onePassS;
  return Math.max(onePassS, twoPassS(ranks <= 2 ? 0 : BARRIER_SHARE * latencyS, wire, bytes));
}

/** Two passes with `barrierS` between them; each piece is at least what the one before ends with. */
function twoPassS(barrierS: number, wire: number, bytes: number): number {
  const kernelS = barrierS + (Math.min(bytes, KERNEL_BYTES) * wire) / KERNEL_SHARE;
  if (bytes <= KERNEL_BYTES) return kernelS;
  const libraryS = Math.max(kernelS, (Math.min(bytes, FULL_RATE_BYTES) * wire) / LIBRARY_SHARE);
  return bytes <= FULL_RATE_BYTES ? libraryS : Math.max(libraryS, bytes * wire);
}

/** All-reduce over `domains` scale-up domains, each of which all-reduces at `inside`, as one set of rates. */
export function acrossDomains(
  inside: CollectiveRates,
  domains: number,
  nicLatencyS: number,
  nicBps: number,
): CollectiveRates {
  const { ranks: local, busBps } = inside;
  const ranks = local * domains;
  const wire = (2 * (local - 1)) / local / busBps + (2 * (domains - 1)) / domains / local / nicBps;
  return {
    ranks,
    latencyS: inside.latencyS + nicLatencyS,
    busBps: (2 * (ranks - 1)) / ranks / wire,
    midSizeSlowdown: false,
  };
}

/**
 * Seconds of an all-gather or a reduce-scatter whose result or input has `bytes`: one of the two passes of an all-reduce,
 * with half its latency.
 */
export function halfAllReduceS(rates: CollectiveRates, bytes: number): number {
  if (rates.ranks <= 1 || bytes <= 0) return 0;
  const wire = (2 * (rates.ranks - 1)) / rates.ranks / rates.busBps;
  return (rates.latencyS + (rates.midSizeSlowdown ? twoPassS(0, wire, bytes) : bytes * wire)) / 2;
}

/** Seconds to hand `bytes` to the next pipeline stage over a link of `linkBps`. */
export function sendS(latencyS: number, bytes: number, linkBps: number): number {
  return latencyS + bytes / linkBps;
}
