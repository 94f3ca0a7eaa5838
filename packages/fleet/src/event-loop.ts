/**
 * Runs the events of the lanes that are simulated here, and gives each event to the journeys.
 *
 * Lanes that wait for each other's answers share one queue and run together. Lanes that never act on each other have a queue
 * each and run one after the other through blocks of time, so that what a lane touches stays in the processor's caches: first
 * the sources that send to several lanes run through the block and lay their requests into the lanes' inboxes, then each
 * lane. No result depends on the length of the blocks. Seconds.
 */

import { type EventHandler, runUntil } from '@infersim/kernel';
import { BlockLength } from './block-length.js';
import { Journeys } from './journeys.js';
import { type LanePlan, sitesOfLanes } from './lane-plan.js';
import type { Seat } from './seat.js';
import { Entities, EventKind, LaneEvents, type Range } from './world-events.js';
import type { WorldPlan } from './world-plan.js';

/** What an event loop is made for. */
export interface EventLoopParts {
  readonly plan: WorldPlan;
  readonly lanes: LanePlan;
  readonly fromLane: number;
  readonly toLane: number;
  /** Lane that all requests of a source go to, by traffic and origin site, and by source; -1 = several. */
  readonly homeLanes: readonly Int16Array[];
  readonly homeLane: Int16Array;
  /** First source of each traffic. */
  readonly firstSource: Int32Array;
}

export class EventLoop implements EventHandler {
  /** By lane; null where another thread simulates it. The same for all lanes that run together. */
  readonly events: readonly (LaneEvents | null)[];
  /** Where sources that send to several lanes act. */
  readonly front: LaneEvents;
  /** Whether those run ahead of the lanes, block by block. */
  readonly isAhead: boolean;
  /** Set once, before the first event. */
  journeys!: Journeys;
  /** Events dispatched, less those that every thread dispatches and another one counts. */
  eventCount = 0;
  readonly #homeLane: Int16Array;
  /** Whether this thread leaves the events of distant clients to another one's count. */
  readonly #leavesCount: boolean;
  readonly #lanesHere: readonly number[];
  readonly #block: BlockLength;
  /** The end of the last block. */
  #blockEndS = 0;
  #uncounted = 0;
  /** What runs at the moment, its seats, and which lane that is where each runs for itself. */
  #current: LaneEvents;
  #seats: readonly (Seat | null)[];
  #currentLane = -1;

  constructor({ plan, lanes, fromLane, toLane, homeLanes, homeLane, firstSource }: EventLoopParts) {
    const isAhead = lanes.lanes > 1 && lanes.lookaheadS === Number.POSITIVE_INFINITY;
    this.isAhead = isAhead;
    this.#homeLane = homeLane;
    this.#leavesCount = fromLane > 0;
    this.#lanesHere = Array.from({ length: toLane - fromLane }, (_, index) => fromLane + index);
    const rings = Journeys.rings(plan.traffic.length, lanes.lanes);
    const replicasOf = (from: number, to: number): Range[] => {
      const sites = sitesOfLanes(lanes, from, to);
      return plan.pools.map(({ group, replicas }) => ({
        from: sites.from[group]! * replicas,
        to: sites.to[group]! * replicas,
      }));
    };
    const ranges = homeLanes.map((home, traffic) => rangesByHome(home, lanes.lanes, firstSource[traffic]!));
    const sourcesAtHome = (lane: number) => ranges.map((ofTraffic) => ofTraffic[lane + 1]!);
    const allSources = homeLanes.map(({ length }, traffic) => {
      const from = firstSource[traffic]!;
      return { from, to: from + length };
    });
    this.front = new LaneEvents(
      isAhead
        ? new Entities(replicasOf(0, 0), sourcesAtHome(-1), rings)
        : new Entities(replicasOf(0, lanes.lanes), allSources, rings),
    );
    this.events = Array.from({ length: lanes.lanes }, (_, lane) => {
      if (lane < fromLane || lane >= toLane) return null;
      if (!isAhead) return this.front;
      return new LaneEvents(new Entities(replicasOf(lane, lane + 1), sourcesAtHome(lane), rings));
    });
    this.#current = this.front;
    this.#seats = this.front.seats;
    const replicasHere = replicasOf(fromLane, toLane).reduce((sum, { from, to }) => sum + to - from, 0);
    this.#block = new BlockLength(plan.horizonS, replicasHere);
  }

