import type { MeasuredCase, Prediction } from '@infersim/accuracy';
import { findEngine } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import { type CatalogFit, constant } from '../src/catalog-fit/catalog-fit.js';
import { CATALOG_FITS } from '../src/catalog-fit/definitions.js';
import { type LeaveOutOptions, leaveGroupsOut } from '../src/catalog-fit/leave-out.js';
import { lineariseCatalogFit, runCatalogFit } from '../src/catalog-fit/run-catalog-fit.js';
import { quantityAt, shippedCatalog } from '../src/parameters/catalog-constants.js';
import type { ConstantSet } from '../src/parameters/fit-parameter.js';

const STEP = 'engines.vllm.stepFixedS';
const API = 'engines.vllm.apiS';
const stepS = findEngine('vllm')!.stepFixedS.value;
const apiS = findEngine('vllm')!.apiS.value;

const FIT: CatalogFit = {
  id: 'test',
  constants: [constant(STEP, stepS, 1, stepS / 10, 10 * stepS), constant(API, apiS, 1, apiS / 10, 10 * apiS)],
  selects: ({ engineId }) => engineId === 'vllm',
  metrics: () => ({ tpot_mean_ms: 1, ttft_mean_ms: 1 }),
};

/** What a run of the test's engine takes: a step besides work, and the API before the first. */
function figures(users: number, set: ConstantSet): { tpot_mean_ms: number; ttft_mean_ms: number } {
  return {
    tpot_mean_ms: 1000 * (set[STEP] ?? stepS) + 0.01 * users,
    ttft_mean_ms: 1000 * (set[API] ?? apiS) + 0.1 * users,
  };
}

function caseOf(
  family: string,
  model: string,
  users: number,
  factor = 1,
  parts: Partial<MeasuredCase> = {},
): MeasuredCase {
  const { tpot_mean_ms, ttft_mean_ms } = figures(users, {});
  return {
    id: `${model}:${users}`,
    file: model,
    line: users,
    dataset: 'fixed-concurrency-serving',
    source: 'Lab A',
    deviceId: 'h100-sxm',
    deviceName: 'H100',
    modelId: model,
    engineId: 'vllm',
    family,
    isMoe: false,
    precision: { weights: 'fp16' },
    parallelism: { tp: 1, pp: 1, dpAttention: 1, ep: 1 },
    peerAccess: true,
    options: {},
    run: {
      kind: 'closed-loop',
      users,
      promptTokens: { low: 100, high: 100 },
      outputTokens: { low: 100, high: 100 },
      staggerS: 0,
    },
    measured: { tpot_mean_ms: factor * tpot_mean_ms, ttft_mean_ms: factor * ttft_mean_ms },
    ...parts,
  };
}

const USERS = [1, 2, 4, 8];
const CASES: readonly MeasuredCase[] = [
  ...USERS.map((users) => caseOf('a', 'a-1', users)),
  ...USERS.map((users) => caseOf('b', 'b-1', users)),
  ...USERS.map((users) => caseOf('c', 'c-1', users, 1.3)),
];

const predict = (cases: readonly MeasuredCase[], set: ConstantSet): Prediction[] =>
  cases.map(({ id, run }) => ({
    caseId: id,
    predicted: figures(run.kind === 'closed-loop' ? run.users : 0, set),
    failure: '',
  }));

const OPTIONS: LeaveOutOptions = { predict, groupings: [({ family }) => family], groupingOf: () => 0 };

