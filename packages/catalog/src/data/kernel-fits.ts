/**
 * Fitted constants of kernels, per device: matrix products, decode and prefill attention, collectives.
 *
 * Formulas (dimensions in base units):
 *   matrix product  T = t0 + (Tc^p + Tm^p)^(1/p) + kq*M*K*(2 + wb)/B, Tc = 2MNK/(P*ec)*(1 + mh/M), Tm = bytes/(B*em)
 *   decode          T = ta + max(KV bytes/(B*ea), tau*sequences*KV heads) + ca*4*C*heads*headDim/P
 *   prefill         T = ta + 4*A*heads*headDim/(P*ep)*(1 + omega*SMs/(heads*ceil(q/128))) + bytes/(B*eb)
 *   all-reduce      T = a + bytes*2(t - 1)/t/W, with the shares of W below for NVLink-class fabrics
 * P and B are those printed in each tuple; they can differ from the device's own peak, and belong to the efficiencies.
 *
 * Most fits are least squares on the logarithm of the open kernel database of aiconfigurator (vLLM 0.24 kernels; A100: 0.14;
 * Arc B60: 0.20), 4,400 to 18,600 shapes per device, median error 5 to 10 %. They are the prior of the second fit (`refit`
 * and those beside it): where measured rows are at hand, the constants moved towards them, weighed by source (no source
 * counts more than 48 rows, so that the many linear layers of one study do not outweigh the rest).
 * For fp8 the `gemm` tuple is the one an engine reaches that fuses activation quantisation into the kernel before
 * (t0 4.5 us, p 2, kq 0.5); the stand-alone fit is kept in `gemmSeparateQuantisation`.
 * Where a dtype or a device of the same generation has no fit, a sister's ratios are used and graded assumed.
 */

import type {
  CollectiveConstants,
  DecodeAttentionConstants,
  GemmConstants,
  KernelConstants,
  PrefillAttentionConstants,
} from '../entries.js';
import { assumed, fitted, measured, specified } from '../grading.js';
import type { Grade, Quantity } from '../quantity.js';
import { kernelBenchmarks } from './kernel-benchmarks.js';

const DATABASE = 'fit to the aiconfigurator kernel database';
const FUSED = 'kernel fit with activation quantisation fused, tuned on Llama-3.1-70B FP8 serving runs';
const SISTER = 'no fit of its own: ratios of the named sister device or dtype';
const CUSTOM_ALL_REDUCE = 'vLLM custom all-reduce in the aiconfigurator tables';
const VENDOR = 'vendor figure the fit refers to';

type Make = (value: number, unit: string, note?: string) => Quantity;

function maker(grade: Grade, source: string, note?: string): Make {
  return (value, unit) => ({ value, unit, grade, source, ...(note === undefined ? {} : { note }) });
}

/** P in TFLOP/s, B in TB/s, t0 in microseconds; the rest without dimension. */
function gemm(
  make: Make,
  peakT: number,
  bandwidthT: number,
  t0Us: number,
  ec: number,
  em: number,
  p: number,
  mh = 0,
  kq = 0,
): GemmConstants {
  return {
    peakFlops: specified(peakT * 1e12, 'FLOP/s', VENDOR),
    bandwidthBps: specified(bandwidthT * 1e12, 'B/s', VENDOR),
    fixedS: make(t0Us * 1e-6, 's'),
    computeEfficiency: make(ec, '1'),
    memoryEfficiency: make(em, '1'),
    kneeExponent: make(p, '1'),
    halfEfficiencyTokens: make(mh, 'tokens'),
    quantisationFactor: make(kq, '1'),
  };
}

function decode(make: Make, taUs: number, ea: number, tauNs: number, ca: number): DecodeAttentionConstants {
  return {
    fixedS: make(taUs * 1e-6, 's'),
    bandwidthEfficiency: make(ea, '1'),
    perHeadS: make(tauNs * 1e-9, 's'),
    computeInefficiency: make(ca, '1'),
  };
}

function prefill(make: Make, taUs: number, ep: number, omega: number, eb: number): PrefillAttentionConstants {
  return {
    fixedS: make(taUs * 1e-6, 's'),
    computeEfficiency: make(ep, '1'),
    underfillFactor: make(omega, '1'),
    bandwidthEfficiency: make(eb, '1'),
  };
}

/** Latencies in microseconds and bus rates in GB/s for 2, 4 and 8 ranks. */
function collectives(
  make: Make,
  aUs: readonly [number, number, number],
  busG: readonly [number, number, number],
): readonly CollectiveConstants[] {
  return ([2, 4, 8] as const).map((ranks, i) => ({
    ranks,
    latencyS: make(aUs[i]! * 1e-6, 's'),
    busBps: make(busG[i]! * 1e9, 'B/s'),
  }));
}

