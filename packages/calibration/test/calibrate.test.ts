import { describe, expect, it } from 'vitest';
import { calibrate } from '../src/calibrate.js';
import {
  type ConstantCatalog,
  changedCatalog,
  quantityAt,
  shippedCatalog,
} from '../src/parameters/catalog-constants.js';
import { calibrationText } from '../src/report/calibration-text.js';
import { decodeRuns, gemmRuns, kernelCases, predictKernels } from './kernel-cases.js';
import { logNormal } from './noise.js';
import { predictServing, servingCases } from './serving-cases.js';

const H100 = 'devices.h100-sxm.kernels';
const EFFICIENCIES = [
  `${H100}.gemm.fp16.computeEfficiency`,
  `${H100}.gemm.fp16.memoryEfficiency`,
  `${H100}.decodeAttention.fp16.bandwidthEfficiency`,
];

/** The catalog with the efficiencies of H100 at 0.7 of what they are. */
function spoiled(): ConstantCatalog {
  const values = EFFICIENCIES.map((path) => [path, 0.7 * quantityAt(shippedCatalog, path)!.value]);
  return changedCatalog(shippedCatalog, Object.fromEntries(values));
}

const kernelRows = (seed: number) => [
  ...kernelCases('h100-sxm', gemmRuns(), logNormal(seed, 0.05)),
  ...kernelCases('h100-sxm', decodeRuns(), logNormal(seed + 1, 0.05)),
];

