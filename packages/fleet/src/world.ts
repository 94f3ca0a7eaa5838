/**
 * A world: a plan brought to life for one replication, run from event to event.
 *
 * Builds sources, pools of replicas, router and meters from the plan, then has its events run (event-loop.ts).
 * Nothing is drained at the end: what is on its way at the horizon stays in flight and is counted so. The same plan,
 * seed and replication give the same world whatever the policy: traffic comes from named streams of its sources, later
 * draws from hashes of request and attempt.
 *
 * A world simulates all lanes of its plan or some of them (lane-plan.ts). Whoever drives several parts of one runs each to the
 * end of a window and lets each hear what became of attempts in all of them; `run` does so for a world that has all lanes.
 */

import { hashString, RandomStreams } from '@infersim/kernel';
import { ServiceColumns } from '@infersim/serving';
import { createSiteSources, type OpenBytes, RequestTable, type SiteSources } from '@infersim/workload';
import type { Answers } from './answers.js';
import { Client } from './distant-clients.js';
import { EventLoop } from './event-loop.js';
import { FLIGHT_BITS, Flight, FlightCell } from './flights.js';
import { Journeys } from './journeys.js';
import { homeLanesOf, type LanePlan, laneOfSite, lanePlanOf, sitesOfLanes } from './lane-plan.js';
import { packStatistics } from './packed-statistics.js';
import { Pool } from './pool.js';
import { PoolListener } from './pool-listener.js';
import { RequestLog, type RowSink } from './request-log.js';
import { looksAtQueues, Router } from './router.js';
import { Statistics } from './statistics.js';
import { TallyBudgets } from './tally-cells.js';
import type { WorldPlan } from './world-plan.js';
import { joinParts, type PackedLane, type PackedPart, sourceCountsOf, type WorldRecord } from './world-record.js';
import { type LittleSums, takeStock } from './world-stock.js';

export interface WorldOptions {
  readonly plan: WorldPlan;
  readonly seed: number;
  /** 1, 2, ...: part of the key of every stream. */
  readonly replication: number;
  readonly openBytes: OpenBytes;
  /** Rows of per-request results: 0 = none, Infinity = all, else a sample of this size. */
  readonly requestRows: number;
  /** Takes the rows in order, as soon as their places are known; without one they stay in `log`. */
  readonly rowSink?: RowSink;
  /** Whether load per interval is kept for a time series. */
  readonly series: boolean;
  readonly stepByStep: boolean;
  /** Lanes that are simulated here, of those of `lanePlanOf(plan)`; absent = all. */
  readonly fromLane?: number;
  readonly toLane?: number;
}

/** Called between stretches of events with the simulated time and the events so far; true stops the run early. */
export type Checkpoint = (nowS: number, events: number) => boolean;

/** Events between two checkpoints. */
const CHECKPOINT_EVENTS = 20_000;

/** Seed of everything in a world that is drawn by hash. */
function worldSeedOf({ seed, replication }: Pick<WorldOptions, 'seed' | 'replication'>): number {
  return hashString(`${seed}/${replication}`);
}

/** An empty log for the rows of a world; null when none are kept. */
export function requestLogOf(
  options: Pick<WorldOptions, 'seed' | 'replication' | 'requestRows' | 'rowSink'>,
): RequestLog | null {
  const { requestRows, rowSink } = options;
  return requestRows > 0 ? new RequestLog(requestRows, worldSeedOf(options), rowSink ?? null) : null;
}

export class World {
  readonly plan: WorldPlan;
  readonly pools: readonly Pool[];
  /** By traffic, one source for each of its origin sites: those that send to one lane, and those that send to several. */
  readonly sources: readonly SiteSources[];
  readonly spreading: readonly (SiteSources | null)[];
  readonly lanes: LanePlan;
  readonly journeys: Journeys;
  /** Events dispatched. */
  events = 0;
  /** Simulated time reached, seconds. */
  reachedS = 0;
  isInterrupted = false;
  readonly #loop: EventLoop;
  readonly #table: RequestTable;
  readonly #columns = new ServiceColumns();
  readonly #fromLane: number;
  readonly #toLane: number;
  /** By lane; null where another thread simulates it. */
  readonly #statistics: readonly (Statistics | null)[];
  readonly #homeLane: Int16Array;
  readonly #series: boolean;
  readonly log: RequestLog | null;

