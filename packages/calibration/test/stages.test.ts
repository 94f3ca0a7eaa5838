import type { MeasuredCase } from '@infersim/accuracy';
import { describe, expect, it } from 'vitest';
import { shippedCatalog } from '../src/parameters/catalog-constants.js';
import { measuredKernels, movablePaths } from '../src/stages/movable-constants.js';
import { decadeFactors, stageOf, stageRows } from '../src/stages/stage.js';
import { stageProblems } from '../src/stages/stage-problems.js';
import { logError } from '../src/stages/stage-residuals.js';
import { decodeRuns, gemmRuns, kernelCases } from './kernel-cases.js';
import { servingCases } from './serving-cases.js';

const exact = () => 1;
const gemms = (device: string) => kernelCases(device, gemmRuns(), exact);
const loops = (deviceId: string, engineId: string, tp = 1) =>
  servingCases(
    { deviceId, engineId, models: ['llama-3.1-8b'], users: [1, 8], prompts: [256], tp, figures: ['tpot_mean_ms'] },
    exact,
  );
const choiceOf = (allCases: readonly MeasuredCase[]) => ({ catalog: shippedCatalog, constants: {}, allCases });

describe('stage problems', () => {
  it('fit kernels of different kinds and devices apart', () => {
    const cases = [...gemms('h100-sxm'), ...kernelCases('h100-sxm', decodeRuns(), exact), ...gemms('a100-80-sxm')];
    const problems = stageProblems(cases, 'kernels', choiceOf(cases));
    expect(problems.map(({ cases: own }) => own.length)).toEqual([120, 100, 120]);
    expect(problems.map(({ parameters }) => parameters.length)).toEqual([5, 4, 5]);
    expect(problems[1]!.parameters[0]!.path).toBe('devices.h100-sxm.kernels.decodeAttention.fp16.fixedS');
  });

  it('fit engines together when they share a device that is fitted too, else apart', () => {
    const together = [...loops('h100-sxm', 'vllm'), ...loops('h100-sxm', 'sglang')];
    expect(stageProblems(together, 'engines', choiceOf(together))).toHaveLength(1);
    const frozen = [...together, ...gemms('h100-sxm')];
    const problems = stageProblems(frozen, 'engines', choiceOf(frozen));
    expect(problems).toHaveLength(2);
    const paths = problems.flatMap(({ parameters }) => parameters.map(({ path }) => path));
    expect(paths.every((path) => path.startsWith('engines.'))).toBe(true);
  });

  it('leave constants out that may not move, and cases that then have none', () => {
    const cases = loops('h100-sxm', 'vllm');
    const choice = { ...choiceOf(cases), mayMove: (path: string) => path.endsWith('layerFixedS') };
    const [problem] = stageProblems(cases, 'engines', choice);
    expect(problem!.parameters.map(({ path }) => path)).toEqual(['engines.vllm.layerFixedS']);
    expect(stageProblems(cases, 'engines', { ...choice, mayMove: () => false })).toEqual([]);
    expect(stageProblems(cases, 'power', choice)).toEqual([]);
  });
});

describe('movable constants', () => {
  const [loop] = loops('l40s', 'vllm', 4);
  const of = (measured: MeasuredCase, stage: 'kernels' | 'engines' | 'power') =>
    movablePaths(measured, stage, shippedCatalog, measuredKernels([measured]));

  it('follow what a run was measured for', () => {
    expect(of(loop!, 'engines')).toContain('devices.l40s.kernels.collectives.4.busBps');
    expect(of({ ...loop!, peerAccess: false }, 'engines')).toContain(
      'devices.l40s.kernels.collectivesWithoutPeerAccess.4.busBps',
    );
    expect(of(loop!, 'engines')).not.toContain('engines.vllm.apiS');
    expect(of({ ...loop!, measured: { ttft_p50_ms: 30 } }, 'engines')).toContain('engines.vllm.apiS');
    expect(of({ ...loop!, measured: { power_w: 200 } }, 'power')).toContain('devices.l40s.power.dense.memoryW');
    expect(of({ ...loop!, isMoe: true }, 'engines')).toContain('engines.vllm.moe.routingSkew');
    expect(of({ ...loop!, precision: { weights: 'int4' } }, 'engines')).toContain(
      'devices.l40s.kernels.weightOnly.fourBit.memoryShare',
    );
    expect(of({ ...loop!, run: { kind: 'idle', loaded: true }, measured: { power_w: 80 } }, 'power')).toEqual([
      'devices.l40s.idleLoadedW',
    ]);
    expect(of({ ...loop!, deviceId: 'unheard-of' }, 'engines')).toEqual([]);
  });
});

describe('collectives', () => {
  const run = { kind: 'collective', operation: 'all-reduce', ranks: 4, bytes: 1e6, library: 'custom' } as const;
  const [custom, vendor, sent] = kernelCases(
    'h100-sxm',
    [run, { ...run, library: 'vendor' }, { ...run, operation: 'send-receive' }],
    exact,
  );
  const of = (measured: MeasuredCase, cases: readonly MeasuredCase[]) =>
    movablePaths(measured, 'kernels', shippedCatalog, measuredKernels(cases));

  it("of the vendor's library count only where no engine's own were measured", () => {
    const paths = ['devices.h100-sxm.kernels.collectives.4.latencyS', 'devices.h100-sxm.kernels.collectives.4.busBps'];
    expect(of(custom!, [custom!, vendor!])).toEqual(paths);
    expect(of(vendor!, [custom!, vendor!])).toEqual([]);
    expect(of(vendor!, [vendor!])).toEqual(paths);
    expect(of(sent!, [sent!])).toEqual([]);
  });
});

describe('stage rows', () => {
  it('let one run weigh one, means more than tails, and blocks of KV by themselves', () => {
    const [measured] = loops('h100-sxm', 'vllm');
    const figures = { tpot_mean_ms: 10, ttft_p99_ms: 50, kv_blocks: 900, power_w: 400, ttft_p90_ms: -1 };
    const rows = stageRows([{ ...measured!, measured: figures }], 'engines');
    expect(rows.map(({ metric, weight }) => [metric, weight])).toEqual([
      ['tpot_mean_ms', 0.8],
      ['ttft_p99_ms', 0.2],
      ['kv_blocks', 1],
    ]);
    expect(stageOf('energy_per_output_token_j')).toBe('power');
  });

  it('let every decade of sizes count alike', () => {
    const runs = [1, 2, 3, 4, 5, 6, 20, 30, 200].map(
      (m) => ({ kind: 'gemm', m, n: 64, k: 64, dtype: 'fp16', blockScaled: false }) as const,
    );
    const factors = decadeFactors(kernelCases('h100-sxm', runs, exact));
    const sum = (from: number, to: number) => factors.slice(from, to).reduce((total, factor) => total + factor, 0);
    expect(sum(0, 6)).toBeCloseTo(3, 12);
    expect(sum(6, 8)).toBeCloseTo(3, 12);
    expect(sum(8, 9)).toBeCloseTo(3, 12);
  });

  it('have no log error where there is no figure', () => {
    expect(logError(undefined, 1)).toBeNaN();
    expect(logError(-1, 1)).toBeNaN();
    expect(logError(2, 1)).toBeCloseTo(Math.LN2, 12);
  });
});
