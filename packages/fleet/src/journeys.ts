/**
 * The way of a request: sent, routed, carried to a site, given to a replica, answered; or refused, given up, tried
 * again. Every transition is counted and enters the fingerprint.
 *
 * A slot of the request table belongs to the lane whose site its attempt goes to, and what happens to it is counted there.
 * Clients whose requests may go to several lanes are either forgotten as soon as they have sent (they act on nothing that
 * comes back), or kept apart as distant clients, whose attempts here are slots with a client.
 *
 * One file, over 400 lines, because every step of the way changes the same flight of the same request.
 *
 * Times that a client sees are engine times plus the leg back. A client that gives up at its deadline either withdraws
 * the attempt or leaves the server working for nobody (abandoned: the work is charged, the answer is not counted).
 */

import { Fingerprint, hashString, hashUniform, ModelError } from '@infersim/kernel';
import type { Replica } from '@infersim/serving';
import { Outcome, RequestTable, type SiteSources } from '@infersim/workload';
import { DistantClients } from './distant-clients.js';
import { FLIGHT_BITS, Flight, FlightCell, Flights, FlightTime } from './flights.js';
import { Leg, legs, NetworkLegs } from './network.js';
import type { Pool } from './pool.js';
import { NoPlace, type Router } from './router.js';
import type { Statistics } from './statistics.js';
import { TimeOuts } from './time-outs.js';
import { EventKind, type LaneEvents, Priority } from './world-events.js';
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

const HORIZON_S = 0;
const FIRST_TIMEOUT = 1;

/** What the journeys work on; all of one world. */
export interface JourneyParts {
  readonly plan: WorldPlan;
  readonly seed: number;
  /** By lane; null where another thread simulates it. The same for all lanes that run together. */
  readonly events: readonly (LaneEvents | null)[];
  /** Where sources that send to several lanes act. */
  readonly front: LaneEvents;
  /** Whether those run ahead of the lanes, which then take requests from their inboxes. */
  readonly isAhead: boolean;
  readonly table: RequestTable;
  readonly pools: readonly Pool[];
  /** By traffic, sources that send to one lane; those of other threads' lanes never send. */
  readonly sources: readonly SiteSources[];
  /** By traffic, sources that send to several lanes; null where there are none. */
  readonly spreading: readonly (SiteSources | null)[];
  /** First source of each traffic, and traffic of each source. */
  readonly firstSource: Int32Array;
  readonly trafficOfSource: Int32Array;
  /** Lane that all requests of a source go to; -1 = several. */
  readonly homeLane: Int16Array;
  /** By traffic: whether clients whose requests go to several lanes act on what becomes of them. */
  readonly isAnswered: readonly boolean[];
  /** By lane; null where another thread simulates it. */
  readonly statistics: readonly (Statistics | null)[];
}

export class Journeys {
  readonly flights = new Flights();
  /** By lane. */
  readonly fingerprints: readonly Fingerprint[];
  /** Clients that act on answers from several lanes. */
  readonly distant: DistantClients;
  /** Rings of deadlines by (traffic, lane). */
  readonly #timeOuts: readonly (TimeOuts | null)[];
  readonly #lanes: number;
  readonly #plan: WorldPlan;
  readonly #seed: number;
  readonly #events: readonly (LaneEvents | null)[];
  readonly #front: LaneEvents;
  readonly #isAhead: boolean;
  readonly #table: RequestTable;
  readonly #pools: readonly Pool[];
  readonly #sources: readonly SiteSources[];
  readonly #spreading: readonly (SiteSources | null)[];
  readonly #firstSource: Int32Array;
  readonly #trafficOfSource: Int32Array;
  readonly #homeLane: Int16Array;
  readonly #isAnswered: readonly boolean[];
  readonly #statistics: readonly (Statistics | null)[];
  readonly #router: Router;
  /** Numbers of the plan that every request needs: the horizon, deadlines by traffic, then by pool half its API time and its time per prompt token. */
  readonly #fixed: Float64Array;
  readonly #firstPath: number;
  readonly #network: NetworkLegs;
  /** Holds a request until it is known whose it is. */
  readonly #passing = new RequestTable(1);

