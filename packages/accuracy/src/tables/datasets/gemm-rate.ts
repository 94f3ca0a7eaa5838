/** Matrix products as tables state them. */

import type { Precision } from '@infersim/catalog';

/** Milliseconds of one M x N x K product at a rate in TFLOP/s. */
export function gemmMs(m: number, n: number, k: number, teraflopsPerS: number): number {
  return ((2 * m * n * k) / (teraflopsPerS * 1e12)) * 1e3;
}

/** Family of a product for leaving out: operation and format. */
export function gemmFamily(dtype: Precision, blockScaled: boolean): string {
  return `gemm ${dtype}${blockScaled ? '-block' : ''}`;
}
