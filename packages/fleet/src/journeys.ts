/**
 * The way of a request: sent, routed, carried to a site, given to a replica, answered; or refused, given up, tried
 * again. Every transition is counted and enters the fingerprint.
 *
 * Times that a client sees are engine times plus the leg back. A client that gives up at its deadline either withdraws
 * the attempt or leaves the server working for nobody (abandoned: the work is charged, the answer is not counted).
 */

import { type EventQueue, Fingerprint, hashString, hashUniform } from '@infersim/kernel';
import type { Replica } from '@infersim/serving';
import { Outcome, type RequestTable, type SiteSources } from '@infersim/workload';
import { Flight, Flights } from './flights.js';
import { DOWNLINK, legS, UPLINK } from './network.js';
import type { Pool } from './pool.js';
import { NoPlace, type Router } from './router.js';
import type { Statistics } from './statistics.js';
import { TimeOuts } from './time-outs.js';
import { type Entities, EventKind, Priority } from './world-events.js';
import type { PoolPlan, WorldPlan } from './world-plan.js';

const BACKOFF = hashString('client/backoff');

/** Kinds of transition in the fingerprint. */
const Mark = {
  SENT: 1,
  DELIVERED: 2,
  FIRST_TOKEN: 3,
  FINISHED: 4,
  PREEMPTED: 5,
  REJECTED: 6,
  TIMED_OUT: 7,
  CANCELLED: 8,
} as const;

/** What the journeys work on; all of one world. */
export interface JourneyParts {
  readonly plan: WorldPlan;
  readonly seed: number;
  readonly queue: EventQueue;
  readonly entities: Entities;
  readonly table: RequestTable;
  readonly pools: readonly Pool[];
  /** By traffic; its sources are one per origin site. */
  readonly sources: readonly SiteSources[];
  /** First source of each traffic, and traffic of each source. */
  readonly firstSource: Int32Array;
  readonly trafficOfSource: Int32Array;
  readonly statistics: Statistics;
}

export class Journeys {
  readonly flights = new Flights();
  readonly fingerprint = new Fingerprint();
  readonly timeOuts: readonly (TimeOuts | null)[];
  readonly #plan: WorldPlan;
  readonly #seed: number;
  readonly #queue: EventQueue;
  readonly #entities: Entities;
  readonly #table: RequestTable;
  readonly #pools: readonly Pool[];
  readonly #sources: readonly SiteSources[];
  readonly #firstSource: Int32Array;
  readonly #trafficOfSource: Int32Array;
  readonly #statistics: Statistics;
  #router: Router | null = null;

  constructor(parts: JourneyParts) {
    this.#plan = parts.plan;
    this.#seed = parts.seed;
    this.#queue = parts.queue;
    this.#entities = parts.entities;
    this.#table = parts.table;
    this.#pools = parts.pools;
    this.#sources = parts.sources;
    this.#firstSource = parts.firstSource;
    this.#trafficOfSource = parts.trafficOfSource;
    this.#statistics = parts.statistics;
    this.timeOuts = parts.plan.traffic.map(({ client }) =>
      client.timeoutS > 0 ? new TimeOuts(client.timeoutS) : null,
    );
  }

  /** The router needs the pools, which report to the journeys; it is set once all exist. */
  useRouter(router: Router): void {
    this.#router = router;
  }

  /** A source's request is due. */
  onArrival(sourceIndex: number, nowS: number): void {
    const table = this.#table;
    const statistics = this.#statistics;
    const traffic = this.#trafficOfSource[sourceIndex]!;
    const site = sourceIndex - this.#firstSource[traffic]!;
    const slot = table.allocate();
    this.flights.ensure(table.capacity);
    this.#sources[traffic]!.take(site, table, slot);
    this.flights.originSite[slot] = site;
    statistics.offered(traffic, nowS);
    this.#send(slot, nowS);
    this.scheduleSource(sourceIndex);
  }

  /** Puts a source's next request, if any, into the event queue. */
  scheduleSource(sourceIndex: number): void {
    const queue = this.#queue;
    const entities = this.#entities;
    const traffic = this.#trafficOfSource[sourceIndex]!;
    const nextS = this.#sources[traffic]!.nextS(sourceIndex - this.#firstSource[traffic]!);
    const entity = entities.source(sourceIndex);
    if (nextS === Number.POSITIVE_INFINITY) queue.clear(entity);
    else queue.replace(entity, nextS, Priority.ARRIVAL, EventKind.ARRIVAL);
  }