const fit = maker('fitted', DATABASE);
const refit = maker(
  'fitted',
  'prior from the aiconfigurator kernel database, then 48 of its shapes (vLLM 0.14 to 0.24)',
);
const layerRefit = maker(
  'fitted',
  'prior from the aiconfigurator kernel database, then 48 of its shapes and linear layers measured by the Vidur study',
  'the sources differ by up to 20 % at many rows: the A100 layers reach 0.77 of the peak where the database has 0.95',
);
const attentionRefit = maker(
  'fitted',
  'prior from the aiconfigurator kernel database, then 95 to 132 of its shapes (vLLM 0.14 to 0.19)',
  'fitted together with the cache and the chains of a kernel that repeats on its own (see warmDecode)',
);
const separateRefit = maker(
  'fitted',
  '48 shapes of the aiconfigurator kernel database (vLLM 0.14 to 0.19), activations quantised in the timed call',
  'its kernels on Blackwell reach about half of what the vendor library does',
);
const squares = maker(
  'fitted',
  'compute efficiency of 9 products of the Azure benchmarking guide, the rest ratios of B200',
  'sustained; short runs reach 0.72',
);
const fused = maker('fitted', FUSED, 'end-to-end FP8 rule: t0 4.5 us, p 2, kq 0.5');
const blockFit = maker(
  'fitted',
  'fit to 44 to 48 block-scaled shapes of the aiconfigurator kernel database (vLLM 0.19)',
  'median error 4 to 6 %, p90 10 to 13 %; the knee sat on its upper bound of 9; one call with its own quantisation',
);
const metered = maker('measured', CUSTOM_ALL_REDUCE);

function like(sister: string): Make {
  return maker('assumed', SISTER, `ratios of ${sister}`);
}

const sms = (count: number): Quantity => specified(count, 'SMs', 'vendor architecture paper');
const smsLike = (count: number, sister: string): Quantity => assumed(count, 'SMs', SISTER, { note: `as ${sister}` });

const NVLINK4 = collectives(metered, [4.3, 4.6, 4.8], [334, 356, 468]);
const NVLINK5 = collectives(metered, [6.8, 7.1, 7.7], [566, 642, 722]);
const GB200_PAIRS = [...collectives(metered, [5, 5.1, 5.1], [206, 565, 565]).slice(0, 2), NVLINK5[2]!];
const NVLINK5_SISTER = collectives(like('B200'), [6.8, 7.1, 7.7], [566, 642, 722]);
const PCIE_WITHOUT_PEERS = collectives(
  maker('fitted', 'fit to a two-card RTX PRO 6000 serving run without peer access', 'seen at 2 ranks only'),
  [20, 20, 20],
  [12, 12, 12],
);