describe('calibrate', () => {
  it('mends a spoiled device by its kernels, on rows it did not see', async () => {
    const catalog = spoiled();
    const result = await calibrate({ cases: kernelRows(41), predict: predictKernels(catalog), catalog });
    expect(result.counts).toEqual({ cases: 220, fitted: 165, held: 55, setAside: 0 });
    expect(result.overall.held.before.median!).toBeGreaterThan(0.2);
    expect(result.overall.held.after.median!).toBeLessThan(0.06);
    for (const path of EFFICIENCIES) {
      expect(Math.abs(Math.log(result.set[path]! / quantityAt(shippedCatalog, path)!.value))).toBeLessThan(0.06);
    }
    const computed = result.constants.find(({ path }) => path === EFFICIENCIES[0])!;
    expect(computed.before).toBeCloseTo(0.7 * quantityAt(shippedCatalog, EFFICIENCIES[0]!)!.value, 6);
    expect(computed.low).toBeLessThan(computed.after);
    expect(computed.high).toBeGreaterThan(computed.after);
    expect(computed.high / computed.low).toBeLessThan(1.1);
  });

  it('mends a spoiled device by whole runs where no kernel was measured', async () => {
    const catalog = spoiled();
    const cases = servingCases(
      {
        deviceId: 'h100-sxm',
        engineId: 'vllm',
        models: ['llama-3.2-3b', 'llama-3.1-8b', 'qwen3-32b'],
        users: [1, 8, 64, 256],
        prompts: [256, 2048],
        figures: ['tpot_mean_ms', 'ttft_mean_ms', 'output_tok_s'],
      },
      logNormal(43, 0.03),
    );
    const result = await calibrate({ cases, predict: predictServing(catalog), catalog });
    expect(result.overall.held.before.median!).toBeGreaterThan(0.2);
    expect(result.overall.held.after.median!).toBeLessThan(0.05);
    const memory = EFFICIENCIES[1]!;
    expect(Math.abs(Math.log(result.set[memory]! / quantityAt(shippedCatalog, memory)!.value))).toBeLessThan(0.1);
  });

  it('does not mind that a tenth of the rows are wild', async () => {
    const catalog = spoiled();
    const cases = kernelRows(45).map((row, n) =>
      n % 10 === 3 ? { ...row, measured: { kernel_ms: row.measured.kernel_ms! * (n % 20 === 3 ? 4 : 0.25) } } : row,
    );
    const result = await calibrate({ cases, predict: predictKernels(catalog), catalog });
    for (const path of EFFICIENCIES) {
      expect(Math.abs(Math.log(result.set[path]! / quantityAt(shippedCatalog, path)!.value))).toBeLessThan(0.1);
    }
  });

  it('gives the same result for the same seed, and keeps other rows out for another', async () => {
    const run = (seed: number) => calibrate({ cases: kernelRows(47).slice(0, 60), predict: predictKernels(), seed });
    const [first, again, other] = [await run(1), await run(1), await run(2)];
    expect(again).toEqual(first);
    expect(other.problems[0]!.caseIds).not.toEqual(first.problems[0]!.caseIds);
  });

  it('uses no row that its table set aside, and counts it', async () => {
    const rows = kernelRows(49).slice(0, 40);
    const cases = rows.map((row, n) => (n < 4 ? { ...row, setAside: 'clock was locked' } : row));
    const result = await calibrate({ cases, predict: predictKernels() });
    expect(result.counts.setAside).toBe(4);
    const used = result.problems.flatMap(({ caseIds }) => caseIds);
    expect(used).toHaveLength(27);
    expect(used.some((id) => cases.slice(0, 4).some((row) => row.id === id))).toBe(false);
  });

  it('goes on when some cases cannot be predicted, and names them', async () => {
    const cases = kernelRows(51).slice(0, 40);
    const whole = predictKernels();
    const result = await calibrate({
      cases,
      heldShare: 0,
      predict: (asked, constants) =>
        whole(asked, constants).map((answer) =>
          answer.caseId === cases[5]!.id
            ? { caseId: answer.caseId, predicted: {}, failure: 'does not fit into memory' }
            : answer,
        ),
    });
    expect(result.failures).toEqual([{ caseId: cases[5]!.id, failure: 'does not fit into memory' }]);
    expect(result.problems[0]!.result.fit.ignoredRows).toHaveLength(1);
    expect(result.overall.fitted.after.count).toBe(39);
    expect(result.overall.fitted.after.missing).toBe(1);
  });

  it('refuses two cases of one name, and a share that is none', async () => {
    const [row] = kernelRows(55);
    await expect(calibrate({ cases: [row!, row!], predict: predictKernels() })).rejects.toThrow(/two cases named/);
    await expect(calibrate({ cases: [row!], predict: predictKernels(), heldShare: 0.9 })).rejects.toThrow(/1-th row/);
  });

  it('moves nothing when no case tells about a constant', async () => {
    const cases = kernelRows(53).slice(0, 8);
    const result = await calibrate({ cases, predict: predictKernels(), stages: ['power'] });
    expect(result.constants).toEqual([]);
    expect(result.set).toEqual({});
    expect(result.overall.fitted.after).toEqual(result.overall.fitted.before);
  });

  it('passes over a fit none of whose cases runs, and says why', async () => {
    const rows = kernelCases('h100-sxm', [...gemmRuns().slice(0, 20), ...decodeRuns().slice(0, 20)], () => 1);
    const predict = predictKernels();
    const fails = (asked: typeof rows, constants: Readonly<Record<string, number>>) =>
      predict(asked, constants).map((answer, n) =>
        asked[n]!.run.kind === 'gemm' ? { ...answer, predicted: {}, failure: 'no such arithmetic' } : answer,
      );
    const result = await calibrate({ cases: rows, predict: (asked, set) => fails([...asked], set), heldShare: 0 });
    expect(result.problems.map(({ caseIds }) => caseIds.length)).toEqual([20]);
    expect(result.skipped).toHaveLength(1);
    expect(result.skipped[0]!.paths).toContain(EFFICIENCIES[0]);
    expect(result.skipped[0]!.cases[0]).toEqual({ caseId: rows[0]!.id, failure: 'no such arithmetic' });
    const text = calibrationText(result, { color: false });
    expect(text).toContain('not fitted: 1\n');
    expect(text).toMatch(/kernels of h100-sxm: \S+: no such arithmetic \(and 19 cases\s+more\)/);
    // No line of errors over no figures.
    expect(text).not.toMatch(/ 0 +n\/a/);
  });

  it('counts one case as one, and cuts no name', async () => {
    const [row] = kernelCases('h100-sxm', gemmRuns(), () => 1);
    const family = 'prefill-attention of a very long name';
    const cases = [{ ...row!, family }];
    const text = calibrationText(await calibrate({ cases, predict: predictKernels(), heldShare: 0 }), { color: false });
    expect(text).toContain('  1 case: 1 fitted, 0 kept out\n');
    expect(text).toContain(`\n  kernel_ms ${family}\n`);
  });
});