  /** A request has reached its site. */
  onDeliver(slot: number, nowS: number): void {
    const { flights } = this;
    const table = this.#table;
    const pools = this.#pools;
    const pool = pools[flights.pool[slot]!]!;
    const site = flights.site[slot]!;
    pool.inTransit[site] = pool.inTransit[site]! - 1;
    if (flights.state[slot] === Flight.ABANDONED && this.#client(slot).cancelOnTimeout) {
      this.#free(slot);
      return;
    }
    const replica = pool.balance(site, slot, nowS);
    if (pool.plan.queueLimit >= 0 && isFull(pool.bank.reading(replica), pool.plan)) {
      this.#statistics.refused(table.workload[slot]!, 'queue_full');
      this.#refuse(slot, nowS);
      return;
    }
    if (flights.state[slot] !== Flight.ABANDONED) flights.state[slot] = Flight.AT_REPLICA;
    flights.replica[slot] = replica;
    this.fingerprint.add(table.requestId[slot]!, Mark.DELIVERED, nowS);
    pool.arrived(replica, slot);
    flights.joinedS[slot] = nowS;
    this.#statistics.joined(nowS);
    const target = pool.bank.at(replica);
    target.enqueue(slot, nowS);
    this.#scheduleReplica(pool, replica, target, nowS);
  }

  /** A replica's pending boundary is due. */
  onBoundary(poolIndex: number, replica: number, nowS: number): void {
    const pool = this.#pools[poolIndex]!;
    const target = pool.bank.at(replica);
    target.onBoundary(nowS);
    this.#scheduleReplica(pool, replica, target, nowS);
  }

  onRetry(slot: number, nowS: number): void {
    this.#send(slot, nowS);
  }

  /** The earliest deadline of a class of clients has come. */
  onTimeOut(traffic: number, nowS: number): void {
    const timeOuts = this.timeOuts[traffic]!;
    while (timeOuts.nextS <= nowS) {
      const slot = timeOuts.nextSlot;
      const isCurrent = this.flights.generation[slot] === timeOuts.nextGeneration;
      timeOuts.drop();
      if (isCurrent) this.#giveUp(slot, nowS);
    }
    this.#scheduleTimeOut(traffic);
  }

  // What replicas report; `replica` counts within its pool.

