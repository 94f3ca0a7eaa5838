import { describe, expect, it } from 'vitest';
import { Count, LOG_COLUMNS, Load } from '../src/index.js';
import { deployment, engine, group, offered, plan, pool, run, total, traffic, workload } from './small-world.js';

const ended = (world: ReturnType<typeof run>) =>
  total(world, Count.COMPLETED) +
  total(world, Count.REJECTED) +
  total(world, Count.FAILED) +
  total(world, Count.TIMED_OUT);

describe('a world', () => {
  it('accounts for every request, and serves nearly all at light load', () => {
    const world = run(plan());
    expect(offered(world)).toBeGreaterThan(400);
    expect(offered(world)).toBe(ended(world) + world.inFlight);
    expect(total(world, Count.COMPLETED)).toBeGreaterThan(0.97 * offered(world));
  });

  it('adds the network legs to the time to first token and to nothing between tokens', () => {
    // All requests end before the horizon: the two worlds compare the same ones.
    const counted = [traffic({ workload: workload({ maxRequests: 300 }) })];
    const near = run(plan({ origins: [{ id: 'o', siteGroup: -1, rttS: [0] }], traffic: counted }));
    const far = run(plan({ origins: [{ id: 'o', siteGroup: -1, rttS: [0.2] }], traffic: counted }));
    const p50 = (world: ReturnType<typeof run>) => world.statistics.cells.peek(0, 0)!.ttftS.quantile(0.5)!;
    expect(p50(far) - p50(near)).toBeCloseTo(0.2, 6);
    const tpot = (world: ReturnType<typeof run>) => world.statistics.cells.peek(0, 0)!.tpotS.quantile(0.5)!;
    expect(tpot(far)).toBeCloseTo(tpot(near), 6);
  });

  it('meets the same world under another policy: same requests at the same times', () => {
    const two = (balance: 'round-robin' | 'random') => run(plan({ pools: [pool({ replicas: 2, balance })] }));
    const a = two('round-robin');
    const b = two('random');
    expect(a.fingerprint).not.toBe(b.fingerprint);
    expect(a.log!.columns.sentS.subarray(0, 200)).toEqual(b.log!.columns.sentS.subarray(0, 200));
  });

  it('leaps and steps to the same fingerprint and rows', () => {
    const spec = { ...deployment(), gpuMemoryUtilization: 0.25 };
    const busy = plan({
      pools: [pool({ deployment: spec, engine: engine(spec) })],
      traffic: [traffic({ workload: workload({ arrivals: { process: 'poisson', ratePerS: 30 } }) })],
      horizonS: 30,
    });
    const leap = run(busy);
    const step = run(busy, { stepByStep: true });
    expect(leap.fingerprint).toBe(step.fingerprint);
    for (const column of LOG_COLUMNS) {
      expect(leap.log!.columns[column].subarray(0, leap.log!.rows)).toEqual(
        step.log!.columns[column].subarray(0, step.log!.rows),
      );
    }
    expect(step.events).toBeGreaterThan(leap.events);
  });
});

describe('leaping and stepping where routes look at the state of replicas', () => {
  const balances = ['prefix-affinity', 'cheapest', 'least-tokens'] as const;
  it.each(balances)('agree under %s with spill by predicted wait', (balance) => {
    const groups = [group(), group({ id: 'factory', grid: 'enterprise' })];
    const busy = plan({
      horizonS: 30,
      groups,
      pools: [pool({ replicas: 3, balance }), pool({ id: 'spare', group: 1 })],
      traffic: [
        traffic({
          workload: workload({
            arrivals: { process: 'poisson', ratePerS: 240 },
            prefix: { groups: 5, tokens: 256, zipf: 1 },
          }),
          route: {
            stages: [[0], [1]],
            excludedByResidency: [],
            siteOrder: 'nearest',
            policy: balance === 'cheapest' ? 'cheapest' : 'chain',
            spillTtftS: 0.25,
            spillQueue: 6,
          },
        }),
      ],
    });
    const leap = run(busy);
    const step = run(busy, { stepByStep: true });
    expect(leap.statistics.cells.peek(1, 0)?.counts[Count.ATTEMPTS] ?? 0).toBeGreaterThan(0);
    expect(leap.fingerprint).toBe(step.fingerprint);
  });
});

