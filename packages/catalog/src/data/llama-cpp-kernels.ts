/**
 * llama.cpp's matrix products: shares of a device's 16-bit efficiencies by GGUF format, and kernel constants of devices that
 * only llama.cpp was measured on.
 *
 * CUDA builds of 2024 read GGUF blocks directly for products of few rows (decode) and expand them to 16 bits in memory for
 * larger ones (prompts), which a 16-bit product then reads: the extra pass costs bytes, not arithmetic, so it follows from the
 * memory bandwidth alone and has no constant per format. Metal builds expand inside the product, so each format has a share of
 * the arithmetic rate there. Decode kernels of K-quants are bound by their arithmetic on the first Apple generation; on GeForce
 * they come within a few per cent of 16-bit ones.
 *
 * Shares refer to the device's own efficiencies. Where two tables of one chip disagree (Apple M1 Max in 16 bits, by 12 % in
 * decode and 30 % on prompts), the fit lies between them. Shares of 8-bit and plain 4-bit blocks on CUDA, and everything about
 * data-centre GPUs, whose memory these single-stream kernels do not fill, are assumed. Sources: docs/modelling.md, devices.
 */

import type { GemmConstants, GgufFormat, GgufKernels, KernelConstants, WeightOnlyShares } from '../entries.js';
import { assumed, fitted } from '../grading.js';
import type { Grade, Quantity } from '../quantity.js';
import { pcieWithoutPeers } from './kernel-fits.js';
import { RECALL } from './sources.js';

const CARDS = 'fit to single-stream llama.cpp rates of 2024-05 (XiongjieDai, GPU-Benchmarks-on-LLM-Inference)';
const APPLE = 'fit to single-stream llama.cpp rates of M1 Max (XiongjieDai 2024-05, llama.cpp discussion 4167)';
const CLASS = 'class default after the devices fitted on llama.cpp rates';
const EXPANDED = 'prompts read expanded weights';
const UNDERFILLED = 'from memory of published llama.cpp rates on A100 and H100, where one stream does not fill the HBM';

type Make = (value: number, unit: string, source: string) => Quantity;

function shares(make: Make, source: string, compute: number, memory: number): WeightOnlyShares {
  return { computeShare: make(compute, '1', source), memoryShare: make(memory, '1', source) };
}

/** Rows from which CUDA builds expand weights: their direct kernels take up to 32. */
const EXPAND_FROM_ROWS = assumed(33, 'rows', 'llama.cpp of 2024-05: direct kernels take up to 32 rows');

const expansion = {
  fromRows: EXPAND_FROM_ROWS,
  bandwidthEfficiency: fitted(0.95, '1', CARDS, {
    low: 0.75,
    high: 1.2,
    note: 'one value for all cards, picked from four on all rows; not refitted when rows are left out',
  }),
} as const;

/** A share fitted to decode rates beside a compute share of one: what prompts lose is in the expansion. */
const cards: Make = (value, unit, source) => (value === 1 ? assumed(1, unit, EXPANDED) : fitted(value, unit, source));

/** Formats that no table here measured, by the one whose blocks are unpacked most alike: plain blocks, or those of 256. */
const SIBLINGS = {
  Q6_K: 'Q4_K_M',
  Q5_K_M: 'Q4_K_M',
  Q5_K_S: 'Q4_K_M',
  Q5_0: 'Q4_0',
  IQ4_XS: 'Q4_K_M',
  Q3_K_M: 'Q4_K_M',
} as const satisfies Partial<Record<GgufFormat, GgufFormat>>;

type SiblingFormat = keyof typeof SIBLINGS;
type StatedFormat = Exclude<GgufFormat, SiblingFormat>;

/** Formats with stated shares, and those that take the shares of one of them. */
function withSiblings(stated: Partial<Record<StatedFormat, WeightOnlyShares>>): GgufKernels['formats'] {
  const all: Partial<Record<GgufFormat, WeightOnlyShares>> = { ...stated };
  for (const [format, like] of Object.entries(SIBLINGS) as [SiblingFormat, StatedFormat][]) {
    const of = stated[like];
    if (of === undefined) continue;
    all[format] = shares(assumed, `as ${like}: unmeasured`, of.computeShare.value, of.memoryShare.value);
  }
  return all;
}

function formats(
  source: string,
  values: Readonly<Record<StatedFormat, readonly [compute: number, memory: number]>>,
): GgufKernels['formats'] {
  const of = (format: StatedFormat) => shares(assumed, source, ...values[format]);
  return withSiblings({
    F16: of('F16'),
    Q8_0: of('Q8_0'),
    Q4_0: of('Q4_0'),
    Q4_K_M: of('Q4_K_M'),
    Q2_K: of('Q2_K'),
  });
}

/** Consumer and workstation cards. */
export const expandedGguf: GgufKernels = {
  formats: formats(CLASS, { F16: [1, 1], Q8_0: [1, 1], Q4_0: [1, 0.97], Q4_K_M: [1, 0.95], Q2_K: [1, 0.8] }),
  expansion,
};

/** Data-centre GPUs with HBM. */
export const underfilledGguf: GgufKernels = {
  formats: formats(UNDERFILLED, {
    F16: [0.65, 0.65],
    Q8_0: [0.65, 0.67],
    Q4_0: [0.65, 0.7],
    Q4_K_M: [0.65, 0.7],
    Q2_K: [0.65, 0.6],
  }),
  expansion,
};

