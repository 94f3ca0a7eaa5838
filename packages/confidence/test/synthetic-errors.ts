/** Errors made up with a known structure: a bias per family and a spread within it, normal, from a fixed sequence. */

import { normalQuantile } from '@infersim/stats';
import type { ErrorRow } from '../src/index.js';

/** Uniform numbers in (0, 1) that are the same on every machine (minimal standard generator). */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

export function row(overrides: Partial<ErrorRow> = {}): ErrorRow {
  return {
    deviceId: 'h100-sxm',
    deviceClass: 'datacentre-gpu',
    family: 'llama-3',
    isMoe: false,
    engineId: 'vllm',
    metricKind: 'ttft',
    logError: 0,
    batch: 16,
    contextTokens: 2048,
    tp: 2,
    params: 8e9,
    weightPrecision: 'fp16',
    ...overrides,
  };
}

export interface Shape {
  readonly devices?: readonly string[];
  readonly engines?: readonly string[];
  readonly families?: number;
  readonly rowsPerGroup?: number;
  readonly familySigma?: number;
  readonly rowSigma?: number;
  readonly seed?: number;
}

/** Rows of every device with every engine and family; a family is out by the same bias on one device. */
export function syntheticRows(shape: Shape = {}): ErrorRow[] {
  const { devices = ['h100-sxm', 'b200-sxm'], engines = ['vllm', 'sglang'], families = 10 } = shape;
  const { rowsPerGroup = 20, familySigma = 0.08, rowSigma = 0.08 } = shape;
  const uniform = sequence(shape.seed ?? 7);
  const normal = () => normalQuantile(uniform());
  const rows: ErrorRow[] = [];
  for (const deviceId of devices)
    for (let family = 0; family < families; family++) {
      const bias = familySigma * normal();
      for (const engineId of engines)
        for (let index = 0; index < rowsPerGroup; index++)
          rows.push(
            row({
              deviceId,
              engineId,
              family: `family-${family}`,
              batch: 2 ** (index % 8),
              logError: bias + rowSigma * normal(),
            }),
          );
    }
  return rows;
}

/** Rows of one group whose errors are the normal quantiles of even ranks about `bias`, `sigma` below and above. */
export function evenRows(n: number, bias: number, below: number, above: number, overrides: Partial<ErrorRow> = {}) {
  return Array.from({ length: n }, (_, index) => {
    const z = normalQuantile((index + 0.5) / n);
    return row({ ...overrides, logError: bias + z * (z < 0 ? below : above) });
  });
}