  /** The clock. */
  get nowS(): number {
    return this.isAhead ? this.#blockEndS : this.front.queue.nowS;
  }

  /** When the next event happens; Infinity = never. */
  get nextEventS(): number {
    let nextS = this.front.queue.peekTimeS();
    if (this.isAhead) {
      for (const lane of this.#lanesHere) nextS = Math.min(nextS, this.events[lane]!.queue.peekTimeS());
    }
    return nextS;
  }

  /** Runs events before `untilS`; false when about `maxEvents` of them did not suffice. */
  advance(untilS: number, maxEvents: number): boolean {
    if (!this.isAhead) {
      this.#uncounted = 0;
      const { eventCount, reason } = runUntil(this.front.queue, this, { untilS, maxEvents });
      this.eventCount += eventCount - this.#uncounted;
      return reason !== 'limit';
    }
    const limit = this.eventCount + maxEvents;
    while (this.#blockEndS < untilS && this.eventCount < limit) this.#runBlock(untilS);
    return this.#blockEndS >= untilS;
  }

  /** Runs everything through the next block of time, or as far as `mostS`. */
  #runBlock(mostS: number): void {
    const fromS = this.#blockEndS;
    const untilS = Math.min(mostS, fromS + this.#block.lengthS);
    // What runs ahead is not counted: its requests are, where they arrive.
    this.#run(this.front, -1, untilS);
    let events = 0;
    for (const lane of this.#lanesHere) events += this.#run(this.events[lane]!, lane, untilS);
    this.#block.took(events, untilS - fromS);
    this.#blockEndS = untilS;
    this.eventCount += events;
  }

  #run(events: LaneEvents, lane: number, untilS: number): number {
    this.#current = events;
    this.#seats = events.seats;
    this.#currentLane = lane;
    return runUntil(events.queue, this, { untilS }).eventCount;
  }

  onEvent(kind: number, source: number, payload: number, timeS: number): void {
    switch (kind) {
      case EventKind.BOUNDARY:
        this.journeys.onBoundary(this.#seats[source]!, timeS);
        return;
      case EventKind.DELIVER:
        this.journeys.onDeliver(payload, timeS);
        return;
      case EventKind.HANDED_OVER:
        this.journeys.onHandedOver(this.#currentLane, timeS);
        return;
      case EventKind.RETRY: {
        const index = this.#current.entities.sourceOf(source);
        if (this.#leavesCount === true && this.#homeLane[index]! < 0) this.#uncounted++;
        this.journeys.onRetry(index, payload, timeS);
        return;
      }
      case EventKind.ARRIVAL: {
        const index = this.#current.entities.sourceOf(source);
        if (this.#leavesCount === true && this.#homeLane[index]! < 0) this.#uncounted++;
        this.journeys.onArrival(index, timeS);
        return;
      }
      case EventKind.TIME_OUT: {
        const ring = this.#current.entities.ringOf(source);
        if (this.#leavesCount === true && this.journeys.isDistantRing(ring)) this.#uncounted++;
        this.journeys.onTimeOut(ring, timeS);
        return;
      }
    }
  }
}

/**
 * By home lane of a traffic's sources, from -1 (several) on: numbers from the first to the last that have it. Most often those
 * between have it too; a number that goes unused costs nothing.
 */
function rangesByHome(home: Int16Array, lanes: number, firstSource: number): Range[] {
  const from = new Int32Array(lanes + 1);
  const to = new Int32Array(lanes + 1);
  home.forEach((lane, site) => {
    if (to[lane + 1] === 0) from[lane + 1] = firstSource + site;
    to[lane + 1] = firstSource + site + 1;
  });
  return Array.from(to, (end, index) => ({ from: from[index]!, to: end }));
}
