/** The leaping scheduler against the plain one: every event at the same time, every hit, preemption and count the same. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LinearModel } from './linear-model.js';
import { dyadicPhysics, engines, traffic } from './random-scenarios.js';
import { ReferenceEngine } from './reference-engine.js';
import { column, type Note, serve } from './world.js';

/** Events of one time and request in a fixed order; the order among requests of one boundary is not part of the rules. */
function ordered(notes: readonly Note[]): Note[] {
  return [...notes].sort((a, b) => a[0] - b[0] || a[2] - b[2] || a[1].localeCompare(b[1]));
}

describe('vLLM scheduling', () => {
  it('does in leaps what a scheduler that visits everything does step by step', () => {
    let preemptions = 0;
    let hits = 0;
    fc.assert(
      fc.property(engines, dyadicPhysics, traffic(2 ** -3, 2 ** -30), (settings, physics, plans) => {
        const model = new LinearModel(physics);
        const expected = new ReferenceEngine(settings, model).run(plans);
        const outcome = serve(settings, model, plans);
        expect(ordered(outcome.notes)).toEqual(ordered(expected.notes));
        const count = plans.length;
        const jobs = expected.jobs;
        expect(column(outcome, 'PREEMPTIONS', count)).toEqual(jobs.map((job) => job.preemptions));
        expect(column(outcome, 'GENERATED_TOKENS', count)).toEqual(jobs.map((job) => job.generated));
        expect(column(outcome, 'COMPUTED_PREFILL_TOKENS', count)).toEqual(jobs.map((job) => job.prefillComputed));
        expect(column(outcome, 'ADMITTED_S', count)).toEqual(jobs.map((job) => job.admittedS));
        preemptions += jobs.reduce((sum, job) => sum + job.preemptions, 0);
        hits += expected.hitTokens.reduce((sum, tokens) => sum + tokens, 0);
      }),
      { numRuns: Number(process.env['SOAK'] ?? 800), seed: 20261 },
    );
    // The scenarios must have met what they are meant to meet.
    expect(preemptions).toBeGreaterThan(2000);
    expect(hits).toBeGreaterThan(2000);
  });
});
