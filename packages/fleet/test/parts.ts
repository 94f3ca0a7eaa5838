/** Runs a world in parts, as threads would, but one after the other in this thread: window by window. */

import {
  ANSWER_CELLS,
  Answers,
  joinLogs,
  joinParts,
  LOG_COLUMNS,
  lanePlanOf,
  requestLogOf,
  World,
  type WorldOptions,
  type WorldPlan,
  type WorldRecord,
} from '../src/index.js';
import { packStatistics } from '../src/packed-statistics.js';

const options = (plan: WorldPlan, over: Partial<WorldOptions>): WorldOptions => ({
  plan,
  seed: 1,
  replication: 1,
  openBytes: () => {
    throw new Error('no traces in these tests');
  },
  requestRows: 50,
  series: true,
  stepByStep: false,
  ...over,
});

/** All lanes in one world. */
export function whole(plan: WorldPlan, over: Partial<WorldOptions> = {}): WorldRecord {
  const world = new World(options(plan, over));
  world.run(() => false);
  return world.record;
}

/** All lanes in one world, which is stopped and continued at `cutsS`: no block of time reaches over a cut. */
export function inSlices(plan: WorldPlan, cutsS: readonly number[]): WorldRecord {
  const world = new World(options(plan, {}));
  for (const untilS of [...cutsS].sort((a, b) => a - b)) world.advance(untilS, Number.POSITIVE_INFINITY);
  world.advance(plan.horizonS, Number.POSITIVE_INFINITY);
  world.close(plan.horizonS, false);
  return world.record;
}

/** The lanes shared out among `threads` worlds. */
export function inParts(plan: WorldPlan, threads: number, over: Partial<WorldOptions> = {}): WorldRecord {
  const { lanes } = lanePlanOf(plan);
  const count = Math.min(threads, lanes);
  const share = (thread: number) => Math.floor((thread * lanes) / count);
  const worlds = Array.from(
    { length: count },
    (_, thread) => new World(options(plan, { ...over, fromLane: share(thread), toLane: share(thread + 1) })),
  );
  const told = new Answers();
  for (;;) {
    const nextS = Math.min(...worlds.map((world) => world.nextEventS));
    const untilS = worlds[0]!.windowEndS(nextS);
    for (const world of worlds) world.advance(untilS, Number.POSITIVE_INFINITY);
    told.clear();
    // Threads tell each other in no certain order.
    for (const world of [...worlds].reverse()) {
      const cells = new Float64Array(world.outbox.count * ANSWER_CELLS);
      world.outbox.copyTo(cells, 0, world.outbox.count);
      told.append(cells, world.outbox.count);
    }
    for (const world of worlds) world.hear(told, untilS);
    if (untilS >= plan.horizonS) break;
  }
  for (const world of worlds) world.close(plan.horizonS, false);
  const parts = worlds.map((world) => structuredClone(world.pack()));
  const log = requestLogOf(options(plan, over));
  return joinParts(plan, parts, { series: true, log: log && joinLogs(parts, log) });
}

/** Everything a record holds, for comparison to the bit. */
export function content(record: WorldRecord): object {
  const { statistics, log, plan: _plan, pools, ...rest } = record;
  return {
    ...rest,
    idleW: pools.map(({ model }) => [model.idleW, model.maxW, model.devices]),
    statistics: packStatistics(statistics),
    rows: log && LOG_COLUMNS.map((name) => [name, log.columns[name].slice(0, log.rows)]),
  };
}
