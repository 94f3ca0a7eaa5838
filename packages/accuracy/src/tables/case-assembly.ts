/** Puts the parts of a row together: what serving rows share, and what kernel rows leave empty. */

import type { ModelEntry } from '@infersim/catalog';
import { modelFamily } from '@infersim/confidence';
import type {
  CaseEngineOptions,
  CaseParallelism,
  CasePrecision,
  CaseRun,
  DatasetId,
  MeasuredCase,
  MetricName,
} from '../cases/measured-case.js';
import { hasPeerAccess } from './names/device-names.js';
import type { TableRow } from './table-row.js';

type Measured = Readonly<Partial<Record<MetricName, number>>>;

export const ONE_DEVICE: CaseParallelism = { tp: 1, pp: 1, dpAttention: 1, ep: 1 };

export interface ServingParts {
  readonly dataset: DatasetId;
  readonly source: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly model: ModelEntry;
  readonly engineId: string;
  readonly precision: CasePrecision;
  readonly parallelism: CaseParallelism;
  readonly options?: CaseEngineOptions;
  readonly peerAccess?: boolean;
  readonly run: CaseRun;
  readonly measured: Measured;
  readonly setAside?: string | undefined;
}

/** A case of a model on an engine. */
export function servingCase(row: TableRow, parts: ServingParts): MeasuredCase {
  const { model, setAside } = parts;
  return {
    id: `${row.file}:${row.line}`,
    file: row.file,
    line: row.line,
    dataset: parts.dataset,
    source: parts.source,
    deviceId: parts.deviceId,
    deviceName: parts.deviceName,
    modelId: model.id,
    engineId: parts.engineId,
    family: modelFamily(model.id, model.architecture.moe !== undefined),
    isMoe: model.architecture.moe !== undefined,
    precision: parts.precision,
    parallelism: parts.parallelism,
    peerAccess: parts.peerAccess ?? hasPeerAccess(parts.deviceId),
    options: parts.options ?? {},
    run: parts.run,
    measured: parts.measured,
    ...(setAside === undefined ? {} : { setAside }),
  };
}

export interface KernelParts {
  readonly dataset: DatasetId;
  readonly source: string;
  readonly deviceId: string;
  readonly deviceName: string;
  /** Operation and format, e.g. `gemm fp8`. */
  readonly family: string;
  readonly precision: CasePrecision;
  readonly ranks?: number;
  readonly run: CaseRun;
  readonly measured: Measured;
  readonly setAside?: string | undefined;
}

/** A case of one kernel, or of a device that does nothing: no model, no engine. */
export function kernelCase(row: TableRow, parts: KernelParts): MeasuredCase {
  return {
    id: `${row.file}:${row.line}`,
    file: row.file,
    line: row.line,
    dataset: parts.dataset,
    source: parts.source,
    deviceId: parts.deviceId,
    deviceName: parts.deviceName,
    modelId: '',
    engineId: '',
    family: parts.family,
    isMoe: false,
    precision: parts.precision,
    parallelism: { ...ONE_DEVICE, tp: parts.ranks ?? 1 },
    peerAccess: hasPeerAccess(parts.deviceId),
    options: {},
    run: parts.run,
    measured: parts.measured,
    ...(parts.setAside === undefined ? {} : { setAside: parts.setAside }),
  };
}

/** Metrics that the row states, without those that are blank. */
export function present(metrics: Readonly<Partial<Record<MetricName, number | undefined>>>): Measured {
  const kept = Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(kept) as Measured;
}
