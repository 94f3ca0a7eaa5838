/**
 * How far each kind of constant may go in a fit, and how it is counted (log or linear).
 *
 * The walls are physics, not belief: an efficiency of more than 1.05 would mean that the peak it refers to is wrong, a share of
 * 0.05 that something else is being timed. What is believed sits in the prior: the catalog's value, with a spread by its grade
 * that is wider where the catalog states a wide range. The spreads are chosen so that some ten rows outweigh them. Constants
 * that may be nothing at all (tile waste, the compute leg of decode attention) are linear from 0, powers are linear in shares of
 * the TDP, the rest is on a log scale. Units as in the catalog.
 */

import type { Grade, Quantity } from '@infersim/catalog';
import { CalibrationError } from '../calibration-error.js';
import { type ConstantCatalog, quantityAt, splitPath } from './catalog-constants.js';
import { type ConstantSet, coordinateOf, type FitParameter } from './fit-parameter.js';

interface ConstantRange {
  /** Matches the path after the entry's id. */
  readonly pattern: RegExp;
  readonly low: number;
  readonly high: number;
  readonly scale: 'log' | 'linear';
  /** Bounds are multiples of the device's TDP. */
  readonly ofTdp?: true;
}

const log = (pattern: RegExp, low: number, high: number): ConstantRange => ({ pattern, low, high, scale: 'log' });
const linear = (pattern: RegExp, high: number): ConstantRange => ({ pattern, low: 0, high, scale: 'linear' });
const watts = (pattern: RegExp, high: number): ConstantRange => ({ ...linear(pattern, high), ofTdp: true });

/** First match counts. */
const DEVICE_RANGES: readonly ConstantRange[] = [
  log(/^kernels\.gemm\w*\.\w+\.fixedS$/, 0.2e-6, 200e-6),
  log(/^kernels\.gemm\w*\.\w+\.(compute|memory)Efficiency$/, 0.05, 1.05),
  log(/^kernels\.gemm\w*\.\w+\.kneeExponent$/, 1, 10),
  linear(/^kernels\.gemm\w*\.\w+\.halfEfficiencyTokens$/, 256),
  linear(/^kernels\.gemm\w*\.\w+\.quantisationFactor$/, 12),
  log(/^kernels\.decodeAttention\.\w+\.fixedS$/, 0.5e-6, 300e-6),
  log(/^kernels\.decodeAttention\.\w+\.bandwidthEfficiency$/, 0.05, 1.05),
  log(/^kernels\.decodeAttention\.\w+\.perHeadS$/, 0.5e-9, 1e-6),
  linear(/^kernels\.decodeAttention\.\w+\.computeInefficiency$/, 8),
  log(/^kernels\.prefillAttention\.fixedS$/, 0.5e-6, 300e-6),
  log(/^kernels\.prefillAttention\.computeEfficiency$/, 0.05, 1.05),
  linear(/^kernels\.prefillAttention\.underfillFactor$/, 8),
  log(/^kernels\.prefillAttention\.bandwidthEfficiency$/, 0.05, 1.5),
  log(/^kernels\.collectives\w*\.\d+\.latencyS$/, 0.5e-6, 2e-3),
  log(/^kernels\.collectives\w*\.\d+\.busBps$/, 0.1e9, 2e12),
  log(/^kernels\.weightOnly\.\w+\.(compute|memory)Share$/, 0.1, 1.1),
  log(/^kernels\.gguf\.formats\.\w+\.(compute|memory)Share$/, 0.1, 1.2),
  log(/^kernels\.gguf\.expansion\.bandwidthEfficiency$/, 0.05, 1.05),
  log(/^kernels\.moe\.(compute|memory)EfficiencyShare$/, 0.1, 3),
  log(/^kernels\.moe\.fixedS$/, 1e-6, 2e-3),
  log(/^staticShape\.(compute|memory|kv)Efficiency$/, 0.01, 1.05),
  log(/^staticShape\.expansionEfficiency$/, 0.001, 1.05),
  log(/^staticShape\.(decode|chunk)ContextS$/, 1e-9, 10e-6),
  log(/^staticShape\.stepFixedS$/, 1e-6, 0.1),
  log(/^pipeline\.(compute|bandwidth)Efficiency$/, 0.01, 1.05),
  log(/^pipeline\.hopS$/, 1e-9, 1e-3),
  log(/^hostTimeFactor$/, 0.3, 10),
  watts(/^power\.(dense|moe)\.idleInterceptW$/, 0.4),
  watts(/^power\.(dense|moe)\.activeW$/, 1),
  watts(/^power\.(dense|moe)\.memoryW$/, 1.5),
  watts(/^power\.(dense|moe)\.computeW$/, 3),
  watts(/^idle(Loaded)?W$/, 0.5),
];

