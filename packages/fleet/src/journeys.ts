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

import { type EventQueue, hashString, hashUniform, ModelError } from '@infersim/kernel';
import type { Replica } from '@infersim/serving';
import { Outcome, RequestTable, type SiteSources } from '@infersim/workload';
import { DistantClients } from './distant-clients.js';
import { FLIGHT_BITS, Flight, FlightCell, Flights, FlightTime, TIME_BITS } from './flights.js';
import { Lane } from './lane.js';
import { Leg, legs, NetworkLegs } from './network.js';
import { PathTime, type Pool } from './pool.js';
import { NoPlace, type Router } from './router.js';
import type { Seat } from './seat.js';
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

/** Cells of times of the plan: the horizon, then the deadline of each traffic's clients (-1 = none). */
const Fixed = { HORIZON_S: 0, FIRST_TIMEOUT_S: 1 } as const;

/** What a source is: lane that all its requests go to (-1 = several), traffic, site of its origin, entity where it acts. */
const SourceCell = { HOME: 0, TRAFFIC: 1, SITE: 2, ENTITY: 3 } as const;
const SOURCE_BITS = 2;

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
  /** By number; null where another thread simulates it. */
  readonly lanes: readonly (Lane | null)[];
  /** Clients that act on answers from several lanes. */
  readonly distant: DistantClients;
  /** Rings of deadlines by (traffic, lane). */
  readonly #timeOuts: readonly (TimeOuts | null)[];
  /** The lane of a world that has one, else null. */
  readonly #only: Lane | null;
  readonly #plan: WorldPlan;
  readonly #seed: number;
  readonly #front: LaneEvents;
  readonly #isAhead: boolean;
  readonly #table: RequestTable;
  readonly #pools: readonly Pool[];
  readonly #sources: readonly SiteSources[];
  readonly #spreading: readonly (SiteSources | null)[];
  /** `SourceCell`, a row for each source. */
  readonly #ofSource: Int32Array;
  readonly #isAnswered: readonly boolean[];
  readonly #router: Router;
  /** `Fixed`. */
  readonly #fixed: Float64Array;
  /** Whether any client gives up at a deadline, and whether any source waits for what becomes of its requests. */
  readonly #hasTimeOuts: boolean;
  readonly #hasLoops: boolean;
  readonly #network: NetworkLegs;
  /** Holds a request until it is known whose it is. */
  readonly #passing = new RequestTable(1);

  constructor(parts: JourneyParts, router: Router) {
    this.#plan = parts.plan;
    this.#seed = parts.seed;
    this.#front = parts.front;
    this.#isAhead = parts.isAhead;
    this.#table = parts.table;
    this.#pools = parts.pools;
    this.#sources = parts.sources;
    this.#spreading = parts.spreading;
    this.#isAnswered = parts.isAnswered;
    this.#router = router;
    const { horizonS, networkJitterSigma, traffic } = parts.plan;
    this.#network = new NetworkLegs(networkJitterSigma, parts.seed);
    this.#fixed = Float64Array.of(horizonS, ...traffic.map(({ client }) => client.timeoutS));
    this.#hasTimeOuts = traffic.some(({ client }) => client.timeoutS > 0);
    this.#hasLoops = traffic.some(({ workload }) => workload.arrivals.process === 'closed');
    this.lanes = parts.statistics.map(
      (statistics, lane) => statistics && new Lane(lane, statistics, parts.events[lane]!),
    );
    this.#only = this.lanes.length === 1 ? this.lanes[0]! : null;
    this.#ofSource = sourceRows(parts);
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
    const ofSource = this.#ofSource;
    const row = sourceIndex << SOURCE_BITS;
    const home = ofSource[row | SourceCell.HOME]!;
    if (home < 0) {
      this.#arriveAnywhere(ofSource[row | SourceCell.TRAFFIC]!, ofSource[row | SourceCell.SITE]!, nowS);
      this.scheduleSource(sourceIndex);
      return;
    }
    const traffic = ofSource[row | SourceCell.TRAFFIC]!;
    const site = ofSource[row | SourceCell.SITE]!;
    const entity = ofSource[row | SourceCell.ENTITY]!;
    const lane = this.#only ?? this.lanes[home]!;
    const sources = this.#sources[traffic]!;
    const table = this.#table;
    const slot = table.allocate(home);
    this.flights.ensure(table.capacity);
    sources.take(site, table, slot);
    lane.statistics.offered(traffic, nowS);
    this.#send(slot, lane, traffic, site, entity, nowS);
    schedule(lane.events.queue, entity, sources.nextS(site));
  }

  /** Puts a source's next request, if any, into the event queue. */
  scheduleSource(sourceIndex: number): void {
    const ofSource = this.#ofSource;
    const row = sourceIndex << SOURCE_BITS;
    const home = ofSource[row | SourceCell.HOME]!;
    const traffic = ofSource[row | SourceCell.TRAFFIC]!;
    const sources = home < 0 ? this.#spreading[traffic]! : this.#sources[traffic]!;
    const { queue } = home < 0 ? this.#front : this.lanes[home]!.events;
    schedule(queue, ofSource[row | SourceCell.ENTITY]!, sources.nextS(ofSource[row | SourceCell.SITE]!));
  }

  /** The next request of a lane's inbox is sent. */
  onHandedOver(index: number, nowS: number): void {
    const lane = this.lanes[index]!;
    const { inbox } = lane.events;
    const originSite = inbox.nextOriginSite;
    const slot = this.#open(index, originSite);
    inbox.take(this.#table, slot);
    this.#scheduleInbox(lane.events);
    this.#arrive(slot, lane, originSite, nowS);
  }

  /** A request has reached its site. */
  onDeliver(slot: number, nowS: number): void {
    const { cells, times } = this.flights;
    const at = slot << FLIGHT_BITS;
    const pool = this.#pools[cells[at | FlightCell.POOL]!]!;
    const site = cells[at | FlightCell.SITE]!;
    const lane = this.#only ?? this.#laneOf(slot);
    const isAbandoned = cells[at | FlightCell.STATE] === Flight.ABANDONED;
    if (isAbandoned && this.#client(slot).cancelOnTimeout) {
      pool.turnedAway(site);
      this.#free(slot);
      return;
    }
    const replica = pool.balance(site, slot, nowS);
    if (pool.isLimited === true && isFull(pool.bank.reading(replica), pool.plan)) {
      pool.turnedAway(site);
      lane.statistics.refused(this.#table.workload[slot]!, 'queue_full');
      this.#refuse(slot, nowS);
      return;
    }
    if (!isAbandoned) cells[at | FlightCell.STATE] = Flight.AT_REPLICA;
    cells[at | FlightCell.REPLICA] = replica;
    times[(slot << TIME_BITS) | FlightTime.JOINED_S] = nowS;
    lane.fingerprint.add(this.#table.requestId[slot]!, Mark.DELIVERED, nowS);
    pool.arrived(site, replica, slot);
    lane.statistics.joined(nowS);
    const seat = pool.bank.at(replica);
    if (seat.entity < 0) this.#sit(seat, pool, replica, lane);
    seat.replica.enqueue(slot, nowS);
    this.#scheduleReplica(seat, nowS);
  }

  /** A replica's pending boundary is due. */
  onBoundary(seat: Seat, nowS: number): void {
    seat.replica.onBoundary(nowS);
    this.#scheduleReplica(seat, nowS);
  }

  /** A client of a source tries again. */
  onRetry(sourceIndex: number, slot: number, nowS: number): void {
    if (this.#homeOf(sourceIndex) < 0) this.distant.onRetry(slot, nowS);
    else {
      const originSite = this.flights.cells[(slot << FLIGHT_BITS) | FlightCell.ORIGIN_SITE]!;
      this.#sendFrom(slot, this.#laneOf(slot), originSite, nowS);
    }
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
      const isCurrent = this.flights.cells[(slot << FLIGHT_BITS) | FlightCell.GENERATION] === timeOuts.nextGeneration;
      timeOuts.drop();
      if (isCurrent) this.#giveUp(slot, nowS);
    }
    this.#scheduleTimeOut(ring, ring % this.lanes.length);
  }

  // What replicas of a pool report.

  onFirstToken(slot: number, timeS: number): void {
    const lane = this.#only ?? this.#laneOf(slot);
    lane.fingerprint.add(this.#table.requestId[slot]!, Mark.FIRST_TOKEN, timeS);
  }

  onPreempted(pool: Pool, slot: number, timeS: number): void {
    const { statistics, fingerprint } = this.#laneOf(slot);
    fingerprint.add(this.#table.requestId[slot]!, Mark.PREEMPTED, timeS);
    statistics.preempted(pool.index, this.#table.workload[slot]!);
  }

  onTokenGap(pool: Pool, slot: number, timeS: number, gapS: number): void {
    this.#laneOf(slot).statistics.gap(pool.index, this.#table.workload[slot]!, timeS, gapS);
  }

  onFinished(pool: Pool, slot: number, timeS: number): void {
    const { cells, times } = this.flights;
    const at = slot << FLIGHT_BITS;
    const lane = this.#only ?? this.#laneOf(slot);
    const { statistics } = lane;
    const state = cells[at | FlightCell.STATE]!;
    const originSite = cells[at | FlightCell.ORIGIN_SITE]!;
    const site = cells[at | FlightCell.SITE]!;
    const client = cells[at | FlightCell.CLIENT]!;
    const returnS = times[(slot << TIME_BITS) | FlightTime.RETURN_S]!;
    statistics.left(times[(slot << TIME_BITS) | FlightTime.JOINED_S]!, timeS);
    pool.served(site, slot, timeS);
    pool.left(site, cells[at | FlightCell.REPLICA]!, slot);
    lane.fingerprint.add(this.#table.requestId[slot]!, Mark.FINISHED, timeS);
    if (state === Flight.ABANDONED) {
      statistics.wasted(slot);
      this.#free(slot);
      return;
    }
    const receivedS = timeS + returnS;
    if (receivedS > this.#fixed[Fixed.HORIZON_S]! || (this.#hasTimeOuts === true && this.#isLate(slot, receivedS))) {
      cells[at | FlightCell.STATE] = Flight.RESPONDING;
      return;
    }
    statistics.completed(pool.index, site, originSite, slot, returnS);
    if (client >= 0) this.#answer(slot, receivedS, Outcome.COMPLETED);
    else if (this.#hasLoops === true) this.#settle(slot, receivedS, Outcome.COMPLETED);
    this.#free(slot);
  }

  onRefused(pool: Pool, slot: number, timeS: number): void {
    const { statistics } = this.#laneOf(slot);
    this.#leave(pool, statistics, slot, timeS);
    statistics.refused(this.#table.workload[slot]!, 'too_long');
    this.#refuse(slot, timeS);
  }

  /** A withdrawn attempt has left its replica; its client was told when it gave up. */
  onCancelled(pool: Pool, slot: number, timeS: number): void {
    const { statistics, fingerprint } = this.#laneOf(slot);
    this.#leave(pool, statistics, slot, timeS);
    fingerprint.add(this.#table.requestId[slot]!, Mark.CANCELLED, timeS);
    statistics.wasted(slot);
    this.#free(slot);
  }

  // What distant clients do to attempts at the sites of this thread.

  begin(laneIndex: number, table: RequestTable, client: number, originSite: number, nowS: number): number {
    const lane = this.lanes[Math.max(0, laneIndex)];
    if (!lane) return -1;
    const slot = this.#take(lane.index, table, client, originSite);
    const { flights, distant } = this;
    if (table.attempt[client] === 1) lane.statistics.offered(table.workload[client]!, nowS);
    if (laneIndex < 0) {
      lane.fingerprint.add(table.requestId[client]!, Mark.SENT, nowS);
      this.#router.choose(table.workload[client]!, originSite, slot, nowS);
      this.#countNoPlace(lane, slot, nowS);
      this.#free(slot);
      return -1;
    }
    flights.cells[(slot << FLIGHT_BITS) | FlightCell.CLIENT] = client;
    this.#sendFrom(slot, lane, originSite, nowS);
    distant.pool[client] = flights.cells[(slot << FLIGHT_BITS) | FlightCell.POOL]!;
    distant.site[client] = flights.cells[(slot << FLIGHT_BITS) | FlightCell.SITE]!;
    return slot;
  }

  giveUp(laneIndex: number, slot: number, table: RequestTable, client: number, nowS: number): void {
    const lane = this.lanes[laneIndex];
    if (!lane) return;
    lane.fingerprint.add(table.requestId[client]!, Mark.TIMED_OUT, nowS);
    if (slot < 0) return;
    const { flights } = this;
    flights.cells[(slot << FLIGHT_BITS) | FlightCell.CLIENT] = -1;
    const state = flights.cells[(slot << FLIGHT_BITS) | FlightCell.STATE]!;
    if (state === Flight.RESPONDING) {
      lane.statistics.wasted(slot);
      this.#free(slot);
      return;
    }
    flights.cells[(slot << FLIGHT_BITS) | FlightCell.STATE] = Flight.ABANDONED;
    this.#withdraw(slot, state, nowS);
  }

  ended(
    laneIndex: number,
    place: { readonly pool: number; readonly site: number; readonly originSite: number },
    table: RequestTable,
    client: number,
    timeS: number,
    outcome: number,
  ): void {
    const lane = this.lanes[laneIndex];
    if (!lane) return;
    const slot = this.#take(laneIndex, table, client, place.originSite);
    lane.statistics.ended(place.pool, place.site, place.originSite, slot, timeS, outcome);
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
    const lane = this.lanes[isPlaced ? this.#pools[router.pool]!.laneOf[router.site]! : 0];
    if (!lane) return;
    if (!this.#isAhead) {
      this.#arrive(this.#take(lane.index, passing, 0, originSite), lane, originSite, nowS);
      return;
    }
    const { inbox } = lane.events;
    const isFirst = inbox.nextS === Number.POSITIVE_INFINITY;
    inbox.push(passing, 0, originSite, nowS);
    if (isFirst) this.#scheduleInbox(lane.events);
  }

  #scheduleInbox({ queue, entities, inbox }: LaneEvents): void {
    const { nextS } = inbox;
    if (nextS !== Number.POSITIVE_INFINITY) {
      queue.replace(entities.inbox, nextS, Priority.ARRIVAL, EventKind.HANDED_OVER);
    }
  }

  /** A slot of a lane with a copy of a request. */
  #take(lane: number, from: RequestTable, slot: number, originSite: number): number {
    const taken = this.#open(lane, originSite);
    this.#table.copyFrom(from, slot, taken);
    return taken;
  }

  /** A slot of a lane for a request that comes from elsewhere. */
  #open(lane: number, originSite: number): number {
    const table = this.#table;
    const slot = table.allocate(lane);
    this.flights.ensure(table.capacity);
    this.flights.cells[(slot << FLIGHT_BITS) + FlightCell.ORIGIN_SITE] = originSite;
    return slot;
  }

  /** A request of a source whose requests go to several lanes is new in its own. */
  #arrive(slot: number, lane: Lane, originSite: number, nowS: number): void {
    lane.statistics.offered(this.#table.workload[slot]!, nowS);
    this.#sendFrom(slot, lane, originSite, nowS);
  }

  /** Sends what is in a slot, whoever the sender is. */
  #sendFrom(slot: number, lane: Lane, originSite: number, nowS: number): void {
    this.#send(slot, lane, this.#table.workload[slot]!, originSite, this.#sender(slot, lane), nowS);
  }

  #send(slot: number, lane: Lane, traffic: number, originSite: number, sender: number, nowS: number): void {
    const table = this.#table;
    const requestId = table.requestId[slot]!;
    table.sentS[slot] = nowS;
    lane.fingerprint.add(requestId, Mark.SENT, nowS);
    if (this.#hasTimeOuts === true) this.#setTimeOut(slot, lane.index, traffic, nowS);
    const { cells, times } = this.flights;
    const at = slot << FLIGHT_BITS;
    const router = this.#router;
    if (!router.choose(traffic, originSite, slot, nowS)) {
      this.#turnAway(slot, lane, originSite, nowS);
      return;
    }
    const { target: pool, site } = router;
    cells[at | FlightCell.STATE] = Flight.IN_TRANSIT;
    cells[at | FlightCell.ORIGIN_SITE] = originSite;
    cells[at | FlightCell.REPLICA] = -1;
    cells[at | FlightCell.POOL] = pool.index;
    cells[at | FlightCell.SITE] = site;
    if (router.stage > 0) lane.statistics.refused(traffic, 'spilled');
    lane.statistics.attempted(pool.index, traffic, nowS);
    pool.sent(site);
    this.#network.draw(router.rttS, requestId, table.attempt[slot]!);
    const { pathS } = pool;
    const halfApiS = pathS[PathTime.HALF_API_S]!;
    const readS = pathS[PathTime.PER_PROMPT_TOKEN_S]! * table.promptTokens[slot]!;
    times[(slot << TIME_BITS) | FlightTime.RETURN_S] = legs[Leg.DOWN_S]! + halfApiS;
    const atS = nowS + legs[Leg.UP_S]! + halfApiS + readS;
    lane.events.queue.schedule(atS, Priority.DELIVER, sender, EventKind.DELIVER, slot);
  }

  /** The clock of a client that will give up begins, unless it is a distant one, whose clock is kept there. */
  #setTimeOut(slot: number, lane: number, traffic: number, nowS: number): void {
    const { cells } = this.flights;
    const at = slot << FLIGHT_BITS;
    const ring = traffic * this.lanes.length + lane;
    const timeOuts = this.#timeOuts[ring]!;
    if (timeOuts === null || cells[at | FlightCell.CLIENT]! >= 0) return;
    timeOuts.push(slot, cells[at | FlightCell.GENERATION]!, nowS);
    this.#scheduleTimeOut(ring, lane);
  }

  /** Whether an answer that a client receives then comes after its deadline. */
  #isLate(slot: number, receivedS: number): boolean {
    const timeoutS = this.#fixed[Fixed.FIRST_TIMEOUT_S + this.#table.workload[slot]!]!;
    return timeoutS > 0 && receivedS > this.#table.sentS[slot]! + timeoutS;
  }

  /** A request that the router has found no place for is over. */
  #turnAway(slot: number, lane: Lane, originSite: number, nowS: number): void {
    const { cells } = this.flights;
    const at = slot << FLIGHT_BITS;
    cells[at | FlightCell.ORIGIN_SITE] = originSite;
    cells[at | FlightCell.POOL] = -1;
    this.#countNoPlace(lane, slot, nowS);
    this.#settle(slot, nowS, Outcome.REJECTED);
    this.#free(slot);
  }

  /** The entity that a request of a lane is sent by. */
  #sender(slot: number, lane: Lane): number {
    const source = this.#table.source[slot]!;
    if (this.#isAhead && this.#homeOf(source) < 0) return lane.events.entities.inbox;
    return this.#ofSource[(source << SOURCE_BITS) | SourceCell.ENTITY]!;
  }

  #homeOf(source: number): number {
    return this.#ofSource[(source << SOURCE_BITS) | SourceCell.HOME]!;
  }

  #laneOf(slot: number): Lane {
    return this.lanes[this.#table.listOf(slot)]!;
  }

  /** It has left its replica without an answer. */
  #leave(pool: Pool, statistics: Statistics, slot: number, timeS: number): void {
    const { cells, times } = this.flights;
    const at = slot << FLIGHT_BITS;
    pool.left(cells[at | FlightCell.SITE]!, cells[at | FlightCell.REPLICA]!, slot);
    statistics.left(times[(slot << TIME_BITS) | FlightTime.JOINED_S]!, timeS);
  }

  /** The router has found no place: nothing will change for another try, so the refusal is final. */
  #countNoPlace({ statistics }: Lane, slot: number, nowS: number): void {
    const { flights } = this;
    const traffic = this.#table.workload[slot]!;
    const { noPlace } = this.#router;
    statistics.attempted(-1, traffic, nowS);
    statistics.refused(
      traffic,
      noPlace === NoPlace.RESIDENCY ? 'residency' : noPlace === NoPlace.TOO_LONG ? 'too_long' : 'no_route',
    );
    statistics.ended(
      -1,
      flights.cells[(slot << FLIGHT_BITS) | FlightCell.SITE]!,
      flights.cells[(slot << FLIGHT_BITS) | FlightCell.ORIGIN_SITE]!,
      slot,
      nowS,
      Outcome.REJECTED,
    );
  }

  /** The client's deadline has come before the answer. */
  #giveUp(slot: number, nowS: number): void {
    const { flights } = this;
    const { statistics, fingerprint } = this.#laneOf(slot);
    fingerprint.add(this.#table.requestId[slot]!, Mark.TIMED_OUT, nowS);
    const state = flights.cells[(slot << FLIGHT_BITS) | FlightCell.STATE]!;
    if (state === Flight.RESPONDING) {
      statistics.wasted(slot);
      this.#tryAgain(slot, nowS, Outcome.TIMED_OUT, true);
      return;
    }
    flights.cells[(slot << FLIGHT_BITS) | FlightCell.GENERATION] =
      flights.cells[(slot << FLIGHT_BITS) | FlightCell.GENERATION]! + 1;
    flights.cells[(slot << FLIGHT_BITS) | FlightCell.STATE] = Flight.ABANDONED;
    this.#tryAgain(slot, nowS, Outcome.TIMED_OUT, false);
    this.#withdraw(slot, state, nowS);
  }

  /** Its client gave up on an attempt that was in `state`; where the server is told, it stops working on it. */
  #withdraw(slot: number, state: number, nowS: number): void {
    if (state !== Flight.AT_REPLICA || !this.#client(slot).cancelOnTimeout) return;
    const pool = this.#pools[this.flights.cells[(slot << FLIGHT_BITS) | FlightCell.POOL]!]!;
    const seat = pool.bank.at(this.flights.cells[(slot << FLIGHT_BITS) | FlightCell.REPLICA]!);
    seat.replica.cancel(slot, nowS);
    this.#scheduleReplica(seat, nowS);
  }

  /** A distant client will hear of the end of its attempt, which leaves this thread's hands. */
  #answer(slot: number, atS: number, outcome: number): void {
    const { cells } = this.flights;
    const at = (slot << FLIGHT_BITS) | FlightCell.CLIENT;
    this.distant.answer(cells[at]!, atS, outcome);
    cells[at] = -1;
  }

  /** Turned away at the site: the client learns it one leg later. */
  #refuse(slot: number, nowS: number): void {
    const { flights } = this;
    this.#laneOf(slot).fingerprint.add(this.#table.requestId[slot]!, Mark.REJECTED, nowS);
    if (flights.cells[(slot << FLIGHT_BITS) | FlightCell.STATE] === Flight.ABANDONED) {
      this.#free(slot);
      return;
    }
    const heardS = nowS + flights.times[(slot << TIME_BITS) | FlightTime.RETURN_S]!;
    if (flights.cells[(slot << FLIGHT_BITS) | FlightCell.CLIENT]! < 0)
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
    if (this.#homeOf(table.source[slot]!) < 0) {
      throw new ModelError('EVENT_ARGUMENT', `request ${table.requestId[slot]} tries again where no client was kept`);
    }
    const lane = this.#laneOf(slot);
    const next = this.#take(
      lane.index,
      table,
      slot,
      this.flights.cells[(slot << FLIGHT_BITS) | FlightCell.ORIGIN_SITE]!,
    );
    table.attempt[next] = attempt + 1;
    this.flights.cells[(next << FLIGHT_BITS) | FlightCell.STATE] = Flight.BACKING_OFF;
    this.flights.cells[(next << FLIGHT_BITS) | FlightCell.POOL] = -1;
    const u = hashUniform(this.#seed, BACKOFF, table.requestId[slot]!, attempt);
    const atS = fromS + client.backoffS * 2 ** (attempt - 1) * (0.5 + u);
    if (atS < plan.horizonS) {
      lane.events.queue.schedule(atS, Priority.RETRY, this.#sender(next, lane), EventKind.RETRY, next);
    }
    if (frees) this.#free(slot);
  }

  #end(slot: number, timeS: number, outcome: number, frees = true): void {
    const { flights } = this;
    this.#laneOf(slot).statistics.ended(
      flights.cells[(slot << FLIGHT_BITS) | FlightCell.POOL]!,
      flights.cells[(slot << FLIGHT_BITS) | FlightCell.SITE]!,
      flights.cells[(slot << FLIGHT_BITS) | FlightCell.ORIGIN_SITE]!,
      slot,
      timeS,
      outcome,
    );
    this.#settle(slot, timeS, outcome);
    if (frees) this.#free(slot);
  }

  #settle(slot: number, timeS: number, outcome: number): void {
    const table = this.#table;
    const source = table.source[slot]!;
    const ofSource = this.#ofSource;
    const row = source << SOURCE_BITS;
    if (ofSource[row | SourceCell.HOME]! < 0) return;
    const sources = this.#sources[ofSource[row | SourceCell.TRAFFIC]!]!;
    const site = ofSource[row | SourceCell.SITE]!;
    if (sources.settle(site, table, slot, timeS, outcome)) this.scheduleSource(source);
  }

  #free(slot: number): void {
    const { cells } = this.flights;
    const at = slot << FLIGHT_BITS;
    cells[at | FlightCell.STATE] = Flight.FREE;
    cells[at | FlightCell.GENERATION] = cells[at | FlightCell.GENERATION]! + 1;
    this.#table.release(slot);
  }

  #client(slot: number) {
    return this.#plan.traffic[this.#table.workload[slot]!]!.client;
  }

  /** A replica was woken: what its events need is looked up. */
  #sit(seat: Seat, pool: Pool, replica: number, lane: Lane): void {
    const { queue, entities, seats } = lane.events;
    const entity = entities.replica(pool.index, replica);
    seat.entity = entity;
    seat.waiting = 0;
    seat.pool = pool;
    seat.queue = queue;
    seat.queueMeter = lane.statistics.queueMeters[pool.index]!;
    seats[entity] = seat;
  }

  /** After anything was done to a replica: its queue is metered, its next boundary set. */
  #scheduleReplica(seat: Seat, nowS: number): void {
    const { entity, queue, replica, waiting } = seat;
    const { boundaryS, waitingRequests } = replica;
    if (waitingRequests !== waiting) {
      seat.waiting = waitingRequests;
      seat.pool.queued(replica.index, waitingRequests - waiting);
      seat.queueMeter.set(replica.index, waitingRequests, nowS);
    }
    if (boundaryS === Number.POSITIVE_INFINITY) {
      queue.clear(entity);
      seat.pool.bank.rest(replica.index);
    } else queue.replace(entity, boundaryS, Priority.BOUNDARY, EventKind.BOUNDARY);
  }

  #scheduleTimeOut(ring: number, lane: number): void {
    const { queue, entities } = this.lanes[lane]!.events;
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

/** Puts a source's next request into the queue it acts in; Infinity = there is none. */
function schedule(queue: EventQueue, entity: number, nextS: number): void {
  if (nextS === Number.POSITIVE_INFINITY) queue.clear(entity);
  else queue.replace(entity, nextS, Priority.ARRIVAL, EventKind.ARRIVAL);
}

/** The rows of all sources; no entity (-1) where another thread has the lane. */
function sourceRows({ homeLane, trafficOfSource, firstSource, front, events }: JourneyParts): Int32Array {
  const rows = new Int32Array(homeLane.length << SOURCE_BITS);
  homeLane.forEach((home, source) => {
    const traffic = trafficOfSource[source]!;
    const at = home < 0 ? front : events[home]!;
    const entity = at === null ? -1 : at.entities.source(traffic, source);
    rows.set([home, traffic, source - firstSource[traffic]!, entity], source << SOURCE_BITS);
  });
  return rows;
}
