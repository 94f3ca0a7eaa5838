/** The formats of a case in a few words, for grouping and for tables. */

import type { MeasuredCase } from '../cases/measured-case.js';

/**
 * `fp16`, `fp8 block` (scales per block of weights), `int4, fp16 act` (activations stay wide), `fp8, fp8 kv` (the KV cache
 * is stored so). Of kernels the format of the operands; empty where none plays a part (collectives, copies, idle).
 */
export function precisionText(measuredCase: Pick<MeasuredCase, 'precision' | 'run'>): string {
  const { precision, run } = measuredCase;
  switch (run.kind) {
    case 'gemm':
      return run.dtype + (run.blockScaled ? ' block' : '');
    case 'load-power':
      return run.dtype;
    case 'decode-attention':
    case 'prefill-attention':
      return `${run.kv} kv`;
    case 'collective':
    case 'memory-copy':
    case 'idle':
      return '';
    default: {
      const parts = [precision.weights + (precision.blockScaled === true ? ' block' : '')];
      if (precision.activations !== undefined && precision.activations !== precision.weights)
        parts.push(`${precision.activations} act`);
      if (precision.kv !== undefined && precision.kv !== 'fp16') parts.push(`${precision.kv} kv`);
      return parts.join(', ');
    }
  }
}
