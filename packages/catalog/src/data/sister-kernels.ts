/**
 * Kernel constants of a device that has no fit of its own but a sister with the same cores: the sister's efficiencies and
 * fixed times against the device's own bandwidth and peak rates.
 *
 * Everything that was fitted on the sister is graded assumed here; the shares of weight-only and expert kernels, which have no
 * rate in them, are the sister's as they stand. Peaks scale by one factor (clocks and core counts differ
 * alike for all formats). Collectives are the sister's too unless others are given. Ignores: power limits, which hold a card
 * under its sister's clocks at full load.
 */

import type {
  CollectiveConstants,
  ComputeDtype,
  DecodeAttentionConstants,
  GemmConstants,
  KernelConstants,
  Precision,
  PrefillAttentionConstants,
} from '../entries.js';
import type { Quantity } from '../quantity.js';

/** What the device has in place of its sister's. */
export interface SisterRates {
  /** Name of the sister, for the remark. */
  readonly sister: string;
  readonly bandwidthBps: Quantity;
  /** Peak rates of the device over the sister's. */
  readonly peakRatio: number;
  readonly smCount: Quantity;
  readonly collectives?: readonly CollectiveConstants[];
  readonly collectiveMidSizeSlowdown?: boolean;
}

/** Constants of the sister at the rates of the device. */
export function sisterKernels(fit: KernelConstants, rates: SisterRates): KernelConstants {
  const note = `as ${rates.sister}: no fit of its own`;
  const held = (q: Quantity): Quantity => ({ ...q, grade: 'assumed', note });
  const gemm = (g: GemmConstants): GemmConstants => ({
    ...allHeld(g, held),
    bandwidthBps: rates.bandwidthBps,
    peakFlops: { ...held(g.peakFlops), value: g.peakFlops.value * rates.peakRatio },
  });
  const byDtype: { -readonly [K in ComputeDtype]?: GemmConstants } = {};
  for (const dtype of Object.keys(fit.gemm) as ComputeDtype[]) byDtype[dtype] = gemm(fit.gemm[dtype]!);
  const decode: { -readonly [K in Precision]?: DecodeAttentionConstants } = {};
  for (const kv of Object.keys(fit.decodeAttention) as Precision[]) {
    decode[kv] = allHeld(fit.decodeAttention[kv]!, held);
  }
  return {
    gemm: { ...byDtype, fp16: gemm(fit.gemm.fp16) },
    decodeAttention: { ...decode, fp16: allHeld(fit.decodeAttention.fp16, held) },
    prefillAttention: allHeld<PrefillAttentionConstants>(fit.prefillAttention, held),
    ...(fit.gemmBlockScaled?.fp8 === undefined ? {} : { gemmBlockScaled: { fp8: gemm(fit.gemmBlockScaled.fp8) } }),
    ...(fit.weightOnly === undefined ? {} : { weightOnly: fit.weightOnly }),
    ...(fit.moe === undefined ? {} : { moe: fit.moe }),
    collectives: rates.collectives ?? fit.collectives.map((c) => ({ ...allHeld(c, held), ranks: c.ranks })),
    collectiveMidSizeSlowdown: rates.collectiveMidSizeSlowdown ?? fit.collectiveMidSizeSlowdown,
    smCount: rates.smCount,
  };
}

/** Every quantity of a tuple through `held`; bare numbers stay. */
function allHeld<T extends { readonly [K in keyof T]: Quantity | number }>(
  tuple: T,
  held: (q: Quantity) => Quantity,
): T {
  const entries = Object.entries<Quantity | number>(tuple).map(([key, value]) => [
    key,
    typeof value === 'number' ? value : held(value),
  ]);
  return Object.fromEntries(entries) as T;
}
