import { describe, expect, it } from 'vitest';
import { benchPlan, trafficFrom } from '../src/bench-plan.js';

describe('the plan that the bench runs', () => {
  it('falls back to the fitted generator where the trace is not at hand, and says so', () => {
    const traffic = trafficFrom('no-such-folder');
    expect(traffic.tracePath).toBeUndefined();
    expect(traffic.title).toMatch(/not at hand/);
    expect(trafficFrom(undefined)).toEqual(traffic);
  });

  it('has eight replicas of four devices, no rows, and the horizon that the requests need', () => {
    const plan = benchPlan(trafficFrom(undefined), 10, 5_000);
    const pool = plan.world.pools[0]!;
    expect(pool.replicas).toBe(8);
    expect(pool.deployment.tp).toBe(4);
    expect(plan.world.horizonS).toBe(500);
    expect(plan.record).toEqual({ requests: { mode: 'none', sample: 0 }, timeseriesS: 0 });
  });
});
