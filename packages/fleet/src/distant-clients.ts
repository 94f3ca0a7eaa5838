/**
 * Clients that wait for answers from sites of several lanes, kept apart from those sites.
 *
 * Every thread keeps all of them and lets them act alike: they send, are answered, give up and try again at the same times
 * under the same slot numbers, whichever thread simulates the site that an attempt went to. At the site the attempt is a
 * request of its lane like any other; how it ended comes back as an answer, and answers are applied between windows, in
 * order of (time, client). Nothing a client does touches a site of another thread.
 *
 * What is counted of them (offered, sent, refused for good) is counted in the lane that the attempt went to, else in lane 0.
 * A refusal that would reach the client after its deadline is never seen: the client has given up. Seconds.
 */

import { type EventQueue, hashString, hashUniform, ModelError } from '@infersim/kernel';
import { Outcome, RequestTable, type SiteSources } from '@infersim/workload';
import { Answers } from './answers.js';
import type { Router } from './router.js';
import { TimeOuts } from './time-outs.js';
import { type Entities, EventKind, Priority } from './world-events.js';
import type { WorldPlan } from './world-plan.js';

const BACKOFF = hashString('client/backoff');

/** What a client does. */
export const Client = { FREE: 0, WAITING: 1, BACKING_OFF: 2 } as const;

/** The sites' side, as far as this thread simulates it; `lane` -1 = placed nowhere. */
export interface AttemptSink {
  /** Takes over an attempt sent now: its slot at the site, or -1 when another thread has it or there is no place. */
  begin(lane: number, table: RequestTable, client: number, originSite: number, nowS: number): number;
  /** The client has stopped waiting for the attempt in `slot` (-1 = it has left its site before, or another thread has it). */
  giveUp(lane: number, slot: number, table: RequestTable, client: number, nowS: number): void;
  /** The request is over without an answer. */
  ended(
    lane: number,
    place: { readonly pool: number; readonly site: number; readonly originSite: number },
    table: RequestTable,
    client: number,
    timeS: number,
    outcome: number,
  ): void;
  scheduleSource(source: number): void;
}

export interface DistantClientParts {
  readonly plan: WorldPlan;
  readonly seed: number;
  readonly queue: EventQueue;
  readonly entities: Entities;
  /** By traffic, sources that send to several lanes; null where there are none. */
  readonly spreading: readonly (SiteSources | null)[];
  readonly firstSource: Int32Array;
  readonly router: Router;
  readonly sink: AttemptSink;
  /** Ring of deadlines of a traffic's clients. */
  readonly ringOf: (traffic: number) => number;
  /** Lane of a pool's site. */
  readonly laneAt: (pool: number, site: number) => number;
}

export class DistantClients {
  readonly table = new RequestTable(64);
  /** Answers of this thread's sites since they were last applied. */
  readonly outbox = new Answers();
  state = new Uint8Array(64);
  generation = new Int32Array(64);
  originSite = new Int32Array(64);
  /** Lane of the attempt it waits for, and the attempt's slot there; -1 = none (here). */
  lane = new Int16Array(64);
  slot = new Int32Array(64);
  /** Where that attempt went, for the record. */
  pool = new Int32Array(64);
  site = new Int32Array(64);
  readonly rings: readonly (TimeOuts | null)[];
  readonly #parts: DistantClientParts;

  constructor(parts: DistantClientParts) {
    this.#parts = parts;
    this.rings = parts.plan.traffic.map(({ client }) => (client.timeoutS > 0 ? new TimeOuts(client.timeoutS) : null));
  }

  /** A source's request is due. */
  onArrival(traffic: number, originSite: number, nowS: number): void {
    const { table } = this;
    const client = table.allocate();
    this.#ensure();
    this.#parts.spreading[traffic]!.take(originSite, table, client);
    this.originSite[client] = originSite;
    this.#send(client, nowS);
  }

  onRetry(client: number, nowS: number): void {
    this.#send(client, nowS);
  }

  /** The earliest deadline of a traffic's clients has come. */
  onTimeOut(traffic: number, nowS: number): void {
    const ring = this.rings[traffic]!;
    while (ring.nextS <= nowS) {
      const client = ring.nextSlot;
      const isCurrent = this.generation[client] === ring.nextGeneration;
      ring.drop();
      if (!isCurrent) continue;
      this.#parts.sink.giveUp(this.lane[client]!, this.slot[client]!, this.table, client, nowS);
      this.slot[client] = -1;
      this.#tryAgain(client, nowS, Outcome.TIMED_OUT);
    }
    this.#scheduleRing(traffic);
  }

