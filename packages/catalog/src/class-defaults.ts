/**
 * Kernel and power constants of devices that nobody fitted: the nearest class of device stands in.
 *
 * Five classes: data-centre GPU (HBM), PCIe or consumer GPU (GDDR), batched ASIC (TPU, Trainium, Gaudi and the like),
 * system on chip with unified memory, and neural engine with static shapes. The numbers without dimension come from the
 * fits of neighbours (data-centre and PCIe GPUs) or from estimates (the rest); all are graded assumed. Rates are the
 * device's own: only the device's peak, bandwidth, links and TDP are multiplied in, nothing else is computed here.
 *
 * Ignores: differences between vendors inside a class. A result that rests on these must say "assumed".
 */

import { pcieWithoutPeers } from './data/kernel-fits.js';
import { expandedGguf, fusedGguf, underfilledGguf } from './data/llama-cpp-kernels.js';
import type { PowerFit } from './data/power-fits.js';
import type {
  CollectiveConstants,
  ComputeDtype,
  DecodeAttentionConstants,
  DeviceEntry,
  GemmConstants,
  GgufKernels,
  KernelConstants,
  PowerConstants,
  PrefillAttentionConstants,
} from './entries.js';
import { assumed, type Bounds, fitted } from './grading.js';
import type { Quantity } from './quantity.js';

/** The classes a device without fits may fall into. */
export type DeviceClassId = 'datacentre-gpu' | 'pcie-gpu' | 'batched-asic' | 'unified-soc' | 'static-npu';

/** Shape constants of a matrix product; the peak and the bandwidth are the device's own. */
export type GemmShape = Omit<GemmConstants, 'peakFlops' | 'bandwidthBps'>;

/** All constants of one class that do not depend on the size of the device. */
export interface ClassDefaults {
  readonly id: DeviceClassId;
  readonly name: string;
  /** 16-bit arithmetic. */
  readonly gemm: GemmShape;
  /** 8-bit and narrower arithmetic, activation quantisation fused. */
  readonly quantisedGemm: GemmShape;
  readonly decodeAttention: DecodeAttentionConstants;
  readonly prefillAttention: PrefillAttentionConstants;
  readonly smCount: Quantity;
  /** Products of GGUF weights under llama.cpp. */
  readonly gguf: GgufKernels;
  /** Share of the device's link rate that the bus rate of an all-reduce reaches, for 2, 4 and 8 ranks. */
  readonly busShare: readonly [Quantity, Quantity, Quantity];
  /** Latency of an all-reduce over the device's own links, seconds, for 2, 4 and 8 ranks. */
  readonly linkLatencyS: readonly [Quantity, Quantity, Quantity];
  /** Used for ranks that the device's own links do not join. */
  readonly fallbackCollectives: readonly CollectiveConstants[];
  readonly collectiveMidSizeSlowdown: boolean;
  /** Extra power at full use of each, as a share of TDP; idle is the device's own. */
  readonly power: { readonly activeShare: Quantity; readonly memoryShare: Quantity; readonly computeShare: Quantity };
}

const NEIGHBOURS = 'class default after fitted neighbours';
const ESTIMATE = 'class default, estimate';
const RANKS = [2, 4, 8] as const;

function shape(
  source: string,
  fixedUs: number,
  compute: readonly [number, number, number],
  memory: readonly [number, number, number],
  knee: number,
  quantisationFactor: number,
): GemmShape {
  const range = (v: readonly [number, number, number]): Bounds => ({ low: v[0], high: v[2] });
  return {
    fixedS: assumed(fixedUs * 1e-6, 's', source),
    computeEfficiency: assumed(compute[1], '1', source, range(compute)),
    memoryEfficiency: assumed(memory[1], '1', source, range(memory)),
    kneeExponent: assumed(knee, '1', source),
    halfEfficiencyTokens: assumed(0, 'tokens', source),
    quantisationFactor: assumed(quantisationFactor, '1', source),
  };
}

function decode(source: string, taUs: number, ea: number, tauNs: number, ca: number): DecodeAttentionConstants {
  return {
    fixedS: assumed(taUs * 1e-6, 's', source),
    bandwidthEfficiency: assumed(ea, '1', source),
    perHeadS: assumed(tauNs * 1e-9, 's', source),
    computeInefficiency: assumed(ca, '1', source),
  };
}

function prefill(source: string, taUs: number, ep: number, omega: number, eb: number): PrefillAttentionConstants {
  return {
    fixedS: assumed(taUs * 1e-6, 's', source),
    computeEfficiency: assumed(ep, '1', source),
    underfillFactor: assumed(omega, '1', source),
    bandwidthEfficiency: assumed(eb, '1', source),
  };
}