/** Systems on chip, whose kernels expand inside the product. */
export const fusedGguf: GgufKernels = {
  formats: formats(CLASS, {
    F16: [1, 1],
    Q8_0: [0.97, 1],
    Q4_0: [0.95, 0.97],
    Q4_K_M: [0.75, 0.65],
    Q2_K: [0.75, 0.45],
  }),
};

/** Formats by device id, where fitted. */
export const ggufFits: { readonly [deviceId: string]: GgufKernels } = {
  'rtx-3090': { ...expandedGguf, formats: withSiblings({ Q4_K_M: shares(cards, CARDS, 1, 0.926) }) },
  'rtx-4090': { ...expandedGguf, formats: withSiblings({ Q4_K_M: shares(cards, CARDS, 1, 0.94) }) },
  l40s: {
    ...expandedGguf,
    formats: withSiblings({ F16: shares(cards, CARDS, 1, 1.058), Q4_K_M: shares(cards, CARDS, 1, 1.041) }),
  },
  'apple-m1-max': {
    formats: withSiblings({
      Q8_0: shares(fitted, APPLE, 0.993, 1.028),
      Q4_0: shares(fitted, APPLE, 0.98, 0.976),
      Q4_K_M: shares(fitted, APPLE, 0.662, 0.56),
    }),
  },
};

/** 16-bit products of a device that only llama.cpp was measured on. */
function gemm(
  grade: Grade,
  source: string,
  peakFlops: Quantity,
  bandwidthBps: Quantity,
  [fixedS, compute, memory, knee]: readonly [fixedS: number, compute: number, memory: number, knee: number],
): GemmConstants {
  const make: Make = (value, unit) => ({ value, unit, grade, source });
  return {
    peakFlops,
    bandwidthBps,
    fixedS: assumed(fixedS, 's', CLASS),
    computeEfficiency: make(compute, '1', source),
    memoryEfficiency: make(memory, '1', source),
    kneeExponent: assumed(knee, '1', CLASS),
    halfEfficiencyTokens: assumed(0, 'tokens', CLASS),
    quantisationFactor: assumed(0, '1', CLASS),
  };
}

/** Attention as the classes have it: too small a part of single streams to be told from them. */
function cardAttention(): Pick<KernelConstants, 'decodeAttention' | 'prefillAttention'> {
  return {
    decodeAttention: {
      fp16: {
        fixedS: assumed(10e-6, 's', CLASS),
        bandwidthEfficiency: assumed(0.88, '1', CLASS),
        perHeadS: assumed(27e-9, 's', CLASS),
        computeInefficiency: assumed(1, '1', CLASS),
      },
    },
    prefillAttention: {
      fixedS: assumed(6.3e-6, 's', CLASS),
      computeEfficiency: assumed(0.57, '1', CLASS),
      underfillFactor: assumed(0.45, '1', CLASS),
      bandwidthEfficiency: assumed(0.9, '1', CLASS),
    },
  };
}

/** Kernel constants by device id. */
export const llamaCppFits: { readonly [deviceId: string]: KernelConstants } = {
  'rtx-3090': {
    gemm: {
      fp16: gemm(
        'fitted',
        CARDS,
        assumed(71e12, 'FLOP/s', RECALL),
        assumed(936.2e9, 'B/s', RECALL),
        [2e-6, 0.577, 0.873, 1.9],
      ),
    },
    ...cardAttention(),
    collectives: [
      { ranks: 2, latencyS: assumed(10e-6, 's', CLASS), busBps: assumed(33.75e9, 'B/s', CLASS) },
      ...pcieWithoutPeers.filter(({ ranks }) => ranks > 2),
    ],
    collectiveMidSizeSlowdown: false,
    gguf: ggufFits['rtx-3090']!,
    smCount: assumed(82, 'SMs', RECALL),
  },
  'rtx-4090': {
    gemm: {
      fp16: gemm(
        'fitted',
        CARDS,
        assumed(165.2e12, 'FLOP/s', RECALL),
        assumed(1.008e12, 'B/s', RECALL),
        [2e-6, 1, 0.943, 1.9],
      ),
    },
    ...cardAttention(),
    collectives: pcieWithoutPeers,
    collectiveMidSizeSlowdown: false,
    gguf: ggufFits['rtx-4090']!,
    smCount: assumed(128, 'SMs', RECALL),
  },
  'apple-m1-max': {
    gemm: {
      fp16: gemm(
        'fitted',
        APPLE,
        assumed(10.4e12, 'FLOP/s', RECALL),
        assumed(400e9, 'B/s', RECALL),
        [12e-6, 0.742, 0.833, 2],
      ),
    },
    decodeAttention: {
      fp16: {
        fixedS: assumed(30e-6, 's', CLASS),
        bandwidthEfficiency: assumed(0.7, '1', CLASS),
        perHeadS: assumed(40e-9, 's', CLASS),
        computeInefficiency: assumed(1, '1', CLASS),
      },
    },
    prefillAttention: {
      fixedS: assumed(20e-6, 's', CLASS),
      computeEfficiency: assumed(0.4, '1', CLASS),
      underfillFactor: assumed(0.4, '1', CLASS),
      bandwidthEfficiency: assumed(0.5, '1', CLASS),
    },
    collectives: [],
    collectiveMidSizeSlowdown: false,
    gguf: ggufFits['apple-m1-max']!,
    smCount: assumed(32, 'GPU cores', RECALL),
  },
};
