/**
 * One real engine replica (the vLLM scheduler of `serving`) as a queueing station: theory's arrivals and lengths go in,
 * times in system come out.
 *
 * Every prompt is one token, so a request of L output tokens is in L steps and its work is L, as the models of theory
 * have it. Open: Poisson arrivals. Closed: a fixed number of clients, each sends its next request the moment its last
 * one ends. Built on the kernel's queue; the replica's boundary is its in-place event. Times in seconds.
 */

import type { StepModel } from '@infersim/devices';
import { type EventHandler, EventQueue, type RandomStream, RandomStreams, runUntil } from '@infersim/kernel';
import {
  createReplica,
  type EngineSettings,
  REAL_SHIFT,
  Real,
  type Replica,
  type ReplicaListener,
  Segment,
  ServiceColumns,
  segmentCells,
} from '@infersim/serving';
import { RequestTable } from '@infersim/workload';

/** Output tokens of one request. */
export type TokenLaw = (stream: RandomStream) => number;

/** Geometric on 1, 2, ... with this mean. */
export function geometricTokens(mean: number): TokenLaw {
  const logStay = Math.log1p(-1 / mean);
  return (stream) => 1 + Math.floor(Math.log(stream.nextOpen()) / logStay);
}

/** Always the same. */
export function constantTokens(tokens: number): TokenLaw {
  return () => tokens;
}

/** Geometric with one of two means, chosen by weight. */
export function mixedTokens(weight: number, first: number, second: number): TokenLaw {
  const a = geometricTokens(first);
  const b = geometricTokens(second);
  return (stream) => (stream.nextDouble() < weight ? a(stream) : b(stream));
}

export interface EngineSpec {
  readonly model: StepModel;
  /** Arrivals per second of an open station, or the clients of a closed one. */
  readonly load: { readonly arrivalsPerS: number } | { readonly clients: number };
  readonly tokens: TokenLaw;
  readonly maxNumSeqs: number;
  readonly promptTokens?: number;
  readonly maxNumBatchedTokens?: number;
  /** Requests that end before counting starts, and requests counted. */
  readonly warmupRequests: number;
  readonly requests: number;
  readonly seed: number;
  readonly stepByStep?: boolean;
}

export interface EngineResult {
  /** Arrival to last token, and arrival to first step, per request counted, in order of ending. */
  readonly sojournS: Float64Array;
  readonly waitS: Float64Array;
  /** Time from the first to the last counted ending, and the requests that ended in it. */
  readonly spanS: number;
  readonly ended: number;
  /** Time averages of the number present and of its square, over the span. */
  readonly presentMean: number;
  readonly presentSquareMean: number;
  /** Energy of all segments and of all requests, joules; equal but for rounding. */
  readonly segmentJ: number;
  readonly requestJ: number;
}

const ARRIVALS = 1;
const Kind = { BOUNDARY: 0, ARRIVED: 1 } as const;
/** More KV than any of these checks can fill. */
const MANY_BLOCKS = 1 << 22;

class EngineStation implements EventHandler, ReplicaListener {
  readonly sojournS: Float64Array;
  readonly waitS: Float64Array;
  ended = 0;
  firstS = Number.NaN;
  lastS = Number.NaN;
  presentS = 0;
  squareS = 0;
  segmentJ = 0;
  requestJ = 0;
  readonly replica: Replica;
  readonly #spec: EngineSpec;
  readonly #queue: EventQueue;
  readonly #table = new RequestTable();
  readonly #columns = new ServiceColumns();
  readonly #tokens: RandomStream;
  readonly #gaps: RandomStream;
  readonly #gapMeanS: number;
  #present = 0;
  #asOfS = 0;
  #leaving = 0;

  constructor(spec: EngineSpec, queue: EventQueue, replication: number) {
    this.#spec = spec;
    this.#queue = queue;
    this.sojournS = new Float64Array(spec.requests);
    this.waitS = new Float64Array(spec.requests);
    const streams = new RandomStreams(spec.seed, replication);
    this.#gaps = streams.stream('arrivals');
    this.#tokens = streams.stream('lengths/output');
    this.#gapMeanS = 'arrivalsPerS' in spec.load ? 1 / spec.load.arrivalsPerS : 0;
    this.replica = createReplica({
      index: 0,
      settings: engineSettings(spec),
      model: spec.model,
      table: this.#table,
      columns: this.#columns,
      listener: this,
      workloads: 1,
      stepByStep: spec.stepByStep ?? false,
    });
    if ('clients' in spec.load) for (let client = 0; client < spec.load.clients; client++) this.#send(0);
    else this.#scheduleArrival(0);
    this.#follow();
  }