function triple(source: string, unit: string, v: readonly [number, number, number]): [Quantity, Quantity, Quantity] {
  return [assumed(v[0], unit, source), assumed(v[1], unit, source), assumed(v[2], unit, source)];
}

/** Ethernet or host-staged exchange where a device has no link of its own. */
function slowCollectives(latencyUs: readonly [number, number, number], busG: number): CollectiveConstants[] {
  return RANKS.map((ranks, i) => ({
    ranks,
    latencyS: assumed(latencyUs[i]! * 1e-6, 's', ESTIMATE),
    busBps: assumed(busG * 1e9, 'B/s', ESTIMATE),
  }));
}

const POWER = {
  activeShare: assumed(0.25, '1', ESTIMATE, { low: 0.07, high: 0.5 }),
  memoryShare: assumed(0.45, '1', ESTIMATE, { low: 0.2, high: 0.7 }),
  computeShare: assumed(0.9, '1', ESTIMATE, { low: 0.7, high: 1.4 }),
};

const BLOCK_SCALED = 'kernel measurements of block-scaled products, by order of magnitude';
const DEQUANTISATION = 'modelling estimate for narrow weights with 16-bit arithmetic';

/** What expanding weights on the fly leaves of the efficiencies, by bits per weight. The same in every class. */
const WEIGHT_ONLY = {
  eightBit: {
    computeShare: assumed(0.9, '1', DEQUANTISATION, { low: 0.85, high: 1 }),
    memoryShare: assumed(0.95, '1', DEQUANTISATION, { low: 0.9, high: 1 }),
  },
  fourBit: {
    computeShare: assumed(0.82, '1', DEQUANTISATION, { low: 0.8, high: 0.85 }),
    memoryShare: assumed(0.9, '1', DEQUANTISATION, { low: 0.85, high: 0.95 }),
  },
  twoBit: {
    computeShare: assumed(0.82, '1', DEQUANTISATION, { low: 0.7, high: 0.85, note: 'as four bits' }),
    memoryShare: assumed(0.9, '1', DEQUANTISATION, { low: 0.7, high: 0.95, note: 'as four bits' }),
  },
} as const;

/** Fixed time of a block-scaled product where nobody measured it, seconds. */
const BLOCK_SCALED_FIXED_S = assumed(50e-6, 's', BLOCK_SCALED, { low: 12e-6, high: 60e-6 });

const SHAPE_OF_RESPONSE = 'modelling estimate of the shape, not fitted';

/**
 * How a device answers to its clock, phi = f/f_max: arithmetic takes 1/phi, memory 1/min(1, phi/memoryKneeRatio); power is
 * idle + active*a*phi^activeExponent + memory*u_m*(memoryFloorShare + (1 - memoryFloorShare)*phi) +
 * compute*u_c^0.7*phi^computeExponent with a, u_m, u_c as at full clock. The same for all devices.
 */
export const clockResponse = {
  /** Clock ratio below which memory slows down too. */
  memoryKneeRatio: assumed(0.6, '1', SHAPE_OF_RESPONSE, { low: 0.55, high: 0.65 }),
  activeExponent: assumed(2, '1', SHAPE_OF_RESPONSE),
  memoryFloorShare: assumed(0.6, '1', SHAPE_OF_RESPONSE),
  computeExponent: assumed(2.4, '1', SHAPE_OF_RESPONSE),
  /** Lowest clock that a power limit can force. */
  leastClockRatio: assumed(0.3, '1', SHAPE_OF_RESPONSE),
} as const;

/** Exchange of tokens between the ranks of an expert-parallel group. */
export const expertExchange = {
  /** Latency of an all-to-all as a multiple of the all-reduce's over as many ranks. */
  latencyShare: fitted(1.45, '1', 'all-to-all of 8 H100 (7 us) and 8 B200 (11 us) over their all-reduce'),
  /** Share of the device's own link rate that the exchange reaches. */
  linkShare: assumed(0.75, '1', 'as all-reduces of middle size', { low: 0.6, high: 0.9 }),
  /** Network card of one device, where the group spans several scale-up domains. */
  nicBps: assumed(50e9, 'B/s', 'one 400 Gbit/s card per device'),
  /** Latency that a crossing between domains adds, seconds. */
  nicLatencyS: assumed(15e-6, 's', 'RDMA write and signal, estimate', { low: 5e-6, high: 40e-6 }),
} as const;

