/**
 * Stations in series, each with servers, waiting room and a service law: the plain models that theory knows.
 *
 * Built on nothing but the kernel (event queue, run loop, streams, distributions), as small as the theory, so that a
 * wrong figure points at the kernel. Poisson arrivals enter the first station; who finds a station full leaves and is
 * counted as blocked there; who is served goes on to the next. Waiting is first come first served.
 *
 * Events: the arrival is the in-place event of source 0, a service's end a timer of its station (source 1, 2, ...) with
 * the customer's slot. Arrivals and service times of each station have streams of their own. Times in seconds.
 */

import {
  createSampler,
  type DistributionSpec,
  type EventHandler,
  EventQueue,
  RandomStreams,
  runUntil,
} from '@infersim/kernel';

export interface StationSpec {
  readonly servers: number;
  /** Most customers present, in service and waiting; Infinity = no limit. */
  readonly capacity: number;
  readonly serviceS: DistributionSpec;
}

export interface NetworkSpec {
  readonly arrivalsPerS: number;
  readonly stations: readonly StationSpec[];
  /** Arrivals before counting starts, and arrivals counted. */
  readonly warmupArrivals: number;
  readonly arrivals: number;
  readonly seed: number;
}

/** What one replication saw, over the customers counted. */
export interface NetworkResult {
  /** Wait in queue summed over customers, by station. */
  readonly waitSumS: Float64Array;
  /** Customers that entered service, by station. */
  readonly served: Float64Array;
  /** Customers turned away, by station. */
  readonly blocked: Float64Array;
  /** Time from arrival to leaving the last station; one value per customer that did, in order of leaving. */
  readonly sojournS: Float64Array;
  /** Events dispatched in all. */
  readonly events: number;
}

const Kind = { ARRIVED: 0, SERVED: 1 } as const;
const INITIAL_SLOTS = 64;

class QueueNetwork implements EventHandler {
  readonly waitSumS: Float64Array;
  readonly served: Float64Array;
  readonly blocked: Float64Array;
  readonly sojournS: Float64Array;
  sojourns = 0;
  readonly #spec: NetworkSpec;
  readonly #queue: EventQueue;
  readonly #nextGapS: () => number;
  readonly #nextServiceS: (() => number)[];
  readonly #present: Int32Array;
  readonly #serving: Int32Array;
  /** Waiting line of each station: a ring of customer slots. */
  readonly #lines: { slots: Int32Array; head: number; size: number }[];
  #arrivedS = new Float64Array(INITIAL_SLOTS);
  #joinedS = new Float64Array(INITIAL_SLOTS);
  #nextFree = new Int32Array(INITIAL_SLOTS).fill(-1);
  #freeHead = -1;
  #neverUsed = 0;
  #arrivals = 0;