  get isDone(): boolean {
    return this.ended >= this.#spec.requests;
  }

  onEvent(kind: number, _source: number, _payload: number, timeS: number): void {
    if (kind === Kind.BOUNDARY) this.replica.onBoundary(timeS);
    else {
      this.#send(timeS);
      this.#scheduleArrival(timeS);
    }
    this.#follow();
  }

  onFinished(_replica: number, slot: number, timeS: number): void {
    this.#count(timeS, -1);
    this.requestJ += this.#columns.real[(slot << REAL_SHIFT) | Real.ENERGY_J]!;
    if (this.#leaving++ >= this.#spec.warmupRequests && !this.isDone) {
      if (Number.isNaN(this.firstS)) {
        this.firstS = timeS;
        this.presentS = 0;
        this.squareS = 0;
      } else {
        this.lastS = timeS;
        this.sojournS[this.ended] = timeS - this.#table.sentS[slot]!;
        this.waitS[this.ended++] =
          this.#columns.real[(slot << REAL_SHIFT) | Real.ADMITTED_S]! - this.#table.sentS[slot]!;
      }
    }
    this.#table.release(slot);
    if ('clients' in this.#spec.load) this.#send(timeS);
  }

  onSegment(): void {
    this.segmentJ += segmentCells[Segment.ENERGY_J]!;
  }

  onFirstToken(): void {}
  onPreempted(): void {}
  onCancelled(): void {}
  onRefused(_replica: number, slot: number): void {
    throw new Error(`the station refused slot ${slot}: its KV is meant to be without end`);
  }

  #send(timeS: number): void {
    this.#count(timeS, 1);
    const table = this.#table;
    const slot = table.allocate();
    const tokens = this.#spec.tokens(this.#tokens);
    table.workload[slot] = 0;
    table.attempt[slot] = 1;
    table.promptTokens[slot] = this.#spec.promptTokens ?? 1;
    table.wishedTokens[slot] = tokens;
    table.budgetTokens[slot] = tokens;
    table.outputTokens[slot] = tokens;
    table.thinkingTokens[slot] = 0;
    table.prefix[slot] = null;
    table.sentS[slot] = timeS;
    table.bornS[slot] = timeS;
    this.replica.enqueue(slot, timeS);
  }

  #scheduleArrival(timeS: number): void {
    this.#queue.replace(ARRIVALS, timeS - this.#gapMeanS * Math.log(this.#gaps.nextOpen()), 1, Kind.ARRIVED);
  }

  #follow(): void {
    const { boundaryS } = this.replica;
    if (boundaryS < Number.POSITIVE_INFINITY) this.#queue.replace(0, boundaryS, 0, Kind.BOUNDARY);
    else this.#queue.clear(0);
  }

  #count(timeS: number, change: number): void {
    const spanS = timeS - this.#asOfS;
    this.presentS += this.#present * spanS;
    this.squareS += this.#present * this.#present * spanS;
    this.#present += change;
    this.#asOfS = timeS;
  }
}

function engineSettings(spec: EngineSpec): EngineSettings {
  return {
    scheduler: 'vllm',
    maxNumSeqs: spec.maxNumSeqs,
    maxNumBatchedTokens: spec.maxNumBatchedTokens ?? Math.max(8192, spec.maxNumSeqs),
    blockSizeTokens: 16,
    numBlocks: MANY_BLOCKS,
    hasKv: true,
    enableChunkedPrefill: true,
    enablePrefixCaching: false,
    longPrefillTokenThreshold: 0,
    maxModelLenTokens: 1 << 20,
    watermark: 0,
    asyncScheduling: false,
    staticBatchSize: 1,
    staticBatchTimeoutS: 0,
    unifiedKv: false,
    ubatchTokens: 512,
  };
}

/** Runs one replication until enough requests have ended. */
export function runEngine(spec: EngineSpec, replication: number): EngineResult {
  const queue = new EventQueue({ sourceCount: 2 });
  const station = new EngineStation(spec, queue, replication);
  const { nowS } = runUntil(queue, station, { untilS: Number.POSITIVE_INFINITY, until: () => station.isDone });
  station.replica.flush(nowS);
  const spanS = station.lastS - station.firstS;
  return {
    sojournS: station.sojournS,
    waitS: station.waitS,
    spanS,
    ended: station.ended,
    presentMean: station.presentS / spanS,
    presentSquareMean: station.squareS / spanS,
    segmentJ: station.segmentJ,
    requestJ: station.requestJ,
  };
}
