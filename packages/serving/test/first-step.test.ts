/** The warm-up of the first step: it takes that much longer, at the power of an idle replica, and only once. */

import { describe, expect, it } from 'vitest';
import type { SchedulerKind } from '../src/engine-settings.js';
import { REAL_SHIFT, Real } from '../src/service-columns.js';
import { LinearModel, UNIT } from './linear-model.js';
import { column, serve } from './world.js';

const unit = new LinearModel(UNIT);
const KINDS: SchedulerKind[] = [
  'vllm',
  'sglang',
  'trtllm-no-evict',
  'trtllm-max-utilization',
  'tgi',
  'pipeline',
  'llama-cpp',
  'single-stream',
];

describe('the first step', () => {
  it.each(KINDS)('takes longer than any other: %s', (scheduler) => {
    for (const stepByStep of [false, true]) {
      const plans = [
        { atS: 0, prompt: 4, output: 3 },
        { atS: 20, prompt: 4, output: 3 },
      ];
      const outcome = serve({ scheduler, firstStepS: 5 }, unit, plans, { stepByStep });
      expect(column(outcome, 'FIRST_TOKEN_S', 2)).toEqual([6, 21]);
      expect(column(outcome, 'LAST_TOKEN_S', 2)).toEqual([8, 23]);
      const [cold, , warm] = outcome.segments;
      expect(cold!.energyJ).toBe(warm!.energyJ + 5 * unit.idleW);
      expect(cold!.kernelS).toBe(warm!.kernelS);
      expect([cold!.workS, cold!.prefillS]).toEqual([6, 6]);
    }
  });

  it('is one step also where it holds no prompt', () => {
    for (const stepByStep of [false, true]) {
      const outcome = serve({ hasKv: false, firstStepS: 5 }, unit, [{ atS: 0, prompt: 0, output: 3 }], { stepByStep });
      expect(outcome.segments.map((s) => [s.fromS, s.toS, s.steps])).toEqual([
        [0, 6, 1],
        [6, 8, 2],
      ]);
    }
  });

  it('takes no longer where nothing is said', () => {
    expect(
      serve({}, unit, [{ atS: 0, prompt: 4, output: 3 }]).columns.real[(0 << REAL_SHIFT) | Real.LAST_TOKEN_S],
    ).toBe(3);
  });
});
