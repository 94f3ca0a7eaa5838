import { describe, expect, it } from 'vitest';
import { agreementText, agreementWith } from '../src/acceptance.js';
import { engineChecks } from '../src/engine-checks.js';
import { constantTokens, geometricTokens, runEngine } from '../src/engine-station.js';
import { PlainStepModel } from '../src/plain-step-model.js';
import { batchDeathRate, birthDeathSojournS } from '../src/queueing-formulas.js';

describe('the real engine as a queueing station', () => {
  it('the chain of continuous batching gives 2.931 s and 4.275 s at 1.2/s and 1.8/s', () => {
    const deathRate = batchDeathRate(8, 100, (batch) => 0.02 + 0.002 * batch);
    expect(birthDeathSojournS(1.2, deathRate)).toBeCloseTo(2.931, 3);
    expect(birthDeathSojournS(1.8, deathRate)).toBeCloseTo(4.275, 3);
  });

  it.each(engineChecks())('$name', ({ figures }) => {
    for (const { name, truth, estimates, allowance } of figures()) {
      const agreement = agreementWith(truth, estimates, allowance);
      const text = agreementText(name, agreement);
      expect(agreement.agrees, text).toBe(true);
      expect(agreement.hasPower, `${text}: too wide to mean anything`).toBe(true);
    }
  });

  it('closed loop with constant outputs has exactly N / (L tau(N)) requests per second', () => {
    const model = new PlainStepModel(0.02, 0.002);
    for (const clients of [1, 3, 8]) {
      const spec = { model, load: { clients }, tokens: constantTokens(50), maxNumSeqs: 8, warmupRequests: 0 };
      const result = runEngine({ ...spec, requests: clients * 40 - 1, seed: 1 }, 1);
      // The first round ends at one instant and opens the span; 39 more follow.
      expect(result.ended).toBe(clients * 40 - 1);
      expect(result.spanS).toBeCloseTo(39 * 50 * model.stepS(clients), 6);
    }
  });

  it('steps and leaps to the same times to the bit', () => {
    const spec = {
      model: new PlainStepModel(0.02, 0.002),
      load: { arrivalsPerS: 1.8 },
      tokens: geometricTokens(100),
      maxNumSeqs: 8,
      warmupRequests: 0,
      requests: 2_000,
      seed: 5,
    };
    const leap = runEngine(spec, 1);
    const step = runEngine({ ...spec, stepByStep: true }, 1);
    expect(step.sojournS).toEqual(leap.sojournS);
    expect(step.waitS).toEqual(leap.waitS);
    expect(step.segmentJ).toBe(leap.segmentJ);
  });
});
