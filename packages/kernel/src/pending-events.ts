/**
 * The one pending event of each entity, replaced in place.
 *
 * A replica, a router or a meter has at most one "next thing"; when it changes its mind the old time is overwritten, so
 * nothing stale is ever stored. The earliest is found by a tournament (winner tree): leaf i belongs to entity i, an
 * inner node keeps the entity that wins its subtree and that entity's time. A change walks from the leaf to the root
 * and stops as soon as a node keeps a winner other than the changed entity, because nothing above can then differ.
 *
 * Order: time, then priority (lower first), then entity id (lower first); an entity has one event, so this is total.
 * An empty leaf has time +Infinity. Taking the earliest leaves its leaf in the tree as a vacancy until the next look,
 * so that the usual "handle a boundary, set the next one" costs one walk and not two.
 *
 * No allocation except when the number of entities outgrows the tree (doubling). Arguments are not checked here: the
 * event queue does that. Times in seconds.
 */

import type { EventRecord } from './event-record.js';

export class PendingEvents {
  private leafCount: number;
  private nodeTimeS: Float64Array;
  private nodeWinner: Int32Array;
  private priorities: Int32Array;
  private kinds: Int32Array;
  private vacantSource = -1;
  private pendingCount = 0;

  constructor(sourceCount: number) {
    let leafCount = 2;
    while (leafCount < sourceCount) leafCount *= 2;
    this.leafCount = leafCount;
    this.nodeTimeS = new Float64Array(2 * leafCount).fill(Number.POSITIVE_INFINITY);
    this.nodeWinner = new Int32Array(2 * leafCount);
    this.priorities = new Int32Array(leafCount);
    this.kinds = new Int32Array(leafCount);
    this.rebuild();
  }

  /** Number of entities with a pending event. */
  get size(): number {
    return this.pendingCount;
  }

  /** Time of this entity's pending event in seconds, +Infinity when it has none. */
  timeS(source: number): number {
    const isLeaf = (source | 0) === source && source >= 0 && source < this.leafCount;
    if (!isLeaf || source === this.vacantSource) return Number.POSITIVE_INFINITY;
    return this.nodeTimeS[this.leafCount + source]!;
  }

  /** Sets or overwrites the entity's event. */
  replace(source: number, timeS: number, priority: number, kind: number): void {
    if (source >= this.leafCount) this.grow(source + 1);
    if (source === this.vacantSource) {
      this.vacantSource = -1;
      this.pendingCount++;
    } else if (this.nodeTimeS[this.leafCount + source] === Number.POSITIVE_INFINITY) {
      this.pendingCount++;
    }
    this.priorities[source] = priority;
    this.kinds[source] = kind;
    this.nodeTimeS[this.leafCount + source] = timeS;
    this.update(source);
  }

  /** Removes the entity's event; false when it had none. */
  clear(source: number): boolean {
    if (this.timeS(source) === Number.POSITIVE_INFINITY) return false;
    this.pendingCount--;
    this.empty(source);
    return true;
  }

  /** Time of the earliest event in seconds, +Infinity when there is none. Fills the vacancy left by `take`. */
  earliestTimeS(): number {
    if (this.vacantSource >= 0) this.settle();
    return this.nodeTimeS[1]!;
  }

  /** Entity of the earliest event; meaningful only right after `earliestTimeS()` gave a finite time. */
  get earliestSource(): number {
    return this.nodeWinner[1]!;
  }

  /** Priority set with the entity's last event. */
  priority(source: number): number {
    return this.priorities[source]!;
  }

  /** Takes the earliest event out into `record`; call right after `earliestTimeS()` gave a finite time. */
  take(record: EventRecord): void {
    const source = this.nodeWinner[1]!;
    record.eventTimeS = this.nodeTimeS[1]!;
    record.eventSource = source;
    record.eventKind = this.kinds[source]!;
    record.eventPayload = 0;
    this.vacantSource = source;
    this.pendingCount--;
  }

  private settle(): void {
    this.empty(this.vacantSource);
    this.vacantSource = -1;
  }

  private empty(source: number): void {
    this.nodeTimeS[this.leafCount + source] = Number.POSITIVE_INFINITY;
    this.update(source);
  }

  /** Plays the entity's matches again after its leaf was written. */
  private update(source: number): void {
    const nodeTimeS = this.nodeTimeS;
    const nodeWinner = this.nodeWinner;
    let node = this.leafCount + source;
    while (node > 1) {
      let better = node & -2;
      node >>= 1;
      const leftTimeS = nodeTimeS[better]!;
      const rightTimeS = nodeTimeS[better + 1]!;
      // Branch-free for unequal times: the comparison is added as 0 or 1.
      if (leftTimeS === rightTimeS) better += this.isRightFirst(nodeWinner[better]!, nodeWinner[better + 1]!);
      else better += +(rightTimeS < leftTimeS);
      const winner = nodeWinner[better]!;
      if (winner !== source && nodeWinner[node] === winner) return;
      nodeWinner[node] = winner;
      nodeTimeS[node] = nodeTimeS[better]!;
    }
  }

  /** 1 when the right one of two entities with equal times goes first; the left one has the lower id. */
  private isRightFirst(left: number, right: number): number {
    return this.priorities[right]! < this.priorities[left]! ? 1 : 0;
  }

  private grow(sourceCount: number): void {
    const oldLeafCount = this.leafCount;
    let leafCount = oldLeafCount;
    while (leafCount < sourceCount) leafCount *= 2;
    const nodeTimeS = new Float64Array(2 * leafCount).fill(Number.POSITIVE_INFINITY);
    nodeTimeS.set(this.nodeTimeS.subarray(oldLeafCount, 2 * oldLeafCount), leafCount);
    const priorities = new Int32Array(leafCount);
    priorities.set(this.priorities);
    const kinds = new Int32Array(leafCount);
    kinds.set(this.kinds);
    this.leafCount = leafCount;
    this.nodeTimeS = nodeTimeS;
    this.nodeWinner = new Int32Array(2 * leafCount);
    this.priorities = priorities;
    this.kinds = kinds;
    this.rebuild();
  }

  private rebuild(): void {
    const { leafCount, nodeTimeS, nodeWinner } = this;
    for (let leaf = 0; leaf < leafCount; leaf++) nodeWinner[leafCount + leaf] = leaf;
    for (let node = leafCount - 1; node >= 1; node--) {
      let better = 2 * node;
      const leftTimeS = nodeTimeS[better]!;
      const rightTimeS = nodeTimeS[better + 1]!;
      if (leftTimeS === rightTimeS) better += this.isRightFirst(nodeWinner[better]!, nodeWinner[better + 1]!);
      else better += +(rightTimeS < leftTimeS);
      nodeWinner[node] = nodeWinner[better]!;
      nodeTimeS[node] = nodeTimeS[better]!;
    }
  }
}
