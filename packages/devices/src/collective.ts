/**
 * All-reduce over a tensor-parallel group, and the activation hand-over between pipeline stages.
 *
 *   T_ar(n, t) = a_t + n*2*(t-1)/t / W_t
 *
 * n bytes of payload. On NVLink-class fabrics messages below 16 MB run at 0.65 W and below 128 MB at 0.75 W; the time is
 * kept non-decreasing in n, where the two thresholds would otherwise step down. Over several scale-up domains of r ranks each
 * the ranks reduce inside, then each its share across through its own network card:
 *
 *   T = a + a_n + n*2*(r-1)/r / W + n/r * 2*(D-1)/D / W_nic    D domains
 *
 * Sources: docs/modelling.md, devices.
 */

/** Plain numbers of one fabric at one number of ranks. */
export interface CollectiveRates {
  readonly ranks: number;
  readonly latencyS: number;
  readonly busBps: number;
  readonly midSizeSlowdown: boolean;
}

const SMALL_BYTES = 16e6;
const SMALL_SHARE = 0.65;
const MID_BYTES = 128e6;
const MID_SHARE = 0.75;

/** Seconds of an all-reduce of `bytes`; 0 for one rank or nothing to send. */
export function allReduceS(rates: CollectiveRates, bytes: number): number {
  if (rates.ranks <= 1 || bytes <= 0) return 0;
  const wire = (2 * (rates.ranks - 1)) / rates.ranks / rates.busBps;
  if (!rates.midSizeSlowdown) return rates.latencyS + bytes * wire;
  if (bytes < SMALL_BYTES) return rates.latencyS + (bytes * wire) / SMALL_SHARE;
  const afterSmall = (SMALL_BYTES * wire) / SMALL_SHARE;
  if (bytes < MID_BYTES) return rates.latencyS + Math.max(afterSmall, (bytes * wire) / MID_SHARE);
  return rates.latencyS + Math.max((MID_BYTES * wire) / MID_SHARE, bytes * wire);
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

/** Seconds of an all-gather or a reduce-scatter whose result or input has `bytes`: half an all-reduce. */
export function halfAllReduceS(rates: CollectiveRates, bytes: number): number {
  return allReduceS(rates, bytes) / 2;
}

/** Seconds to hand `bytes` to the next pipeline stage over a link of `linkBps`. */
export function sendS(latencyS: number, bytes: number, linkBps: number): number {
  return latencyS + bytes / linkBps;
}
