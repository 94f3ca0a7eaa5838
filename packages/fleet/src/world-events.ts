/** Event kinds, priorities, queues and entity numbers of a world. */

import { EventQueue } from '@infersim/kernel';
import { Inbox } from './inbox.js';
import type { Seat } from './seat.js';

export const EventKind = {
  /** A replica's next step boundary (in place, one per replica). */
  BOUNDARY: 0,
  /** A request reaches its site (timer of its source, payload = slot). */
  DELIVER: 1,
  /** A client tries again (timer of its source, payload = slot). */
  RETRY: 2,
  /** A source's next request (in place, one per source). */
  ARRIVAL: 3,
  /** The earliest deadline of a ring of deadlines (in place). */
  TIME_OUT: 4,
  /** The next request of a lane's inbox (in place). */
  HANDED_OVER: 5,
} as const;

/** At one instant: steps end first, then requests reach sites, then clients act, then deadlines pass. */
export const Priority = { BOUNDARY: 0, DELIVER: 1, RETRY: 2, ARRIVAL: 3, TIME_OUT: 4 } as const;

/** A range of numbers, the last excluded. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Numbers of the entities in one event queue: replicas pool by pool, then sources traffic by traffic, then rings of deadlines,
 * then the inbox. Replicas count within their pool, sources and rings within the world.
 */
export class Entities {
  /** What to add to the number of a replica of a pool, or of a source of a traffic. */
  readonly #replicaOffset: Int32Array;
  readonly #sourceOffset: Int32Array;
  readonly #firstRing: number;
  readonly #sourceOf: Int32Array;
  readonly #firstSource: number;
  readonly count: number;

  /** Of replicas of each pool, sources of each traffic (numbers within the world), and all rings. */
  constructor(replicas: readonly Range[], sources: readonly Range[], rings: number) {
    this.#replicaOffset = new Int32Array(replicas.length);
    this.#sourceOffset = new Int32Array(sources.length);
    this.#sourceOf = new Int32Array(sources.reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0));
    let entity = 0;
    replicas.forEach(({ from, to }, pool) => {
      this.#replicaOffset[pool] = entity - from;
      entity += Math.max(0, to - from);
    });
    this.#firstSource = entity;
    sources.forEach(({ from, to }, traffic) => {
      this.#sourceOffset[traffic] = entity - from;
      for (let source = from; source < to; source++) this.#sourceOf[entity++ - this.#firstSource] = source;
    });
    this.#firstRing = entity;
    this.count = entity + rings + 1;
  }

  /** How many replicas there are: their numbers come first. */
  get replicas(): number {
    return this.#firstSource;
  }

  replica(pool: number, replica: number): number {
    return this.#replicaOffset[pool]! + replica;
  }

  source(traffic: number, source: number): number {
    return this.#sourceOffset[traffic]! + source;
  }

  timeOut(ring: number): number {
    return this.#firstRing + ring;
  }

  /** The inbox, and whoever sends what comes through it. */
  get inbox(): number {
    return this.count - 1;
  }

  sourceOf(entity: number): number {
    return this.#sourceOf[entity - this.#firstSource]!;
  }

  ringOf(entity: number): number {
    return entity - this.#firstRing;
  }
}

/** The events of one lane that runs apart, of all lanes that run together, or of the sources that send to several lanes. */
export class LaneEvents {
  readonly queue: EventQueue;
  readonly entities: Entities;
  /** By entity of a replica: the object with which it works now, or worked last. */
  readonly seats: (Seat | null)[];
  /** Requests drawn ahead of the lane. */
  readonly inbox = new Inbox();

  constructor(entities: Entities) {
    this.entities = entities;
    this.seats = new Array<Seat | null>(entities.replicas).fill(null);
    this.queue = new EventQueue({ sourceCount: entities.count });
  }
}
