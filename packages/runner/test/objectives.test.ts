import { describe, expect, it } from 'vitest';
import { estimatesOf, judgeObjectives, mergeReplications, type ObjectivePlan } from '../src/index.js';
import { replicate, runPlan } from './small-plan.js';

const objective = (over: Partial<ObjectivePlan>): ObjectivePlan => ({
  name: 'fast',
  column: 'ttft_ms_p95',
  metric: 'ttft_ms',
  stat: 'p95',
  scopeKind: 'all',
  scopeId: 'all',
  max: 1000,
  severity: 'fail',
  ...over,
});

describe('objectives', () => {
  const plan = runPlan({}, { replications: 3 });
  const results = [1, 2, 3].map((replication) => replicate(plan, replication));
  const judge = (over: Partial<ObjectivePlan>) =>
    judgeObjectives({ ...plan, objectives: [objective(over)] }, results, estimatesOf(results, 0.95))[0]!;

  it('passes with a margin when the figure is well inside', () => {
    const verdict = judge({});
    expect(verdict.passed).toBe(true);
    expect(verdict.marginPct).toBeGreaterThan(90);
    expect(verdict.why).toBe('');
  });

  it('fails and says where it is worst', () => {
    const verdict = judge({ max: 1 });
    expect(verdict.passed).toBe(false);
    expect(verdict.marginPct).toBeLessThan(0);
    expect(verdict.why).toMatch(/worst in pool virginia\/chat/);
  });

  it('judges the confidence bound, not the mean, when there are replications', () => {
    const { actual, judged } = judge({});
    expect(judged!).toBeGreaterThan(actual!);
    const between = judge({ max: (actual! + judged!) / 2 });
    expect(between.passed).toBe(false);
    expect(between.why).toMatch(/more replications/);
  });

  it('bounds from below too', () => {
    const atLeast = (min: number) => {
      const { max: _, ...rest } = objective({ column: 'requests_per_s', min });
      return judgeObjectives({ ...plan, objectives: [rest] }, results, estimatesOf(results, 0.95))[0]!;
    };
    expect(atLeast(1).passed).toBe(true);
    expect(atLeast(1e6).passed).toBe(false);
    expect(atLeast(1e6).limit).toBe(1e6);
  });

  it('does not pass on a figure that is not there', () => {
    const verdict = judge({ scopeKind: 'pool', scopeId: 'nowhere/none' });
    expect(verdict.passed).toBe(false);
    expect(verdict.actual).toBeNull();
  });

  it('merges replications, conserved, with one estimate per figure', () => {
    const merged = mergeReplications(plan, results);
    expect(merged.conserved).toBe(true);
    expect(merged.estimates).toHaveLength(results[0]!.values.length);
  });
});
