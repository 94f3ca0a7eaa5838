/** Kernel benchmarks of catalog devices for tests, and their predictions by the formulas; not a test itself. */

import type { CaseRun, MeasuredCase, Prediction } from '@infersim/accuracy';
import { type DeviceEntry, findModel, type ModelArchitecture } from '@infersim/catalog';
import {
  allReduceS,
  attentionShape,
  decodeAttentionS,
  GradeTrail,
  gemmS,
  resolveCollective,
  resolveKernels,
} from '@infersim/devices';
import { type ConstantCatalog, changedCatalog, shippedCatalog } from '../src/parameters/catalog-constants.js';
import type { ConstantSet } from '../src/parameters/fit-parameter.js';

const MS = 1e3;

/** Seconds of one kernel on `device`, by the formulas that the simulator prices steps with. */
export function kernelS(device: DeviceEntry, run: CaseRun): number {
  if (run.kind === 'gemm') {
    const kernels = resolveKernels(device, { weight: run.dtype, kv: 'fp16', activation: run.dtype });
    return gemmS(kernels.linear, run.m, run.n, run.k, run.dtype === 'fp16' ? 2 : 1);
  }
  if (run.kind === 'decode-attention') {
    const kernels = resolveKernels(device, { weight: 'fp16', kv: run.kv, activation: 'fp16' });
    const base = findModel('llama-3.1-8b')!.architecture;
    const arch: ModelArchitecture = { ...base, heads: run.heads, kvHeads: run.kvHeads, headDim: run.headDim };
    const shape = attentionShape(arch, kernels.attention, 1);
    return decodeAttentionS(shape, kernels.attention.decodeFixedS, run.sequences, run.sequences * run.contextTokens);
  }
  if (run.kind === 'collective') {
    return allReduceS(resolveCollective(device, run.ranks, true, new GradeTrail()), run.bytes);
  }
  throw new Error(`not a kernel: ${run.kind}`);
}

/** Predictions of kernel cases under constants on top of a catalog. */
export function predictKernels(catalog: ConstantCatalog = shippedCatalog) {
  return (cases: readonly MeasuredCase[], constants: ConstantSet): readonly Prediction[] => {
    const changed = changedCatalog(catalog, constants);
    return cases.map(({ id, deviceId, run }) => ({
      caseId: id,
      predicted: { kernel_ms: kernelS(changed.device(deviceId)!, run) * MS },
      failure: '',
    }));
  };
}

/** Measured cases of kernels whose times come from `catalog`, each multiplied by a draw of `noise`. */
export function kernelCases(
  deviceId: string,
  runs: readonly CaseRun[],
  noise: () => number,
  catalog: ConstantCatalog = shippedCatalog,
): MeasuredCase[] {
  const device = catalog.device(deviceId)!;
  return runs.map((run, index) => ({
    id: `${deviceId}-${run.kind}.csv:${index + 2}`,
    file: `${deviceId}-${run.kind}.csv`,
    line: index + 2,
    dataset: 'kernels',
    source: 'synthetic',
    deviceId,
    deviceName: device.name,
    modelId: '',
    engineId: '',
    family: run.kind,
    isMoe: false,
    precision: { weights: 'fp16' },
    parallelism: { tp: 1, pp: 1, dpAttention: 1, ep: 1 },
    peerAccess: true,
    options: {},
    run,
    measured: { kernel_ms: kernelS(device, run) * MS * noise() },
  }));
}

/** Matrix products over five decades of rows and shapes of several models. */
export function gemmRuns(dtype: 'fp16' | 'fp8' = 'fp16'): CaseRun[] {
  const shapes = [
    [4096, 4096],
    [28672, 4096],
    [4096, 14336],
    [6144, 4096],
    [8192, 8192],
    [57344, 8192],
    [1280, 8192],
    [1024, 1024],
  ] as const;
  const rows = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384];
  return shapes.flatMap(([n, k]) => rows.map((m) => ({ kind: 'gemm', m, n, k, dtype, blockScaled: false }) as const));
}

/** Decode attention from a few short to many long sequences, with 1 to 64 query heads per KV head. */
export function decodeRuns(): CaseRun[] {
  const heads = [
    [32, 8],
    [64, 8],
    [32, 32],
    [128, 2],
  ] as const;
  return heads.flatMap(([queries, kvHeads]) =>
    [1, 4, 16, 64, 256].flatMap((sequences) =>
      [64, 512, 2048, 8192, 32768].map(
        (contextTokens) =>
          ({
            kind: 'decode-attention',
            sequences,
            contextTokens,
            heads: queries,
            kvHeads,
            headDim: 128,
            kv: 'fp16',
          }) as const,
      ),
    ),
  );
}
