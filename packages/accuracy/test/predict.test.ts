import { findDevice } from '@infersim/catalog';
import { COST_CELLS, Cost, createStepModel, kernelMemoryCopyBps, Work } from '@infersim/devices';
import { loadScenario } from '@infersim/scenario';
import { afterAll, describe, expect, it } from 'vitest';
import type { CaseRun, MeasuredCase, MetricName, Prediction } from '../src/cases/measured-case.js';
import { CasePredictor } from '../src/predict/case-predictor.js';
import { caseScenario } from '../src/predict/case-scenario.js';
import { predictCase, prepareCase } from '../src/predict/prepared-case.js';
import { runFigures } from '../src/predict/run-figures.js';
import { runKey } from '../src/predict/run-key.js';
import { gemmCase, handCase } from './hand-cases.js';

const WORKER = new URL('../dist/predict/prediction-worker.js', import.meta.url);
const LENGTH = { low: 90, high: 100 };

/** One short run of every kind that needs an engine. */
const RUNS: readonly CaseRun[] = [
  {
    kind: 'open-loop',
    ratePerS: 5,
    durationS: 10,
    sharedPrompts: 2,
    sharedPromptTokens: 100,
    promptsPerShared: 3,
    questionTokens: 50,
    outputTokens: 20,
    warm: true,
  },
  {
    kind: 'open-loop',
    ratePerS: 5,
    durationS: 10,
    sharedPrompts: 2,
    sharedPromptTokens: 100,
    promptsPerShared: 3,
    questionTokens: 50,
    outputTokens: 20,
    warm: false,
  },
  { kind: 'closed-loop', users: 4, promptTokens: LENGTH, outputTokens: { low: 20, high: 20 }, staggerS: 0.005 },
  { kind: 'saturated', users: 8, task: 'gpqa', meanOutputTokens: 100 },
  { kind: 'offline', promptTokens: 32, outputTokens: 4 },
  { kind: 'static-batch', batch: 4, promptTokens: 64, outputTokens: 8 },
  { kind: 'single-stream', promptTokens: 100, outputTokens: 3 },
];

const METRICS: { readonly [kind in CaseRun['kind']]?: MetricName } = {
  saturated: 'power_w',
  offline: 'output_tok_s',
  'static-batch': 'output_tok_s',
  'single-stream': 'decode_tok_s',
};

function caseOf(run: CaseRun, line: number): MeasuredCase {
  const metric = METRICS[run.kind] ?? 'e2e_mean_ms';
  return handCase(line, { [metric]: 1 }, { modelId: 'llama-3.1-8b', run });
}

const CASES: readonly MeasuredCase[] = [...RUNS.map(caseOf), gemmCase(90, 1, 'fp16')];

describe('the scenario of a case', () => {
  it.each(RUNS.map((run, line) => [run.kind, caseOf(run, line)] as const))(
    '%s loads without a problem',
    (_, measured) => {
      const text = Buffer.from(JSON.stringify(caseScenario(measured)));
      const loaded = loadScenario('case.yaml', { readBytes: () => text });
      expect(loaded.ok ? [] : loaded.problems).toEqual([]);
    },
  );

  it('is none for a kernel', () => {
    expect(caseScenario(gemmCase(1, 1, 'fp16'))).toBeNull();
  });
});