const CLASSES: { readonly [id in DeviceClassId]: ClassDefaults } = {
  'datacentre-gpu': {
    id: 'datacentre-gpu',
    name: 'data-centre GPU with HBM',
    gemm: shape(NEIGHBOURS, 3.8, [0.72, 0.8, 0.85], [0.77, 0.84, 0.88], 3, 0),
    quantisedGemm: shape(NEIGHBOURS, 4.5, [0.54, 0.68, 0.79], [0.73, 0.81, 0.84], 2, 0.5),
    decodeAttention: decode(NEIGHBOURS, 11.6, 0.88, 29, 1.8),
    prefillAttention: prefill(NEIGHBOURS, 12, 0.66, 0.9, 0.35),
    smCount: assumed(132, 'SMs', NEIGHBOURS),
    gguf: underfilledGguf,
    busShare: triple(NEIGHBOURS, '1', [0.68, 0.75, 0.85]),
    linkLatencyS: triple(NEIGHBOURS, 's', [7e-6, 9e-6, 12e-6]),
    fallbackCollectives: pcieWithoutPeers,
    collectiveMidSizeSlowdown: true,
    power: POWER,
  },
  'pcie-gpu': {
    id: 'pcie-gpu',
    name: 'consumer or PCIe GPU with GDDR',
    gemm: shape(NEIGHBOURS, 2, [0.65, 0.72, 0.8], [0.8, 0.86, 0.95], 1.9, 0),
    quantisedGemm: shape(NEIGHBOURS, 3, [0.58, 0.68, 0.87], [0.75, 0.83, 1], 2, 0.5),
    decodeAttention: decode(NEIGHBOURS, 10, 0.88, 27, 1),
    prefillAttention: prefill(NEIGHBOURS, 6.3, 0.57, 0.45, 0.9),
    smCount: assumed(100, 'SMs', NEIGHBOURS),
    gguf: expandedGguf,
    busShare: triple(NEIGHBOURS, '1', [0.6, 0.5, 0.4]),
    linkLatencyS: triple(NEIGHBOURS, 's', [10e-6, 15e-6, 25e-6]),
    fallbackCollectives: pcieWithoutPeers,
    collectiveMidSizeSlowdown: false,
    power: POWER,
  },
  'batched-asic': {
    id: 'batched-asic',
    name: 'accelerator that batches over HBM or DRAM',
    gemm: shape(ESTIMATE, 8, [0.4, 0.6, 0.75], [0.5, 0.7, 0.85], 2, 0),
    quantisedGemm: shape(ESTIMATE, 8, [0.35, 0.55, 0.7], [0.5, 0.7, 0.85], 2, 0.5),
    decodeAttention: decode(ESTIMATE, 20, 0.6, 40, 2),
    prefillAttention: prefill(ESTIMATE, 20, 0.45, 0.6, 0.35),
    smCount: assumed(32, 'cores', ESTIMATE),
    gguf: expandedGguf,
    busShare: triple(ESTIMATE, '1', [0.6, 0.6, 0.6]),
    linkLatencyS: triple(ESTIMATE, 's', [12e-6, 15e-6, 20e-6]),
    fallbackCollectives: slowCollectives([30, 40, 50], 10),
    collectiveMidSizeSlowdown: false,
    power: POWER,
  },
  'unified-soc': {
    id: 'unified-soc',
    name: 'system on chip with unified memory',
    gemm: shape(ESTIMATE, 12, [0.5, 0.68, 0.78], [0.75, 0.84, 0.9], 2, 0),
    quantisedGemm: shape(ESTIMATE, 12, [0.35, 0.5, 0.65], [0.7, 0.8, 0.88], 2, 0.5),
    decodeAttention: decode(ESTIMATE, 30, 0.7, 40, 1),
    prefillAttention: prefill(ESTIMATE, 20, 0.4, 0.4, 0.5),
    smCount: assumed(16, 'cores', ESTIMATE),
    gguf: fusedGguf,
    busShare: triple(ESTIMATE, '1', [0.6, 0.5, 0.4]),
    linkLatencyS: triple(ESTIMATE, 's', [50e-6, 80e-6, 120e-6]),
    fallbackCollectives: slowCollectives([200, 300, 400], 1),
    collectiveMidSizeSlowdown: false,
    power: POWER,
  },
  'static-npu': {
    id: 'static-npu',
    name: 'neural engine with static shapes',
    gemm: shape(ESTIMATE, 20, [0.1, 0.25, 0.35], [0.5, 0.7, 0.8], 2, 0),
    quantisedGemm: shape(ESTIMATE, 20, [0.1, 0.25, 0.35], [0.5, 0.7, 0.8], 2, 0),
    decodeAttention: decode(ESTIMATE, 40, 0.6, 60, 1),
    prefillAttention: prefill(ESTIMATE, 40, 0.2, 0.3, 0.5),
    smCount: assumed(8, 'cores', ESTIMATE),
    gguf: fusedGguf,
    busShare: triple(ESTIMATE, '1', [0.5, 0.4, 0.3]),
    linkLatencyS: triple(ESTIMATE, 's', [200e-6, 300e-6, 400e-6]),
    fallbackCollectives: slowCollectives([500, 700, 1000], 0.5),
    collectiveMidSizeSlowdown: false,
    power: POWER,
  },
};

