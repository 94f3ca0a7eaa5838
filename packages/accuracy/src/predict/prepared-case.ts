/**
 * A case made ready to be predicted many times: its scenario resolved once, whatever constants it is asked about later.
 *
 * What memory holds is worked out again where a constant that decides it has changed; everything else that a scenario
 * resolves to does not depend on fitted constants.
 */

import { findDevice } from '@infersim/catalog';
import { DeploymentError, planMemory } from '@infersim/devices';
import { metricIndex, type RunPlan, runReplication } from '@infersim/runner';
import { loadScenario } from '@infersim/scenario';
import type { MeasuredCase, MetricName, Prediction } from '../cases/measured-case.js';
import { beyondCache, beyondContext } from './case-lengths.js';
import { caseScenario, GREEDY_MODEL } from './case-scenario.js';
import { type ConstantSet, deviceUnder, entryUnder } from './constant-set.js';
import { kernelFigures } from './kernel-figures.js';
import { type Figures, runFigures } from './run-figures.js';

/** A case with its plan; without one it is a kernel, or `failure` says why it cannot run. */
export interface PreparedCase {
  readonly measured: MeasuredCase;
  readonly plan: RunPlan | null;
  readonly failure: string;
}

/** Resolves the case's scenario. Never throws for what a row may hold. */
export function prepareCase(measured: MeasuredCase): PreparedCase {
  const scenario = caseScenario(measured);
  if (scenario === null) return { measured, plan: null, failure: '' };
  const tooLong = beyondContext(measured);
  if (tooLong !== undefined) return { measured, plan: null, failure: tooLong };
  const text = Buffer.from(JSON.stringify(scenario));
  const loaded = loadScenario(`${measured.id}.yaml`, { readBytes: () => text });
  if (loaded.ok) {
    const held = loaded.plan.world.pools[0]!.engine.maxModelLenTokens;
    const tooMuch = beyondCache(measured, held);
    if (tooMuch !== undefined) return { measured, plan: null, failure: tooMuch };
    return { measured, plan: driven(loaded.plan, measured), failure: '' };
  }
  const reasons = loaded.problems.filter(({ severity }) => severity === 'error').map(({ message }) => message);
  return { measured, plan: null, failure: inModelsName(reasons.join('; '), measured) };
}

/** A message about the scenario, with the model's own name for the one it has there. */
function inModelsName(message: string, { modelId }: MeasuredCase): string {
  return message.replaceAll(GREEDY_MODEL, modelId);
}

/**
 * The plan as the measuring program drove the engine. A batch that was handed over whole runs as one batch from start to end,
 * whatever the engine does with requests that come one by one. Programs that wait for whole answers stream no tokens.
 */
function driven(plan: RunPlan, { run }: MeasuredCase): RunPlan {
  if (run.kind !== 'static-batch' && run.kind !== 'offline') return plan;
  const pool = plan.world.pools[0]!;
  const engine = run.kind === 'static-batch' ? { ...pool.engine, scheduler: 'static-batch' as const } : pool.engine;
  const deployment = { ...pool.deployment, streams: false };
  return { ...plan, world: { ...plan.world, pools: [{ ...pool, engine, deployment }] } };
}

/**
 * What the program says to the case when `constants` replace the catalog's, and `unfittedDevices` are priced by their class.
 * Throws only for a bug or an unknown path.
 */
export function predictCase(
  prepared: PreparedCase,
  constants: ConstantSet,
  unfittedDevices: readonly string[] = [],
): Prediction {
  const { measured, failure } = prepared;
  if (failure !== '') return { caseId: measured.id, predicted: {}, failure };
  try {
    const figures =
      prepared.plan === null
        ? kernels(measured, constants, unfittedDevices)
        : engineRun(measured, planUnder(prepared.plan, constants, unfittedDevices));
    return { caseId: measured.id, predicted: asked(measured, figures), failure: '' };
  } catch (cause) {
    if (!(cause instanceof DeploymentError)) throw new Error(`measured case ${measured.id}`, { cause });
    return { caseId: measured.id, predicted: {}, failure: inModelsName(cause.message, measured) };
  }
}

function kernels(measured: MeasuredCase, constants: ConstantSet, unfittedDevices: readonly string[]): Figures {
  const device = findDevice(measured.deviceId);
  if (device === undefined) return {};
  return kernelFigures(measured.run, deviceUnder(device, constants, unfittedDevices)) ?? {};
}

function engineRun(measured: MeasuredCase, plan: RunPlan): Figures {
  const pool = plan.world.pools[0]!;
  const result = runReplication(plan, 1, {
    openBytes: () => {
      throw new Error(`${measured.id}: a measured case reads no trace`);
    },
  });
  const column = (name: string) => result.values[metricIndex(name)] ?? Number.NaN;
  return runFigures(measured.run, column, pool.apiS, pool.engine.numBlocks);
}

function planUnder(plan: RunPlan, constants: ConstantSet, unfittedDevices: readonly string[]): RunPlan {
  const pool = plan.world.pools[0]!;
  const { deployment } = pool;
  const device = deviceUnder(deployment.device, constants, unfittedDevices);
  const engine = entryUnder('engines', deployment.engine, constants);
  if (device === deployment.device && engine === deployment.engine) return plan;
  const isOverheadNew = engine.memoryOverheadBytes.value !== deployment.engine.memoryOverheadBytes.value;
  const spec = {
    ...deployment,
    device,
    engine,
    ...(isOverheadNew ? { memoryOverheadBytes: engine.memoryOverheadBytes.value } : {}),
  };
  const settings = isOverheadNew ? { ...pool.engine, numBlocks: Math.max(1, planMemory(spec).blocks) } : pool.engine;
  const changedPool = {
    ...pool,
    deployment: spec,
    engine: settings,
    apiS: engine.apiS.value,
    apiPerPromptTokenS: engine.apiPerPromptTokenS?.value ?? 0,
  };
  return { ...plan, world: { ...plan.world, pools: [changedPool] } };
}

/** Of all figures, those the table has. */
function asked(measured: MeasuredCase, figures: Figures): Figures {
  const kept: Figures = {};
  for (const metric of Object.keys(measured.measured) as MetricName[]) {
    const value = figures[metric];
    if (value !== undefined && Number.isFinite(value)) kept[metric] = value;
  }
  return kept;
}
