/** Leaping and stepping give the same records, segments and readings to the bit, whatever ties and cuts there are. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineSettings } from '../src/engine-settings.js';
import { LinearModel } from './linear-model.js';
import { dyadicPhysics, growing, kinds, otherEngines, roughPhysics, traffic } from './random-scenarios.js';
import { column, type Options, type Outcome, type RequestPlan, records, serve } from './world.js';

type Physics = ConstructorParameters<typeof LinearModel>[0];

function agree(settings: EngineSettings, physics: Physics, plans: RequestPlan[], options: Options): Outcome {
  const model = new LinearModel(physics);
  const leaping = serve(settings, model, plans, options);
  const stepping = serve(settings, model, plans, { ...options, stepByStep: true });
  expect(stepping.notes).toEqual(leaping.notes);
  expect(records(stepping, plans.length)).toEqual(records(leaping, plans.length));
  expect(stepping.segments).toEqual(leaping.segments);
  expect(stepping.gaps).toEqual(leaping.gaps);
  expect(stepping.readings).toEqual(leaping.readings);
  expect(stepping.boundaries).toBeGreaterThanOrEqual(leaping.boundaries);
  return leaping;
}

const options = fc.record({
  boundaryFirst: fc.boolean(),
  observe: fc.boolean(),
  flushS: fc.array(
    fc.integer({ min: 0, max: 200 }).map((tick) => tick / 8),
    { maxLength: 3 },
  ),
});

const mixedTraffic = fc.oneof(traffic(2 ** -3, 0, true), growing(2 ** -3));

describe('leaps', () => {
  it('equal steps to the bit where arrivals, withdrawals and boundaries tie', () => {
    fc.assert(
      fc.property(kinds, dyadicPhysics, traffic(2 ** -3, 0, true), options, (settings, physics, plans, how) => {
        agree(settings, physics, plans, how);
      }),
      { numRuns: Number(process.env['SOAK'] ?? 800), seed: 20262 },
    );
  });

  it('equal steps to the bit with step times that add up to nothing round', () => {
    fc.assert(
      fc.property(kinds, roughPhysics, traffic(0.1, 0.03, true), options, (settings, physics, plans, how) => {
        agree(settings, physics, plans, how);
      }),
      { numRuns: Number(process.env['SOAK'] ?? 800), seed: 20263 },
    );
  });

  it('equal steps to the bit in other engines, however often they retract, pause and hold', () => {
    const preemptions = new Map<string, number>();
    const hits = new Map<string, number>();
    let stalls = 0;
    let leapt = 0;
    fc.assert(
      fc.property(otherEngines, dyadicPhysics, mixedTraffic, options, (settings, physics, plans, how) => {
        const outcome = agree(settings, physics, plans, how);
        const count = (of: Map<string, number>, name: 'PREEMPTIONS' | 'CACHED_TOKENS') => {
          const sum = column(outcome, name, plans.length).reduce((total, value) => total + value, 0);
          of.set(settings.scheduler, (of.get(settings.scheduler) ?? 0) + sum);
        };
        count(preemptions, 'PREEMPTIONS');
        count(hits, 'CACHED_TOKENS');
        stalls += outcome.segments.filter((segment) => segment.stalls > 0).length;
        leapt += outcome.segments.filter((segment) => segment.steps > 1).length;
      }),
      { numRuns: Number(process.env['SOAK'] ?? 2000), seed: 20265 },
    );
    // The scenarios must have met what they are meant to meet.
    expect(preemptions.get('sglang')).toBeGreaterThan(100);
    expect(preemptions.get('trtllm-max-utilization')).toBeGreaterThan(100);
    expect(preemptions.get('trtllm-no-evict')).toBe(0);
    expect(preemptions.get('tgi')).toBe(0);
    for (const engine of ['sglang', 'trtllm-no-evict', 'trtllm-max-utilization', 'tgi'])
      expect(hits.get(engine)).toBeGreaterThan(200);
    expect(stalls).toBeGreaterThan(500);
    expect(leapt).toBeGreaterThan(2000);
  });
});
