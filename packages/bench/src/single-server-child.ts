/**
 * Child of the M/M/1 measurement: `single-server-child.js LOAD CUSTOMERS` prints seconds, events and the mean time in
 * system as JSON, after a tenth of the customers to warm up.
 *
 * One server, arrivals and services exponential from named streams; the waiting line is a ring of arrival
 * times. Both events are in place (one arrival to come, one service to end). Mean time in system: 1 / (mu - lambda).
 */

import { type EventHandler, EventQueue, type RandomStream, RandomStreams, runUntil } from '@infersim/kernel';
import { secondsOf } from './measure.js';

const [loadText = '', customersText = ''] = process.argv.slice(2);
const load = Number(loadText);
const Kind = { ARRIVED: 0, SERVED: 1 } as const;

class SingleServer implements EventHandler {
  readonly queue = new EventQueue({ sourceCount: 2 });
  /** Time in system, summed. */
  readonly sums = new Float64Array(1);
  left = 0;
  readonly #gaps: RandomStream;
  readonly #services: RandomStream;
  readonly #customers: number;
  #line = new Float64Array(1024);
  #head = 0;
  #present = 0;
  #arrived = 0;

  constructor(customers: number) {
    const streams = new RandomStreams(1, 1);
    this.#gaps = streams.stream('arrivals');
    this.#services = streams.stream('service');
    this.#customers = customers;
    this.queue.replace(0, this.#gapS(), 0, Kind.ARRIVED);
  }

  onEvent(kind: number, _source: number, _payload: number, timeS: number): void {
    if (kind === Kind.ARRIVED) {
      const size = this.#line.length;
      if (this.#present === size) this.#widen();
      this.#line[(this.#head + this.#present) & (this.#line.length - 1)] = timeS;
      if (this.#present++ === 0) this.queue.replace(1, timeS + this.#serviceS(), 0, Kind.SERVED);
      if (++this.#arrived < this.#customers) this.queue.replace(0, timeS + this.#gapS(), 0, Kind.ARRIVED);
      return;
    }
    this.sums[0] = this.sums[0]! + timeS - this.#line[this.#head]!;
    this.#head = (this.#head + 1) & (this.#line.length - 1);
    this.left++;
    if (--this.#present > 0) this.queue.replace(1, timeS + this.#serviceS(), 0, Kind.SERVED);
  }

  #gapS(): number {
    return -Math.log(1 - this.#gaps.next()) / load;
  }

  #serviceS(): number {
    return -Math.log(1 - this.#services.next());
  }

  #widen(): void {
    const line = new Float64Array(2 * this.#line.length);
    for (let i = 0; i < this.#present; i++) line[i] = this.#line[(this.#head + i) & (this.#line.length - 1)]!;
    this.#line = line;
    this.#head = 0;
  }
}

function serve(customers: number): { seconds: number; events: number; meanS: number } {
  const server = new SingleServer(customers);
  let events = 0;
  const seconds = secondsOf(() => {
    events = runUntil(server.queue, server, { untilS: Number.POSITIVE_INFINITY }).eventCount;
  });
  return { seconds, events, meanS: server.sums[0]! / server.left };
}

const customers = Number(customersText);
serve(Math.ceil(customers / 10));
process.stdout.write(`${JSON.stringify(serve(customers))}\n`);
