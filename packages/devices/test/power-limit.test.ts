import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createGradedStepModel, createStepModel } from '../src/create-step-model.js';
import type { DeploymentSpec } from '../src/deployment.js';
import { DeploymentError } from '../src/deployment-error.js';
import { GradeTrail } from '../src/grade-trail.js';
import { DevicePower } from '../src/power.js';
import { gearRatios } from '../src/power-limited-step-model.js';
import { Cost, type StepModel, Work } from '../src/step-model.js';
import { describeStepModel } from '../src/step-model-description.js';
import { decodeCost, deploy, frozen, mixedCost, workOf } from './deployments.js';

const llama = frozen('llama-3.1-8b', 'h100-sxm');
const TDP_W = 700;

function limited(watts: number, spec: DeploymentSpec = llama): StepModel {
  return createStepModel({ ...spec, powerLimitW: watts });
}

function wattsOf(model: StepModel, cost: Float64Array): number {
  const stepS = cost[Cost.STEP_S]!;
  return model.energyJ(stepS, cost[Cost.KERNEL_S]!, cost[Cost.BYTES]!, cost[Cost.COMPUTE_S]!) / stepS / model.devices;
}

const batch64 = Array<number>(64).fill(1500);
const prompt = [{ cached: 0, tokens: 4096 }];
const base = createStepModel(llama);

describe('a locked clock', () => {
  it('is worked by hand in the power of a step: idle, phi squared, 0.6 + 0.4 phi and phi to the 1.7', () => {
    const power = new DevicePower(llama.device, 1, false, new GradeTrail(), 0.8);
    const law = llama.device.power?.dense;
    if (law === undefined) throw new Error('h100-sxm has no power fit');
    const raw =
      law.idleInterceptW.value +
      law.activeW.value * 0.9 * 0.8 ** 2 +
      law.memoryW.value * 0.6 * (0.6 + 0.4 * 0.8) +
      law.computeW.value * 0.1 ** 0.7 * 0.8 ** 1.7;
    const gap = Math.abs(raw - 0.97 * TDP_W) / 20;
    expect(power.deviceW(0.9, 0.6, 0.1)).toBeCloseTo(raw - 20 * Math.log1p(Math.exp(-gap)), 9);
  });

  it('slows prefill with the clock and leaves decoding alone until memory slows too', () => {
    for (const clockRatio of [0.9, 0.8, 0.7]) {
      const model = createStepModel({ ...llama, clockRatio });
      const decode = decodeCost(model, batch64)[Cost.STEP_S]! / decodeCost(base, batch64)[Cost.STEP_S]!;
      const prefill = mixedCost(model, [], prompt)[Cost.STEP_S]! / mixedCost(base, [], prompt)[Cost.STEP_S]!;
      expect(decode).toBeGreaterThanOrEqual(1);
      expect(decode).toBeLessThan(1.03);
      expect(prefill).toBeGreaterThan(1 + 0.8 * (1 / clockRatio - 1));
      expect(prefill).toBeLessThanOrEqual(1 / clockRatio);
    }
    const half = decodeCost(createStepModel({ ...llama, clockRatio: 0.3 }), batch64);
    // Memory runs at half rate, host and launches as before.
    expect(half[Cost.STEP_S]! / decodeCost(base, batch64)[Cost.STEP_S]!).toBeGreaterThan(1.6);
    expect(half[Cost.BYTES]).toBe(decodeCost(base, batch64)[Cost.BYTES]);
    expect(half[Cost.COMPUTE_S]).toBe(decodeCost(base, batch64)[Cost.COMPUTE_S]);
  });

  it('gives a U in energy per token of one stream: static power times time against dynamic power', () => {
    const perToken = [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3].map((clockRatio) => {
      const model = createStepModel({ ...llama, clockRatio });
      const cost = decodeCost(model, [1500]);
      return wattsOf(model, cost) * cost[Cost.STEP_S]!;
    });
    const least = perToken.indexOf(Math.min(...perToken));
    expect(least).toBeGreaterThan(1);
    expect(least).toBeLessThan(7);
    for (let i = 1; i < perToken.length; i++) {
      if (i <= least) expect(perToken[i]).toBeLessThan(perToken[i - 1]!);
      else expect(perToken[i]).toBeGreaterThan(perToken[i - 1]!);
    }
    expect(perToken[least]! / perToken[0]!).toBeLessThan(0.8);
  });

  it('says that the response is assumed', () => {
    expect(createGradedStepModel({ ...llama, clockRatio: 0.8 }).assumed).toContain('clockResponse.memoryKneeRatio');
    expect(createGradedStepModel(llama).assumed.filter((name) => name.startsWith('clockResponse'))).toEqual([]);
  });
});

