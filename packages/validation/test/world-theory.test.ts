import { confidenceInterval } from '@infersim/stats';
import { describe, expect, it } from 'vitest';
import { agreementText, agreementWith, overReplications } from '../src/acceptance.js';
import { figureOf, imagePool, replicate, runPlanOf, stepSOf, trafficOf, worldOf } from '../src/small-plans.js';
import { roundedExponentialMoments, worldChecks } from '../src/world-checks.js';

describe('theory through the whole program', () => {
  it('sums the moments of rounded lengths: 0.5 rounds to 1 like everything up to 1.5', () => {
    const { mean, variance } = roundedExponentialMoments(100);
    expect(mean).toBeCloseTo(100 + 1 / 222, 3);
    expect(Math.sqrt(variance)).toBeCloseTo(99.99, 1);
  });

  it.each(worldChecks())('$name', ({ figures }) => {
    for (const { name, truth, estimates, allowance } of figures()) {
      const agreement = agreementWith(truth, estimates, allowance);
      const text = agreementText(name, agreement);
      expect(agreement.agrees, text).toBe(true);
      expect(agreement.hasPower, `${text}: too wide to mean anything`).toBe(true);
    }
  });

  it('joining the shortest queue waits less than taking turns, taking turns less than chance', () => {
    const waits = (balance: 'least-requests' | 'round-robin' | 'random') => {
      const pool = imagePool(1, { replicas: 4, balance });
      const ratePerS = (0.7 * 4) / (100 * stepSOf(pool, 1));
      const traffic = trafficOf({ arrivals: { process: 'poisson', ratePerS } });
      const plan = runPlanOf(worldOf({ horizonS: 3_000 / ratePerS, pools: [pool], traffic: [traffic] }));
      return overReplications(20, (replication) => figureOf(replicate(plan, replication), 'queue_ms_mean'));
    };
    const shortest = waits('least-requests');
    const turns = waits('round-robin');
    const chance = waits('random');
    for (const [better, worse] of [
      [shortest, turns],
      [turns, chance],
    ] as const) {
      const gain = confidenceInterval(
        worse.map((wait, index) => wait - better[index]!),
        0.999,
      );
      expect(gain.mean! - gain.halfWidth!).toBeGreaterThan(0);
    }
  });
});
