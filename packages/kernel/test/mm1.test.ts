/**
 * M/M/1 through queue, run loop and streams: mean time in system against 1 / (mu - lambda).
 *
 * 24 replications of 40,000 customers from an empty start (which biases the mean by less than 1e-4 of itself), fixed
 * seed. Accepted when |estimate - truth| <= t(23, 0.9995) s / sqrt(24), t = 3.768: a false alarm in 1,000 changes of the
 * seed; and only if that half-width is below 2 % of the truth, so that the test has power.
 */
import { expect, it } from 'vitest';
import { createSampler } from '../src/distribution.js';
import { EventQueue } from '../src/event-queue.js';
import { RandomStreams } from '../src/random-streams.js';
import { type EventHandler, runUntil } from '../src/run-loop.js';

const ARRIVAL_RATE = 0.5;
const SERVICE_RATE = 1;
const CUSTOMERS = 40_000;
const REPLICATIONS = 24;
const T_23_9995 = 3.768;

const Arrived = 0;
const Served = 1;
const Door = 0;
const Server = 1;

class SingleServer implements EventHandler {
  readonly queue = new EventQueue();
  servedCount = 0;
  totalTimeS = 0;
  private readonly arrivedS = new Float64Array(4096);
  private head = 0;
  private tail = 0;
  private readonly gaps;
  private readonly services;
  private readonly gap = createSampler({ dist: 'exponential', mean: 1 / ARRIVAL_RATE });
  private readonly service = createSampler({ dist: 'exponential', mean: 1 / SERVICE_RATE });

  constructor(replication: number) {
    const streams = new RandomStreams(1, replication);
    this.gaps = streams.stream('arrivals');
    this.services = streams.stream('services');
    this.queue.replace(Door, this.gap.sample(this.gaps), 0, Arrived);
  }

  onEvent(kind: number, _source: number, _payload: number, timeS: number): void {
    switch (kind) {
      case Arrived:
        this.arrivedS[this.tail++ & 4095] = timeS;
        this.queue.replace(Door, timeS + this.gap.sample(this.gaps), 0, Arrived);
        if (this.tail - this.head === 1) this.startService(timeS);
        break;
      default:
        this.totalTimeS += timeS - this.arrivedS[this.head++ & 4095]!;
        this.servedCount++;
        if (this.tail > this.head) this.startService(timeS);
    }
  }

  private startService(timeS: number): void {
    this.queue.replace(Server, timeS + this.service.sample(this.services), 0, Served);
  }
}

it('M/M/1: the mean time in system is 1 / (mu - lambda) within the interval over replications', () => {
  const means = Array.from({ length: REPLICATIONS }, (_, replication) => {
    const model = new SingleServer(replication);
    const outcome = runUntil(model.queue, model, {
      untilS: Number.POSITIVE_INFINITY,
      until: () => model.servedCount >= CUSTOMERS,
    });
    expect(outcome.reason).toBe('condition');
    expect(outcome.eventCount).toBeGreaterThanOrEqual(2 * CUSTOMERS);
    return model.totalTimeS / model.servedCount;
  });
  const mean = means.reduce((sum, x) => sum + x, 0) / REPLICATIONS;
  const deviation = Math.sqrt(means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (REPLICATIONS - 1));
  const halfWidth = (T_23_9995 * deviation) / Math.sqrt(REPLICATIONS);
  const truth = 1 / (SERVICE_RATE - ARRIVAL_RATE);
  expect(Math.abs(mean - truth)).toBeLessThanOrEqual(halfWidth);
  expect(halfWidth).toBeLessThan(0.02 * truth);
});