  onFirstToken(slot: number, timeS: number): void {
    this.fingerprint.add(this.#table.requestId[slot]!, Mark.FIRST_TOKEN, timeS);
  }

  onPreempted(poolIndex: number, slot: number, timeS: number): void {
    this.fingerprint.add(this.#table.requestId[slot]!, Mark.PREEMPTED, timeS);
    this.#statistics.preempted(poolIndex, this.#table.workload[slot]!);
  }

  onTokenGap(poolIndex: number, slot: number, timeS: number, gapS: number): void {
    this.#statistics.gap(poolIndex, this.#table.workload[slot]!, timeS, gapS);
  }

  onFinished(poolIndex: number, replica: number, slot: number, timeS: number): void {
    const { flights } = this;
    const table = this.#table;
    const plan = this.#plan;
    const pools = this.#pools;
    const statistics = this.#statistics;
    const pool = pools[poolIndex]!;
    pool.served(replica, slot, timeS);
    this.#leave(pool, replica, slot, timeS);
    this.fingerprint.add(table.requestId[slot]!, Mark.FINISHED, timeS);
    if (flights.state[slot] === Flight.ABANDONED) {
      statistics.wasted(slot);
      this.#free(slot);
      return;
    }
    const traffic = table.workload[slot]!;
    const client = plan.traffic[traffic]!.client;
    const returnS = flights.returnS[slot]!;
    const receivedS = timeS + returnS;
    const isLate = client.timeoutS > 0 && receivedS > table.sentS[slot]! + client.timeoutS;
    if (isLate || receivedS > plan.horizonS) {
      flights.state[slot] = Flight.RESPONDING;
      return;
    }
    statistics.completed(poolIndex, flights.site[slot]!, flights.originSite[slot]!, slot, returnS);
    this.#settle(slot, receivedS, Outcome.COMPLETED);
    this.#free(slot);
  }

  onRefused(poolIndex: number, replica: number, slot: number, timeS: number): void {
    const pool = this.#pools[poolIndex]!;
    this.#leave(pool, replica, slot, timeS);
    this.#statistics.refused(this.#table.workload[slot]!, 'too_long');
    this.#refuse(slot, timeS);
  }

  /** A withdrawn attempt has left its replica; its client was told when it gave up. */
  onCancelled(poolIndex: number, replica: number, slot: number, timeS: number): void {
    const pool = this.#pools[poolIndex]!;
    this.#leave(pool, replica, slot, timeS);
    this.fingerprint.add(this.#table.requestId[slot]!, Mark.CANCELLED, timeS);
    this.#statistics.wasted(slot);
    this.#free(slot);
  }

  #send(slot: number, nowS: number): void {
    const { flights } = this;
    const table = this.#table;
    const plan = this.#plan;
    const pools = this.#pools;
    const queue = this.#queue;
    const entities = this.#entities;
    const statistics = this.#statistics;
    const traffic = table.workload[slot]!;
    const requestId = table.requestId[slot]!;
    const attempt = table.attempt[slot]!;
    table.sentS[slot] = nowS;
    this.fingerprint.add(requestId, Mark.SENT, nowS);
    flights.state[slot] = Flight.IN_TRANSIT;
    flights.pool[slot] = -1;
    flights.replica[slot] = -1;
    const timeOuts = this.timeOuts[traffic];
    if (timeOuts) {
      timeOuts.push(slot, flights.generation[slot]!, nowS);
      this.#scheduleTimeOut(traffic);
    }
    const router = this.#router!;
    if (!router.choose(traffic, flights.originSite[slot]!, slot, nowS)) {
      statistics.attempted(-1, traffic, nowS);
      statistics.refused(
        traffic,
        router.noPlace === NoPlace.RESIDENCY
          ? 'residency'
          : router.noPlace === NoPlace.TOO_LONG
            ? 'too_long'
            : 'no_route',
      );
      // Nothing will change for another try: the refusal is final.
      this.#end(slot, nowS, Outcome.REJECTED);
      return;
    }
    const { pool, site, rttS } = router;
    if (router.stage > 0) statistics.refused(traffic, 'spilled');
    statistics.attempted(pool, traffic, nowS);
    const chosen = pools[pool]!.plan;
    const apiS = chosen.apiS / 2;
    const readS = (chosen.apiPerPromptTokenS ?? 0) * table.promptTokens[slot]!;
    const sigma = plan.networkJitterSigma;
    flights.pool[slot] = pool;
    flights.site[slot] = site;
    flights.returnS[slot] = legS(rttS, sigma, this.#seed, DOWNLINK, requestId, attempt) + apiS;
    const atS = nowS + legS(rttS, sigma, this.#seed, UPLINK, requestId, attempt) + apiS + readS;
    pools[pool]!.inTransit[site] = pools[pool]!.inTransit[site]! + 1;
    const source = entities.source(table.source[slot]!);
    queue.schedule(atS, Priority.DELIVER, source, EventKind.DELIVER, slot);
  }

  /** The client's deadline has come before the answer. */
  #giveUp(slot: number, nowS: number): void {
    const { flights } = this;
    const table = this.#table;
    const pools = this.#pools;
    this.fingerprint.add(table.requestId[slot]!, Mark.TIMED_OUT, nowS);
    const state = flights.state[slot];
    if (state === Flight.RESPONDING) {
      this.#statistics.wasted(slot);
      this.#tryAgain(slot, nowS, Outcome.TIMED_OUT, true);
      return;
    }
    flights.generation[slot] = flights.generation[slot]! + 1;
    flights.state[slot] = Flight.ABANDONED;
    this.#tryAgain(slot, nowS, Outcome.TIMED_OUT, false);
    if (state === Flight.AT_REPLICA && this.#client(slot).cancelOnTimeout) {
      const pool = pools[flights.pool[slot]!]!;
      const replica = flights.replica[slot]!;
      const target = pool.bank.at(replica);
      target.cancel(slot, nowS);
      this.#scheduleReplica(pool, replica, target, nowS);
    }
  }

  /** Turned away at the site: the client learns it one leg later. */
  #refuse(slot: number, nowS: number): void {
    this.fingerprint.add(this.#table.requestId[slot]!, Mark.REJECTED, nowS);
    if (this.flights.state[slot] === Flight.ABANDONED) {
      this.#free(slot);
      return;
    }
    this.#tryAgain(slot, nowS + this.flights.returnS[slot]!, Outcome.REJECTED, true);
  }

  /** Another attempt after a pause, or the end of the request. `frees` tells whether the old slot is done with. */
  #tryAgain(slot: number, fromS: number, outcome: number, frees: boolean): void {
    const table = this.#table;
    const plan = this.#plan;
    const queue = this.#queue;
    const entities = this.#entities;
    const client = this.#client(slot);
    const attempt = table.attempt[slot]!;
    if (attempt > client.maxRetries) {
      this.#end(slot, fromS, outcome, frees);
      return;
    }
    const next = table.allocate();
    this.flights.ensure(table.capacity);
    table.copy(slot, next);
    table.attempt[next] = attempt + 1;
    this.flights.state[next] = Flight.BACKING_OFF;
    this.flights.pool[next] = -1;
    this.flights.originSite[next] = this.flights.originSite[slot]!;
    const u = hashUniform(this.#seed, BACKOFF, table.requestId[slot]!, attempt);
    const atS = fromS + client.backoffS * 2 ** (attempt - 1) * (0.5 + u);
    if (atS < plan.horizonS) {
      queue.schedule(atS, Priority.RETRY, entities.source(table.source[slot]!), EventKind.RETRY, next);
    }
    if (frees) this.#free(slot);
  }

  #end(slot: number, timeS: number, outcome: number, frees = true): void {
    const { flights } = this;
    this.#statistics.ended(flights.pool[slot]!, flights.site[slot]!, flights.originSite[slot]!, slot, timeS, outcome);
    this.#settle(slot, timeS, outcome);
    if (frees) this.#free(slot);
  }

  #settle(slot: number, timeS: number, outcome: number): void {
    const table = this.#table;
    const index = table.source[slot]!;
    const traffic = this.#trafficOfSource[index]!;
    const site = index - this.#firstSource[traffic]!;
    if (this.#sources[traffic]!.settle(site, table, slot, timeS, outcome)) this.scheduleSource(index);
  }

  #leave(pool: Pool, replica: number, slot: number, timeS: number): void {
    pool.left(replica, slot);
    this.#statistics.left(this.flights.joinedS[slot]!, timeS);
  }

  #free(slot: number): void {
    this.flights.state[slot] = Flight.FREE;
    this.flights.generation[slot] = this.flights.generation[slot]! + 1;
    this.#table.release(slot);
  }

