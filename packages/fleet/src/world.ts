/**
 * A world: a plan brought to life for one replication, run from event to event.
 *
 * Builds sources, pools of replicas, router and meters from the plan, then dispatches events to the request journeys.
 * Nothing is drained at the end: what is on its way at the horizon stays in flight and is counted so. The same plan,
 * seed and replication give the same world whatever the policy: traffic comes from named streams of its sources, later
 * draws from hashes of request and attempt.
 */

import { type EventHandler, EventQueue, hashString, RandomStreams, runUntil } from '@infersim/kernel';
import type { ReplicaListener, SegmentReport } from '@infersim/serving';
import { ServiceColumns } from '@infersim/serving';
import { createSiteSources, type OpenBytes, RequestTable, type SiteSources } from '@infersim/workload';
import { Flight } from './flights.js';
import { Journeys } from './journeys.js';
import { Pool } from './pool.js';
import { RequestLog, type RowSink } from './request-log.js';
import { Router } from './router.js';
import { Statistics } from './statistics.js';
import { Entities, EventKind } from './world-events.js';
import type { WorldPlan } from './world-plan.js';

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
}

/** Called between stretches of events with the simulated time and the events so far; true stops the run early. */
export type Checkpoint = (nowS: number, events: number) => boolean;

/** Events between two checkpoints. */
const CHECKPOINT_EVENTS = 20_000;

export class World implements EventHandler {
  readonly plan: WorldPlan;
  readonly pools: readonly Pool[];
  /** By traffic, one source for each of its origin sites. */
  readonly sources: readonly SiteSources[];
  readonly statistics: Statistics;
  readonly journeys: Journeys;
  /** Events dispatched. */
  events = 0;
  /** Simulated time reached, seconds. */
  reachedS = 0;
  isInterrupted = false;
  readonly #queue: EventQueue;
  readonly #entities: Entities;
  readonly #table = new RequestTable();
  readonly #columns = new ServiceColumns();
  readonly log: RequestLog | null;

