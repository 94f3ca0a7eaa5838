/** Deployments of catalog entries, and of entries frozen in a file, for tests; not a test itself. */

import { readFileSync } from 'node:fs';
import { findDevice, findEngine, findModel } from '@infersim/catalog';
import type { DeploymentSpec } from '../src/deployment.js';
import { COST_CELLS, type StepModel, WINDOW_STRIDE, WindowWork, Work } from '../src/step-model.js';

function required<T>(entry: T | undefined, id: string): T {
  if (entry === undefined) throw new Error(`no catalog entry ${id}`);
  return entry;
}

export function deploy(
  modelId: string,
  deviceId: string,
  overrides: Partial<DeploymentSpec> & { readonly engineId?: string } = {},
): DeploymentSpec {
  const { engineId, ...rest } = overrides;
  const engine = required(findEngine(engineId ?? 'vllm'), engineId ?? 'vllm');
  const weightPrecision = rest.weightPrecision ?? 'fp16';
  return {
    model: required(findModel(modelId), modelId),
    device: required(findDevice(deviceId), deviceId),
    engine,
    tp: 1,
    pp: 1,
    weightPrecision,
    kvPrecision: 'fp16',
    activationPrecision: weightPrecision === 'fp8' ? 'fp8' : 'fp16',
    gpuMemoryUtilization: 0.9,
    memoryOverheadBytes: 2e9,
    blockSizeTokens: 16,
    maxNumSeqs: 256,
    maxNumBatchedTokens: 8192,
    maxModelLenTokens: 8192,
    hybridKvCache: true,
    ...rest,
  };
}

/** Entries and prices of 2026-10, before expert parallelism, clocks and block scales were added. */
export interface FrozenEntries {
  readonly models: Record<string, DeploymentSpec['model']>;
  readonly devices: Record<string, DeploymentSpec['device']>;
  readonly engines: Record<string, DeploymentSpec['engine']>;
  readonly base: Omit<DeploymentSpec, 'model' | 'device' | 'engine'>;
  readonly points: readonly { readonly contexts: number[]; readonly chunks: Piece[] }[];
  readonly cases: readonly {
    readonly model: string;
    readonly device: string;
    readonly engine: string;
    readonly options: Partial<DeploymentSpec>;
    readonly blocks: number;
    readonly prices: readonly (readonly (number | 'Infinity')[])[];
  }[];
}

export const frozenEntries = JSON.parse(
  readFileSync(new URL('./fixtures/golden-prices.json', import.meta.url), 'utf8'),
) as FrozenEntries;

/** A deployment on constants that later fits do not move. */
export function frozen(modelId: string, deviceId: string, overrides: Partial<DeploymentSpec> = {}): DeploymentSpec {
  const weightPrecision = overrides.weightPrecision ?? 'fp16';
  return {
    model: required(frozenEntries.models[modelId], modelId),
    device: required(frozenEntries.devices[deviceId], deviceId),
    engine: required(frozenEntries.engines['vllm'], 'vllm'),
    ...frozenEntries.base,
    activationPrecision: weightPrecision === 'fp8' ? 'fp8' : 'fp16',
    ...overrides,
  };
}

/** One sequence or chunk: tokens in cache and tokens computed in the step. */
export interface Piece {
  readonly cached: number;
  readonly tokens: number;
  readonly finishes?: boolean;
}

/** Work of a step: decode contexts (own token included) and prefill chunks, counted by plain loops. */
export function workOf(model: StepModel, contexts: readonly number[], chunks: readonly Piece[] = []): Float64Array {
  const work = new Float64Array(model.workCells);
  const add = (cell: number, value: number): void => {
    work[cell] = work[cell]! + value;
  };
  for (const context of contexts) {
    add(Work.DECODES, 1);
    add(Work.LOGIT_ROWS, 1);
    add(Work.CONTEXT, context);
  }
  for (const { cached, tokens, finishes } of chunks) {
    add(Work.PREFILL_TOKENS, tokens);
    add(Work.LOGIT_ROWS, finishes === false ? 0 : 1);
    add(Work.PREFILL_AREA, tokens * (cached + tokens / 2));
    add(Work.PREFILL_READ, cached + tokens);
    add(Work.PREFILL_CHUNKS, 1);
  }
  model.windowTokens.forEach((windowTokens, index) => {
    const cell = Work.WINDOW0 + index * WINDOW_STRIDE;
    const area = (x: number): number => (x <= windowTokens ? (x * x) / 2 : windowTokens * x - windowTokens ** 2 / 2);
    for (const context of contexts) {
      add(cell + WindowWork.CONTEXT, Math.min(context, windowTokens));
      add(cell + WindowWork.GROWING, context < windowTokens ? 1 : 0);
    }
    for (const { cached, tokens } of chunks) {
      add(cell + WindowWork.PREFILL_AREA, area(cached + tokens) - area(cached));
      add(cell + WindowWork.PREFILL_READ, Math.min(cached, windowTokens) + tokens);
    }
  });
  return work;
}

/** Cost cells of a decode-only step. */
export function decodeCost(model: StepModel, contexts: readonly number[]): Float64Array {
  const cost = new Float64Array(COST_CELLS);
  model.priceDecode(workOf(model, contexts), cost);
  return cost;
}

/** Cost cells of a step with prefill. */
export function mixedCost(model: StepModel, contexts: readonly number[], chunks: readonly Piece[]): Float64Array {
  const cost = new Float64Array(COST_CELLS);
  model.priceMixed(workOf(model, contexts, chunks), cost);
  return cost;
}
