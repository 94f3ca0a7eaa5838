/**
 * Step time of a network without tokens or KV cache (vision, video diffusion): a request needs `units` passes, which it
 * carries as its output length; one step runs one unit of every running request.
 *
 *   T(n) = fixed + (T_c^p + T_m^p)^(1/p) + h1*n,  T_c = n*F/(t*P*e_c),  T_m = (W + n*bytes)/(t*B*e_m),  n = units in the step
 *
 * Units in the step are the logit rows: running requests and those whose (empty) prompt ends in it. Nothing grows, so a
 * decode price holds for ever. Over several devices work and weights are split evenly; the exchange is left out [assumed].
 * Sources: docs/modelling.md, devices. Units: seconds, bytes, FLOP.
 */

import { deployedFormat, engineOverheads } from './batched-constants.js';
import { clockSpeeds, gemmAtClock } from './clock.js';
import { CountRow, CountTable } from './count-table.js';
import type { DeploymentSpec, FixedWorkShape } from './deployment.js';
import { DeploymentError } from './deployment-error.js';
import { pNorm } from './gemm.js';
import type { GradeTrail } from './grade-trail.js';
import { resolveKernels } from './kernel-resolution.js';
import type { CountCost } from './layer-work.js';
import { requirePipeline } from './pipeline-constants.js';
import { DevicePower } from './power.js';
import { computeDtype } from './precision.js';
import { staticPeakFlops, staticShapeNumbers } from './static-npu-step-model.js';
import { Cost, type StepModel, Work } from './step-model.js';

interface Roofline {
  readonly peakFlops: number;
  readonly computeEfficiency: number;
  readonly memoryBps: number;
  readonly kneeExponent: number;
}

/** The step model of fixed-work networks; see the module comment. */
export class FixedWorkStepModel implements StepModel {
  readonly kind = 'fixed-work';
  readonly windowTokens: readonly number[] = [];
  readonly workCells = Work.WINDOW0;
  readonly devices: number;
  readonly idleW: number;
  readonly maxW: number;
  readonly #power: DevicePower;
  readonly #units: CountTable;
  readonly #fixedS: number;
  readonly #unitFixedS: number;

  constructor(spec: DeploymentSpec, trail: GradeTrail) {
    const shape = spec.model.fixedWork;
    if (shape === undefined) {
      throw new DeploymentError('DEPLOYMENT_EXECUTION', spec.model.id, 'a token model', 'a fixed-work shape');
    }
    for (const [field, value] of Object.entries(shape)) {
      if (!(value >= 0) || !Number.isFinite(value)) {
        throw new DeploymentError('DEPLOYMENT_NUMBER', `${spec.model.id}.fixedWork.${field}`, value, '0 or more');
      }
    }
    this.devices = spec.tp * spec.pp;
    const roofline = rooflineOf(spec, trail);
    const weights = shape.params * deployedFormat(spec).matrixBytes;
    if (this.devices > 1) trail.note('split of fixed work over devices', 'assumed');
    this.#units = new CountTable(spec.maxNumSeqs + 2, (units) =>
      unitCost(shape, weights, roofline, this.devices, units),
    );
    const engine = engineOverheads(spec, trail);
    this.#fixedS = engine.stepFixedS;
    this.#unitFixedS = engine.stepPerSequenceS;
    this.#power = new DevicePower(spec.device, this.devices, false, trail, spec.clockRatio ?? 1);
    this.idleW = this.#power.idleW;
    this.maxW = this.#power.maxW;
  }

  priceDecode(work: Float64Array, cost: Float64Array): void {
    const units = work[Work.LOGIT_ROWS]!;
    const unit = this.#units.rowOf(units);
    const { rows } = this.#units;
    const kernelS = rows[unit + CountRow.TIME_S]!;
    cost[Cost.STEP_S] = kernelS + this.#fixedS + this.#unitFixedS * units;
    cost[Cost.STEP_GROWTH_S] = 0;
    cost[Cost.LINEAR_STEPS] = Number.POSITIVE_INFINITY;
    cost[Cost.KERNEL_S] = kernelS;
    cost[Cost.KERNEL_GROWTH_S] = 0;
    cost[Cost.BYTES] = rows[unit + CountRow.BYTES]!;
    cost[Cost.BYTES_GROWTH] = 0;
    cost[Cost.COMPUTE_S] = rows[unit + CountRow.COMPUTE_S]!;
    cost[Cost.COMPUTE_GROWTH_S] = 0;
    cost[Cost.PREFILL_S] = 0;
    cost[Cost.KV_BYTES_PER_CONTEXT_TOKEN] = 0;
  }

  priceMixed(work: Float64Array, cost: Float64Array): void {
    this.priceDecode(work, cost);
    const decodes = work[Work.DECODES]!;
    const units = work[Work.LOGIT_ROWS]!;
    const stepS = cost[Cost.STEP_S]!;
    cost[Cost.LINEAR_STEPS] = 1;
    if (work[Work.PREFILL_TOKENS]! <= 0) return;
    const aloneS = this.#stepS(units - decodes);
    cost[Cost.PREFILL_S] = decodes <= 0 ? stepS : Math.min(stepS, 0.5 * (aloneS + stepS - this.#stepS(decodes)));
  }

  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    return this.#power.energyJ(timeS, kernelS, bytes, computeS);
  }

  energyOf(use: Float64Array): void {
    this.#power.energyOf(use);
  }

  #stepS(units: number): number {
    const unit = this.#units.rowOf(units);
    return this.#units.rows[unit + CountRow.TIME_S]! + this.#fixedS + this.#unitFixedS * units;
  }
}