/** Constants by device id; a device that is not here gets the defaults of its class. */
export const kernelFits: { readonly [deviceId: string]: KernelConstants } = {
  'a100-80-sxm': {
    gemm: {
      fp16: gemm(layerRefit, 312, 2.039, 6.1, 0.808, 0.81, 1.66),
      int8: gemm(like('A100 bf16, fused quantisation'), 624, 2.039, 5.9, 0.65, 0.769, 2, 0, 0.5),
    },
    decodeAttention: { fp16: decode(attentionRefit, 18.1, 0.77, 38, 1.56) },
    prefillAttention: prefill(fit, 9.4, 0.603, 0.92, 0.41),
    collectives: collectives(metered, [4.9, 5.2, 5.7], [200, 220, 228]),
    collectiveMidSizeSlowdown: true,
    smCount: sms(108),
    benchmarks: kernelBenchmarks['a100-80-sxm']!,
  },
  'a100-40-sxm': {
    gemm: {
      fp16: gemm(like('A100 80 GB'), 312, 1.555, 6.1, 0.808, 0.81, 1.66),
      int8: gemm(like('A100 80 GB bf16, fused quantisation'), 624, 1.555, 5.9, 0.65, 0.769, 2, 0, 0.5),
    },
    decodeAttention: { fp16: decode(like('A100 80 GB'), 18.1, 0.77, 38, 1.56) },
    prefillAttention: prefill(like('A100 80 GB'), 9.4, 0.603, 0.92, 0.41),
    collectives: collectives(like('A100 80 GB'), [4.9, 5.2, 5.7], [200, 220, 228]),
    collectiveMidSizeSlowdown: true,
    smCount: sms(108),
    benchmarks: kernelBenchmarks['a100-40-sxm']!,
  },
  'h100-sxm': {
    gemm: {
      fp16: gemm(layerRefit, 989, 3.35, 5.2, 0.775, 0.884, 3.05),
      fp8: gemm(fused, 1979, 3.35, 4.5, 0.649, 0.836, 2, 0, 0.5),
      int8: gemm(like('H100 fp8'), 1979, 3.35, 4.5, 0.649, 0.836, 2, 0, 0.5),
    },
    gemmSeparateQuantisation: { fp8: gemm(separateRefit, 1979, 3.35, 5.5, 0.725, 0.889, 3.85, 0, 1.36) },
    gemmBlockScaled: { fp8: gemm(blockFit, 1979, 3.35, 13, 0.565, 0.742, 9, 0, 0.7) },
    decodeAttention: {
      fp16: decode(attentionRefit, 11.5, 0.922, 29, 1.51),
      fp8: decode(attentionRefit, 11.8, 0.802, 29, 1.47),
    },
    // biome-ignore lint/suspicious/noApproximativeNumericConstant: a fitted efficiency, not the root of one half
    prefillAttention: prefill(fit, 12.6, 0.707, 0.6, 0.41),
    collectives: NVLINK4,
    collectiveMidSizeSlowdown: true,
    smCount: sms(132),
    benchmarks: kernelBenchmarks['h100-sxm']!,
  },
  'h200-sxm': {
    gemm: {
      fp16: gemm(refit, 989, 4.8, 4.4, 0.796, 0.843, 3.58),
      fp8: gemm(fused, 1979, 4.8, 4.5, 0.7, 0.82, 2, 0, 0.5),
      int8: gemm(like('H200 fp8'), 1979, 4.8, 4.5, 0.7, 0.82, 2, 0, 0.5),
    },
    gemmSeparateQuantisation: { fp8: gemm(separateRefit, 1979, 4.8, 5.5, 0.817, 0.859, 3.7, 0, 2) },
    gemmBlockScaled: { fp8: gemm(blockFit, 1979, 4.8, 14, 0.56, 0.589, 9, 0, 1.2) },
    decodeAttention: {
      fp16: decode(attentionRefit, 11.2, 0.901, 29, 1.38),
      fp8: decode(attentionRefit, 11.3, 0.628, 29, 1.38),
    },
    prefillAttention: prefill(fit, 12.6, 0.692, 0.57, 0.31),
    collectives: NVLINK4,
    collectiveMidSizeSlowdown: true,
    smCount: sms(132),
    benchmarks: kernelBenchmarks['h200-sxm']!,
  },
  'b200-sxm': {
    gemm: {
      fp16: gemm(refit, 2250, 7.7, 3.9, 0.767, 0.842, 3.2, 27),
      fp8: gemm(fused, 4500, 7.7, 4.5, 0.72, 0.79, 2, 0, 0.5),
      int8: gemm(like('B200 fp8'), 4500, 7.7, 4.5, 0.72, 0.79, 2, 0, 0.5),
      fp4: gemm(fit, 9000, 7.7, 7.6, 0.541, 0.732, 1.46, 0, 1.3),
    },
    gemmSeparateQuantisation: {
      fp8: gemm(separateRefit, 4500, 7.7, 6.7, 0.342, 0.794, 3.79, 0, 1.13),
      fp4: gemm(separateRefit, 9000, 7.7, 6.5, 0.541, 0.628, 5.1, 0, 0.97),
    },
    gemmBlockScaled: { fp8: gemm(blockFit, 4500, 7.7, 12, 0.416, 0.602, 9, 0, 3.3) },
    decodeAttention: {
      fp16: decode(attentionRefit, 8.5, 0.962, 12, 2.48),
      fp8: decode(attentionRefit, 8.2, 0.955, 12, 2.12),
    },
    prefillAttention: prefill(fit, 11.3, 0.668, 2.5, 0.29),
    collectives: NVLINK5,
    collectiveMidSizeSlowdown: true,
    smCount: sms(148),
    benchmarks: kernelBenchmarks['b200-sxm']!,
  },
  'b300-sxm': {
    gemm: {
      fp16: gemm(fit, 2250, 7.75, 3.5, 0.8, 0.814, 3.06, 39),
      fp8: gemm(like('B200 fp8'), 4500, 7.75, 4.5, 0.72, 0.79, 2, 0, 0.5),
      int8: gemm(like('B300 bf16'), 155, 7.75, 3.5, 0.8, 0.814, 3.06),
      fp4: gemm(fit, 9000, 7.75, 7.1, 0.593, 0.745, 1.56, 26, 1.4),
    },
    gemmBlockScaled: { fp8: gemm(like('B200 block-scaled fp8'), 4500, 7.75, 12, 0.416, 0.602, 9, 0, 3.3) },
    decodeAttention: { fp16: decode(fit, 8.8, 0.921, 11, 2.3), fp8: decode(like('B200 fp8 KV'), 8.8, 0.92, 11, 2.2) },
    prefillAttention: prefill(fit, 10.5, 0.832, 2.4, 0.32),
    collectives: NVLINK5_SISTER,
    collectiveMidSizeSlowdown: true,
    smCount: smsLike(148, 'B200'),
    benchmarks: kernelBenchmarks['b300-sxm']!,
  },
  'gb200-nvl72': {
    gemm: {
      fp16: gemm(refit, 2500, 8, 3.7, 0.762, 0.846, 3.59, 52),
      fp8: gemm(squares, 5000, 8, 4.5, 0.62, 0.79, 2, 0, 0.5),
      int8: gemm(like('B200 fp8'), 5000, 8, 4.5, 0.72, 0.79, 2, 0, 0.5),
      fp4: gemm(like('B200 nvfp4'), 10000, 8, 7.6, 0.541, 0.732, 1.46, 0, 1.3),
    },
    gemmSeparateQuantisation: {
      fp8: gemm(separateRefit, 5000, 8, 6.6, 0.355, 0.807, 3.39, 0, 1.88),
      fp4: gemm(separateRefit, 10000, 8, 5.8, 0.576, 0.596, 4.5, 0, 1.38),
    },
    gemmBlockScaled: { fp8: gemm(blockFit, 5000, 8, 13, 0.436, 0.611, 9, 0, 4) },
    decodeAttention: { fp16: decode(fit, 10.1, 0.948, 11, 2.6), fp8: decode(like('B200 fp8 KV'), 10.1, 0.92, 11, 2.2) },
    prefillAttention: prefill(fit, 11.7, 0.644, 2.6, 0.29),
    collectives: GB200_PAIRS,
    collectiveMidSizeSlowdown: true,
    smCount: smsLike(148, 'B200'),
    benchmarks: kernelBenchmarks['gb200-nvl72']!,
  },
  'gb300-nvl72': {
    gemm: {
      fp16: gemm(fit, 2500, 8, 3.6, 0.805, 0.813, 2.97, 69),
      fp8: gemm(like('B200 fp8'), 5000, 8, 4.5, 0.72, 0.79, 2, 0, 0.5),
      int8: gemm(like('GB300 bf16'), 165, 8, 3.6, 0.805, 0.813, 2.97),
      fp4: gemm(like('B300 nvfp4'), 10000, 8, 7.1, 0.593, 0.745, 1.56, 26, 1.4),
    },
    gemmBlockScaled: { fp8: gemm(like('GB200 block-scaled fp8'), 5000, 8, 13, 0.436, 0.611, 9, 0, 4) },
    decodeAttention: {
      fp16: decode(like('B300'), 8.8, 0.921, 11, 2.3),
      fp8: decode(like('B200 fp8 KV'), 8.8, 0.92, 11, 2.2),
    },
    prefillAttention: prefill(like('B300'), 10.5, 0.832, 2.4, 0.32),
    collectives: NVLINK5_SISTER,
    collectiveMidSizeSlowdown: true,
    smCount: smsLike(148, 'B200'),
    benchmarks: kernelBenchmarks['gb300-nvl72']!,
  },
  l40s: {
    gemm: {
      fp16: gemm(refit, 362, 0.864, 0.5, 0.762, 0.781, 2.36),
      fp8: gemm(
        maker('assumed', FUSED, 'efficiencies of the L40S fit, p and kq of the fused rule'),
        733,
        0.864,
        2.3,
        0.584,
        0.749,
        2,
        0,
        0.5,
      ),
      int8: gemm(like('L40S fp8'), 733, 0.864, 2.3, 0.584, 0.749, 2, 0, 0.5),
    },
    gemmSeparateQuantisation: { fp8: gemm(separateRefit, 733, 0.864, 1.8, 0.68, 0.737, 4.2, 0, 8.1) },
    decodeAttention: {
      fp16: decode(attentionRefit, 12.5, 0.835, 30, 0),
      fp8: decode(attentionRefit, 11.4, 0.857, 30, 0),
    },
    prefillAttention: prefill(fit, 6.1, 0.53, 0.3, 1.2),
    collectives: collectives(metered, [5.4, 13, 25], [19, 4, 2]),
    collectiveMidSizeSlowdown: false,
    smCount: sms(142),
    benchmarks: kernelBenchmarks['l40s']!,
  },
  'rtx-pro-6000': {
    gemm: {
      fp16: gemm(fit, 504, 1.597, 2.2, 0.796, 0.952, 1.64),
      fp8: gemm(
        maker('assumed', FUSED, 'efficiencies of the RTX PRO 6000 fit, p and kq of the fused rule'),
        1007,
        1.597,
        4.5,
        0.869,
        1,
        2,
        61,
        0.5,
      ),
      int8: gemm(like('RTX PRO 6000 fp8'), 1007, 1.597, 4.5, 0.869, 1, 2, 61, 0.5),
      fp4: gemm(like('B200 nvfp4'), 2014, 1.597, 7.6, 0.541, 0.732, 1.46, 0, 1.3),
    },
    gemmSeparateQuantisation: { fp8: gemm(fit, 1007, 1.597, 4.7, 0.869, 1, 1.63, 61, 1.6) },
    decodeAttention: { fp16: decode(fit, 11, 0.983, 23, 0) },
    prefillAttention: prefill(fit, 6.4, 0.621, 0.59, 0.84),
    moe: {
      computeEfficiencyShare: fitted(
        2.4,
        '1',
        'fit to trtllm-bench throughput of Qwen3-30B-A3B in FP4 against B200 (TensorRT-LLM 1.0)',
        { low: 1, high: 3, note: 'small experts come nearer to the lower FP4 peak of this chip' },
      ),
    },
    collectives: collectives(metered, [4.3, 12.6, 23.6], [39, 30, 24]),
    collectivesWithoutPeerAccess: PCIE_WITHOUT_PEERS,
    collectiveMidSizeSlowdown: false,
    smCount: sms(188),
  },
  'arc-pro-b60': {
    gemm: {
      fp16: gemm(fit, 98, 0.456, 16, 0.929, 0.929, 2.87),
      int8: gemm(like('Arc Pro B60 bf16'), 197, 0.456, 16, 0.7, 0.929, 2, 0, 0.5),
    },
    decodeAttention: { fp16: decode(fit, 40, 1, 79, 0.9) },
    prefillAttention: prefill(like('the PCIe GPU class'), 10, 0.55, 0.6, 0.8),
    collectives: collectives(metered, [38, 42, 50], [17, 17, 18]),
    collectiveMidSizeSlowdown: false,
    smCount: sms(20),
  },
};