describe('predictions', () => {
  const one = new CasePredictor({ jobs: 1, workerUrl: WORKER });
  const two = new CasePredictor({ jobs: 2, workerUrl: WORKER });
  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
  });

  it('are the same for one thread and for two, in the order of the cases', async () => {
    const progress: number[] = [];
    const alone = await one.predict(CASES, {}, { onProgress: (done, total) => progress.push(done / total) });
    expect(await two.predict(CASES)).toEqual(alone);
    expect(alone.map(({ caseId }) => caseId)).toEqual(CASES.map(({ id }) => id));
    for (const { failure, predicted } of alone) {
      expect(failure).toBe('');
      for (const value of Object.values(predicted)) expect(value).toBeGreaterThan(0);
    }
    expect(progress.at(-1)).toBe(1);
    expect([...progress].sort((a, b) => a - b)).toEqual(progress);
  });

  it('are those of the calling thread', async () => {
    const direct = CASES.map((measured) => predictCase(prepareCase(measured), {}));
    expect(await one.predict(CASES)).toEqual(direct);
  });

  it('are made once for rows of one run, each with the metrics it asks for', async () => {
    const run = RUNS[2]!;
    const parts = { modelId: 'llama-3.1-8b', run };
    const whole = handCase(2, { ttft_mean_ms: 5, tpot_mean_ms: 5 }, parts);
    const rows = [handCase(3, { ttft_mean_ms: 7 }, parts), handCase(4, { tpot_mean_ms: 7 }, parts)];
    expect(new Set([whole, ...rows].map(runKey)).size).toBe(1);
    expect(runKey({ ...whole, options: { maxNumSeqs: 8 } })).not.toBe(runKey(whole));
    const [both] = (await one.predict([whole])) as [Prediction];
    expect((await one.predict(rows)).map(({ caseId, predicted }) => [caseId, predicted])).toEqual([
      ['runs.csv:3', { ttft_mean_ms: both.predicted.ttft_mean_ms }],
      ['runs.csv:4', { tpot_mean_ms: both.predicted.tpot_mean_ms }],
    ]);
  });

  it('follow constants, and the class of a device that forgets its fits', async () => {
    const measured = [caseOf(RUNS[2]!, 2), gemmCase(90, 1, 'fp16')];
    const [run, kernel] = (await one.predict(measured)).map(({ predicted }) => Object.values(predicted)[0]!);
    const slower = { 'engines.vllm.stepFixedS': 0.05, 'devices.h100-sxm.kernels.gemm.fp16.fixedS': 0.01 };
    const [slowRun, slowKernel] = (await one.predict(measured, slower)).map(
      ({ predicted }) => Object.values(predicted)[0]!,
    );
    expect(slowRun! - run!).toBeGreaterThan(19 * 45);
    expect(slowKernel! - kernel!).toBeCloseTo(10, 1);
    const byClass = await one.predict(measured, {}, { unfittedDevices: ['h100-sxm'] });
    const [classRun, classKernel] = byClass.map(({ predicted }) => Object.values(predicted)[0]!);
    expect(classRun).not.toBe(run);
    expect(classKernel).not.toBe(kernel);
    const other = await one.predict(measured, {}, { unfittedDevices: ['b200-sxm'] });
    expect(other.map(({ predicted }) => Object.values(predicted)[0])).toEqual([run, kernel]);
  });

  it('are remembered by the constants that matter, and no other constant does', async () => {
    const dense = caseOf(RUNS[2]!, 2);
    const others = {
      'engines.sglang.stepFixedS': 0.1,
      'devices.b200-sxm.kernels.gemm.fp16.fixedS': 0.1,
      'engines.vllm.moe.fixedS': 0.1,
      'devices.h100-sxm.power.moe.activeW': 600,
    };
    const watts = caseOf(RUNS[3]!, 3);
    for (const measured of [dense, watts])
      expect(predictCase(prepareCase(measured), others)).toEqual(predictCase(prepareCase(measured), {}));
    const fresh = new CasePredictor({ jobs: 1, workerUrl: WORKER });
    const sets = [{}, others, { 'engines.vllm.stepFixedS': 0.05 }, {}];
    const [base, same, moved, again] = await Promise.all(sets.map((set) => fresh.predict([dense], set)));
    await fresh.close();
    expect(same).toEqual(base);
    expect(again).toEqual(base);
    expect(moved).not.toEqual(base);
  });

  it('say why a case cannot run, and go on', async () => {
    const huge = handCase(5, { tpot_mean_ms: 1 }, { modelId: 'llama-3.1-405b', deviceId: 'rtx-4090' });
    const [answer, fine] = await one.predict([huge, caseOf(RUNS[5]!, 2)]);
    expect(answer).toMatchObject({ predicted: {}, failure: expect.stringContaining('does not fit') });
    expect(fine?.failure).toBe('');
  });
});