function rooflineOf(spec: DeploymentSpec, trail: GradeTrail): Roofline {
  const { device } = spec;
  const dtype = computeDtype(spec.activationPrecision);
  if (device.execution === 'batched') {
    const kernels = resolveKernels(
      device,
      {
        weight: spec.weightPrecision,
        kv: spec.kvPrecision,
        activation: spec.activationPrecision,
        blockScaled: spec.blockScaledWeights === true,
        sparsity: spec.sparsity,
      },
      trail,
    );
    const linear = gemmAtClock(kernels.linear, clockSpeeds(spec.clockRatio ?? 1, trail));
    return {
      peakFlops: linear.peakFlops,
      computeEfficiency: linear.computeEfficiency,
      memoryBps: linear.bandwidthBps * linear.memoryEfficiency,
      kneeExponent: linear.kneeExponent,
    };
  }
  const peakFlops = staticPeakFlops(device, dtype, trail);
  if (device.execution === 'sram-pipeline') {
    const pipeline = requirePipeline(spec);
    return {
      peakFlops,
      computeEfficiency: trail.take('pipeline.computeEfficiency', pipeline.computeEfficiency),
      memoryBps:
        trail.take('pipeline.sramBandwidthBps', pipeline.sramBandwidthBps) *
        trail.take('pipeline.bandwidthEfficiency', pipeline.bandwidthEfficiency),
      kneeExponent: 2,
    };
  }
  const shape = staticShapeNumbers(device, trail);
  return {
    peakFlops,
    computeEfficiency: shape.computeEfficiency,
    memoryBps: trail.take('memoryBandwidthBps', device.memoryBandwidthBps) * shape.memoryEfficiency,
    kneeExponent: 2,
  };
}

function unitCost(
  shape: FixedWorkShape,
  weights: number,
  roofline: Roofline,
  devices: number,
  units: number,
): CountCost {
  if (units <= 0) return { timeS: 0, bytes: 0, computeS: 0 };
  const flop = (units * shape.flopPerUnit) / devices;
  const bytes = (weights + units * shape.bytesPerUnit) / devices;
  const computeS = flop / (roofline.peakFlops * roofline.computeEfficiency);
  return {
    timeS: pNorm(computeS, bytes / roofline.memoryBps, roofline.kneeExponent),
    bytes,
    computeS: flop / roofline.peakFlops,
  };
}
