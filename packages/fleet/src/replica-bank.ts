/**
 * The replicas of a pool, of which only those exist that have something to do or to remember.
 *
 * An idle replica whose memory is a number (`Replica.keepsake`: nothing, or which place was used last) gives its object back,
 * and the next one that gets a request takes it over. So a pool of a million mostly idle replicas has as many objects as were
 * ever busy at once, and an idle one costs 4 bytes here (8 where there is something to remember). Replicas that hold cached
 * prefixes keep their object. Readings of a replica without one are those of a replica where nothing is.
 */

import type { Replica } from '@infersim/serving';
import { Seat } from './seat.js';

export class ReplicaBank {
  /** Number of replicas. */
  readonly count: number;
  /** A replica where nothing is, for readings; never given work. */
  readonly blank: Replica;
  readonly #make: (index: number) => Replica;
  /** Place of each replica's object in `#objects`; 0 = it has none. */
  readonly #place: Int32Array;
  /** Keepsakes of the replicas without an object; null while all are 0. */
  #keepsakes: Int32Array | null = null;
  /** The blank one, then those made for work. */
  readonly #objects: Seat[];
  readonly #free: number[] = [];

  /** `make` builds the object of a replica of the pool. */
  constructor(count: number, make: (index: number) => Replica) {
    this.count = count;
    this.#make = make;
    this.#place = new Int32Array(count);
    this.blank = make(0);
    this.#objects = [new Seat(this.blank)];
  }

  /** Objects made so far: the most replicas that had one at once. */
  get objects(): number {
    return this.#objects.length - 1;
  }

  /** Bytes that grow with the number of replicas, whether they work or not. */
  get columnBytes(): number {
    return this.#place.byteLength + (this.#keepsakes?.byteLength ?? 0);
  }

  /** The replica, ready for work; whoever gives it some seats it first (`Seat.entity`). */
  at(index: number): Seat {
    const place = this.#place[index]!;
    return place > 0 ? this.#objects[place]! : this.#wake(index);
  }

  /** The replica's object, or null if it has none. */
  present(index: number): Replica | null {
    const place = this.#place[index]!;
    return place > 0 ? this.#objects[place]!.replica : null;
  }

  /** A replica to take readings of. */
  reading(index: number): Replica {
    return this.#objects[this.#place[index]!]!.replica;
  }

  /** Gives the object of a replica back, if it is idle and its memory is a number. */
  rest(index: number): void {
    const place = this.#place[index]!;
    if (place === 0) return;
    const { keepsake } = this.#objects[place]!.replica;
    if (keepsake < 0) return;
    if (keepsake > 0 && this.#keepsakes === null) this.#keepsakes = new Int32Array(this.count);
    if (this.#keepsakes !== null) this.#keepsakes[index] = keepsake;
    this.#place[index] = 0;
    this.#free.push(place);
  }

  #wake(index: number): Seat {
    let place = this.#free.pop();
    if (place === undefined) {
      place = this.#objects.length;
      this.#objects.push(new Seat(this.#make(index)));
    }
    const seat = this.#objects[place]!;
    seat.entity = -1;
    seat.replica.standIn(index, this.#keepsakes === null ? 0 : this.#keepsakes[index]!);
    this.#place[index] = place;
    return seat;
  }
}
