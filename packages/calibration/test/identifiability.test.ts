import { describe, expect, it } from 'vitest';
import { informationOf } from '../src/identifiability/information.js';
import { shortName, suspicionsOf, suspicionText } from '../src/identifiability/inseparable.js';
import { intervalOf } from '../src/identifiability/interval.js';
import { fitSeparable, fitSeparableAsync } from '../src/identifiability/separable-fit.js';
import { fit } from '../src/least-squares/fit.js';
import type { FitParameter } from '../src/parameters/fit-parameter.js';
import { logNormal } from './noise.js';

const parameter = (name: string, start: number, prior?: FitParameter['prior']): FitParameter => ({
  path: `engines.e.${name}`,
  start,
  low: 1e-3,
  high: 1e3,
  scale: 'log',
  ...(prior === undefined ? {} : { prior }),
});

/** Steps of 32 or 33 layers: a + 32 b can hardly be told from its parts. */
const LAYERS = Float64Array.from({ length: 40 }, (_, n) => 32 + (n % 2));
const noise = logNormal(7, 0.01);
const STEPS = LAYERS.map((layers) => (0.5 + 0.015 * layers) * noise());
const stepErrors = (values: Float64Array): Float64Array =>
  STEPS.map((measured, i) => Math.log((values[0]! + values[1]! * LAYERS[i]!) / measured));

describe('information', () => {
  it('gives the errors and the correlation of a straight line fit', () => {
    // ln T = ln a + b x has the textbook answers: slope error sigma / sqrt(sum (x - mean)^2), and so on.
    const xs = Float64Array.from({ length: 30 }, (_, n) => n / 10);
    const draw = logNormal(2, 0.04);
    const measured = xs.map((x) => 2 * Math.exp(0.3 * x) * draw());
    const slope: FitParameter = { path: 'engines.e.slope', start: 1, low: 0, high: 4, scale: 'linear' };
    const result = fit({
      parameters: [parameter('scale', 1), slope],
      residuals: (v) => measured.map((m, i) => Math.log((v[0]! * Math.exp(v[1]! * xs[i]!)) / m)),
      loss: 'square',
    });
    const { noise: sigma, dataErrors, correlations, degreesOfFreedom } = informationOf(result);
    const mean = 1.45;
    const squares = xs.reduce((sum, x) => sum + (x - mean) ** 2, 0);
    const about = result.residuals.reduce((sum, r) => sum + r * r, 0);
    expect(sigma).toBeCloseTo(Math.sqrt((about + 0.01) / 29), 9);
    expect(degreesOfFreedom).toBe(29);
    expect(dataErrors[1]).toBeCloseTo(sigma / Math.sqrt(squares), 5);
    expect(dataErrors[0]).toBeCloseTo(sigma * Math.sqrt(1 / 30 + mean ** 2 / squares), 5);
    const rms = Math.sqrt(xs.reduce((sum, x) => sum + x * x, 0) / 30);
    expect(correlations[1]).toBeCloseTo(-mean / rms, 5);
  });

  it('knows three exact rows no better than the prior on the noise allows', () => {
    const result = fit({
      parameters: [parameter('a', 1)],
      residuals: (v) => Float64Array.from([1, 2, 3], (x) => Math.log(v[0]! / 2) * (x > 0 ? 1 : 0)),
    });
    const { standardErrors, noise: sigma } = informationOf(result);
    expect(sigma).toBeGreaterThan(0.05);
    expect(standardErrors[0]).toBeCloseTo(sigma / Math.sqrt(3), 6);
  });

  it('narrows by a prior and never widens', () => {
    const free = informationOf(fit({ parameters: [parameter('a', 1), parameter('b', 0.01)], residuals: stepErrors }));
    const pulled = [parameter('a', 1, { value: 0.5, logSigma: 0.2 }), parameter('b', 0.01)];
    const result = fit({ parameters: pulled, residuals: stepErrors });
    const { standardErrors, dataErrors } = informationOf(result);
    expect(standardErrors[0]!).toBeLessThan(0.2);
    expect(standardErrors[0]!).toBeLessThan(dataErrors[0]!);
    expect(free.conditionNumber).toBeGreaterThan(20);
    const { low, high } = intervalOf(result, informationOf(result), 0);
    expect(low).toBeLessThan(result.values[0]!);
    expect(high).toBeGreaterThan(result.values[0]!);
    expect(low * high).toBeCloseTo(result.values[0]! ** 2, 9);
  });
});