describe('routing', () => {
  const enterprise = group({ id: 'factory', grid: 'enterprise' });

  it('spills to the next stage when more wait than allowed, and only then', () => {
    const spilling = (ratePerS: number) =>
      run(
        plan({
          horizonS: 60,
          groups: [group(), enterprise],
          pools: [pool(), pool({ id: 'spare', group: 1 })],
          traffic: [
            traffic({
              workload: workload({ arrivals: { process: 'poisson', ratePerS } }),
              route: {
                stages: [[0], [1]],
                excludedByResidency: [],
                siteOrder: 'nearest',
                policy: 'chain',
                spillTtftS: -1,
                spillQueue: 2,
              },
            }),
          ],
        }),
      );
    const calm = spilling(1);
    expect(calm.statistics.cells.peek(1, 0)?.counts[Count.ATTEMPTS] ?? 0).toBe(0);
    const busy = spilling(120);
    expect(busy.statistics.cells.peek(1, 0)!.counts[Count.ATTEMPTS]).toBeGreaterThan(0);
    expect(busy.statistics.refusals[0]!.get('spilled')).toBe(busy.statistics.cells.peek(1, 0)!.counts[Count.ATTEMPTS]);
  });

  it('spills past a pool at its queue limit without being told to', () => {
    const spec = { ...deployment(), maxNumSeqs: 4 };
    const world = run(
      plan({
        horizonS: 60,
        groups: [group(), enterprise],
        pools: [
          pool({ deployment: spec, engine: engine(spec, { maxNumSeqs: 4 }), queueLimit: 2 }),
          pool({ id: 'spare', group: 1 }),
        ],
        traffic: [
          traffic({
            workload: workload({ arrivals: { process: 'poisson', ratePerS: 30 } }),
            route: {
              stages: [[0], [1]],
              excludedByResidency: [],
              siteOrder: 'nearest',
              policy: 'chain',
              spillTtftS: -1,
              spillQueue: -1,
            },
          }),
        ],
      }),
    );
    expect(world.statistics.cells.peek(1, 0)!.counts[Count.COMPLETED]).toBeGreaterThan(100);
    // Only who was on the way when the limit was reached is turned away.
    expect(total(world, Count.REJECTED)).toBeLessThan(0.02 * offered(world));
  });

  it('spills when the predicted time to first token is too long', () => {
    const world = run(
      plan({
        horizonS: 60,
        groups: [group(), enterprise],
        pools: [pool(), pool({ id: 'spare', group: 1 })],
        traffic: [
          traffic({
            workload: workload({ arrivals: { process: 'poisson', ratePerS: 80 } }),
            route: {
              stages: [[0], [1]],
              excludedByResidency: [],
              siteOrder: 'nearest',
              policy: 'chain',
              spillTtftS: 0.3,
              spillQueue: -1,
            },
          }),
        ],
      }),
    );
    expect(world.statistics.cells.peek(1, 0)!.counts[Count.COMPLETED]).toBeGreaterThan(0);
  });

  it('sends nothing where residency forbids, and counts what then has no place', () => {
    const world = run(
      plan({
        traffic: [
          traffic({
            route: {
              stages: [],
              excludedByResidency: [0],
              siteOrder: 'nearest',
              policy: 'chain',
              spillTtftS: -1,
              spillQueue: -1,
            },
          }),
        ],
      }),
    );
    expect(total(world, Count.REJECTED)).toBe(offered(world));
    expect(world.statistics.refusals[0]!.get('no_route') ?? world.statistics.refusals[0]!.get('residency')).toBe(
      offered(world),
    );
    expect(world.statistics.poolMeters[0]!.loads[Load.TOTAL_BUSY_S]).toBe(0);
  });

  it('refuses what no pool can hold', () => {
    const world = run(
      plan({
        traffic: [
          traffic({
            workload: workload({
              lengths: {
                kind: 'independent',
                prompt: { dist: 'constant', value: 7999 },
                output: { dist: 'constant', value: 500 },
              },
            }),
          }),
        ],
      }),
    );
    expect(world.statistics.refusals[0]!.get('too_long')).toBe(offered(world));
  });

  it('keeps each like site to its own traffic first', () => {
    const world = run(
      plan({
        groups: [group({ id: 'shops', grid: 'edge', count: 5 })],
        pools: [pool({ group: 0 })],
        origins: [{ id: 'shops', siteGroup: 0, rttS: [0.002] }],
      }),
    );
    const { log } = world;
    for (let row = 0; row < log!.rows; row++) {
      if (log!.columns.pool[row]! >= 0) expect(log!.columns.site[row]).toBe(log!.columns.originSite[row]);
    }
    expect(new Set(log!.columns.originSite.subarray(0, log!.rows)).size).toBe(5);
  });

  it('prefers the cheaper of two pools when routing by marginal cost', () => {
    const dear = pool({
      id: 'dear',
      cost: {
        deviceUsdPerReplicaS: 1,
        facilityUsdPerReplicaS: 0,
        networkUsdPerReplicaS: 0,
        operationsUsdPerReplicaS: 0,
        basis: 'owned',
      },
    });
    const world = run(
      plan({
        groups: [group(), enterprise],
        pools: [dear, pool({ id: 'cheap', group: 1 })],
        traffic: [
          traffic({
            route: {
              stages: [[0], [1]],
              excludedByResidency: [],
              siteOrder: 'nearest',
              policy: 'cheapest',
              spillTtftS: 5,
              spillQueue: -1,
            },
          }),
        ],
      }),
    );
    expect(world.statistics.cells.peek(1, 0)!.counts[Count.ATTEMPTS]).toBe(offered(world));
  });

  it('balances: every policy that looks or takes turns beats random in the tail', () => {
    const with4 = (balance: 'random' | 'least-requests' | 'round-robin' | 'power-of-two' | 'least-tokens') =>
      run(
        plan({
          pools: [pool({ replicas: 4, balance })],
          traffic: [
            traffic({
              workload: workload({
                arrivals: { process: 'poisson', ratePerS: 60 },
                lengths: {
                  kind: 'independent',
                  prompt: { dist: 'lognormal', mu: 6, sigma: 1.2 },
                  output: { dist: 'lognormal', mu: 4, sigma: 1 },
                },
              }),
            }),
          ],
        }),
      );
    const p99 = (world: ReturnType<typeof run>) => world.statistics.cells.peek(0, 0)!.ttftS.quantile(0.99)!;
    const random = p99(with4('random'));
    expect(p99(with4('least-requests'))).toBeLessThan(random);
    expect(p99(with4('least-tokens'))).toBeLessThan(random);
    expect(p99(with4('power-of-two'))).toBeLessThan(random);
    expect(p99(with4('round-robin'))).toBeLessThan(random);
  });
});

