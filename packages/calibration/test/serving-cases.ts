/**
 * Closed loops of catalog deployments for tests, priced by the simulator's own step model; not a test itself.
 *
 * A stand-in for a whole run that is analytic and still real pricing: with `users` always decoding at a mean context, the time
 * per output token is one step; the time to first token is one prefill step beside them plus the API. Power is that of the
 * decode step.
 */

import type { MeasuredCase, Prediction } from '@infersim/accuracy';
import { findModel } from '@infersim/catalog';
import { COST_CELLS, Cost, createGradedStepModel, type DeploymentSpec, planMemory, Work } from '@infersim/devices';
import { type ConstantCatalog, changedCatalog, shippedCatalog } from '../src/parameters/catalog-constants.js';
import type { ConstantSet } from '../src/parameters/fit-parameter.js';

const MS = 1e3;

function specOf(catalog: ConstantCatalog, measured: MeasuredCase): DeploymentSpec {
  const engine = catalog.engine(measured.engineId)!;
  return {
    model: findModel(measured.modelId)!,
    device: catalog.device(measured.deviceId)!,
    engine,
    tp: measured.parallelism.tp,
    pp: 1,
    weightPrecision: measured.precision.weights,
    kvPrecision: 'fp16',
    activationPrecision: measured.precision.weights,
    gpuMemoryUtilization: 0.9,
    memoryOverheadBytes: engine.memoryOverheadBytes.value,
    blockSizeTokens: 16,
    maxNumSeqs: 512,
    maxNumBatchedTokens: 8192,
    maxModelLenTokens: 8192,
    hybridKvCache: true,
  };
}

/** Figures of one closed loop under the constants of `catalog`. */
export function servingFigures(catalog: ConstantCatalog, measured: MeasuredCase): Prediction['predicted'] {
  if (measured.run.kind !== 'closed-loop') throw new Error(`not a closed loop: ${measured.run.kind}`);
  const { users, promptTokens, outputTokens } = measured.run;
  const spec = specOf(catalog, measured);
  const { model } = createGradedStepModel(spec);
  const work = new Float64Array(model.workCells);
  const cost = new Float64Array(COST_CELLS);
  const prompt = promptTokens.high;
  work[Work.DECODES] = users;
  work[Work.LOGIT_ROWS] = users;
  work[Work.CONTEXT] = users * (prompt + outputTokens.high / 2);
  model.priceDecode(work, cost);
  const stepS = cost[Cost.STEP_S]!;
  const energyJ = model.energyJ(stepS, cost[Cost.KERNEL_S]!, cost[Cost.BYTES]!, cost[Cost.COMPUTE_S]!);
  work[Work.PREFILL_TOKENS] = prompt;
  work[Work.PREFILL_AREA] = (prompt * prompt) / 2;
  work[Work.PREFILL_READ] = prompt;
  work[Work.PREFILL_CHUNKS] = 1;
  work[Work.LOGIT_ROWS] = users + 1;
  model.priceMixed(work, cost);
  return {
    tpot_mean_ms: stepS * MS,
    ttft_mean_ms: (cost[Cost.STEP_S]! + spec.engine.apiS.value) * MS,
    output_tok_s: users / stepS,
    power_w: energyJ / stepS,
    kv_blocks: planMemory(spec).blocks,
  };
}

/** Predictions of closed loops under constants on top of a catalog. */
export function predictServing(catalog: ConstantCatalog = shippedCatalog) {
  return (cases: readonly MeasuredCase[], constants: ConstantSet): readonly Prediction[] => {
    const changed = changedCatalog(catalog, constants);
    return cases.map((measured) => ({
      caseId: measured.id,
      predicted: servingFigures(changed, measured),
      failure: '',
    }));
  };
}

/** What the loops of a test vary. */
export interface ServingGrid {
  readonly deviceId: string;
  readonly engineId: string;
  readonly models: readonly string[];
  readonly users: readonly number[];
  readonly prompts: readonly number[];
  readonly tp?: number;
  readonly figures: readonly (keyof Prediction['predicted'])[];
}

/** Measured cases over a grid whose figures come from `catalog`, each multiplied by a draw of `noise`. */
export function servingCases(
  grid: ServingGrid,
  noise: () => number,
  catalog: ConstantCatalog = shippedCatalog,
): MeasuredCase[] {
  const cases: MeasuredCase[] = [];
  for (const modelId of grid.models) {
    for (const users of grid.users) {
      for (const prompt of grid.prompts) {
        const line = cases.length + 2;
        const file = `${grid.deviceId}-serving.csv`;
        const blank: MeasuredCase = {
          id: `${file}:${line}`,
          file,
          line,
          dataset: 'fixed-concurrency-serving',
          source: 'synthetic',
          deviceId: grid.deviceId,
          deviceName: grid.deviceId,
          modelId,
          engineId: grid.engineId,
          family: modelId,
          isMoe: findModel(modelId)!.architecture.moe !== undefined,
          precision: { weights: 'fp16' },
          parallelism: { tp: grid.tp ?? 1, pp: 1, dpAttention: 1, ep: 1 },
          peerAccess: true,
          options: {},
          run: {
            kind: 'closed-loop',
            users,
            promptTokens: { low: prompt, high: prompt },
            outputTokens: { low: 256, high: 256 },
            staggerS: 0,
          },
          measured: {},
        };
        const figures = servingFigures(catalog, blank);
        const measured = Object.fromEntries(grid.figures.map((metric) => [metric, figures[metric]! * noise()]));
        cases.push({ ...blank, measured });
      }
    }
  }
  return cases;
}