describe('figures of a run', () => {
  const columns: Readonly<Record<string, number>> = {
    ttft_ms_mean: 30,
    e2e_ms_mean: 130,
    e2e_ms_max: 2010,
    requests_completed: 50,
    output_tokens_per_s: 400,
    power_kw_it_mean: 0.6,
    tpot_ms_mean: 12,
  };
  const figures = (run: CaseRun) => runFigures(run, (name) => columns[name] ?? Number.NaN, 0.01, 77);

  it('leave the time of the API out of rates, and count what the table counts', () => {
    // First token after 30 - 10 = 20 ms, nine more in 100 ms.
    expect(figures({ kind: 'single-stream', promptTokens: 100, outputTokens: 10 })).toMatchObject({
      prefill_tok_s: expect.closeTo(5000, 9),
      decode_tok_s: expect.closeTo(90, 9),
      output_tok_s: expect.closeTo(10 / 0.12, 9),
    });
    // 50 requests of 8 tokens; the last one ends 2 s after the first began.
    expect(figures({ kind: 'static-batch', batch: 50, promptTokens: 64, outputTokens: 8 }).output_tok_s).toBeCloseTo(
      200,
    );
    expect(figures({ kind: 'offline', promptTokens: 64, outputTokens: 8 }).output_tok_s).toBeCloseTo(200);
    expect(figures({ kind: 'saturated', users: 8, task: 'gpqa', meanOutputTokens: 100 })).toMatchObject({
      output_tok_s: 400,
      power_w: 600,
      energy_per_output_token_j: 1.5,
    });
    // Clients see the API.
    expect(figures(RUNS[0]!)).toMatchObject({ ttft_mean_ms: 30, e2e_mean_ms: 130, tpot_mean_ms: 12, kv_blocks: 77 });
  });
});

describe('the draw of a load', () => {
  const product = { m: 4096, n: 8192, k: 8192 };
  const drawW = (parts: Partial<Extract<CaseRun, { kind: 'load-power' }>>, deviceId = 'h100-sxm'): number => {
    const run: CaseRun = { kind: 'load-power', dtype: 'fp16', dutyShare: 1, ...parts };
    const { predicted, failure } = predictCase(prepareCase(handCase(2, { power_w: 1 }, { deviceId, run })), {});
    expect(failure).toBe('');
    return predicted.power_w!;
  };

  it('grows with the share of time, to the cap under large products', () => {
    const device = findDevice('h100-sxm')!;
    const shares = [0.1, 0.3, 0.6, 1].map((dutyShare) => drawW({ product, dutyShare }));
    expect([...shares].sort((a, b) => a - b)).toEqual(shares);
    expect(shares[0]).toBeGreaterThan(device.idleLoadedW.value);
    expect(shares[3]).toBeLessThanOrEqual(0.97 * device.tdpW.value);
    expect(shares[3]).toBeGreaterThan(0.7 * device.tdpW.value);
  });

  it('is the law at the shares of a copy where nothing is multiplied', () => {
    const device = findDevice('h100-sxm')!;
    const { idleInterceptW, activeW, memoryW } = device.power!.dense;
    const share = kernelMemoryCopyBps(device) / device.memoryBandwidthBps.value;
    const byHandW = idleInterceptW.value + 0.5 * (activeW.value + share * memoryW.value);
    expect(drawW({ dutyShare: 0.5 })).toBeCloseTo(byHandW, 0);
    // Few rows are bound by memory, many by arithmetic.
    expect(drawW({ product: { ...product, m: 1 } })).toBeLessThan(drawW({ product }));
  });

  it('moves with the constants of power', () => {
    const run: CaseRun = { kind: 'load-power', dtype: 'fp16', dutyShare: 0.5 };
    const prepared = prepareCase(handCase(2, { power_w: 1 }, { run }));
    const path = 'devices.h100-sxm.power.dense.activeW';
    const [low, high] = [50, 90].map((watts) => predictCase(prepared, { [path]: watts }).predicted.power_w!);
    expect(high! - low!).toBeCloseTo(20, 1);
  });
});

describe('a run by hand', () => {
  const measured = handCase(
    2,
    { decode_tok_s: 1, prefill_tok_s: 1, output_tok_s: 1 },
    { modelId: 'llama-3.1-8b', run: { kind: 'single-stream', promptTokens: 100, outputTokens: 3 } },
  );
  const prepared = prepareCase(measured);
  const { predicted } = predictCase(prepared, {});
  const deployment = prepared.plan!.world.pools[0]!.deployment;
  const steps = createStepModel(deployment);

  it('decodes in the time of its two steps', () => {
    const stepS = (context: number): number => {
      const work = new Float64Array(steps.workCells);
      const cost = new Float64Array(COST_CELLS);
      work[Work.DECODES] = work[Work.LOGIT_ROWS] = 1;
      work[Work.CONTEXT] = context;
      steps.priceDecode(work, cost);
      return cost[Cost.STEP_S]!;
    };
    expect(predicted.decode_tok_s! * (stepS(101) + stepS(102))).toBeCloseTo(2, 6);
  });

  it('answers in the time of its parts', () => {
    const wholeS = 100 / predicted.prefill_tok_s! + 2 / predicted.decode_tok_s!;
    expect(predicted.output_tok_s! * wholeS).toBeCloseTo(3, 6);
  });
});