describe('suspicions', () => {
  it('name a pair that moves together, the worse known one first', () => {
    const prior = { value: 0.4, logSigma: 0.3 };
    const result = fit({
      parameters: [parameter('stepFixedS', 0.4, prior), parameter('layerFixedS', 0.01)],
      residuals: stepErrors,
    });
    const [suspicion] = suspicionsOf(result);
    expect(suspicion).toMatchObject({ kind: 'together', partner: expect.any(String) });
    expect(suspicion!.correlation!).toBeLessThan(-0.95);
    expect(suspicionText(suspicion!)).toBe('stepFixedS and layerFixedS move together (-1.00)');
  });

  it('name what runs into a wall and what no row depends on', () => {
    const walled: FitParameter = { ...parameter('a', 0.2), high: 0.25, prior: { value: 0.24, logSigma: 0.3 } };
    const result = fit({
      parameters: [walled, parameter('nothing', 1, { value: 1, logSigma: 0.3 })],
      residuals: (v) => Float64Array.from({ length: 9 }, () => Math.log(v[0]! / 0.27)),
    });
    expect(suspicionsOf(result).map(({ kind, path, isObjected }) => ({ kind, path, isObjected }))).toEqual([
      { kind: 'untouched', path: 'engines.e.nothing', isObjected: false },
      { kind: 'at-bound', path: 'engines.e.a', isObjected: false },
    ]);
    expect(suspicionsOf(result).map(suspicionText)).toEqual(['no row depends on nothing', 'a runs into its bound']);
  });

  it('say nothing about constants that the rows tell apart', () => {
    const sizes = Float64Array.from({ length: 40 }, (_, n) => 2 ** (n % 8));
    const draw = logNormal(9, 0.02);
    const measured = sizes.map((layers) => (0.5 + 0.015 * layers) * draw());
    const result = fit({
      parameters: [parameter('a', 1), parameter('b', 0.01)],
      residuals: (v) => measured.map((m, i) => Math.log((v[0]! + v[1]! * sizes[i]!) / m)),
    });
    expect(suspicionsOf(result)).toEqual([]);
    expect(shortName('devices.h100-sxm.kernels.gemm.fp16.fixedS')).toBe('gemm.fp16.fixedS');
  });
});

describe('separable fit', () => {
  const prior = { value: 0.5, logSigma: 0.3 };

  it('puts one of a pair at its prior and fits the other', async () => {
    const parameters = [
      parameter('stepFixedS', 0.5, prior),
      parameter('layerFixedS', 0.01, { value: 0.01, logSigma: 0.6 }),
    ];
    const result = fitSeparable({ parameters, residuals: stepErrors });
    expect(result.held.map(({ path, value }) => ({ path, value }))).toEqual([
      { path: 'engines.e.stepFixedS', value: 0.5 },
    ]);
    expect(result.fit.parameters.map(({ path }) => path)).toEqual(['engines.e.layerFixedS']);
    expect(result.constants['engines.e.layerFixedS']).toBeCloseTo(0.015, 3);
    expect(result.constants['engines.e.stepFixedS']).toBe(0.5);
    expect(result.costBefore).toBeGreaterThan(result.fit.costBefore);
    const awaited = await fitSeparableAsync({
      parameters,
      residuals: async (points) => points.map((values) => stepErrors(values)),
    });
    expect(awaited).toEqual(result);
  });

  it('keeps both free where the rows are sure that the prior is wrong, and says so', () => {
    const far = { value: 0.02, logSigma: 2 };
    const sure = logNormal(8, 0.0005);
    const rows = LAYERS.map((layers) => (0.5 + 0.015 * layers) * sure());
    const result = fitSeparable({
      parameters: [parameter('stepFixedS', 0.02, far), parameter('layerFixedS', 0.1, { value: 0.1, logSigma: 2 })],
      residuals: (v) => rows.map((measured, i) => Math.log((v[0]! + v[1]! * LAYERS[i]!) / measured)),
      robustScale: 0.002,
    });
    expect(result.held).toEqual([]);
    expect(result.remarks.map(({ kind, isObjected }) => ({ kind, isObjected }))).toEqual([
      { kind: 'together', isObjected: true },
    ]);
    expect(Math.abs(Math.log(result.constants['engines.e.stepFixedS']! / 0.5))).toBeLessThan(0.2);
  });

  it('leaves a constant without effect where it was, whatever else moves', () => {
    const result = fitSeparable({
      parameters: [parameter('a', 0.1), parameter('nothing', 0.7)],
      residuals: (v) => Float64Array.from({ length: 9 }, () => Math.log(v[0]! / 0.27)),
    });
    expect(result.constants).toEqual({ 'engines.e.nothing': 0.7, 'engines.e.a': expect.closeTo(0.27, 6) });
    expect(result.held[0]!.why.kind).toBe('untouched');
  });
});
