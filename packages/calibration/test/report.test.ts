import { withConstants } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { calibrate } from '../src/calibrate.js';
import { calibrationOverlay } from '../src/overlay/calibration-overlay.js';
import { overlayText } from '../src/overlay/overlay-text.js';
import { shippedCatalog } from '../src/parameters/catalog-constants.js';
import { calibrationJson } from '../src/report/calibration-json.js';
import { calibrationText } from '../src/report/calibration-text.js';
import { constantText, intervalText, percentText } from '../src/report/constant-text.js';
import { gemmRuns, kernelCases, predictKernels } from './kernel-cases.js';
import { logNormal } from './noise.js';

const cases = [
  ...kernelCases('h100-sxm', gemmRuns(), logNormal(61, 0.05)),
  ...kernelCases('h100-sxm', gemmRuns('fp8'), logNormal(62, 0.05)).map((row) => ({ ...row, id: `fp8-${row.id}` })),
];
const predict = predictKernels();
const result = await calibrate({
  cases,
  predict: (asked, constants) =>
    predict(asked, constants).map((answer) =>
      answer.caseId === cases[0]!.id ? { ...answer, predicted: {}, failure: 'does not fit' } : answer,
    ),
});

describe('calibration text', () => {
  const text = calibrationText(result, { color: false });
  const lines = text.split('\n');

  it('begins with the error on rows kept out, in 80 columns', () => {
    expect(lines[0]).toMatch(/^[✓✗] median error on rows kept out of the fit: [\d.]+ % -> [\d.]+ %$/);
    expect(lines[1]).toBe('  240 cases: 180 fitted, 60 kept out');
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(text.endsWith('\n')).toBe(true);
  });

  it('lists each constant that moved with interval and former grade', () => {
    for (const { path } of result.constants) {
      expect(text).toContain(path.replace('devices.h100-sxm.kernels.', ''));
    }
    const before = shippedCatalog.device('h100-sxm')!.kernels!.gemm.fp16.memoryEfficiency.value.toFixed(3);
    const line = lines.find((each) => each.includes('gemm.fp16.memoryEfficiency'))!;
    expect(line.replace(before, 'BEFORE')).toMatch(/memoryEfficiency +BEFORE +0\.\d{3} +0\.\d{3} to \d\.\d{3} +fitted/);
  });

  it('names what could not be predicted, and what stays', () => {
    expect(text).toContain('not predicted: 1');
    expect(text).toContain(`${cases[0]!.id}: does not fit`);
    expect(text).toContain('what these rows cannot tell apart');
    expect(text).not.toContain('no row depends');
  });

  it('colours only when asked', () => {
    const escapeCode = String.fromCharCode(27);
    expect(text.includes(escapeCode)).toBe(false);
    const coloured = calibrationText(result, { color: true });
    expect(coloured.includes(escapeCode)).toBe(true);
    const plain = coloured.split(escapeCode).map((part, n) => (n === 0 ? part : part.slice(part.indexOf('m') + 1)));
    expect(plain.join('')).toBe(text);
  });
});

describe('calibration JSON', () => {
  it('holds every constant, fit and failure as plain data', () => {
    const json = JSON.parse(JSON.stringify(calibrationJson(result)));
    expect(json.schema).toBe('infersim.calibration/1');
    expect(json.constants).toHaveLength(result.constants.length);
    expect(json.fits[0]).toMatchObject({ stage: 'kernels', reason: 'converged' });
    expect(json.failures).toEqual([{ caseId: cases[0]!.id, failure: 'does not fit' }]);
    expect(json.overall.held.after.median).toBeGreaterThan(0);
    expect(JSON.stringify(json)).not.toContain('null');
  });
});

describe('overlay', () => {
  it('is YAML that the catalog takes back', () => {
    const overlay = parse(calibrationOverlay(result.constants, 'H100 in the lab, driver 580'));
    expect(overlay.schema).toBe('infersim.overlay/1');
    expect(overlay.note).toBe('H100 in the lab, driver 580');
    expect(Object.keys(overlay)).toEqual(['schema', 'note', 'devices']);
    const changes = overlay.devices['h100-sxm'];
    expect(Object.keys(changes)).toHaveLength(result.constants.length);
    const changed = withConstants(shippedCatalog.device('h100-sxm')!, changes);
    const { value, low, high, grade, source } = changed.kernels!.gemm.fp16.memoryEfficiency;
    const fitted = result.constants.find(({ path }) => path.endsWith('gemm.fp16.memoryEfficiency'))!;
    expect(value).toBe(Number(fitted.after.toPrecision(4)));
    expect(low!).toBeLessThanOrEqual(value);
    expect(high!).toBeGreaterThanOrEqual(value);
    expect(grade).toBe('fitted');
    expect(source).toMatch(/^infersim calibrate: \d+ figures, [\d.]+ % beside the fit$/);
  });

  it('sorts entries, and quotes what YAML would read otherwise', () => {
    const constant = (path: string) =>
      ({ path, value: 1.23456e-5, low: 1e-5, high: 2e-5, grade: 'fitted', source: 'a: b' }) as const;
    const text = overlayText([constant('engines.vllm.stepFixedS'), constant('engines.tgi.apiS')], 'note: odd');
    expect(parse(text)).toEqual({
      schema: 'infersim.overlay/1',
      note: 'note: odd',
      engines: {
        tgi: { apiS: { value: 1.235e-5, low: 1e-5, high: 2e-5, grade: 'fitted', source: 'a: b' } },
        vllm: { stepFixedS: { value: 1.235e-5, low: 1e-5, high: 2e-5, grade: 'fitted', source: 'a: b' } },
      },
    });
    expect(text.indexOf('tgi')).toBeLessThan(text.indexOf('vllm'));
  });
});

describe('numbers', () => {
  it('are short', () => {
    expect(constantText(14e-6, 's')).toBe('14.0 us');
    expect(constantText(2.9e-8, 's')).toBe('29.0 ns');
    expect(constantText(468e9, 'B/s')).toBe('468 GB/s');
    expect(constantText(2e9, 'B')).toBe('2.00 GB');
    expect(constantText(0.812, '1')).toBe('0.812');
    expect(constantText(0, 'tokens')).toBe('0.00 tok');
    expect(intervalText(12.1e-6, 15.94e-6, 's')).toBe('12.1 to 15.9 us');
    expect(percentText(0.0523)).toBe('5.2 %');
    expect(percentText(0.31)).toBe('31 %');
    expect(percentText(undefined)).toBe('n/a');
  });
});