  constructor(options: WorldOptions) {
    const { plan, seed, replication } = options;
    this.plan = plan;
    const worldSeed = worldSeedOf(options);
    const streams = new RandomStreams(seed, replication);

    const lanes = lanePlanOf(plan);
    this.lanes = lanes;
    const fromLane = options.fromLane ?? 0;
    const toLane = options.toLane ?? lanes.lanes;
    this.#fromLane = fromLane;
    this.#toLane = toLane;
    this.#series = options.series;
    const isHere = (lane: number) => lane >= fromLane && lane < toLane;
    this.#table = new RequestTable(1024, lanes.lanes);

    const firstSource = new Int32Array(plan.traffic.length);
    const homeLanes = plan.traffic.map((_, traffic) => homeLanesOf(plan, lanes, traffic));
    const sourceCount = homeLanes.reduce((sum, ofSites) => sum + ofSites.length, 0);
    const trafficOfSource = new Int32Array(sourceCount);
    this.#homeLane = new Int16Array(sourceCount);
    let sourcesBefore = 0;
    const makers = plan.traffic.map((traffic, index) => {
      const home = homeLanes[index]!;
      const sites = home.length;
      const first = sourcesBefore;
      firstSource[index] = first;
      trafficOfSource.fill(index, first, first + sites);
      this.#homeLane.set(home, first);
      sourcesBefore += sites;
      return (isWanted: (site: number) => boolean) =>
        createSiteSources({
          plan: traffic.workload,
          sites,
          workloadIndex: index,
          firstSource: first,
          sourceCount,
          streams,
          failurePauseS: traffic.client.backoffS,
          horizonS: plan.horizonS,
          openBytes: options.openBytes,
          isHere: isWanted,
        });
    });
    this.sources = makers.map((make, traffic) => make((site) => isHere(homeLanes[traffic]![site]!)));
    this.spreading = makers.map((make, traffic) =>
      homeLanes[traffic]!.includes(-1) ? make((site) => homeLanes[traffic]![site]! < 0) : null,
    );

    this.#loop = new EventLoop({ plan, lanes, fromLane, toLane, homeLanes, firstSource, homeLane: this.#homeLane });
    const pools: Pool[] = [];
    const listeners = plan.pools.map(() => new PoolListener());
    const isForetold = looksAtQueues(plan);
    this.log = requestLogOf(options);
    for (const [index, pool] of plan.pools.entries()) {
      const laneOf = Uint8Array.from({ length: plan.groups[pool.group]!.count }, (_, site) =>
        laneOfSite(lanes, pool.group, site),
      );
      pools.push(
        new Pool({
          plan: pool,
          index,
          sites: plan.groups[pool.group]!.count,
          laneOf,
          table: this.#table,
          columns: this.#columns,
          listener: listeners[index]!,
          workloads: plan.traffic.length,
          stepByStep: options.stepByStep,
          seed: worldSeed,
          isForetold,
        }),
      );
    }
    this.pools = pools;
    const budgets = lanes.lanes > 1 ? new TallyBudgets() : undefined;
    this.#statistics = Array.from({ length: lanes.lanes }, (_, lane) =>
      isHere(lane)
        ? new Statistics({
            plan,
            table: this.#table,
            columns: this.#columns,
            sites: sitesOfLanes(lanes, lane, lane + 1),
            series: options.series,
            log: this.log,
            budgets,
            pools: pools.map((pool) => ({ idleW: pool.model.idleW })),
          })
        : null,
    );
    this.journeys = new Journeys(
      {
        plan,
        seed: worldSeed,
        events: this.#loop.events,
        front: this.#loop.front,
        isAhead: this.#loop.isAhead,
        table: this.#table,
        pools,
        sources: this.sources,
        spreading: this.spreading,
        firstSource,
        trafficOfSource,
        homeLane: this.#homeLane,
        isAnswered: lanes.isAnswered,
        statistics: this.#statistics,
      },
      new Router(plan, pools, this.#table, worldSeed),
    );
    this.#loop.journeys = this.journeys;
    for (const [index, listener] of listeners.entries()) {
      const meters = this.#statistics.map((lane) => lane && lane.poolMeters[index]!);
      listener.hearsFor(this.journeys, pools[index]!, meters);
    }
    for (let source = 0; source < sourceCount; source++) {
      const home = this.#homeLane[source]!;
      if (home < 0 || isHere(home)) this.journeys.scheduleSource(source);
    }
  }