const ENGINE_RANGES: readonly ConstantRange[] = [
  log(/^layerFixedS$/, 0.5e-6, 2e-3),
  log(/^eagerLayerFloorS$/, 10e-6, 5e-3),
  log(/^eagerLayerFloorByDevice\.[\w-]+$/, 10e-6, 5e-3),
  log(/^promptLayerLaunchS$/, 5e-6, 5e-3),
  log(/^stepFixedS$/, 1e-6, 0.1),
  log(/^stepPerSequenceS$/, 0.1e-6, 5e-3),
  log(/^hostFixedS$/, 1e-6, 0.1),
  log(/^hostPerSequenceS$/, 0.1e-6, 5e-3),
  log(/^hostPerStreamedTokenS$/, 0.1e-6, 5e-3),
  log(/^apiS$/, 0.1e-3, 0.5),
  log(/^firstRequestS$/, 1e-3, 300),
  log(/^kernels\.activationTraffic$/, 0.5, 20),
  log(/^kernels\.graphTimeFactor$/, 0.3, 3),
  log(/^layerSplit\.handoverS$/, 1e-6, 10e-3),
  log(/^layerSplit\.overlap$/, 0.05, 1),
  log(/^blockScaledFixedS$/, 0.2e-6, 200e-6),
  log(/^kernels\.(gemm(Compute|Memory)|prefillCompute)Share$/, 0.2, 2),
  log(/^kernels\.decodePerHeadShare$/, 0.05, 4),
  log(/^kernels\.decodeBandwidthEfficiency$/, 0.05, 1.05),
  linear(/^kernels\.decodeGroupRereads$/, 1),
  log(/^kernels\.collectiveBusShare$/, 0.02, 2),
  log(/^kernels\.collectiveAddedS$/, 0.1e-6, 2e-3),
  log(/^samplingBytesPerLogit\.(greedy|topP)$/, 2, 4000),
  log(/^memoryOverheadBytes$/, 10e6, 60e9),
  log(/^moe\w*\.fixedS$/, 1e-6, 2e-3),
  log(/^moe\w*\.(compute|memory)Efficiency$/, 0.02, 1.05),
  log(/^moe\w*\.routingSkew$/, 0.05, 1),
  linear(/^moe\w*\.imbalance$/, 4),
  linear(/^moe\w*\.paddingTokens$/, 128),
];

/** Spread that is believed about a number of each grade, in coordinates. */
const BELIEF: { readonly [grade in Grade]: number } = { measured: 0.15, specified: 0.2, fitted: 0.3, assumed: 0.6 };
/** The same for constants that may be nothing at all: whether they are there is what a fit is to find out. */
const LINEAR_BELIEF = 0.8;
/** Standard deviations between the ends of a stated range, taken as 80 % of what is believed. */
const RANGE_SIGMAS = 2.56;

/**
 * The constant at `path` as a fit may move it: from `constants` or the catalog's value, pulled back to where it starts.
 * Undefined when the catalog has no such constant or no fit may move it. A start beyond the usual walls moves the wall.
 */
export function fitParameterAt(
  catalog: ConstantCatalog,
  path: string,
  constants: ConstantSet = {},
): FitParameter | undefined {
  const quantity = quantityAt(catalog, path);
  const { shelf, id, rest } = splitPath(path);
  const ranges = shelf === 'devices' ? DEVICE_RANGES : ENGINE_RANGES;
  const range = ranges.find(({ pattern }) => pattern.test(rest));
  if (quantity === undefined || range === undefined) return undefined;
  const unit = range.ofTdp ? (catalog.device(id)?.tdpW.value ?? 1) : 1;
  const start = constants[path] ?? quantity.value;
  if (!Number.isFinite(start) || start < 0) {
    throw new CalibrationError('CALIBRATION_PARAMETER', path, `a start of ${start}`, 'a finite number, 0 or more');
  }
  // A catalog value of nothing cannot sit on a log scale: count it linearly up to the usual wall.
  const isLog = range.scale === 'log' && start > 0;
  const low = Math.min(isLog || range.scale === 'linear' ? range.low * unit : 0, start);
  const parameter: FitParameter = {
    path,
    start,
    low,
    high: Math.max(range.high * unit, start),
    scale: isLog ? 'log' : 'linear',
  };
  return { ...parameter, prior: { value: start, logSigma: beliefAbout(parameter, quantity) } };
}

function beliefAbout(parameter: FitParameter, quantity: Quantity): number {
  const least = parameter.scale === 'linear' ? LINEAR_BELIEF : BELIEF[quantity.grade];
  const { low, high } = quantity;
  if (low === undefined || high === undefined || !(high > low)) return least;
  if (parameter.scale === 'log' && low <= 0) return Math.max(least, BELIEF.assumed);
  return Math.max(least, (coordinateOf(parameter, high) - coordinateOf(parameter, low)) / RANGE_SIGMAS);
}
