import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDevice, findEngine, findModel } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import type { MeasuredCase } from '../src/cases/measured-case.js';
import { errorRows } from '../src/errors/error-row.js';
import { headlineFigures } from '../src/errors/headline.js';
import { prepareCase } from '../src/predict/prepared-case.js';
import { readReferenceParts } from '../src/reference/reference-row.js';
import { referenceCases, referenceTables } from '../src/reference/reference-tables.js';
import { REFERENCE_SHARES } from '../src/reference/selection.js';
import { openLoopServing } from '../src/tables/datasets/open-loop-serving.js';

const tables = referenceTables();
const figures = tables.cases.flatMap(({ id, measured }) =>
  Object.entries(measured).map(([metric, value]) => ({ id, metric, value })),
);

function casesOf(dataset: MeasuredCase['dataset']): readonly MeasuredCase[] {
  return tables.cases.filter((measured) => measured.dataset === dataset);
}

describe('the built-in table', () => {
  it('holds at most 300 figures, all of them positive', () => {
    expect(figures.length).toBeLessThanOrEqual(300);
    expect(figures.length).toBeGreaterThan(250);
    for (const { id, metric, value } of figures) expect(value, `${id} ${metric}`).toBeGreaterThan(0);
  });

  it('is counted by the README', () => {
    const text = `holds ${figures.length} published figures of ${tables.cases.length} runs`;
    expect(readFileSync('README.md', 'utf8')).toContain(text);
  });

  it('numbers its cases from 1 under one name', () => {
    tables.cases.forEach((measured, index) => {
      expect(measured).toMatchObject({ id: `built-in:${index + 1}`, file: 'built-in', line: index + 1 });
    });
    expect(tables.files).toEqual([
      { file: 'built-in', rows: tables.cases.length, cases: tables.cases.length, ignored: [] },
    ]);
    expect(tables.problems).toEqual([]);
  });

  it('holds no row that the readers set aside, and no run twice', () => {
    for (const { id, setAside } of tables.cases) expect(setAside, id).toBeUndefined();
    const runs = tables.cases.map(({ id, file, line, ...rest }) => JSON.stringify(rest));
    expect(new Set(runs).size).toBe(runs.length);
  });

  it('gives every line of the headline rows to judge', () => {
    const exact = tables.cases.map(({ id, measured }) => ({ caseId: id, predicted: measured, failure: '' }));
    for (const { target, inSample } of headlineFigures(errorRows(tables.cases, exact).rows)) {
      expect(inSample?.n ?? 0, target.id).toBeGreaterThanOrEqual(4);
    }
  });

  it('holds as many rows of each line as its rule asks for', () => {
    expect(tables.cases).toHaveLength(REFERENCE_SHARES.reduce((sum, { rows }) => sum + rows, 0));
  });

  it('names devices, models and engines of the catalog', () => {
    for (const { id, deviceId, modelId, engineId } of tables.cases) {
      expect(findDevice(deviceId)?.id, id).toBe(deviceId);
      if (modelId !== '') expect(findModel(modelId)?.id, id).toBe(modelId);
      if (engineId !== '') expect(findEngine(engineId)?.id, id).toBe(engineId);
    }
  });

  it('can be run', () => {
    for (const measured of tables.cases) expect(prepareCase(measured).failure, measured.id).toBe('');
  });

  it('says of every figure where it was published', () => {
    for (const { measured, source } of referenceCases()) {
      expect(source.project, measured.id).not.toBe('');
      expect(source.place, measured.id).not.toBe('');
    }
    const projects = new Set(referenceCases().map(({ source }) => source.project));
    expect(projects).toContain('ml-energy/leaderboard');
    expect(projects).toContain('SemiAnalysisAI/InferenceX');
    expect(projects.size).toBeGreaterThanOrEqual(12);
  });

  it('is reached from nowhere else in the package, so that only who asks for it loads it', () => {
    const files = (readdirSync('src', { recursive: true }) as string[]).filter((path) => path.endsWith('.ts'));
    const importers = files.filter(
      (path) => !path.startsWith('reference') && /from '[^']*reference\//.test(readFileSync(join('src', path), 'utf8')),
    );
    expect(importers).toEqual([]);
  });
});

describe('the figures agree with each other', () => {
  it('time per token and to the first make up the end-to-end time of a stage', () => {
    for (const { id, measured, run } of casesOf('open-loop-serving')) {
      if (run.kind !== 'open-loop') throw new Error(id);
      const e2eMs = measured.ttft_mean_ms! + (run.outputTokens - 1) * measured.tpot_mean_ms!;
      expect(e2eMs / measured.e2e_mean_ms!, id).toBeCloseTo(1, 9);
      if (measured.e2e_p99_ms !== undefined) {
        expect(run.warm, id).toBe(true);
        expect(measured.e2e_p99_ms, id).toBeGreaterThan(measured.e2e_mean_ms!);
        expect(measured.ttft_p99_ms, id).toBeGreaterThan(measured.ttft_mean_ms!);
      }
    }
  });

  it('power is the output rate times the energy per token', () => {
    for (const { id, measured } of casesOf('saturated-serving')) {
      const powerW = measured.output_tok_s! * measured.energy_per_output_token_j!;
      expect(powerW / measured.power_w!, id).toBeCloseTo(1, 5);
    }
  });

  it('a full batch makes no more tokens per second than its median gap allows', () => {
    for (const { id, measured, run } of casesOf('saturated-serving')) {
      if (run.kind !== 'saturated') throw new Error(id);
      expect(measured.output_tok_s! * measured.itl_p50_ms! * 1e-3, id).toBeLessThan(1.1 * run.users);
    }
  });

  it('no kernel beats the peak of its device', () => {
    for (const { id, deviceId, run, measured } of tables.cases) {
      if (run.kind !== 'gemm') continue;
      const { peakFlops } = findDevice(deviceId)!;
      const peak = run.dtype === 'fp8' ? peakFlops.fp8 : run.dtype === 'fp4' ? peakFlops.fp4 : peakFlops.fp16;
      const reached = (2 * run.m * run.n * run.k) / (measured.kernel_ms! * 1e-3);
      expect(reached / peak!.value, id).toBeLessThan(1.05);
    }
  });
});

describe('reading rows of the table', () => {
  it('fails loudly for a row that its reader cannot read', () => {
    const source = { project: 'p', place: 'q', revision: '' };
    expect(() =>
      readReferenceParts([{ reader: openLoopServing, rows: [{ source, cells: { model: 'x' } }] }]),
    ).toThrow();
  });
});