  /** Runs to the horizon, or until a checkpoint says stop. Call once; all lanes must be simulated here. */
  run(checkpoint: Checkpoint): void {
    const { horizonS } = this.plan;
    let isStopped = false;
    let checkedEvents = 0;
    const check = () => {
      if (this.events - checkedEvents < CHECKPOINT_EVENTS) return;
      checkedEvents = this.events;
      isStopped = checkpoint(this.nowS, this.events);
    };
    while (!isStopped && this.nowS < horizonS) {
      const untilS = this.windowEndS();
      while (!isStopped && !this.advance(untilS, CHECKPOINT_EVENTS)) check();
      this.hear(this.outbox, isStopped ? this.nowS : untilS);
      if (!isStopped) check();
    }
    this.close(isStopped ? this.nowS : horizonS, isStopped);
  }

  /** The clock, seconds. */
  get nowS(): number {
    return this.#loop.nowS;
  }

  /** When the next event happens here, seconds; Infinity = never. */
  get nextEventS(): number {
    return this.#loop.nextEventS;
  }

  /** Answers to distant clients since they were last heard. */
  get outbox(): Answers {
    return this.journeys.distant.outbox;
  }

  /**
   * End of the window that holds the next event, `nextS` (of all threads together), seconds: up to there nothing that
   * happens at a site can reach a distant client. The horizon where there are none.
   */
  windowEndS(nextS: number = this.nextEventS): number {
    const { lookaheadS } = this.lanes;
    const { horizonS } = this.plan;
    if (lookaheadS === Number.POSITIVE_INFINITY || !(nextS < horizonS)) return horizonS;
    let window = Math.floor(nextS / lookaheadS) + 1;
    while (window * lookaheadS <= nextS) window++;
    return Math.min(horizonS, window * lookaheadS);
  }

