/**
 * Constants of kernel benchmarks, by device id: warm decode attention and the vendor's collectives.
 *
 *   warm decode   T = ta + max(read, tau*sequences*KV heads, context*chainTokenS/chains) + compute leg as ever
 *                 read = bytes/(B*ea) * (1 - hit + hit/cacheSpeedup), hit = 1/(1 + (bytes/(share*cacheBytes))^12)
 *                 chains = max(1, min(chainsPerSequence, chainsPerKvHead/sequences))
 *   all-reduce    T = (launchS^p + G^p)^(1/p), G = latencyS + w*(1 + c/(1 + n/n0)), w = n*2(t - 1)/t/W
 *   send          T = latencyS + n/linkBps
 *
 * A chain is one block of the decode kernel: it reads at what a single core gets from memory (25 GB/s on Ampere and Ada, 60 GB/s
 * on Hopper and Blackwell), whatever the device's total. FlashAttention-2 cuts a sequence into no more than 16, and not at
 * all where heads share no KV. Cut-off and exponent of the cache, and ramp of the collectives, are the same on all devices.
 */

import { assumed, fitted, specified } from '../grading.js';
import type {
  BenchmarkConstants,
  VendorAllReduce,
  VendorCollectives,
  WarmDecodeConstants,
} from '../kernel-benchmarks.js';
import type { Quantity } from '../quantity.js';

const WARM = 'fit to decode attention of the aiconfigurator kernel database (A100, H100, H200, B200, L40S)';
const LAUNCHED = 'fit to NCCL and RCCL times of the Vidur study and of the Azure benchmarking guide';
const CACHE = 'vendor architecture paper';

/** Where the cache gives out, as a share of its size, and how sharply. */
export const warmCache = {
  share: fitted(0.9, '1', WARM),
  exponent: fitted(12, '1', WARM, { note: 'the table holds powers of two only: any steep step serves' }),
} as const;

/** Ramp of the vendor's all-reduce towards its bus rate, the same for all devices. */
export const vendorRamp = {
  /** Extra time of small messages as a share of the time on the wire. */
  share: fitted(0.75, '1', LAUNCHED),
  /** Message at which the extra share has halved. */
  halfBytes: fitted(37e6, 'B', LAUNCHED),
  /** How sharply the launch of the host gives way to the time on the devices. */
  kneeExponent: fitted(5, '1', LAUNCHED),
} as const;

/** The vendor's library on devices where nobody measured it; its bus rates are those of the device's engine kernels. */
export const vendorDefaults = {
  launchS: assumed(32e-6, 's', 'as the measured devices', { low: 13e-6, high: 60e-6 }),
  /** At two ranks; it grows by `latencyGrowth` per doubling. */
  latencyS: assumed(10e-6, 's', 'as the measured devices', { low: 8e-6, high: 50e-6 }),
  latencyGrowth: assumed(1.55, '1', 'as H100'),
  sendLatencyS: assumed(9e-6, 's', 'as the measured devices', { low: 6e-6, high: 14e-6 }),
  /** Share of the link rate that a send reaches. */
  sendShare: assumed(0.85, '1', 'as the measured devices', { low: 0.8, high: 0.93 }),
} as const;

function warm(
  cacheSpeedup: number,
  chainTokenNs: number,
  chains: number,
  limits: { readonly perKvHead?: number; readonly ungrouped?: number } = {},
): WarmDecodeConstants {
  return {
    cacheSpeedup: fitted(cacheSpeedup, '1', WARM),
    chainTokenS: fitted(chainTokenNs * 1e-9, 's', WARM),
    chainsPerSequence: fitted(chains, 'chains', WARM),
    ...(limits.perKvHead === undefined
      ? {}
      : {
          chainsPerKvHead: fitted(limits.perKvHead, 'chains', WARM, {
            note: 'of this run of the benchmark: H100 with the same kernels shows none',
          }),
        }),
    ...(limits.ungrouped === undefined ? {} : { chainsUngrouped: fitted(limits.ungrouped, 'chains', WARM) }),
  };
}

function asSister(constants: WarmDecodeConstants, sister: string): WarmDecodeConstants {
  const entries = Object.entries(constants) as [keyof WarmDecodeConstants, Quantity][];
  const held = entries.map(([key, q]) => [key, assumed(q.value, q.unit, q.source, { note: `as ${sister}` })] as const);
  return Object.fromEntries(held) as unknown as WarmDecodeConstants;
}