describe('clients', () => {
  const impatient = (over: { timeoutS: number; maxRetries: number; cancelOnTimeout: boolean }, ratePerS: number) => {
    const spec = { ...deployment(), maxNumSeqs: 4 };
    return run(
      plan({
        horizonS: 60,
        pools: [pool({ deployment: spec, engine: engine(spec, { maxNumSeqs: 4 }) })],
        traffic: [
          traffic({
            workload: workload({ arrivals: { process: 'poisson', ratePerS } }),
            client: { ...over, backoffS: 0.5 },
          }),
        ],
      }),
    );
  };

  it('gives up at the deadline when the queue is long, and never answers later than that', () => {
    const world = impatient({ timeoutS: 2, maxRetries: 0, cancelOnTimeout: true }, 40);
    expect(total(world, Count.TIMED_OUT)).toBeGreaterThan(0);
    expect(offered(world)).toBe(ended(world) + world.inFlight);
    expect(world.statistics.cells.peek(0, 0)!.e2eS.max).toBeLessThanOrEqual(2);
  });

  it('tries again a bounded number of times', () => {
    const world = impatient({ timeoutS: 2, maxRetries: 2, cancelOnTimeout: true }, 40);
    const attempts = total(world, Count.ATTEMPTS);
    expect(attempts).toBeGreaterThan(offered(world));
    expect(attempts).toBeLessThanOrEqual(3 * offered(world));
    expect(offered(world)).toBe(ended(world) + world.inFlight);
  });

  it('leaves the server with the abandoned attempts unless they are withdrawn', () => {
    const kept = impatient({ timeoutS: 2, maxRetries: 0, cancelOnTimeout: false }, 40);
    const withdrawn = impatient({ timeoutS: 2, maxRetries: 0, cancelOnTimeout: true }, 40);
    const present = (world: ReturnType<typeof run>) => world.pools[0]!.presentRequests;
    // 40 a second for the 2 s that a client waits, against all that ever came beyond what was served.
    expect(present(withdrawn)).toBeLessThan(100);
    expect(present(kept)).toBeGreaterThan(1000);
    expect(withdrawn.statistics.poolMeters[0]!.loads[Load.TOTAL_BUSY_S]).toBeGreaterThan(0);
    expect(offered(kept)).toBe(ended(kept) + kept.inFlight);
  });

  it('is refused with 429 above the queue limit', () => {
    const spec = { ...deployment(), maxNumSeqs: 2 };
    const world = run(
      plan({
        horizonS: 30,
        pools: [pool({ deployment: spec, engine: engine(spec, { maxNumSeqs: 2 }), queueLimit: 3 })],
        traffic: [traffic({ workload: workload({ arrivals: { process: 'poisson', ratePerS: 40 } }) })],
      }),
    );
    expect(world.statistics.refusals[0]!.get('queue_full')).toBe(total(world, Count.REJECTED));
    expect(total(world, Count.REJECTED)).toBeGreaterThan(0);
    expect(world.statistics.queueMeters[0]!.peak).toBeLessThanOrEqual(3);
  });

  it('queues nobody at a limit of 0, and still serves whoever finds a free place', () => {
    const spec = { ...deployment(), maxNumSeqs: 2 };
    const world = run(
      plan({
        horizonS: 30,
        pools: [pool({ deployment: spec, engine: engine(spec, { maxNumSeqs: 2 }), queueLimit: 0 })],
        traffic: [traffic({ workload: workload({ arrivals: { process: 'poisson', ratePerS: 40 } }) })],
      }),
    );
    expect(total(world, Count.COMPLETED)).toBeGreaterThan(50);
    expect(total(world, Count.REJECTED)).toBeGreaterThan(0);
  });

  it('keeps a closed loop at its number of users', () => {
    const world = run(
      plan({
        traffic: [
          traffic({
            workload: workload({
              arrivals: { process: 'closed', users: 7, thinkS: { dist: 'constant', value: 0.1 }, rampS: 1 },
            }),
          }),
        ],
      }),
    );
    expect(world.statistics.poolMeters[0]!.loads[Load.PEAK_DECODES]).toBeLessThanOrEqual(7);
    expect(total(world, Count.COMPLETED)).toBeGreaterThan(100);
  });

  it('goes on in simulated time when users who do not think are refused for good', () => {
    const spec = deployment();
    const offeredWith = (backoffS: number, engineOver: object) =>
      offered(
        run(
          plan({
            horizonS: 10,
            pools: [pool({ deployment: spec, engine: engine(spec, engineOver) })],
            traffic: [
              traffic({
                workload: workload({
                  arrivals: { process: 'closed', users: 4, thinkS: { dist: 'constant', value: 0 }, rampS: 0 },
                }),
                client: { timeoutS: -1, maxRetries: 0, backoffS, cancelOnTimeout: true },
              }),
            ],
          }),
        ),
      );
    // Too long for the model: nowhere to send it, known at once, so every user is back after exactly the pause.
    expect(offeredWith(2, { maxModelLenTokens: 400 })).toBe(4 * 5);
    expect(offeredWith(0, { maxModelLenTokens: 400 })).toBeGreaterThanOrEqual(4 * 9_990);
    expect(offeredWith(0, { maxModelLenTokens: 400 })).toBeLessThanOrEqual(4 * 10_010);
    // Too long for the KV cache of the replica: refused there.
    const refusedAtReplica = offeredWith(1, { numBlocks: 10 });
    expect(refusedAtReplica).toBeGreaterThanOrEqual(4 * 9);
    expect(refusedAtReplica).toBeLessThanOrEqual(4 * 10);
  });
});
