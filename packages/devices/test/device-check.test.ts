import { devices } from '@infersim/catalog';
import { describe, expect, it } from 'vitest';
import { createStepModel } from '../src/create-step-model.js';
import type { DeploymentSpec } from '../src/deployment.js';
import { DeploymentError } from '../src/deployment-error.js';
import { checkDevice } from '../src/device-check.js';
import { Cost } from '../src/step-model.js';
import { decodeCost, deploy } from './deployments.js';

const spec = deploy('llama-3.1-8b', 'h100-sxm');

function withDevice(change: Partial<DeploymentSpec['device']>): DeploymentSpec {
  return { ...spec, device: { ...spec.device, ...change } };
}

describe('checkDevice', () => {
  it.each([
    ['memoryBandwidthBps', 0],
    ['memoryBandwidthBps', Number.NaN],
    ['memoryBytes', -1],
    ['tdpW', 0],
    ['idleLoadedW', -5],
    ['idleLoadedW', 701],
    ['idleW', 900],
    ['hostBps', Number.POSITIVE_INFINITY],
  ] as const)('refuses %s of %d, naming device and field', (field, value) => {
    const broken = withDevice({ [field]: { value, unit: '', grade: 'assumed', source: 'test' } });
    expect(() => createStepModel(broken)).toThrow(RangeError);
    expect(() => createStepModel(broken)).toThrow(`h100-sxm.${field} is ${value}`);
  });

  it('refuses constants of kernels that would divide by zero', () => {
    const kernels = spec.device.kernels;
    if (kernels === undefined) throw new Error('h100-sxm has no kernels');
    const zero = { ...kernels.gemm.fp16.computeEfficiency, value: 0 };
    const broken = withDevice({
      kernels: { ...kernels, gemm: { fp16: { ...kernels.gemm.fp16, computeEfficiency: zero } } },
    });
    expect(() => createStepModel(broken)).toThrow('h100-sxm.kernels.gemm.fp16.computeEfficiency is 0');
  });

  it('accepts every device of the catalog', () => {
    for (const device of devices()) expect(() => checkDevice(device)).not.toThrow();
  });
});

describe('checkDeployment', () => {
  it.each([
    [{ tp: 3 }, 'a divisor of 32 heads', 'DEPLOYMENT_PARALLELISM'],
    [{ tp: 0 }, 'an integer of 1 or more', 'DEPLOYMENT_NUMBER'],
    [{ pp: 64 }, 'at most 32 layers', 'DEPLOYMENT_PARALLELISM'],
    [{ maxNumSeqs: 1.5 }, 'an integer of 1 or more', 'DEPLOYMENT_NUMBER'],
    [{ gpuMemoryUtilization: 1.2 }, 'a share above 0 and up to 1', 'DEPLOYMENT_NUMBER'],
    [{ memoryOverheadBytes: -1 }, '0 or more', 'DEPLOYMENT_NUMBER'],
  ] as const)('refuses %j', (change, allowed, code) => {
    try {
      createStepModel({ ...spec, ...change });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(DeploymentError);
      expect(error).toMatchObject({ code, allowed });
    }
  });
});

describe('createStepModel', () => {
  it('prices a small model on every device of the catalog with finite, positive times', () => {
    for (const device of devices()) {
      const weightPrecision = device.execution === 'static-npu' ? 'int4' : 'fp16';
      const model = createStepModel({ ...deploy('qwen3-0.6b', device.id), weightPrecision });
      const cost = decodeCost(model, [300]);
      expect(cost[Cost.STEP_S], device.id).toBeGreaterThan(0);
      for (const cell of [Cost.STEP_S, Cost.KERNEL_S, Cost.BYTES, Cost.COMPUTE_S]) {
        expect(Number.isFinite(cost[cell]!), device.id).toBe(true);
      }
      const energyJ = model.energyJ(cost[Cost.STEP_S]!, cost[Cost.KERNEL_S]!, cost[Cost.BYTES]!, cost[Cost.COMPUTE_S]!);
      expect(energyJ).toBeGreaterThan(0);
      expect(energyJ / cost[Cost.STEP_S]!).toBeLessThanOrEqual(model.maxW);
    }
  });
});