  constructor(parts: JourneyParts, router: Router) {
    this.#plan = parts.plan;
    this.#seed = parts.seed;
    this.#events = parts.events;
    this.#front = parts.front;
    this.#isAhead = parts.isAhead;
    this.#table = parts.table;
    this.#pools = parts.pools;
    this.#sources = parts.sources;
    this.#spreading = parts.spreading;
    this.#firstSource = parts.firstSource;
    this.#trafficOfSource = parts.trafficOfSource;
    this.#homeLane = parts.homeLane;
    this.#isAnswered = parts.isAnswered;
    this.#statistics = parts.statistics;
    this.#router = router;
    this.#lanes = parts.statistics.length;
    const { horizonS, networkJitterSigma, traffic, pools } = parts.plan;
    this.#network = new NetworkLegs(networkJitterSigma, parts.seed);
    this.#firstPath = FIRST_TIMEOUT + traffic.length;
    this.#fixed = Float64Array.of(
      horizonS,
      ...traffic.map(({ client }) => client.timeoutS),
      ...pools.flatMap(({ apiS, apiPerPromptTokenS }) => [apiS / 2, apiPerPromptTokenS ?? 0]),
    );
    this.fingerprints = parts.statistics.map(() => new Fingerprint());
    this.#timeOuts = parts.plan.traffic.flatMap(({ client }) =>
      parts.statistics.map((lane) => (client.timeoutS > 0 && lane !== null ? new TimeOuts(client.timeoutS) : null)),
    );
    this.distant = new DistantClients({
      ...parts,
      queue: parts.front.queue,
      entities: parts.front.entities,
      router,
      sink: this,
      ringOf: (traffic) => this.#timeOuts.length + traffic,
      laneAt: (pool, site) => this.#pools[pool]!.laneOf[site]!,
    });
  }

  /** Rings of deadlines that a world of so many traffics and lanes has: of each lane, and of distant clients. */
  static rings(traffics: number, lanes: number): number {
    return lanes === 1 ? traffics : traffics * (lanes + 1);
  }

  /** A source's request is due. */
  onArrival(sourceIndex: number, nowS: number): void {
    const home = this.#homeLane[sourceIndex]!;
    const traffic = this.#trafficOfSource[sourceIndex]!;
    const site = sourceIndex - this.#firstSource[traffic]!;
    if (home < 0) this.#arriveAnywhere(traffic, site, nowS);
    else {
      const table = this.#table;
      const slot = table.allocate(home);
      this.flights.ensure(table.capacity);
      this.#sources[traffic]!.take(site, table, slot);
      this.#arrive(home, site, slot, nowS);
    }
    this.scheduleSource(sourceIndex);
  }

  /** Puts a source's next request, if any, into the event queue. */
  scheduleSource(sourceIndex: number): void {
    const home = this.#homeLane[sourceIndex]!;
    const traffic = this.#trafficOfSource[sourceIndex]!;
    const sources = home < 0 ? this.#spreading[traffic]! : this.#sources[traffic]!;
    const nextS = sources.nextS(sourceIndex - this.#firstSource[traffic]!);
    const { queue, entities } = home < 0 ? this.#front : this.#events[home]!;
    const entity = entities.source(traffic, sourceIndex);
    if (nextS === Number.POSITIVE_INFINITY) queue.clear(entity);
    else queue.replace(entity, nextS, Priority.ARRIVAL, EventKind.ARRIVAL);
  }

  /** The next request of a lane's inbox is sent. */
  onHandedOver(lane: number, nowS: number): void {
    const { inbox } = this.#events[lane]!;
    const originSite = inbox.nextOriginSite;
    const slot = this.#take(lane, inbox.table, inbox.nextSlot, originSite);
    inbox.drop();
    this.#scheduleInbox(lane);
    this.#arrive(lane, originSite, slot, nowS);
  }

  /** A request has reached its site. */
  onDeliver(slot: number, nowS: number): void {
    const { cells, times } = this.flights;
    const at = slot << FLIGHT_BITS;
    const table = this.#table;
    const pool = this.#pools[cells[at + FlightCell.POOL]!]!;
    const site = cells[at + FlightCell.SITE]!;
    const lane = table.listOf(slot);
    const statistics = this.#statistics[lane]!;
    pool.inTransit[site] = pool.inTransit[site]! - 1;
    if (cells[at + FlightCell.STATE] === Flight.ABANDONED && this.#client(slot).cancelOnTimeout) {
      this.#free(slot);
      return;
    }
    const replica = pool.balance(site, slot, nowS);
    if (pool.plan.queueLimit >= 0 && isFull(pool.bank.reading(replica), pool.plan)) {
      statistics.refused(table.workload[slot]!, 'queue_full');
      this.#refuse(slot, nowS);
      return;
    }
    if (cells[at + FlightCell.STATE] !== Flight.ABANDONED) cells[at + FlightCell.STATE] = Flight.AT_REPLICA;
    cells[at + FlightCell.REPLICA] = replica;
    this.fingerprints[lane]!.add(table.requestId[slot]!, Mark.DELIVERED, nowS);
    pool.arrived(replica, slot);
    times[2 * slot + FlightTime.JOINED_S] = nowS;
    statistics.joined(nowS);
    const target = pool.bank.at(replica);
    target.enqueue(slot, nowS);
    this.#scheduleReplica(pool, replica, target, lane, nowS);
  }

  /** A replica's pending boundary is due. */
  onBoundary(poolIndex: number, replica: number, nowS: number): void {
    const pool = this.#pools[poolIndex]!;
    const target = pool.bank.at(replica);
    target.onBoundary(nowS);
    const lane = this.#lanes === 1 ? 0 : pool.laneOf[pool.siteOf(replica)]!;
    this.#scheduleReplica(pool, replica, target, lane, nowS);
  }

  /** A client of a source tries again. */
  onRetry(sourceIndex: number, slot: number, nowS: number): void {
    if (this.#homeLane[sourceIndex]! < 0) this.distant.onRetry(slot, nowS);
    else this.#send(slot, this.#table.listOf(slot), nowS);
  }

  /** Whether a ring of deadlines is that of distant clients. */
  isDistantRing(ring: number): boolean {
    return ring >= this.#timeOuts.length;
  }

  /** The earliest deadline of a ring has come. */
  onTimeOut(ring: number, nowS: number): void {
    if (this.isDistantRing(ring)) {
      this.distant.onTimeOut(ring - this.#timeOuts.length, nowS);
      return;
    }
    const timeOuts = this.#timeOuts[ring]!;
    while (timeOuts.nextS <= nowS) {
      const slot = timeOuts.nextSlot;
      const isCurrent = this.flights.cells[(slot << FLIGHT_BITS) + FlightCell.GENERATION] === timeOuts.nextGeneration;
      timeOuts.drop();
      if (isCurrent) this.#giveUp(slot, nowS);
    }
    this.#scheduleTimeOut(ring, ring % this.#lanes);
  }

  // What replicas report; `replica` counts within its pool.

  onFirstToken(slot: number, timeS: number): void {
    this.fingerprints[this.#table.listOf(slot)]!.add(this.#table.requestId[slot]!, Mark.FIRST_TOKEN, timeS);
  }

  onPreempted(poolIndex: number, slot: number, timeS: number): void {
    const lane = this.#table.listOf(slot);
    this.fingerprints[lane]!.add(this.#table.requestId[slot]!, Mark.PREEMPTED, timeS);
    this.#statistics[lane]!.preempted(poolIndex, this.#table.workload[slot]!);
  }

  onTokenGap(poolIndex: number, slot: number, timeS: number, gapS: number): void {
    this.#statistics[this.#table.listOf(slot)]!.gap(poolIndex, this.#table.workload[slot]!, timeS, gapS);
  }

  onFinished(poolIndex: number, replica: number, slot: number, timeS: number): void {
    const { cells, times } = this.flights;
    const at = slot << FLIGHT_BITS;
    const table = this.#table;
    const lane = table.listOf(slot);
    const statistics = this.#statistics[lane]!;
    const pool = this.#pools[poolIndex]!;
    pool.served(replica, slot, timeS);
    pool.left(replica, slot);
    statistics.left(times[2 * slot + FlightTime.JOINED_S]!, timeS);
    this.fingerprints[lane]!.add(table.requestId[slot]!, Mark.FINISHED, timeS);
    if (cells[at + FlightCell.STATE] === Flight.ABANDONED) {
      statistics.wasted(slot);
      this.#free(slot);
      return;
    }
    const returnS = times[2 * slot + FlightTime.RETURN_S]!;
    const receivedS = timeS + returnS;
    const fixed = this.#fixed;
    const timeoutS = fixed[FIRST_TIMEOUT + table.workload[slot]!]!;
    const isLate = timeoutS > 0 && receivedS > table.sentS[slot]! + timeoutS;
    if (isLate || receivedS > fixed[HORIZON_S]!) {
      cells[at + FlightCell.STATE] = Flight.RESPONDING;
      return;
    }
    statistics.completed(poolIndex, cells[at + FlightCell.SITE]!, cells[at + FlightCell.ORIGIN_SITE]!, slot, returnS);
    if (cells[at + FlightCell.CLIENT]! >= 0) this.#answer(slot, receivedS, Outcome.COMPLETED);
    else this.#settle(slot, receivedS, Outcome.COMPLETED);
    this.#free(slot);
  }

  onRefused(poolIndex: number, replica: number, slot: number, timeS: number): void {
    const statistics = this.#statistics[this.#table.listOf(slot)]!;
    this.#pools[poolIndex]!.left(replica, slot);
    statistics.left(this.flights.times[2 * slot + FlightTime.JOINED_S]!, timeS);
    statistics.refused(this.#table.workload[slot]!, 'too_long');
    this.#refuse(slot, timeS);
  }

  /** A withdrawn attempt has left its replica; its client was told when it gave up. */
  onCancelled(poolIndex: number, replica: number, slot: number, timeS: number): void {
    const lane = this.#table.listOf(slot);
    const statistics = this.#statistics[lane]!;
    this.#pools[poolIndex]!.left(replica, slot);
    statistics.left(this.flights.times[2 * slot + FlightTime.JOINED_S]!, timeS);
    this.fingerprints[lane]!.add(this.#table.requestId[slot]!, Mark.CANCELLED, timeS);
    statistics.wasted(slot);
    this.#free(slot);
  }

  // What distant clients do to attempts at the sites of this thread.

  begin(lane: number, table: RequestTable, client: number, originSite: number, nowS: number): number {
    const at = Math.max(0, lane);
    if (this.#statistics[at] === null) return -1;
    const slot = this.#take(at, table, client, originSite);
    const { flights, distant } = this;
    if (table.attempt[client] === 1) this.#statistics[at]!.offered(table.workload[client]!, nowS);
    if (lane < 0) {
      this.fingerprints[at]!.add(table.requestId[client]!, Mark.SENT, nowS);
      this.#router.choose(table.workload[client]!, originSite, slot, nowS);
      this.#countNoPlace(at, slot, nowS);
      this.#free(slot);
      return -1;
    }
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.CLIENT] = client;
    this.#send(slot, lane, nowS);
    distant.pool[client] = flights.cells[(slot << FLIGHT_BITS) + FlightCell.POOL]!;
    distant.site[client] = flights.cells[(slot << FLIGHT_BITS) + FlightCell.SITE]!;
    return slot;
  }

  giveUp(lane: number, slot: number, table: RequestTable, client: number, nowS: number): void {
    if (this.#statistics[lane] === null) return;
    this.fingerprints[lane]!.add(table.requestId[client]!, Mark.TIMED_OUT, nowS);
    if (slot < 0) return;
    const { flights } = this;
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.CLIENT] = -1;
    const state = flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE]!;
    if (state === Flight.RESPONDING) {
      this.#statistics[lane]!.wasted(slot);
      this.#free(slot);
      return;
    }
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE] = Flight.ABANDONED;
    this.#withdraw(slot, state, nowS);
  }

  ended(
    lane: number,
    place: { readonly pool: number; readonly site: number; readonly originSite: number },
    table: RequestTable,
    client: number,
    timeS: number,
    outcome: number,
  ): void {
    const statistics = this.#statistics[lane];
    if (!statistics) return;
    const slot = this.#take(lane, table, client, place.originSite);
    statistics.ended(place.pool, place.site, place.originSite, slot, timeS, outcome);
    this.#free(slot);
  }

  /** A request of a source whose requests go to several lanes. */
  #arriveAnywhere(traffic: number, originSite: number, nowS: number): void {
    if (this.#isAnswered[traffic]) {
      this.distant.onArrival(traffic, originSite, nowS);
      return;
    }
    const passing = this.#passing;
    this.#spreading[traffic]!.take(originSite, passing, 0);
    const router = this.#router;
    const isPlaced = router.locate(traffic, originSite, passing, 0);
    const lane = isPlaced ? this.#pools[router.pool]!.laneOf[router.site]! : 0;
    if (this.#statistics[lane] === null) return;
    if (!this.#isAhead) {
      this.#arrive(lane, originSite, this.#take(lane, passing, 0, originSite), nowS);
      return;
    }
    const { inbox } = this.#events[lane]!;
    const isFirst = inbox.nextS === Number.POSITIVE_INFINITY;
    inbox.push(passing, 0, originSite, nowS);
    if (isFirst) this.#scheduleInbox(lane);
  }

  #scheduleInbox(lane: number): void {
    const { queue, entities, inbox } = this.#events[lane]!;
    const { nextS } = inbox;
    if (nextS !== Number.POSITIVE_INFINITY) {
      queue.replace(entities.inbox, nextS, Priority.ARRIVAL, EventKind.HANDED_OVER);
    }
  }

  /** A new request in a slot of its lane. */
  #arrive(lane: number, originSite: number, slot: number, nowS: number): void {
    this.flights.cells[(slot << FLIGHT_BITS) + FlightCell.ORIGIN_SITE] = originSite;
    this.#statistics[lane]!.offered(this.#table.workload[slot]!, nowS);
    this.#send(slot, lane, nowS);
  }

  /** A slot of a lane with a copy of a request. */
  #take(lane: number, from: RequestTable, slot: number, originSite: number): number {
    const table = this.#table;
    const taken = table.allocate(lane);
    this.flights.ensure(table.capacity);
    table.copyFrom(from, slot, taken);
    this.flights.cells[(taken << FLIGHT_BITS) + FlightCell.ORIGIN_SITE] = originSite;
    return taken;
  }

  #send(slot: number, lane: number, nowS: number): void {
    const { cells, times } = this.flights;
    const at = slot << FLIGHT_BITS;
    const table = this.#table;
    const statistics = this.#statistics[lane]!;
    const traffic = table.workload[slot]!;
    const requestId = table.requestId[slot]!;
    const attempt = table.attempt[slot]!;
    table.sentS[slot] = nowS;
    this.fingerprints[lane]!.add(requestId, Mark.SENT, nowS);
    cells[at + FlightCell.STATE] = Flight.IN_TRANSIT;
    cells[at + FlightCell.POOL] = -1;
    cells[at + FlightCell.REPLICA] = -1;
    const ring = traffic * this.#lanes + lane;
    const timeOuts = this.#timeOuts[ring];
    if (timeOuts && cells[at + FlightCell.CLIENT]! < 0) {
      timeOuts.push(slot, cells[at + FlightCell.GENERATION]!, nowS);
      this.#scheduleTimeOut(ring, lane);
    }
    const router = this.#router;
    if (!router.choose(traffic, cells[at + FlightCell.ORIGIN_SITE]!, slot, nowS)) {
      this.#countNoPlace(lane, slot, nowS);
      this.#settle(slot, nowS, Outcome.REJECTED);
      this.#free(slot);
      return;
    }
    const { pool, site, rttS } = router;
    if (router.stage > 0) statistics.refused(traffic, 'spilled');
    statistics.attempted(pool, traffic, nowS);
    const fixed = this.#fixed;
    const apiS = fixed[this.#firstPath + 2 * pool]!;
    const readS = fixed[this.#firstPath + 2 * pool + 1]! * table.promptTokens[slot]!;
    cells[at + FlightCell.POOL] = pool;
    cells[at + FlightCell.SITE] = site;
    this.#network.draw(rttS, requestId, attempt);
    times[2 * slot + FlightTime.RETURN_S] = legs[Leg.DOWN_S]! + apiS;
    const atS = nowS + legs[Leg.UP_S]! + apiS + readS;
    const { inTransit } = this.#pools[pool]!;
    inTransit[site] = inTransit[site]! + 1;
    this.#events[lane]!.queue.schedule(atS, Priority.DELIVER, this.#sender(slot, lane), EventKind.DELIVER, slot);
  }

  /** The entity that a request of a lane is sent by. */
  #sender(slot: number, lane: number): number {
    const { entities } = this.#events[lane]!;
    const source = this.#table.source[slot]!;
    if (this.#isAhead && this.#homeLane[source]! < 0) return entities.inbox;
    return entities.source(this.#table.workload[slot]!, source);
  }

  /** The router has found no place: nothing will change for another try, so the refusal is final. */
  #countNoPlace(lane: number, slot: number, nowS: number): void {
    const { flights } = this;
    const statistics = this.#statistics[lane]!;
    const traffic = this.#table.workload[slot]!;
    const { noPlace } = this.#router;
    statistics.attempted(-1, traffic, nowS);
    statistics.refused(
      traffic,
      noPlace === NoPlace.RESIDENCY ? 'residency' : noPlace === NoPlace.TOO_LONG ? 'too_long' : 'no_route',
    );
    statistics.ended(
      -1,
      flights.cells[(slot << FLIGHT_BITS) + FlightCell.SITE]!,
      flights.cells[(slot << FLIGHT_BITS) + FlightCell.ORIGIN_SITE]!,
      slot,
      nowS,
      Outcome.REJECTED,
    );
  }

  /** The client's deadline has come before the answer. */
  #giveUp(slot: number, nowS: number): void {
    const { flights } = this;
    const lane = this.#table.listOf(slot);
    this.fingerprints[lane]!.add(this.#table.requestId[slot]!, Mark.TIMED_OUT, nowS);
    const state = flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE]!;
    if (state === Flight.RESPONDING) {
      this.#statistics[lane]!.wasted(slot);
      this.#tryAgain(slot, nowS, Outcome.TIMED_OUT, true);
      return;
    }
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.GENERATION] =
      flights.cells[(slot << FLIGHT_BITS) + FlightCell.GENERATION]! + 1;
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE] = Flight.ABANDONED;
    this.#tryAgain(slot, nowS, Outcome.TIMED_OUT, false);
    this.#withdraw(slot, state, nowS);
  }

  /** Its client gave up on an attempt that was in `state`; where the server is told, it stops working on it. */
  #withdraw(slot: number, state: number, nowS: number): void {
    if (state !== Flight.AT_REPLICA || !this.#client(slot).cancelOnTimeout) return;
    const lane = this.#table.listOf(slot);
    const pool = this.#pools[this.flights.cells[(slot << FLIGHT_BITS) + FlightCell.POOL]!]!;
    const replica = this.flights.cells[(slot << FLIGHT_BITS) + FlightCell.REPLICA]!;
    const target = pool.bank.at(replica);
    target.cancel(slot, nowS);
    this.#scheduleReplica(pool, replica, target, lane, nowS);
  }

  /** A distant client will hear of the end of its attempt, which leaves this thread's hands. */
  #answer(slot: number, atS: number, outcome: number): void {
    const { cells } = this.flights;
    const at = (slot << FLIGHT_BITS) + FlightCell.CLIENT;
    this.distant.answer(cells[at]!, atS, outcome);
    cells[at] = -1;
  }

  /** Turned away at the site: the client learns it one leg later. */
  #refuse(slot: number, nowS: number): void {
    const { flights } = this;
    this.fingerprints[this.#table.listOf(slot)]!.add(this.#table.requestId[slot]!, Mark.REJECTED, nowS);
    if (flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE] === Flight.ABANDONED) {
      this.#free(slot);
      return;
    }
    const heardS = nowS + flights.times[2 * slot + FlightTime.RETURN_S]!;
    if (flights.cells[(slot << FLIGHT_BITS) + FlightCell.CLIENT]! < 0)
      this.#tryAgain(slot, heardS, Outcome.REJECTED, true);
    else {
      this.#answer(slot, heardS, Outcome.REJECTED);
      this.#free(slot);
    }
  }

  /** Another attempt after a pause, or the end of the request. `frees` tells whether the old slot is done with. */
  #tryAgain(slot: number, fromS: number, outcome: number, frees: boolean): void {
    const table = this.#table;
    const plan = this.#plan;
    const client = this.#client(slot);
    const attempt = table.attempt[slot]!;
    if (attempt > client.maxRetries) {
      this.#end(slot, fromS, outcome, frees);
      return;
    }
    if (this.#homeLane[table.source[slot]!]! < 0) {
      throw new ModelError('EVENT_ARGUMENT', `request ${table.requestId[slot]} tries again where no client was kept`);
    }
    const lane = table.listOf(slot);
    const next = this.#take(lane, table, slot, this.flights.cells[(slot << FLIGHT_BITS) + FlightCell.ORIGIN_SITE]!);
    table.attempt[next] = attempt + 1;
    this.flights.cells[(next << FLIGHT_BITS) + FlightCell.STATE] = Flight.BACKING_OFF;
    this.flights.cells[(next << FLIGHT_BITS) + FlightCell.POOL] = -1;
    const u = hashUniform(this.#seed, BACKOFF, table.requestId[slot]!, attempt);
    const atS = fromS + client.backoffS * 2 ** (attempt - 1) * (0.5 + u);
    if (atS < plan.horizonS) {
      this.#events[lane]!.queue.schedule(atS, Priority.RETRY, this.#sender(next, lane), EventKind.RETRY, next);
    }
    if (frees) this.#free(slot);
  }

  #end(slot: number, timeS: number, outcome: number, frees = true): void {
    const { flights } = this;
    this.#statistics[this.#table.listOf(slot)]!.ended(
      flights.cells[(slot << FLIGHT_BITS) + FlightCell.POOL]!,
      flights.cells[(slot << FLIGHT_BITS) + FlightCell.SITE]!,
      flights.cells[(slot << FLIGHT_BITS) + FlightCell.ORIGIN_SITE]!,
      slot,
      timeS,
      outcome,
    );
    this.#settle(slot, timeS, outcome);
    if (frees) this.#free(slot);
  }

  #settle(slot: number, timeS: number, outcome: number): void {
    const table = this.#table;
    const index = table.source[slot]!;
    if (this.#homeLane[index]! < 0) return;
    const traffic = this.#trafficOfSource[index]!;
    const site = index - this.#firstSource[traffic]!;
    if (this.#sources[traffic]!.settle(site, table, slot, timeS, outcome)) this.scheduleSource(index);
  }

  #free(slot: number): void {
    this.flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE] = Flight.FREE;
    this.flights.cells[(slot << FLIGHT_BITS) + FlightCell.GENERATION] =
      this.flights.cells[(slot << FLIGHT_BITS) + FlightCell.GENERATION]! + 1;
    this.#table.release(slot);
  }

  #client(slot: number) {
    return this.#plan.traffic[this.#table.workload[slot]!]!.client;
  }

  /** After anything was done to a replica: its queue is metered, its next boundary set. */
  #scheduleReplica(pool: Pool, replica: number, target: Replica, lane: number, nowS: number): void {
    const { queue, entities } = this.#events[lane]!;
    const { boundaryS, waitingRequests } = target;
    if (pool.queued(replica, waitingRequests)) {
      this.#statistics[lane]!.queueMeters[pool.index]!.set(replica, waitingRequests, nowS);
    }
    const entity = entities.replica(pool.index, replica);
    if (boundaryS === Number.POSITIVE_INFINITY) {
      queue.clear(entity);
      pool.bank.rest(replica);
    } else queue.replace(entity, boundaryS, Priority.BOUNDARY, EventKind.BOUNDARY);
  }

  #scheduleTimeOut(ring: number, lane: number): void {
    const { queue, entities } = this.#events[lane]!;
    const nextS = this.#timeOuts[ring]!.nextS;
    const entity = entities.timeOut(ring);
    if (nextS === Number.POSITIVE_INFINITY) queue.clear(entity);
    else queue.replace(entity, nextS, Priority.TIME_OUT, EventKind.TIME_OUT);
  }
}

/** Whether one more would wait beyond the limit; who finds nobody waiting and a free place in the batch does not queue. */
function isFull(replica: Replica, plan: PoolPlan): boolean {
  const waiting = replica.waitingRequests;
  return waiting >= plan.queueLimit && (waiting > 0 || replica.runningRequests >= plan.engine.maxNumSeqs);
}