/** The all-reduce fit of hosts without peer access, shared with the class defaults. */
export const pcieWithoutPeers = PCIE_WITHOUT_PEERS;

/** Factors on kernels that no device has a fit of its own for. */
export const weightOnlyFactors = {
  computeShare: assumed(0.825, '1', 'modelling estimate for 4-bit weights with 16-bit arithmetic', {
    low: 0.8,
    high: 0.85,
  }),
  memoryShare: assumed(0.9, '1', 'modelling estimate for 4-bit weights with 16-bit arithmetic', {
    low: 0.85,
    high: 0.95,
  }),
};

const ALL_REDUCE_SHAPE = 'fit to 322 custom all-reduces of the aiconfigurator tables (A100, H100, H200, B200, GB200)';

/**
 * How all-reduces on NVLink-class fabrics fall short of the bus rate of the largest message. Small messages are sent whole to
 * every other rank in one pass; larger ones are reduced and gathered in two, with one more barrier; above the buffer of the
 * engine's own kernel the vendor's library takes over.
 */
export const allReduceShape = {
  kernelShare: fitted(0.79, '1', ALL_REDUCE_SHAPE, { note: '0.77 to 0.81 without one device at a time' }),
  libraryShare: fitted(0.77, '1', ALL_REDUCE_SHAPE, { note: '0.76 to 0.77 without one device at a time' }),
  barrierShare: fitted(0.93, '1', ALL_REDUCE_SHAPE, {
    note: 'of the latency; 0.82 to 1.02 without one device at a time',
  }),
  onePassBytes: specified(524_288, 'B', 'vLLM custom all-reduce, up to 4 ranks'),
  onePassBytesManyRanks: specified(262_144, 'B', 'vLLM custom all-reduce, more than 4 ranks'),
  kernelBytes: specified(8e6, 'B', 'buffer of vLLM custom all-reduce, 8 MB'),
  fullRateBytes: fitted(128e6, 'B', ALL_REDUCE_SHAPE),
};

/** Latency of NCCL all-reduce without the custom kernel, seconds at 2 ranks; it grows by about 60 % per doubling. */
export const ncclLatencyS = measured(6e-6, 's', 'NCCL rows of the aiconfigurator tables (H100)', {
  low: 6e-6,
  high: 10e-6,
});
