import { describe, expect, it } from 'vitest';
import { agreementWith, meanOf, mm1SojournS, overReplications, runNetwork } from '../src/index.js';

describe('the example of the README', () => {
  it('does what it says', () => {
    const station = {
      servers: 1,
      capacity: Number.POSITIVE_INFINITY,
      serviceS: { dist: 'exponential', mean: 1 },
    } as const;
    const spec = { arrivalsPerS: 0.5, stations: [station], warmupArrivals: 2_000, arrivals: 120_000, seed: 1 };
    const means = overReplications(20, (replication) => meanOf(runNetwork(spec, replication).sojournS));
    expect(agreementWith(mm1SojournS(0.5, 1), means).agrees).toBe(true);
  });
});