  constructor(spec: NetworkSpec, queue: EventQueue, replication: number) {
    this.#spec = spec;
    this.#queue = queue;
    const stations = spec.stations.length;
    this.waitSumS = new Float64Array(stations);
    this.served = new Float64Array(stations);
    this.blocked = new Float64Array(stations);
    this.sojournS = new Float64Array(spec.arrivals);
    this.#present = new Int32Array(stations);
    this.#serving = new Int32Array(stations);
    this.#lines = spec.stations.map(() => ({ slots: new Int32Array(INITIAL_SLOTS), head: 0, size: 0 }));
    const streams = new RandomStreams(spec.seed, replication);
    const gaps = streams.stream('arrivals');
    const gap = createSampler({ dist: 'exponential', mean: 1 / spec.arrivalsPerS });
    this.#nextGapS = () => gap.sample(gaps);
    this.#nextServiceS = spec.stations.map((station, index) => {
      const stream = streams.stream(`service/${index}`);
      const law = createSampler(station.serviceS);
      return () => law.sample(stream);
    });
    queue.replace(0, this.#nextGapS(), 0, Kind.ARRIVED);
  }

  onEvent(kind: number, source: number, payload: number, timeS: number): void {
    if (kind === Kind.ARRIVED) this.#arrive(timeS);
    else this.#finish(source - 1, payload, timeS);
  }

  #arrive(timeS: number): void {
    this.#arrivals++;
    if (this.#arrivals < this.#spec.warmupArrivals + this.#spec.arrivals) {
      this.#queue.replace(0, timeS + this.#nextGapS(), 0, Kind.ARRIVED);
    }
    const slot = this.#allocate();
    // A customer of the warm-up is marked by a time that spreads to whatever it would add to.
    this.#arrivedS[slot] = this.#arrivals > this.#spec.warmupArrivals ? timeS : Number.NaN;
    this.#join(0, slot, timeS);
  }

  #join(station: number, slot: number, timeS: number): void {
    const { servers, capacity } = this.#spec.stations[station]!;
    const isCounted = !Number.isNaN(this.#arrivedS[slot]!);
    if (this.#present[station]! >= capacity) {
      if (isCounted) this.blocked[station] = this.blocked[station]! + 1;
      this.#release(slot);
      return;
    }
    this.#present[station] = this.#present[station]! + 1;
    this.#joinedS[slot] = timeS;
    if (this.#serving[station]! < servers) this.#serve(station, slot, timeS);
    else this.#wait(station, slot);
  }

  #serve(station: number, slot: number, timeS: number): void {
    this.#serving[station] = this.#serving[station]! + 1;
    if (!Number.isNaN(this.#arrivedS[slot]!)) {
      this.waitSumS[station] = this.waitSumS[station]! + timeS - this.#joinedS[slot]!;
      this.served[station] = this.served[station]! + 1;
    }
    this.#queue.schedule(timeS + this.#nextServiceS[station]!(), 0, station + 1, Kind.SERVED, slot);
  }

  #finish(station: number, slot: number, timeS: number): void {
    this.#present[station] = this.#present[station]! - 1;
    this.#serving[station] = this.#serving[station]! - 1;
    const line = this.#lines[station]!;
    if (line.size > 0) {
      const next = line.slots[line.head]!;
      line.head = (line.head + 1) & (line.slots.length - 1);
      line.size--;
      this.#serve(station, next, timeS);
    }
    if (station + 1 < this.#spec.stations.length) {
      this.#join(station + 1, slot, timeS);
      return;
    }
    const arrivedS = this.#arrivedS[slot]!;
    if (!Number.isNaN(arrivedS)) this.sojournS[this.sojourns++] = timeS - arrivedS;
    this.#release(slot);
  }

  #wait(station: number, slot: number): void {
    const line = this.#lines[station]!;
    const length = line.slots.length;
    if (line.size === length) {
      const grown = new Int32Array(2 * length);
      for (let i = 0; i < length; i++) grown[i] = line.slots[(line.head + i) & (length - 1)]!;
      line.slots = grown;
      line.head = 0;
    }
    line.slots[(line.head + line.size) & (line.slots.length - 1)] = slot;
    line.size++;
  }

  #allocate(): number {
    const head = this.#freeHead;
    if (head >= 0) {
      this.#freeHead = this.#nextFree[head]!;
      return head;
    }
    if (this.#neverUsed === this.#arrivedS.length) {
      const length = 2 * this.#neverUsed;
      const grow = (old: Float64Array) => {
        const grown = new Float64Array(length);
        grown.set(old);
        return grown;
      };
      this.#arrivedS = grow(this.#arrivedS);
      this.#joinedS = grow(this.#joinedS);
      const free = new Int32Array(length).fill(-1);
      free.set(this.#nextFree);
      this.#nextFree = free;
    }
    return this.#neverUsed++;
  }

  #release(slot: number): void {
    this.#nextFree[slot] = this.#freeHead;
    this.#freeHead = slot;
  }
}

/** Runs one replication until its last customer has left. */
export function runNetwork(spec: NetworkSpec, replication: number): NetworkResult {
  const queue = new EventQueue({ sourceCount: spec.stations.length + 1 });
  const network = new QueueNetwork(spec, queue, replication);
  const { eventCount } = runUntil(queue, network, { untilS: Number.POSITIVE_INFINITY });
  const { waitSumS, served, blocked, sojournS, sojourns } = network;
  return { waitSumS, served, blocked, sojournS: sojournS.subarray(0, sojourns), events: eventCount };
}

/** Mean of some values, uncompensated: good to about 1e-12 here, far below the statistical error. */
export function meanOf(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}
