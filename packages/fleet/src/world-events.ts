/** Event kinds, priorities and entity numbers of a world. */

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
} as const;

/** At one instant: steps end first, then requests reach sites, then clients act, then deadlines pass. */
export const Priority = { BOUNDARY: 0, DELIVER: 1, RETRY: 2, ARRIVAL: 3, TIME_OUT: 4 } as const;

/** Numbers of the entities in the event queue: replicas of all pools, then sources, then rings of deadlines. */
export class Entities {
  /** First entity of each pool. */
  readonly poolBase: Int32Array;
  readonly replicas: number;
  readonly sources: number;
  readonly count: number;
  /** Pool of each replica entity. */
  readonly poolOf: Int32Array;

  constructor(replicasOfPool: readonly number[], sources: number, rings: number) {
    this.poolBase = new Int32Array(replicasOfPool.length);
    let replicas = 0;
    replicasOfPool.forEach((n, pool) => {
      this.poolBase[pool] = replicas;
      replicas += n;
    });
    this.poolOf = new Int32Array(replicas);
    replicasOfPool.forEach((n, pool) => {
      this.poolOf.fill(pool, this.poolBase[pool]!, this.poolBase[pool]! + n);
    });
    this.replicas = replicas;
    this.sources = sources;
    this.count = replicas + sources + rings;
  }

  replica(pool: number, replica: number): number {
    return this.poolBase[pool]! + replica;
  }

  source(index: number): number {
    return this.replicas + index;
  }

  timeOut(ring: number): number {
    return this.replicas + this.sources + ring;
  }
}
