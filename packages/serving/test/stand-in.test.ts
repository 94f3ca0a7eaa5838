/** An idle replica whose keepsake is a number can be replaced by any other of its pool, and nobody can tell. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineSettings } from '../src/engine-settings.js';
import { DYADIC, LinearModel } from './linear-model.js';
import { kinds, otherEngines, roughPhysics, traffic } from './random-scenarios.js';
import { chain, type Outcome, type RequestPlan, records, SETTINGS, serve } from './world.js';

function alike(one: Outcome, other: Outcome, requests: number): void {
  expect(other.notes).toEqual(one.notes);
  expect(records(other, requests)).toEqual(records(one, requests));
  expect(other.segments).toEqual(one.segments);
  expect(other.gaps).toEqual(one.gaps);
  expect(other.readings).toEqual(one.readings);
}

describe('a stand-in', () => {
  it('serves on to the bit, whatever the engine, the traffic and the first step', () => {
    const engines = fc.oneof(kinds, otherEngines);
    const standIns = new Map<string, number>();
    const remembered = new Map<string, number>();
    fc.assert(
      fc.property(
        engines,
        roughPhysics,
        fc.oneof(traffic(0.7, 0.03, true), traffic(4, 0.03, true)),
        fc.constantFrom(0, 0, 0.9),
        fc.boolean(),
        (engine, physics, plans, firstStepS, stepByStep) => {
          const settings: EngineSettings = { ...engine, firstStepS };
          const model = new LinearModel(physics);
          const one = serve(settings, model, plans, { observe: true, stepByStep });
          let notes = 0;
          const check = (replica: { keepsake: number }) => {
            if (replica.keepsake > 0) notes++;
          };
          const other = serve(settings, model, plans, { observe: true, stepByStep, standIns: true, check });
          alike(one, other, plans.length);
          const kind = settings.scheduler;
          standIns.set(kind, (standIns.get(kind) ?? 0) + other.standIns);
          remembered.set(kind, (remembered.get(kind) ?? 0) + notes);
        },
      ),
      { numRuns: Number(process.env['SOAK'] ?? 800), seed: 20266 },
    );
    // The scenarios must have met what they are meant to meet.
    for (const [kind, count] of standIns) expect([kind, count > 20]).toEqual([kind, true]);
    expect(standIns.size).toBe(9);
    expect(remembered.get('llama-cpp')).toBeGreaterThan(20);
  });

  const model = new LinearModel(DYADIC);
  const request = (atS: number, more: Partial<RequestPlan> = {}): RequestPlan => ({
    atS,
    prompt: 20,
    output: 5,
    ...more,
  });

  it('is refused while prefixes are cached', () => {
    const prefix = chain([7, 16]);
    const cached = { enablePrefixCaching: true };
    expect(serve(cached, model, [request(0, { prefix })]).replica.keepsake).toBe(-1);
    expect(serve(cached, model, [request(0)]).replica.keepsake).toBe(0);
    expect(serve({ ...cached, scheduler: 'llama-cpp' }, model, [request(0, { prefix })]).replica.keepsake).toBe(-1);
  });

  it('knows whether the first step has been taken', () => {
    expect(serve({ firstStepS: 2 }, model, []).replica.keepsake).toBe(0);
    expect(serve({ firstStepS: 2 }, model, [request(0)]).replica.keepsake).toBe(1);
  });

  it('knows in which order up to twelve places were used, and keeps replicas with more in disorder', () => {
    // The place that is taken first is given back last, so that it is the last to be taken again.
    const uneven = [request(0, { output: 30 }), request(0.01, { output: 2 })];
    const slots = (maxNumSeqs: number) => ({ scheduler: 'llama-cpp' as const, maxNumSeqs });
    expect(serve(slots(2), model, uneven).replica.keepsake).toBeGreaterThan(0);
    expect(serve(slots(12), model, uneven).replica.keepsake).toBeGreaterThan(0);
    expect(serve(slots(13), model, uneven).replica.keepsake).toBe(-1);
    expect(serve(slots(13), model, []).replica.keepsake).toBe(0);
    expect(SETTINGS.maxNumSeqs).toBeLessThan(12);
  });
});
