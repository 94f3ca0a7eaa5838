/** Leaping and stepping give the same records, segments and readings to the bit, whatever ties and cuts there are. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineSettings } from '../src/engine-settings.js';
import { LinearModel } from './linear-model.js';
import { dyadicPhysics, kinds, roughPhysics, traffic } from './random-scenarios.js';
import { type Options, type RequestPlan, records, serve } from './world.js';

type Physics = ConstructorParameters<typeof LinearModel>[0];

function agree(settings: EngineSettings, physics: Physics, plans: RequestPlan[], options: Options): void {
  const model = new LinearModel(physics);
  const leaping = serve(settings, model, plans, options);
  const stepping = serve(settings, model, plans, { ...options, stepByStep: true });
  expect(stepping.notes).toEqual(leaping.notes);
  expect(records(stepping, plans.length)).toEqual(records(leaping, plans.length));
  expect(stepping.segments).toEqual(leaping.segments);
  expect(stepping.gaps).toEqual(leaping.gaps);
  expect(stepping.readings).toEqual(leaping.readings);
  expect(stepping.boundaries).toBeGreaterThanOrEqual(leaping.boundaries);
}

const options = fc.record({
  boundaryFirst: fc.boolean(),
  observe: fc.boolean(),
  flushS: fc.array(
    fc.integer({ min: 0, max: 200 }).map((tick) => tick / 8),
    { maxLength: 3 },
  ),
});

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
});
