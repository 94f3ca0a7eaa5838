/**
 * Exchange of tokens between the ranks of data-parallel attention around the routed experts of a layer.
 *
 * Experts dealt out whole (ep > 1): dispatch and combine, all to all. A device holds x tokens, each goes to k experts of
 * ep groups with c = devices/ep devices each; b bytes per element (dispatch in the activations' format, combine in 16 bit):
 *   one domain      T = a + x*min(k*c*(1 - 1/ep), devices - 1)*d*b / W        each expert's share, or all tokens to all devices
 *   n domains, once per expert      T = a + a_n + x*k*c*(1 - 1/n)*d*b / W_nic
 *   n domains, once per domain      T = 2a + a_n + x*(n - 1)*(1 - (1 - 1/n)^k)*d*b / W_nic + x*k*c*(1 - 1/ep)*d*b / W
 * The cheaper of the last two counts: low-latency kernels do the one, high-throughput kernels the other. Afterwards the
 * devices of one attention group gather each other's tokens (half an all-reduce).
 * Experts split by width (ep = 1): all-gather before, reduce-scatter after, together one all-reduce over all devices.
 * With one rank (dp = 1) every device has all tokens already: the layer keeps its all-reduce and none of this happens.
 *
 * Left out: overlap of exchange and computation. Sources: docs/modelling.md, devices. Units: bytes, bytes/s, seconds.
 */

import { type CollectiveRates, halfAllReduceS } from './collective.js';

/** Plain numbers of the exchange of one deployment. */
export interface ExchangeRates {
  /** Devices that share the experts. */
  readonly devices: number;
  readonly expertParallel: number;
  /** Scale-up domains that the devices span. */
  readonly domains: number;
  readonly latencyS: number;
  readonly linkBps: number;
  readonly nicLatencyS: number;
  readonly nicBps: number;
  /** Bytes of an activation element on the way to the experts. */
  readonly dispatchBytes: number;
}

const COMBINE_BYTES = 2;

/** Seconds of dispatch and combine of one layer for `tokens` tokens on each rank of a tensor-parallel group. */
export function exchangeS(
  rates: ExchangeRates,
  group: CollectiveRates,
  tokens: number,
  hidden: number,
  expertsPerToken: number,
): number {
  if (tokens <= 0 || rates.expertParallel <= 1) return 0;
  const own = tokens / group.ranks;
  const copies = (own * expertsPerToken * rates.devices) / rates.expertParallel;
  return (
    oneWayS(rates, own, copies, expertsPerToken, hidden * rates.dispatchBytes) +
    oneWayS(rates, own, copies, expertsPerToken, hidden * COMBINE_BYTES) +
    halfAllReduceS(group, tokens * hidden * COMBINE_BYTES)
  );
}

function oneWayS(rates: ExchangeRates, own: number, copies: number, expertsPerToken: number, bytes: number): number {
  const routed = copies * (1 - 1 / rates.expertParallel);
  const inside = (Math.min(routed, own * (rates.devices - 1)) * bytes) / rates.linkBps;
  const n = rates.domains;
  if (n <= 1) return rates.latencyS + inside;
  const perExpert = (copies * (1 - 1 / n) * bytes) / rates.nicBps;
  const perDomain = (own * (n - 1) * (1 - (1 - 1 / n) ** expertsPerToken) * bytes) / rates.nicBps;
  return rates.latencyS + rates.nicLatencyS + Math.min(perExpert, rates.latencyS + perDomain + inside);
}