describe('leaving groups out', () => {
  it('gives each group constants that have not seen it, and real predictions under them', async () => {
    const groups = await leaveGroupsOut([FIT], CASES, OPTIONS);
    expect(groups.map(({ group }) => group)).toEqual(['a', 'b', 'c']);
    const [a, , c] = groups;
    // Without the odd family everything is as the catalog has it.
    expect(c!.constants[STEP]).toBeCloseTo(stepS, 9);
    expect(c!.constants[API]).toBeCloseTo(apiS, 9);
    // With it, and without one of the others, the truth lies in between.
    expect(a!.constants[STEP]! / stepS).toBeGreaterThan(1.05);
    expect(a!.constants[STEP]! / stepS).toBeLessThan(1.3);
    expect(a!.predictions).toEqual(predict(CASES.slice(0, 4), a!.constants));
  });

  it('agrees with a whole fit without the group', async () => {
    const [a] = await leaveGroupsOut([FIT], CASES, OPTIONS);
    const whole = await runCatalogFit(FIT, CASES.slice(4), { predict });
    expect(a!.constants[STEP]! / whole.result.constants[STEP]!).toBeCloseTo(1, 1);
    expect(a!.constants[API]! / whole.result.constants[API]!).toBeCloseTo(1, 1);
  });

  it('cuts rows of one family by model where told to, out of all rows of that model', async () => {
    const groupings = [({ family }: MeasuredCase) => family, ({ modelId }: MeasuredCase) => `model ${modelId}`];
    const more = [...CASES, ...USERS.map((users) => caseOf('a', 'a-2', users + 10, 1.3))];
    const groupingOf = ({ family }: MeasuredCase) => (family === 'a' ? 1 : 0);
    const groups = await leaveGroupsOut([FIT], more, { ...OPTIONS, groupings, groupingOf });
    expect(groups.map(({ group, predictions }) => [group, predictions.length])).toEqual([
      ['model a-1', 4],
      ['b', 4],
      ['c', 4],
      ['model a-2', 4],
    ]);
  });

  it('predicts only what was chosen, and runs no fit for rows that it does not use', async () => {
    const asked: number[] = [];
    const counting: LeaveOutOptions = {
      ...OPTIONS,
      predict: (cases, set) => {
        asked.push(cases.length);
        return predict(cases, set);
      },
    };
    const chosen = await leaveGroupsOut([FIT], CASES, { ...counting, chosen: CASES.slice(0, 2) });
    expect(chosen.map(({ group, predictions }) => [group, predictions.length])).toEqual([['a', 2]]);
    expect(asked).toEqual([12, 12, 12, 2]);
    asked.length = 0;
    const other = caseOf('x', 'x-1', 1, 1, { engineId: 'sglang' });
    expect(await leaveGroupsOut([FIT], [...CASES, other], { ...counting, chosen: [other] })).toEqual([]);
    expect(asked).toEqual([]);
    const unfitted = { ...counting, chosen: [other], isUnfitted: () => true };
    expect(await leaveGroupsOut([FIT], [...CASES, other], unfitted)).toMatchObject([{ group: 'x', constants: {} }]);
  });

  it('leaves no group out of a fit that would have fewer figures than constants, and no row that is set aside', async () => {
    expect(await leaveGroupsOut([FIT], CASES.slice(0, 4), OPTIONS)).toEqual([]);
    const aside = { ...CASES[4]!, setAside: 'host-limited' };
    const groups = await leaveGroupsOut([FIT], [...CASES.slice(0, 4), aside, ...CASES.slice(5)], OPTIONS);
    expect(groups.find(({ group }) => group === 'b')?.predictions.map(({ caseId }) => caseId)).toEqual([
      'b-1:2',
      'b-1:4',
      'b-1:8',
    ]);
  });

  it('counts the rows it has run, up to all of them', async () => {
    const progress: [number, number][] = [];
    await leaveGroupsOut([FIT], CASES, { ...OPTIONS, onProgress: (done, total) => progress.push([done, total]) });
    expect(progress.at(-1)).toEqual([48, 48]);
    expect(progress.every(([, total]) => total === 48)).toBe(true);
  });

  it('hands the group to whoever predicts it in a way of its own', async () => {
    const seen: string[] = [];
    await leaveGroupsOut([FIT], CASES, {
      ...OPTIONS,
      predictGroup: (group, cases, set) => {
        seen.push(`${group} ${cases.length}`);
        return predict(cases, set);
      },
    });
    expect(seen).toEqual(['a 4', 'b 4', 'c 4']);
  });
});

describe('the fits of the catalog', () => {
  it('move constants that the catalog has, between walls around their beliefs', () => {
    const paths = CATALOG_FITS.flatMap(({ constants }) => constants.map(({ path }) => path));
    for (const path of paths) expect(quantityAt(shippedCatalog, path), path).toBeDefined();
    for (const { path, prior, low, high, logSigma } of CATALOG_FITS.flatMap(({ constants }) => constants)) {
      expect(low < high && prior >= low && prior <= high && logSigma > 0, path).toBe(true);
    }
    expect(new Set(CATALOG_FITS.map(({ id }) => id)).size).toBe(CATALOG_FITS.length);
  });

  it('have slopes by differences of one constant at a time', async () => {
    const lines = await lineariseCatalogFit(FIT, CASES.slice(0, 4), { predict });
    // Of TPOT only the step, of TTFT only the API: ln(step + work) moves by the step's share.
    const users = 1;
    const share = (1000 * stepS) / (1000 * stepS + 0.01 * users);
    expect(lines.jacobian.values[0]).toBeCloseTo(share, 1);
    expect(lines.jacobian.values[1]).toBe(0);
    expect(Math.max(...lines.residuals.map(Math.abs))).toBeLessThan(1e-12);
  });
});