  /**
   * How the attempt that `client` waits for has ended at its site; takes effect at `atS`. False for a refusal that comes
   * after the client's deadline: nobody will hear of it.
   */
  answer(client: number, atS: number, outcome: number): boolean {
    this.slot[client] = -1;
    const { timeoutS } = this.#parts.plan.traffic[this.table.workload[client]!]!.client;
    if (timeoutS > 0 && atS > this.table.sentS[client]! + timeoutS) return false;
    this.outbox.push(atS, client, outcome);
    return true;
  }

  /** Applies the answers of a window that ended at `windowS`, those of all threads together. */
  apply(answers: Answers, windowS: number): void {
    for (const index of answers.sort()) {
      const client = answers.client(index);
      const atS = answers.atS(index);
      const outcome = answers.outcome(index);
      if (atS < windowS || this.state[client] !== Client.WAITING) {
        throw new ModelError(
          'EVENT_IN_PAST',
          `answer ${outcome} to client ${client} (state ${this.state[client]}) at ${atS} s came after the window to ${windowS} s`,
        );
      }
      if (outcome === Outcome.COMPLETED) {
        this.#settle(client, atS, outcome);
        this.#free(client);
      } else this.#tryAgain(client, atS, outcome);
    }
  }

  #send(client: number, nowS: number): void {
    const { router, sink, laneAt } = this.#parts;
    const { table } = this;
    const traffic = table.workload[client]!;
    table.sentS[client] = nowS;
    this.slot[client] = -1;
    this.pool[client] = -1;
    if (!router.locate(traffic, this.originSite[client]!, table, client)) {
      // The site's side counts and ends it; nothing will change for another try.
      sink.begin(-1, table, client, this.originSite[client]!, nowS);
      this.#settle(client, nowS, Outcome.REJECTED);
      this.#free(client);
      return;
    }
    const lane = laneAt(router.pool, router.site);
    this.state[client] = Client.WAITING;
    this.lane[client] = lane;
    const ring = this.rings[traffic];
    if (ring) {
      ring.push(client, this.generation[client]!, nowS);
      this.#scheduleRing(traffic);
    }
    this.slot[client] = sink.begin(lane, table, client, this.originSite[client]!, nowS);
  }

  /** Another attempt after a pause, or the end of the request. */
  #tryAgain(client: number, fromS: number, outcome: number): void {
    const { plan, seed, queue, entities, sink } = this.#parts;
    const { table } = this;
    const { maxRetries, backoffS } = plan.traffic[table.workload[client]!]!.client;
    const attempt = table.attempt[client]!;
    if (attempt > maxRetries) {
      const place = {
        pool: this.pool[client]!,
        site: this.site[client]!,
        originSite: this.originSite[client]!,
      };
      sink.ended(this.lane[client]!, place, table, client, fromS, outcome);
      this.#settle(client, fromS, outcome);
      this.#free(client);
      return;
    }
    table.attempt[client] = attempt + 1;
    this.state[client] = Client.BACKING_OFF;
    this.generation[client] = this.generation[client]! + 1;
    const u = hashUniform(seed, BACKOFF, table.requestId[client]!, attempt);
    const atS = fromS + backoffS * 2 ** (attempt - 1) * (0.5 + u);
    if (atS >= plan.horizonS) return;
    const source = entities.source(table.workload[client]!, table.source[client]!);
    queue.schedule(atS, Priority.RETRY, source, EventKind.RETRY, client);
  }

  #settle(client: number, timeS: number, outcome: number): void {
    const { spreading, firstSource, sink } = this.#parts;
    const traffic = this.table.workload[client]!;
    const site = this.originSite[client]!;
    if (spreading[traffic]!.settle(site, this.table, client, timeS, outcome)) {
      sink.scheduleSource(firstSource[traffic]! + site);
    }
  }

  #free(client: number): void {
    this.state[client] = Client.FREE;
    this.generation[client] = this.generation[client]! + 1;
    this.table.release(client);
  }

  #scheduleRing(traffic: number): void {
    const { queue, entities, ringOf } = this.#parts;
    const { nextS } = this.rings[traffic]!;
    const entity = entities.timeOut(ringOf(traffic));
    if (nextS === Number.POSITIVE_INFINITY) queue.clear(entity);
    else queue.replace(entity, nextS, Priority.TIME_OUT, EventKind.TIME_OUT);
  }

  #ensure(): void {
    const { capacity } = this.table;
    if (capacity <= this.state.length) return;
    const ints = (old: Int32Array) => {
      const next = new Int32Array(capacity);
      next.set(old);
      return next;
    };
    const state = new Uint8Array(capacity);
    state.set(this.state);
    this.state = state;
    const lane = new Int16Array(capacity);
    lane.set(this.lane);
    this.lane = lane;
    this.generation = ints(this.generation);
    this.originSite = ints(this.originSite);
    this.slot = ints(this.slot);
    this.pool = ints(this.pool);
    this.site = ints(this.site);
  }
}