/** The raw constants of every class. */
export function deviceClasses(): readonly ClassDefaults[] {
  return Object.values(CLASSES);
}

/** The class that stands in for a device: by execution, memory type and kind of chip. */
export function deviceClassOf(device: Pick<DeviceEntry, 'class' | 'execution' | 'memoryType'>): DeviceClassId {
  if (device.execution === 'static-npu') return 'static-npu';
  if (device.class === 'asic') return 'batched-asic';
  if (device.class === 'npu' || device.memoryType.includes('unified')) return 'unified-soc';
  return device.memoryType.startsWith('HBM') ? 'datacentre-gpu' : 'pcie-gpu';
}

/** How much slower 16-bit arithmetic is taken to be where only a narrower rate is published. */
const NARROWER: readonly (readonly [ComputeDtype, number])[] = [
  ['fp8', 2],
  ['int8', 2],
  ['fp4', 4],
  ['int4', 4],
  ['int2', 8],
];

function fp16Peak(device: DeviceEntry): Quantity {
  if (device.peakFlops.fp16 !== undefined) return device.peakFlops.fp16;
  for (const [dtype, ratio] of NARROWER) {
    const peak = device.peakFlops[dtype];
    if (peak !== undefined) {
      return assumed(peak.value / ratio, 'FLOP/s', peak.source, {
        note: `1/${ratio} of the ${dtype} rate: no fp16 rate is published`,
      });
    }
  }
  throw new Error(`device ${device.id} states no arithmetic rate at all`);
}

function collectivesOf(device: DeviceEntry, defaults: ClassDefaults): CollectiveConstants[] {
  const link = device.interconnectBps?.value;
  const pair = device.interconnectPairBps?.value ?? Number.POSITIVE_INFINITY;
  const joined = device.scaleUpDevices?.value ?? 1;
  return RANKS.map((ranks, i) => {
    if (link === undefined || ranks > joined) return defaults.fallbackCollectives[i]!;
    const reach = Math.min(link, pair * (ranks - 1));
    const share = defaults.busShare[i]!;
    return {
      ranks,
      latencyS: defaults.linkLatencyS[i]!,
      busBps: assumed(share.value * reach, 'B/s', share.source, { note: `${share.value} of the link rate` }),
    };
  });
}

/**
 * Constants of the device's class, scaled to its own peaks, links and TDP. Every number is graded assumed except the
 * device's own rates, which keep their grade.
 *
 * Throws when the device states no arithmetic rate at all. Does not look at `device.kernels` or `device.power`: whoever
 * asks has found none there.
 */
export function classDefaults(device: DeviceEntry): { readonly kernels: KernelConstants; readonly power: PowerFit } {
  const defaults = CLASSES[deviceClassOf(device)];
  const bandwidthBps = device.memoryBandwidthBps;
  const quantised: { -readonly [K in ComputeDtype]?: GemmConstants } = {};
  for (const [dtype] of NARROWER) {
    const peakFlops = device.peakFlops[dtype];
    if (peakFlops !== undefined) quantised[dtype] = { peakFlops, bandwidthBps, ...defaults.quantisedGemm };
  }
  const watts = (share: Quantity): Quantity =>
    assumed(share.value * device.tdpW.value, 'W', share.source, { note: `${share.value} of TDP` });
  const dense: PowerConstants = {
    idleInterceptW: device.idleW,
    activeW: watts(defaults.power.activeShare),
    memoryW: watts(defaults.power.memoryShare),
    computeW: watts(defaults.power.computeShare),
  };
  return {
    kernels: {
      gemm: { fp16: { peakFlops: fp16Peak(device), bandwidthBps, ...defaults.gemm }, ...quantised },
      decodeAttention: { fp16: defaults.decodeAttention },
      prefillAttention: defaults.prefillAttention,
      ...(quantised.fp8 === undefined
        ? {}
        : { gemmBlockScaled: { fp8: { ...quantised.fp8, fixedS: BLOCK_SCALED_FIXED_S } } }),
      weightOnly: WEIGHT_ONLY,
      gguf: defaults.gguf,
      collectives: collectivesOf(device, defaults),
      collectiveMidSizeSlowdown: defaults.collectiveMidSizeSlowdown,
      smCount: device.smCount ?? defaults.smCount,
    },
    power: { dense },
  };
}