  /** Runs events before `untilS`; false when about `maxEvents` of them did not suffice. */
  advance(untilS: number, maxEvents: number): boolean {
    const isThere = this.#loop.advance(untilS, maxEvents);
    this.events = this.#loop.eventCount;
    if (this.log?.isDue) this.log.release(Math.min(this.#oldestSentS(), this.nowS));
    return isThere;
  }

  /** Tells distant clients the answers of the window that ends at `untilS`, those of all threads together. */
  hear(answers: Answers, untilS: number): void {
    this.journeys.distant.apply(answers, untilS);
    this.outbox.clear();
  }

  /** When the oldest request that is still waited for was first sent, seconds; Infinity when none is. */
  #oldestSentS(): number {
    const { flights } = this.journeys;
    let oldestS = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < flights.capacity; slot++) {
      const state = flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE]!;
      if (state === Flight.FREE || state === Flight.ABANDONED) continue;
      const sentS = this.#table.bornS[slot]!;
      if (sentS < oldestS) oldestS = sentS;
    }
    const { state, table } = this.journeys.distant;
    for (let client = 0; client < state.length; client++) {
      if (state[client] !== Client.FREE) oldestS = Math.min(oldestS, table.bornS[client]!);
    }
    return oldestS;
  }

  /** Requests on their way at the end. */
  inFlight = 0;
  /** KV blocks in use at the end, by the replicas' count and by the requests that hold them. */
  usedBlocks = 0;
  heldBlocks = 0;
  /** Both sides of Little's law, by lane. */
  #little: LittleSums[] = [];
  #record: WorldRecord | null = null;

  /** Closes open stretches of work at `endS` and takes stock of what is left. Call once, at the end. */
  close(endS: number, isInterrupted: boolean): void {
    this.reachedS = endS;
    this.isInterrupted = isInterrupted;
    for (const source of [...this.sources, ...this.spreading]) source?.close();
    for (const pool of this.pools) {
      for (let index = 0; index < pool.bank.count; index++) {
        const replica = pool.bank.present(index);
        if (replica === null) continue;
        replica.flush(endS);
        this.usedBlocks += replica.usedBlocks;
        this.heldBlocks += replica.heldBlocks();
      }
    }
    for (const lane of this.#statistics) for (const meter of lane?.queueMeters ?? []) meter.finish(endS);
    const stock = takeStock(this.journeys, this.#table, this.#statistics, endS);
    this.inFlight = stock.inFlight;
    this.#little = stock.little;
    this.log?.finish();
  }

  /** What was simulated here, as plain data: for posting to whoever joins the parts. Call after `close`. */
  pack(): PackedPart {
    return { ...this.#packLanes(), log: this.log?.pack() ?? null };
  }

  #packLanes(): PackedPart {
    const lanes: PackedLane[] = [];
    this.#statistics.forEach((statistics, lane) => {
      if (statistics === null) return;
      const fingerprint = this.journeys.lanes[lane]!.fingerprint.digest();
      lanes.push({ lane, statistics: packStatistics(statistics), fingerprint, little: this.#little[lane]! });
    });
    const { events, reachedS, isInterrupted, inFlight, usedBlocks, heldBlocks } = this;
    return {
      lanes,
      // Sources that every thread draws are counted by the one that has lane 0.
      sources: sourceCountsOf(this.sources, this.#fromLane === 0 ? this.spreading : []),
      log: null,
      events,
      reachedS,
      isInterrupted,
      inFlight,
      usedBlocks,
      heldBlocks,
    };
  }

  /** What happened, all lanes together. Call after `close`; all lanes must have been simulated here. */
  get record(): WorldRecord {
    if (this.#toLane - this.#fromLane < this.lanes.lanes)
      throw new RangeError('other threads have lanes of this world');
    this.#record ??= this.#recordOf();
    return this.#record;
  }

  #recordOf(): WorldRecord {
    const statistics = this.#statistics[0]!;
    if (this.lanes.lanes > 1) {
      return joinParts(this.plan, [this.#packLanes()], { series: this.#series, pools: this.pools, log: this.log });
    }
    const { plan, pools, log, events, reachedS, isInterrupted, inFlight, usedBlocks, heldBlocks } = this;
    return {
      plan,
      pools,
      log,
      statistics,
      fingerprint: this.fingerprint,
      sources: sourceCountsOf(this.sources, this.spreading),
      events,
      reachedS,
      isInterrupted,
      inFlight,
      little: this.#little[0]!,
      usedBlocks,
      heldBlocks,
    };
  }

  /** Everything counted: of a world of one lane at any time, of others after `close`. */
  get statistics(): Statistics {
    return this.lanes.lanes === 1 ? this.#statistics[0]! : this.record.statistics;
  }

  /** Digest of all transitions. */
  get fingerprint(): string {
    return this.lanes.lanes === 1 ? this.journeys.lanes[0]!.fingerprint.digest() : this.record.fingerprint;
  }

  get little(): LittleSums {
    return this.record.little;
  }
}