  constructor(options: WorldOptions) {
    const { plan, seed, replication } = options;
    this.plan = plan;
    const worldSeed = hashString(`${seed}/${replication}`);
    const streams = new RandomStreams(seed, replication);

    const firstSource = new Int32Array(plan.traffic.length);
    const sitesOf = (traffic: number) => {
      const group = plan.origins[plan.traffic[traffic]!.origin]!.siteGroup;
      return group < 0 ? 1 : plan.groups[group]!.count;
    };
    const sourceCount = plan.traffic.reduce((sum, _, traffic) => sum + sitesOf(traffic), 0);
    const trafficOfSource = new Int32Array(sourceCount);
    let sourcesBefore = 0;
    const sources = plan.traffic.map((traffic, index) => {
      const sites = sitesOf(index);
      firstSource[index] = sourcesBefore;
      trafficOfSource.fill(index, sourcesBefore, sourcesBefore + sites);
      sourcesBefore += sites;
      return createSiteSources({
        plan: traffic.workload,
        sites,
        workloadIndex: index,
        firstSource: firstSource[index]!,
        sourceCount,
        streams,
        failurePauseS: traffic.client.backoffS,
        horizonS: plan.horizonS,
        openBytes: options.openBytes,
      });
    });
    this.sources = sources;

    this.#entities = new Entities(
      plan.pools.map((pool) => pool.replicas * plan.groups[pool.group]!.count),
      sourceCount,
      plan.traffic.length,
    );
    this.#queue = new EventQueue({ sourceCount: this.#entities.count });
    const pools: Pool[] = [];
    this.log = options.requestRows > 0 ? new RequestLog(options.requestRows, worldSeed, options.rowSink ?? null) : null;
    for (const [index, pool] of plan.pools.entries()) {
      pools.push(
        new Pool({
          plan: pool,
          index,
          sites: plan.groups[pool.group]!.count,
          table: this.#table,
          columns: this.#columns,
          listener: this.#listenTo(index),
          workloads: plan.traffic.length,
          stepByStep: options.stepByStep,
          seed: worldSeed,
        }),
      );
    }
    this.pools = pools;
    this.statistics = new Statistics({
      plan,
      table: this.#table,
      columns: this.#columns,
      series: options.series,
      log: this.log,
      pools: pools.map((pool) => ({ idleW: pool.model.idleW })),
    });
    this.journeys = new Journeys({
      plan,
      seed: worldSeed,
      queue: this.#queue,
      entities: this.#entities,
      table: this.#table,
      pools,
      sources,
      firstSource,
      trafficOfSource,
      statistics: this.statistics,
    });
    this.journeys.useRouter(new Router(plan, pools, this.#table, worldSeed));
    for (let source = 0; source < sourceCount; source++) this.journeys.scheduleSource(source);
  }

  onEvent(kind: number, source: number, payload: number, timeS: number): void {
    switch (kind) {
      case EventKind.BOUNDARY: {
        const pool = this.#entities.poolOf[source]!;
        this.journeys.onBoundary(pool, source - this.#entities.poolBase[pool]!, timeS);
        return;
      }
      case EventKind.DELIVER:
        this.journeys.onDeliver(payload, timeS);
        return;
      case EventKind.RETRY:
        this.journeys.onRetry(payload, timeS);
        return;
      case EventKind.ARRIVAL:
        this.journeys.onArrival(source - this.#entities.replicas, timeS);
        return;
      case EventKind.TIME_OUT:
        this.journeys.onTimeOut(source - this.#entities.replicas - this.#entities.sources, timeS);
        return;
    }
  }

  /** Runs to the horizon, or until a checkpoint says stop. Call once; then `close`. */
  run(checkpoint: Checkpoint): void {
    const untilS = this.plan.horizonS;
    for (;;) {
      const outcome = runUntil(this.#queue, this, { untilS, maxEvents: CHECKPOINT_EVENTS });
      this.events += outcome.eventCount;
      if (outcome.reason !== 'limit') break;
      if (this.log?.isDue) this.log.release(Math.min(this.#oldestSentS(), outcome.nowS));
      if (checkpoint(outcome.nowS, this.events)) {
        this.isInterrupted = true;
        break;
      }
    }
    this.reachedS = this.isInterrupted ? this.#queue.nowS : untilS;
    this.#close();
  }

  /** When the oldest request that is still waited for was first sent, seconds; Infinity when none is. */
  #oldestSentS(): number {
    const { flights } = this.journeys;
    let oldestS = Number.POSITIVE_INFINITY;
    for (let slot = 0; slot < flights.capacity; slot++) {
      const state = flights.state[slot]!;
      if (state === Flight.FREE || state === Flight.ABANDONED) continue;
      const sentS = this.#table.bornS[slot]!;
      if (sentS < oldestS) oldestS = sentS;
    }
    return oldestS;
  }

  /** Requests on their way at the end. */
  inFlight = 0;
  /** Both sides of Little's law. */
  little = { integral: 0, sojourns: 0 };
  /** KV blocks in use at the end, by the replicas' count and by the requests that hold them. */
  usedBlocks = 0;
  heldBlocks = 0;

  /** Closes open stretches of work and takes stock of what is left. */
  #close(): void {
    const endS = this.reachedS;
    for (const source of this.sources) source.close();
    for (const pool of this.pools) {
      for (let index = 0; index < pool.bank.count; index++) {
        const replica = pool.bank.present(index);
        if (replica === null) continue;
        replica.flush(endS);
        this.usedBlocks += replica.usedBlocks;
        this.heldBlocks += replica.heldBlocks();
      }
    }
    for (const meter of this.statistics.queueMeters) meter.finish(endS);
    const { flights } = this.journeys;
    const present: number[] = [];
    for (let slot = 0; slot < flights.capacity; slot++) {
      const state = flights.state[slot]!;
      if (state === Flight.FREE) continue;
      const hasReplica = flights.replica[slot]! >= 0;
      const isThere = hasReplica && (state === Flight.AT_REPLICA || state === Flight.ABANDONED);
      if (isThere) present.push(flights.joinedS[slot]!);
      const isWaitedFor = state !== Flight.ABANDONED;
      if (isWaitedFor) this.inFlight++;
      this.statistics.unfinished(
        slot,
        isThere || state === Flight.RESPONDING,
        flights.pool[slot]!,
        flights.site[slot]!,
        flights.originSite[slot]!,
        isWaitedFor,
      );
    }
    this.little = this.statistics.little(endS, present);
    this.log?.finish();
  }

  #listenTo(pool: number): ReplicaListener {
    return {
      onFirstToken: (_replica, slot, timeS) => this.journeys.onFirstToken(slot, timeS),
      onFinished: (replica, slot, timeS) => this.journeys.onFinished(pool, replica, slot, timeS),
      onTokenGap: (_replica, slot, timeS, gapS) => this.journeys.onTokenGap(pool, slot, timeS, gapS),
      onPreempted: (_replica, slot, timeS) => this.journeys.onPreempted(pool, slot, timeS),
      onRefused: (replica, slot, timeS) => this.journeys.onRefused(pool, replica, slot, timeS),
      onCancelled: (replica, slot, timeS) => this.journeys.onCancelled(pool, replica, slot, timeS),
      onSegment: (segment: SegmentReport) => this.statistics.worked(pool, this.plan.pools[pool]!.group, segment),
    };
  }
}