/** Latencies in microseconds and rates in GB/s. */
function vendor(
  launchUs: number,
  allReduce: readonly (readonly [ranks: number, latencyUs: number, busG: number])[],
  send?: readonly [latencyUs: number, linkG: number, note?: string],
): VendorCollectives {
  return {
    launchS: fitted(launchUs * 1e-6, 's', LAUNCHED),
    allReduce: allReduce.map(
      ([ranks, latencyUs, busG]): VendorAllReduce => ({
        ranks,
        latencyS: fitted(latencyUs * 1e-6, 's', LAUNCHED),
        busBps: fitted(busG * 1e9, 'B/s', LAUNCHED),
      }),
    ),
    ...(send === undefined
      ? {}
      : {
          send: {
            latencyS: fitted(send[0] * 1e-6, 's', LAUNCHED),
            linkBps: fitted(send[1] * 1e9, 'B/s', LAUNCHED, send[2] === undefined ? {} : { note: send[2] }),
          },
        }),
  };
}

const cache = (megabytes: number): Quantity => specified(megabytes * 1e6, 'B', CACHE);

const AMPERE = warm(1, 21.8, 16, { ungrouped: 1 });
const BLACKWELL = { fp16: warm(3.1, 9, 32), fp8: warm(2.3, 7.7, 32) } as const;
const BLACKWELL_SISTER = { fp16: asSister(BLACKWELL.fp16, 'B200'), fp8: asSister(BLACKWELL.fp8, 'B200') } as const;
const BRIDGE_NOTE = "both bridged pairs of the table show the same figures, above the A100 bridge's own 300 GB/s";

/** By device id; a device that is not here has none. */
export const kernelBenchmarks: { readonly [deviceId: string]: BenchmarkConstants } = {
  'a100-80-sxm': {
    cacheBytes: cache(40),
    warmDecode: { fp16: AMPERE },
    vendorCollectives: vendor(
      37,
      [
        [2, 36, 227],
        [4, 34, 226],
        [8, 39, 219],
      ],
      [13.4, 278],
    ),
  },
  'a100-40-sxm': { cacheBytes: cache(40), warmDecode: { fp16: asSister(AMPERE, 'A100 80 GB') } },
  'a100-80-pcie': {
    cacheBytes: cache(40),
    warmDecode: { fp16: asSister(AMPERE, 'A100 SXM') },
    vendorCollectives: vendor(60, [[2, 8.8, 215]], [6.5, 345, BRIDGE_NOTE]),
  },
  'h100-sxm': {
    cacheBytes: cache(50),
    warmDecode: { fp16: warm(2.5, 9.2, 32), fp8: warm(1.44, 9.8, 32) },
    vendorCollectives: vendor(
      37,
      [
        [2, 10, 384],
        [4, 15.6, 455],
        [8, 24.8, 469],
      ],
      [8.5, 364],
    ),
  },
  'h100-nvl': {
    cacheBytes: cache(50),
    warmDecode: { fp16: asSister(warm(2.5, 9.2, 32), 'H100 SXM'), fp8: asSister(warm(1.44, 9.8, 32), 'H100 SXM') },
    vendorCollectives: vendor(27, [[2, 7.6, 257]], [6.5, 345, BRIDGE_NOTE]),
  },
  'h200-sxm': {
    cacheBytes: cache(50),
    warmDecode: { fp16: warm(2.5, 8.05, 16, { perKvHead: 16 }), fp8: warm(2.5, 9.1, 16, { perKvHead: 16 }) },
    vendorCollectives: vendor(28, [[8, 25.3, 478]]),
  },
  'b200-sxm': { cacheBytes: cache(126), warmDecode: BLACKWELL },
  'b300-sxm': { cacheBytes: cache(126), warmDecode: BLACKWELL_SISTER },
  'gb200-nvl72': {
    cacheBytes: cache(126),
    warmDecode: BLACKWELL_SISTER,
    vendorCollectives: vendor(13.4, [[4, 15.6, 668]]),
  },
  'gb300-nvl72': { cacheBytes: cache(126), warmDecode: BLACKWELL_SISTER },
  l40s: {
    cacheBytes: cache(96),
    warmDecode: { fp16: warm(3.9, 16.4, 16, { ungrouped: 1 }), fp8: warm(4.1, 11.3, 32, { perKvHead: 32 }) },
  },
  mi300x: { cacheBytes: cache(256), vendorCollectives: vendor(38, [[8, 50.6, 333]]) },
};