describe('a power limit', () => {
  it('changes nothing from 0.97 of TDP on, nor where a step draws less', () => {
    expect([...mixedCost(limited(TDP_W), [], prompt)]).toEqual([...mixedCost(base, [], prompt)]);
    const loose = limited(0.9 * TDP_W);
    const cost = decodeCost(loose, [1000]);
    expect(wattsOf(loose, cost)).toBeLessThan(0.9 * TDP_W);
    for (const cell of [Cost.STEP_S, Cost.STEP_GROWTH_S, Cost.BYTES])
      expect(cost[cell]).toBe(decodeCost(base, [1000])[cell]);
  });

  it('holds the draw at the limit and never above', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 670 }),
        fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 4000 }),
        (watts, contexts, tokens) => {
          const model = limited(watts);
          const mixed = mixedCost(model, contexts, [{ cached: 0, tokens }]);
          const free = mixedCost(base, contexts, [{ cached: 0, tokens }]);
          expect(wattsOf(model, mixed)).toBeLessThanOrEqual(watts * (1 + 1e-12));
          if (wattsOf(base, free) > watts) {
            expect(wattsOf(model, mixed)).toBeCloseTo(watts, 6);
            expect(mixed[Cost.STEP_S]).toBeGreaterThan(free[Cost.STEP_S]!);
          } else expect([...mixed]).toEqual([...free]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('finds the clock: a limit at the draw of a locked clock gives the step of that clock', () => {
    for (const clockRatio of [0.95, 0.8, 0.77, 0.62, 0.5, 0.33]) {
      const locked = createStepModel({ ...llama, clockRatio });
      const mixed = mixedCost(locked, batch64, prompt);
      const tolerance = Math.abs(clockRatio * 20 - Math.round(clockRatio * 20)) < 1e-9 ? 1e-9 : 1e-2;
      const held = mixedCost(limited(wattsOf(locked, mixed)), batch64, prompt);
      expect(Math.abs(held[Cost.STEP_S]! / mixed[Cost.STEP_S]! - 1)).toBeLessThan(tolerance);
      // Decoding takes one clock for a band of contexts.
      const decode = decodeCost(locked, batch64);
      const heldDecode = decodeCost(limited(wattsOf(locked, decode)), batch64);
      expect(Math.abs(heldDecode[Cost.STEP_S]! / decode[Cost.STEP_S]! - 1)).toBeLessThan(0.02);
    }
  });

  it('hardly touches decoding down to two thirds of TDP and slows prefill nearly in proportion', () => {
    for (const share of [0.8, 0.7, 0.65]) {
      const model = limited(share * TDP_W);
      expect(decodeCost(model, batch64)[Cost.STEP_S]! / decodeCost(base, batch64)[Cost.STEP_S]!).toBeLessThan(1.02);
      const slower = mixedCost(model, [], prompt)[Cost.STEP_S]! / mixedCost(base, [], prompt)[Cost.STEP_S]!;
      expect(slower).toBeGreaterThan(1.1);
      expect(slower).toBeLessThan(1 / share);
    }
  });

  it('never makes a step faster when it is lower', () => {
    const watts = [680, 600, 520, 440, 360, 280, 200, 130];
    for (const price of [
      (model: StepModel) => decodeCost(model, batch64),
      (model: StepModel) => mixedCost(model, batch64, prompt),
    ]) {
      let before = price(base)[Cost.STEP_S]!;
      for (const limit of watts) {
        const now = price(limited(limit))[Cost.STEP_S]!;
        expect(now).toBeGreaterThanOrEqual(before * (1 - 1e-9));
        before = now;
      }
    }
  });

  it('gives way where the least clock still draws more, and says what it can draw at most', () => {
    const model = limited(130);
    expect(wattsOf(model, mixedCost(model, batch64, prompt))).toBeGreaterThan(130);
    expect(wattsOf(model, mixedCost(model, batch64, prompt))).toBeLessThanOrEqual(model.maxW);
    expect(limited(500).maxW).toBe(500);
    expect(limited(500, frozen('llama-3.1-70b', 'h100-sxm', { tp: 4 })).maxW).toBe(2000);
  });

  it('does not depend on what was priced before', () => {
    const used = limited(400);
    for (let i = 0; i < 50; i++) mixedCost(used, Array<number>(i * 3).fill(2000), [{ cached: 0, tokens: 1 + 60 * i }]);
    for (const tokens of [1, 50, 700, 4000]) {
      expect([...mixedCost(used, batch64, [{ cached: 0, tokens }])]).toEqual([
        ...mixedCost(limited(400), batch64, [{ cached: 0, tokens }]),
      ]);
    }
    expect([...decodeCost(used, batch64)]).toEqual([...decodeCost(limited(400), batch64)]);
  });

  it.each([
    ['dense', limited(380)],
    ['experts', limited(400, frozen('qwen3-30b-a3b', 'h100-sxm', { tp: 2 }))],
  ] as const)('%s: the line of a decode step holds for its steps, and the bands of context end it', (_name, model) => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 6000 }), { minLength: 1, maxLength: 150 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (contexts, share) => {
          const first = decodeCost(model, contexts);
          const steps = first[Cost.LINEAR_STEPS]!;
          expect(steps).toBeGreaterThanOrEqual(1);
          expect(Number.isFinite(steps)).toBe(true);
          const j = Math.floor(share * (steps - 1));
          const work = workOf(model, contexts);
          work[Work.CONTEXT] = work[Work.CONTEXT]! + j * contexts.length;
          const later = new Float64Array(first.length);
          model.priceDecode(work, later);
          for (const [value, growth] of [
            [Cost.STEP_S, Cost.STEP_GROWTH_S],
            [Cost.KERNEL_S, Cost.KERNEL_GROWTH_S],
            [Cost.BYTES, Cost.BYTES_GROWTH],
            [Cost.COMPUTE_S, Cost.COMPUTE_GROWTH_S],
          ] as const) {
            expect(Math.abs(later[value]! / (first[value]! + j * first[growth]!) - 1)).toBeLessThan(1e-12);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps decode steps within a band near the limit', () => {
    const model = limited(380);
    for (let context = 200; context < 6000; context += 37) {
      const contexts = Array<number>(100).fill(context);
      const cost = decodeCost(model, contexts);
      const stepS = cost[Cost.STEP_S]!;
      const exact = createStepModel({ ...llama, powerLimitW: 380 });
      const mixed = mixedCost(exact, contexts, []);
      expect(Math.abs(stepS / mixed[Cost.STEP_S]! - 1)).toBeLessThan(0.03);
    }
  });

  it('is part of the description', () => {
    const description = describeStepModel({ ...llama, powerLimitW: 400, clockRatio: 0.9 });
    expect(description).toMatchObject({ powerLimitW: 400, clockRatio: 0.9, maxW: 400 });
    for (const point of description.decode) expect(point.powerW).toBeLessThanOrEqual(400 * (1 + 1e-12));
  });

  it('applies to fixed work too', () => {
    const { architecture: _none, ...model } = llama.model;
    const diffusion: DeploymentSpec = {
      ...llama,
      model: {
        ...model,
        fixedWork: { params: 12e9, flopPerUnit: 1e14, bytesPerUnit: 1e9, residentBytesPerRequest: 1e9 },
      },
    };
    const free = decodeCost(createStepModel(diffusion), [0, 0]);
    const held = limited(350, diffusion);
    expect(decodeCost(held, [0, 0])[Cost.STEP_S]).toBeGreaterThan(1.3 * free[Cost.STEP_S]!);
  });
});