  #client(slot: number) {
    return this.#plan.traffic[this.#table.workload[slot]!]!.client;
  }

  /** After anything was done to a replica: its queue is metered, its next boundary set. */
  #scheduleReplica(pool: Pool, replica: number, target: Replica, nowS: number): void {
    const queue = this.#queue;
    const entities = this.#entities;
    const statistics = this.#statistics;
    const { boundaryS, waitingRequests } = target;
    if (pool.queued(replica, waitingRequests)) statistics.queueMeters[pool.index]!.set(replica, waitingRequests, nowS);
    const entity = entities.replica(pool.index, replica);
    if (boundaryS === Number.POSITIVE_INFINITY) {
      queue.clear(entity);
      pool.bank.rest(replica);
    } else queue.replace(entity, boundaryS, Priority.BOUNDARY, EventKind.BOUNDARY);
  }

  #scheduleTimeOut(traffic: number): void {
    const queue = this.#queue;
    const entities = this.#entities;
    const nextS = this.timeOuts[traffic]!.nextS;
    const entity = entities.timeOut(traffic);
    if (nextS === Number.POSITIVE_INFINITY) queue.clear(entity);
    else queue.replace(entity, nextS, Priority.TIME_OUT, EventKind.TIME_OUT);
  }
}

/** Whether one more would wait beyond the limit; who finds nobody waiting and a free place in the batch does not queue. */
function isFull(replica: Replica, plan: PoolPlan): boolean {
  const waiting = replica.waitingRequests;
  return waiting >= plan.queueLimit && (waiting > 0 || replica.runningRequests >= plan.engine.maxNumSeqs);
}
