/**
 * M/G/1 under processor sharing: one server whose speed is shared equally by all present.
 *
 * Attained service grows for everybody at the rate 1 / (number present); a customer leaves when the attained service
 * has grown by its size. So departures are ordered on the scale of attained service, which never changes, and an event
 * queue on that scale holds them; only the next departure has a place on the scale of time, the in-place event of the
 * server, replaced whenever somebody comes or goes. Built on the kernel alone. Times and sizes in seconds of service.
 */

import {
  createSampler,
  type DistributionSpec,
  type EventHandler,
  EventQueue,
  RandomStreams,
  runUntil,
} from '@infersim/kernel';

export interface SharingSpec {
  readonly arrivalsPerS: number;
  readonly serviceS: DistributionSpec;
  readonly warmupArrivals: number;
  readonly arrivals: number;
  readonly seed: number;
}

/** Size and time in system of the customers counted, in order of leaving. */
export interface SharingResult {
  readonly sizeS: Float64Array;
  readonly sojournS: Float64Array;
}

const ARRIVALS = 0;
const SERVER = 1;
const Kind = { ARRIVED: 0, DEPARTED: 1 } as const;

class SharedServer implements EventHandler {
  readonly sizeS: Float64Array;
  readonly sojournS: Float64Array;
  left = 0;
  readonly #spec: SharingSpec;
  readonly #queue: EventQueue;
  /** Departures on the scale of attained service, payload = customer number. */
  readonly #departures = new EventQueue();
  readonly #nextGapS: () => number;
  readonly #nextSizeS: () => number;
  readonly #arrivedS: Float64Array;
  readonly #size: Float64Array;
  #arrivals = 0;
  #present = 0;
  #attainedS = 0;
  #asOfS = 0;

  constructor(spec: SharingSpec, queue: EventQueue, replication: number) {
    this.#spec = spec;
    this.#queue = queue;
    const customers = spec.warmupArrivals + spec.arrivals;
    this.#arrivedS = new Float64Array(customers);
    this.#size = new Float64Array(customers);
    this.sizeS = new Float64Array(spec.arrivals);
    this.sojournS = new Float64Array(spec.arrivals);
    const streams = new RandomStreams(spec.seed, replication);
    const gaps = streams.stream('arrivals');
    const sizes = streams.stream('service');
    const gap = createSampler({ dist: 'exponential', mean: 1 / spec.arrivalsPerS });
    const size = createSampler(spec.serviceS);
    this.#nextGapS = () => gap.sample(gaps);
    this.#nextSizeS = () => size.sample(sizes);
    queue.replace(ARRIVALS, this.#nextGapS(), 0, Kind.ARRIVED);
  }

  onEvent(kind: number, _source: number, _payload: number, timeS: number): void {
    if (kind === Kind.ARRIVED) {
      this.#attain(timeS);
      const customer = this.#arrivals++;
      if (this.#arrivals < this.#arrivedS.length)
        this.#queue.replace(ARRIVALS, timeS + this.#nextGapS(), 0, Kind.ARRIVED);
      const sizeS = this.#nextSizeS();
      this.#arrivedS[customer] = timeS;
      this.#size[customer] = sizeS;
      this.#departures.schedule(this.#attainedS + sizeS, 0, 0, Kind.DEPARTED, customer);
      this.#present++;
    } else {
      this.#departures.pop();
      // The departure itself fixes how much was attained: no rounding gathers.
      this.#attainedS = this.#departures.eventTimeS;
      this.#asOfS = timeS;
      this.#present--;
      const customer = this.#departures.eventPayload;
      if (customer >= this.#spec.warmupArrivals) {
        this.sizeS[this.left] = this.#size[customer]!;
        this.sojournS[this.left++] = timeS - this.#arrivedS[customer]!;
      }
    }
    if (this.#present === 0) return;
    const leftS = (this.#departures.peekTimeS() - this.#attainedS) * this.#present;
    this.#queue.replace(SERVER, timeS + leftS, 1, Kind.DEPARTED);
  }

  #attain(timeS: number): void {
    if (this.#present > 0) {
      // Rounding must not carry the attained service past the next departure.
      const attainedS = this.#attainedS + (timeS - this.#asOfS) / this.#present;
      this.#attainedS = Math.min(attainedS, this.#departures.peekTimeS());
    }
    this.#asOfS = timeS;
  }
}

/** Runs one replication until its last customer has left. */
export function runProcessorSharing(spec: SharingSpec, replication: number): SharingResult {
  const queue = new EventQueue({ sourceCount: 2 });
  const server = new SharedServer(spec, queue, replication);
  runUntil(queue, server, { untilS: Number.POSITIVE_INFINITY });
  return { sizeS: server.sizeS, sojournS: server.sojournS };
}
