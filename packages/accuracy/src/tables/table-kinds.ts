/** Which kind of table a header belongs to. */

import { bestMatmul } from './datasets/best-matmul.js';
import { collectives } from './datasets/collectives.js';
import { engineKernels } from './datasets/engine-kernels.js';
import { fixedConcurrency } from './datasets/fixed-concurrency.js';
import { kitKernels } from './datasets/kit-kernels.js';
import { linearLayers } from './datasets/linear-layers.js';
import { longFormat } from './datasets/long-format.js';
import { openLoopServing } from './datasets/open-loop-serving.js';
import { powerPoints } from './datasets/power-points.js';
import { saturatedServing } from './datasets/saturated-serving.js';
import { splitServing } from './datasets/split-serving.js';
import { staticNpu } from './datasets/static-npu.js';
import { tidyRuns } from './datasets/tidy-runs.js';
import type { TableReader } from './table-reader.js';

/** Every kind of table that is read. */
export const TABLE_KINDS: readonly TableReader[] = [
  openLoopServing,
  fixedConcurrency,
  saturatedServing,
  splitServing,
  staticNpu,
  longFormat,
  engineKernels,
  linearLayers,
  collectives,
  bestMatmul,
  powerPoints,
  tidyRuns,
  kitKernels,
];

/** The kind whose columns are all in the header (lower case); of several the one that asks for the most. */
export function tableKindOf(header: readonly string[]): TableReader | undefined {
  const columns = new Set(header);
  let best: TableReader | undefined;
  for (const kind of TABLE_KINDS) {
    if (!kind.columns.every((column) => columns.has(column))) continue;
    if (best === undefined || kind.columns.length > best.columns.length) best = kind;
  }
  return best;
}

/** For a header of no kind: the kind it comes nearest to and the columns it lacks for it. */
export function nearestKind(header: readonly string[]): { readonly kind: TableReader; readonly missing: string[] } {
  const columns = new Set(header);
  const scored = TABLE_KINDS.map((kind) => {
    const missing = kind.columns.filter((column) => !columns.has(column));
    return { kind, missing, share: missing.length / kind.columns.length };
  });
  return scored.reduce((best, next) => (next.share < best.share ? next : best));
}
