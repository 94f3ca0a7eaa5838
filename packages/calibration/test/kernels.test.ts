import type { CaseRun } from '@infersim/accuracy';
import { describe, expect, it } from 'vitest';
import { fitSeparable } from '../src/identifiability/separable-fit.js';
import { fit } from '../src/least-squares/fit.js';
import type { FitResult } from '../src/least-squares/fit-problem.js';
import { changedCatalog, shippedCatalog } from '../src/parameters/catalog-constants.js';
import { fitParameterAt } from '../src/parameters/constant-ranges.js';
import { constantsOf, type FitParameter } from '../src/parameters/fit-parameter.js';
import { decodeRuns, gemmRuns, kernelS } from './kernel-cases.js';
import { logNormal, uniforms } from './noise.js';

const H100 = 'devices.h100-sxm.kernels';

/** Constants to find, each with a start that is off by the factor. */
function parametersOf(prefix: string, starts: { readonly [name: string]: number }): FitParameter[] {
  return Object.entries(starts).map(([name, factor]) => {
    const parameter = fitParameterAt(shippedCatalog, `${prefix}.${name}`)!;
    const start = parameter.start * factor;
    return { ...parameter, start, prior: { value: start, logSigma: parameter.prior!.logSigma } };
  });
}

function timesS(runs: readonly CaseRun[], noise: () => number): Float64Array {
  const device = shippedCatalog.device('h100-sxm')!;
  return Float64Array.from(runs, (run) => kernelS(device, run) * noise());
}

function residualsOf(runs: readonly CaseRun[], measuredS: Float64Array, parameters: readonly FitParameter[]) {
  return (values: Float64Array): Float64Array => {
    const device = changedCatalog(shippedCatalog, constantsOf(parameters, values)).device('h100-sxm')!;
    return Float64Array.from(runs, (run, i) => Math.log(kernelS(device, run) / measuredS[i]!));
  };
}

/** ln(found / true) by constant. */
function offBy({ constants }: Pick<FitResult, 'constants'>): { readonly [name: string]: number } {
  return Object.fromEntries(
    Object.entries(constants).map(([path, value]) => [
      path.slice(path.lastIndexOf('.') + 1),
      Math.log(value / fitParameterAt(shippedCatalog, path)!.start),
    ]),
  );
}

const GEMM_STARTS = { fixedS: 2, computeEfficiency: 0.75, memoryEfficiency: 0.8, kneeExponent: 0.6 };
const DECODE_STARTS = { fixedS: 0.5, bandwidthEfficiency: 0.75, perHeadS: 2, computeInefficiency: 0.4 };

describe('matrix products', () => {
  it('recovers the tuple of H100 bf16 from times with 5 % noise', () => {
    const parameters = parametersOf(`${H100}.gemm.fp16`, GEMM_STARTS);
    const runs = gemmRuns();
    const result = fit({ parameters, residuals: residualsOf(runs, timesS(runs, logNormal(11, 0.05)), parameters) });
    const off = offBy(result);
    expect(Math.abs(off['computeEfficiency']!)).toBeLessThan(0.02);
    expect(Math.abs(off['memoryEfficiency']!)).toBeLessThan(0.02);
    expect(Math.abs(off['fixedS']!)).toBeLessThan(0.05);
    expect(Math.abs(off['kneeExponent']!)).toBeLessThan(0.25);
  });

  it('recovers it with a tenth of the rows wild', () => {
    const parameters = parametersOf(`${H100}.gemm.fp16`, GEMM_STARTS);
    const runs = gemmRuns();
    const next = uniforms(5);
    const measuredS = timesS(runs, logNormal(12, 0.05)).map((t) => (next() < 0.1 ? t * (next() < 0.5 ? 3 : 0.3) : t));
    const off = offBy(fit({ parameters, residuals: residualsOf(runs, measuredS, parameters) }));
    expect(Math.abs(off['computeEfficiency']!)).toBeLessThan(0.04);
    expect(Math.abs(off['memoryEfficiency']!)).toBeLessThan(0.04);
    expect(Math.abs(off['fixedS']!)).toBeLessThan(0.1);
  });

  it('recovers tile waste and a quantisation kernel that the start does not have', () => {
    const path = `${H100}.gemm.fp16`;
    const truth = changedCatalog(shippedCatalog, {
      [`${path}.kneeExponent`]: 9,
      [`${path}.halfEfficiencyTokens`]: 120,
      [`${path}.quantisationFactor`]: 3,
    }).device('h100-sxm')!;
    const starts = { computeEfficiency: 0.8, memoryEfficiency: 0.9, halfEfficiencyTokens: 1, quantisationFactor: 1 };
    const sharp = fitParameterAt(shippedCatalog, `${path}.kneeExponent`)!;
    const parameters = [
      ...parametersOf(path, { fixedS: 1.3, ...starts }),
      { ...sharp, start: 8, prior: { value: 8, logSigma: 0.3 } },
    ];
    const noise = logNormal(4, 0.05);
    const runs = gemmRuns();
    const measuredS = Float64Array.from(runs, (run) => kernelS(truth, run) * noise());
    const { constants } = fit({ parameters, residuals: residualsOf(runs, measuredS, parameters) });
    expect(Math.abs(constants[`${path}.halfEfficiencyTokens`]! - 120)).toBeLessThan(25);
    expect(Math.abs(constants[`${path}.quantisationFactor`]! - 3)).toBeLessThan(0.6);
  });

  it('states intervals that hold the truth about as often as they say', () => {
    const runs = gemmRuns();
    let inside = 0;
    let asked = 0;
    for (let seed = 1; seed <= 25; seed++) {
      const parameters = parametersOf(`${H100}.gemm.fp16`, { fixedS: 1, computeEfficiency: 1, memoryEfficiency: 1 });
      const measuredS = timesS(runs, logNormal(100 + seed, 0.05));
      const { fit: result, information } = fitSeparable({
        parameters,
        residuals: residualsOf(runs, measuredS, parameters),
      });
      const off = Object.values(offBy(result));
      off.forEach((error, k) => {
        asked++;
        if (Math.abs(error) < 1.282 * information.standardErrors[k]!) inside++;
      });
    }
    expect(inside / asked).toBeGreaterThan(0.68);
    expect(inside / asked).toBeLessThan(0.92);
  });
});

describe('decode attention', () => {
  it('recovers the tuple of H100 from times with 5 % noise', () => {
    const parameters = parametersOf(`${H100}.decodeAttention.fp16`, DECODE_STARTS);
    const runs = decodeRuns();
    const result = fit({ parameters, residuals: residualsOf(runs, timesS(runs, logNormal(21, 0.05)), parameters) });
    const off = offBy(result);
    expect(Math.abs(off['fixedS']!)).toBeLessThan(0.05);
    expect(Math.abs(off['bandwidthEfficiency']!)).toBeLessThan(0.06);
    expect(Math.abs(off['perHeadS']!)).toBeLessThan(0.2);
    expect(Math.abs(off['computeInefficiency']!)).toBeLessThan(0.35);
  });
});