describe('gearRatios', () => {
  it('falls in steps from the top to the least clock', () => {
    const ratios = gearRatios(1, 0.3);
    expect(ratios).toHaveLength(15);
    expect(ratios[1]).toBeCloseTo(0.95, 12);
    expect(ratios.at(-1)).toBe(0.3);
    expect(gearRatios(0.3, 0.3)).toEqual([0.3]);
  });
});

describe('checkDeployment', () => {
  it.each([
    [{ powerLimitW: 115 }, 'above idleLoadedW, 115, and at most tdpW, 700'],
    [{ powerLimitW: 701 }, 'above idleLoadedW, 115, and at most tdpW, 700'],
    [{ powerLimitW: Number.NaN }, 'above idleLoadedW, 115, and at most tdpW, 700'],
    [{ clockRatio: 0.2 }, '0.3 to 1'],
    [{ clockRatio: 1.1 }, '0.3 to 1'],
    [{ nicBps: 0 }, 'a finite number above 0'],
  ] as const)('refuses %j', (change, allowed) => {
    try {
      createStepModel({ ...llama, ...change });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(DeploymentError);
      expect(error).toMatchObject({ allowed });
    }
  });

  it('refuses clocks of devices whose response is not modelled', () => {
    const npu = deploy('qwen3-0.6b', 'snapdragon-8-elite', { weightPrecision: 'int4', engineId: 'single-stream' });
    expect(() => createStepModel({ ...npu, clockRatio: 0.5 })).toThrow(/clockRatio is 0.5; allowed: absent/);
  });
});
