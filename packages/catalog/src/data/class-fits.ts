/**
 * Devices of which only a few kernel constants were ever measured: their class's constants, with those put in.
 *
 * Products: linear layers of a study; the best rate found over many shapes (MAMF tables) or the rate of large squares (Azure
 * guide) bounds the compute efficiency alone. Devices that have both a best shape and a fit over all shapes reach 0.95 of the
 * best (H100 0.96, A100 0.93, B200 0.99, GB200 0.94), so that share is taken. What is not listed stays the class's. What
 * benchmarks see beside is that of `kernel-benchmarks.ts`.
 */

import { classDefaults } from '../class-defaults.js';
import type { ComputeDtype, DeviceEntry, GemmConstants } from '../entries.js';
import { assumed, fitted } from '../grading.js';
import { kernelBenchmarks } from './kernel-benchmarks.js';

const BEST = 'best matrix product found (MAMF table of ml-engineering), times 0.95';
const SQUARES = 'large products of the Azure benchmarking guide';
const LAYERS = 'fit to 349 linear layers measured by the Vidur study';

type Fits = Partial<Omit<GemmConstants, 'peakFlops' | 'bandwidthBps'>>;

/** A share of the best rate found: an estimate from a measurement, between 0.9 of it and all of it. */
function belowBest(best: number): Fits {
  const share = (part: number) => Number((part * best).toPrecision(2));
  return { computeEfficiency: assumed(share(0.95), '1', BEST, { low: share(0.9), high: share(1) }) };
}

/** What replaces the class's constants, by device and arithmetic; efficiencies refer to the device's own rates. */
const PRODUCTS: { readonly [deviceId: string]: { readonly [K in ComputeDtype]?: Fits } } = {
  a40: {
    fp16: {
      fixedS: fitted(3.5e-6, 's', LAYERS),
      computeEfficiency: fitted(0.755, '1', LAYERS),
      memoryEfficiency: fitted(0.787, '1', LAYERS),
      kneeExponent: fitted(1.97, '1', LAYERS),
    },
  },
  'h100-nvl': {},
  mi300x: {
    fp16: belowBest(0.511),
    fp8: { computeEfficiency: fitted(0.42, '1', SQUARES, { low: 0.39, high: 0.44 }) },
  },
  mi325x: { fp16: belowBest(0.6) },
  mi355x: { fp16: belowBest(0.622) },
  gaudi2: { fp16: belowBest(0.969), fp8: belowBest(0.955) },
  gaudi3: { fp16: belowBest(0.741), fp8: belowBest(0.768) },
};

/** The device with what was measured of it; as it is when that is nothing, or when it has kernel constants of its own. */
export function withClassFits(device: DeviceEntry): DeviceEntry {
  const products = PRODUCTS[device.id];
  if (products === undefined || device.kernels !== undefined) return device;
  const { kernels } = classDefaults(device);
  const gemm: { fp16: GemmConstants } & { -readonly [K in ComputeDtype]?: GemmConstants } = { ...kernels.gemm };
  for (const dtype of Object.keys(products) as ComputeDtype[]) {
    const constants = gemm[dtype];
    if (constants === undefined) throw new Error(`${device.id} has no ${dtype} products to take measured constants`);
    gemm[dtype] = { ...constants, ...products[dtype] };
  }
  const benchmarks = kernelBenchmarks[device.id];
  return { ...device, kernels: { ...kernels, gemm, ...(benchmarks === undefined ? {} : { benchmarks }) } };
}
