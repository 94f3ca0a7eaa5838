/**
 * What a benchmark client says of one run, and the case it makes together with what only the caller knows.
 *
 * A bound on requests in flight makes a closed loop; a rate an open loop; neither means that everything was queued at once.
 * With both, the loop is the one that held: open when the server kept up with the rate. Prompts count as unique, because
 * results do not say what was shared; a run of a recycled pool has to be described in a tidy table instead.
 */

import type {
  CaseEngineOptions,
  CasePrecision,
  CaseRun,
  DatasetId,
  LengthRange,
  MeasuredCase,
  MetricName,
} from '../../cases/measured-case.js';
import { present, servingCase } from '../case-assembly.js';
import { CLIENT_STAGGER_S } from '../datasets/fixed-concurrency.js';
import { requireDevice } from '../names/device-names.js';
import { requireEngine } from '../names/engine-names.js';
import { requireModel } from '../names/model-names.js';
import { casePrecision } from '../names/precision-names.js';
import { RowFault } from '../row-fault.js';
import { TableRow } from '../table-row.js';

/** What the result of a client does not hold: where it ran. */
export interface ClientContext {
  /** Catalog id or a name that the tables use. */
  readonly deviceId: string;
  /** Absent = the model that the result names. */
  readonly modelId?: string;
  /** Profile id. */
  readonly engineId: string;
  readonly tp: number;
  readonly pp?: number;
  readonly dpAttention?: number;
  readonly ep?: number;
  readonly precision?: CasePrecision;
  readonly peerAccess?: boolean;
  readonly options?: CaseEngineOptions;
}

/** One run as a client states it. Seconds, tokens, requests per second; figures in the units of their names. */
export interface ClientRun {
  readonly source: string;
  /** Part of the file it stands in, for messages. */
  readonly place: string;
  readonly modelName: string | undefined;
  /** Requests in flight at most; absent = unbounded. */
  readonly users: number | undefined;
  /** Requests sent per second; absent = as fast as possible. */
  readonly ratePerS: number | undefined;
  /** Requests completed per second. */
  readonly completedPerS: number | undefined;
  readonly requests: number | undefined;
  readonly durationS: number | undefined;
  readonly promptTokens: LengthRange & { readonly mean: number };
  readonly outputTokens: LengthRange & { readonly mean: number };
  readonly metrics: Readonly<Partial<Record<MetricName, number | undefined>>>;
  readonly setAside?: string;
}

/** Share of the sent rate that has to come back for the rate, not the bound, to have set the load. */
const KEPT_UP = 0.95;

function isClosed(run: ClientRun): boolean {
  if (run.users === undefined) return false;
  if (run.ratePerS === undefined) return true;
  return (run.completedPerS ?? 0) < KEPT_UP * run.ratePerS;
}

/**
 * The even spread of lengths that a closed loop draws from: as wide as the stated ends allow around the stated mean. Lengths
 * of which a few are far out would otherwise be run as if half of them were: the work counts, not the ends. Tokens.
 */
function spreadAround({ low, high, mean }: LengthRange & { readonly mean: number }): LengthRange {
  const reach = Math.max(0, Math.min(mean - low, high - mean));
  return { low: Math.round(mean - reach), high: Math.round(mean + reach) };
}

function driveOf(run: ClientRun): { dataset: DatasetId; drive: CaseRun } {
  const { promptTokens, outputTokens } = run;
  if (run.users !== undefined && isClosed(run)) {
    return {
      dataset: 'fixed-concurrency-serving',
      drive: {
        kind: 'closed-loop',
        users: run.users,
        promptTokens: spreadAround(promptTokens),
        outputTokens: spreadAround(outputTokens),
        staggerS: CLIENT_STAGGER_S,
      },
    };
  }
  if (run.ratePerS === undefined) {
    return {
      dataset: 'offline-throughput',
      drive: {
        kind: 'offline',
        promptTokens: Math.round(promptTokens.mean),
        outputTokens: Math.round(outputTokens.mean),
      },
    };
  }
  const requests = run.requests ?? Math.ceil(run.ratePerS * (run.durationS ?? 0));
  if (!(requests > 0)) {
    throw new RowFault('ROW_VALUE', run.place, 'neither requests nor duration are stated', '', 'one of them');
  }
  return {
    dataset: 'open-loop-serving',
    drive: {
      kind: 'open-loop',
      ratePerS: run.ratePerS,
      durationS: requests / run.ratePerS,
      sharedPrompts: requests,
      sharedPromptTokens: 0,
      promptsPerShared: 1,
      questionTokens: Math.round(promptTokens.mean),
      outputTokens: Math.round(outputTokens.mean),
      warm: true,
    },
  };
}

/** Figures that say something: in an open loop that kept up, the throughput only repeats the rate sent. */
function figuresOf(run: ClientRun, drive: CaseRun) {
  const { output_tok_s: outputTokS, ...latencies } = run.metrics;
  const figures = present(drive.kind === 'open-loop' ? latencies : { ...latencies, output_tok_s: outputTokS });
  if (Object.keys(figures).length === 0) {
    throw new RowFault(
      'ROW_METRIC',
      run.place,
      'no figure is stated',
      '',
      'times to first token, per token, throughput',
    );
  }
  return figures;
}

/** The case of one run. Unknown names and contradicting amounts are faults. `line` numbers the runs of a file from 1. */
export function clientCase(file: string, line: number, run: ClientRun, context: ClientContext): MeasuredCase {
  const deviceId = requireDevice('device', context.deviceId);
  const modelName = context.modelId ?? run.modelName;
  if (modelName === undefined) {
    throw new RowFault(
      'ROW_MODEL',
      'model',
      'neither the result nor the caller names a model',
      '',
      'a model of the catalog',
    );
  }
  const model = requireModel('model', modelName);
  const engineId = requireEngine('engine', context.engineId);
  const { dataset, drive } = driveOf(run);
  return servingCase(new TableRow(file, line, new Map(), []), {
    dataset,
    source: run.source,
    deviceId,
    deviceName: context.deviceId,
    model,
    engineId,
    precision:
      context.precision ?? casePrecision({ column: 'precision', text: '', model, modelName, deviceId, engineId }),
    parallelism: {
      tp: context.tp,
      pp: context.pp ?? 1,
      dpAttention: context.dpAttention ?? 1,
      ep: context.ep ?? 1,
    },
    ...(context.options === undefined ? {} : { options: context.options }),
    ...(context.peerAccess === undefined ? {} : { peerAccess: context.peerAccess }),
    run: drive,
    measured: figuresOf(run, drive),
    setAside: run.setAside,
  });
}
