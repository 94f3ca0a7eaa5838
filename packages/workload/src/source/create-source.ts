/**
 * Builds the source of one origin of one workload: its arrival process, clock, lengths and streams, from plain data.
 *
 * Everything random comes from named streams under `name`, keyed by scenario seed and replication through `streams`:
 *
 *     <name>/arrivals  gaps, jitter                     <name>/lengths         mixture component, bootstrapped row
 *     <name>/phases    on/off and emitter phases        <name>/lengths/prompt  prompt lengths
 *     <name>/clients   rates and CVs of clients         <name>/lengths/output  output lengths
 *     <name>/size      rounding of scaled counts        <name>/thinking        thinking lengths
 *     <name>/spread    displacement inside a tick       <name>/prefix          system prompt
 *     <name>/thinning  hash: which rows are kept        <name>/think           think time (closed loop)
 *
 * The prompts of a client's pool are drawn from `<workload id>/pool/...`, the same for all its sources: streams as on the
 * right, and `<workload id>/pool/prefix` for the order.
 *
 * In a closed loop the six of a request are hashes of (user, turn), see closed-source.ts. Rows of a very long trace
 * that are kept for bootstrapping come from `<workload id>/length-table`, shared by all its sources.
 *
 * A rate multiplier (a site's size) scales rates where there are rates and speed where a trace is replayed; where
 * traffic comes from things that can be counted (emitters, users, requests) it scales their number, rounded up or down at
 * random so that the mean is kept: a small site may have none.
 */

import { createSampler, hashString, type RandomStreams } from '@infersim/kernel';
import type { OpenBytes, RequestSource, SourceCounts } from '../request-source.js';
import { TraceReplay } from '../trace/trace-replay.js';
import type { ArrivalSpec, LengthSpec, WorkloadPlan } from '../workload-plan.js';
import { type ArrivalProcess, ConstantProcess } from './arrival-process.js';
import { birthStreams } from './birth-streams.js';
import { ClientsProcess } from './clients-process.js';
import { ClosedSource, LEAST_PAUSE_S } from './closed-source.js';
import { BurstProcess, CountedProcess } from './counted-process.js';
import { BootstrapLengths, IndependentLengths, type LengthLaw, MixtureLengths } from './length-law.js';
import { sharedLengthTable } from './length-table.js';
import { OnOffProcess } from './on-off-process.js';
import { OpenSource } from './open-source.js';
import { PeriodicProcess } from './periodic-process.js';
import { type PromptPool, sharedPromptPool } from './prompt-pool.js';
import { RateClock } from './rate-clock.js';
import { RenewalGaps, RenewalProcess } from './renewal-process.js';
import { ReplaySource } from './replay-source.js';
import { RequestBirth } from './request-birth.js';
import { TurnStreams } from './turn-streams.js';

export interface SourceOptions {
  readonly plan: WorkloadPlan;
  /** Number of this source among all of a replication, from 0, and how many there are. */
  readonly sourceIndex: number;
  readonly sourceCount: number;
  /** Number of the plan in the scenario. */
  readonly workloadIndex: number;
  /** Prefix of its stream names: unique in a replication, and the same whatever else the scenario holds. */
  readonly name: string;
  readonly streams: RandomStreams;
  /** Size of the site: 1 is the plan's rate. See `siteRateMultiplier`. */
  readonly rateMultiplier: number;
  /**
   * Closed loop: least time from a request that did not complete to the user's next one, seconds; think time counts
   * towards it. Absent or below a millisecond = a millisecond.
   */
  readonly failurePauseS?: number;
  /** No request is sent at or after this time, seconds. */
  readonly horizonS: number;
  /** Opens traces; needed for replay and bootstrapped lengths only. */
  readonly openBytes: OpenBytes;
}

/** What `createSource` gives: every source may be closed, those that hold a file should be. */
export type CloseableSource = RequestSource;

/**
 * Makes a source; a trace's first row is read at once.
 *
 * @throws TraceError for a trace that cannot be used, RangeError for a plan that makes no sense (the scenario room
 *   refuses such plans with their place in the file; here they are a bug).
 */
export function createSource(options: SourceOptions): CloseableSource {
  const { plan, streams, name, horizonS } = options;
  checkPlan(options);
  const counts = noCounts();
  const clock = new RateClock(plan.profile);
  const law = lengthLaw(plan.lengths, options);
  const birth = new RequestBirth(plan, options, law, counts, promptPool(law, options));
  const maxRequests = plan.maxRequests ?? Number.POSITIVE_INFINITY;
  const { arrivals } = plan;
  if (arrivals.process === 'closed') {
    const users = scaledCount(arrivals.users, options);
    const think = createSampler(arrivals.thinkS);
    const turns = new TurnStreams(streams, name);
    const pauseS = options.failurePauseS ?? LEAST_PAUSE_S;
    return new ClosedSource(users, arrivals.rampS, think, pauseS, clock, birth, turns, horizonS, maxRequests);
  }
  const births = birthStreams(streams, name);
  if (arrivals.process === 'replay') {
    const trace = { ...arrivals.trace, speed: arrivals.trace.speed * options.rateMultiplier };
    const thinning = hashString(`${name}/thinning`);
    const uniformOf = (key: number, clone: number) => streams.hashUniform(thinning, key, clone);
    const spread = streams.stream(`${name}/spread`);
    const replay = new TraceReplay(options.openBytes, trace, uniformOf, () => spread.nextDouble(), counts);
    return new ReplaySource(replay, clock, birth, births, options, horizonS, maxRequests);
  }
  return new OpenSource(arrivalProcess(arrivals, options), clock, birth, births, horizonS, maxRequests);
}

/** Counters at zero. */
export function noCounts(): SourceCounts {
  return {
    rowsRead: 0,
    emitted: 0,
    dropped: {},
    budgetCutRequests: 0,
    budgetCutTokens: 0,
    promptCutRequests: 0,
  };
}

/** Arrivals that come whatever happens to earlier ones, and not from a file. */
export type OpenArrivals = Exclude<ArrivalSpec, { readonly process: 'closed' | 'replay' }>;

function arrivalProcess(arrivals: OpenArrivals, options: SourceOptions): ArrivalProcess {
  const { rateMultiplier } = options;
  const stream = (purpose: string) => options.streams.stream(`${options.name}/${purpose}`);
  const gapS = (ratePerS: number) => 1 / (ratePerS * rateMultiplier);
  switch (arrivals.process) {
    case 'poisson':
      return new RenewalProcess(new RenewalGaps('gamma', gapS(arrivals.ratePerS), 1), stream('arrivals'));
    case 'gamma':
      return new RenewalProcess(new RenewalGaps('gamma', gapS(arrivals.ratePerS), arrivals.cv), stream('arrivals'));
    case 'weibull':
      return new RenewalProcess(new RenewalGaps('weibull', gapS(arrivals.ratePerS), arrivals.cv), stream('arrivals'));
    case 'constant':
      return new ConstantProcess(arrivals.ratePerS * rateMultiplier);
    case 'poisson-count': {
      const requests = scaledCount(Math.round(arrivals.ratePerS * arrivals.durationS), options);
      return new CountedProcess(requests, arrivals.startS, arrivals.durationS, stream('arrivals'));
    }
    case 'burst':
      return new BurstProcess(scaledCount(arrivals.requests, options), arrivals.atS);
    case 'periodic': {
      const emitters = scaledCount(arrivals.emitters, options);
      return new PeriodicProcess(arrivals.periodS, arrivals.jitterS, emitters, stream('phases'), stream('arrivals'));
    }
    case 'on-off': {
      const { onRatePerS, onMeanS, offMeanS, cv } = arrivals;
      return new OnOffProcess(onRatePerS * rateMultiplier, onMeanS, offMeanS, cv, stream('phases'), stream('arrivals'));
    }
    case 'clients': {
      const { ratePerS, clients, sigma, cvs } = arrivals;
      return new ClientsProcess(ratePerS * rateMultiplier, clients, sigma, cvs, stream('clients'), stream('arrivals'));
    }
  }
}

/** The law of a workload's lengths; null where they are recorded. */
export function lengthLaw(
  lengths: LengthSpec,
  options: Pick<SourceOptions, 'openBytes' | 'streams' | 'plan'>,
): LengthLaw | null {
  switch (lengths.kind) {
    case 'independent':
      return new IndependentLengths(lengths.prompt, lengths.output);
    case 'joint-mixture':
      return new MixtureLengths(lengths.components);
    case 'bootstrap':
      return new BootstrapLengths(
        sharedLengthTable(options.openBytes, lengths.trace, options.streams, options.plan.id),
      );
    case 'recorded':
      return null;
  }
}

/** The prompts of a benchmark client; null where there is none. */
export function promptPool(
  law: LengthLaw | null,
  { plan, streams, workloadIndex }: Pick<SourceOptions, 'plan' | 'streams' | 'workloadIndex'>,
): PromptPool | null {
  if (plan.promptPool === undefined || law === null) return null;
  const owner = plan.promptPool.owner ?? { workloadId: plan.id, workloadIndex };
  return sharedPromptPool(plan.promptPool, owner.workloadIndex, law, streams, owner.workloadId);
}

/** A count scaled to the size of a site, rounded up or down at random. */
export function scaledCount(
  count: number,
  { rateMultiplier, streams, name }: Pick<SourceOptions, 'rateMultiplier' | 'streams' | 'name'>,
): number {
  if (rateMultiplier === 1) return count;
  return Math.floor(count * rateMultiplier + streams.stream(`${name}/size`).nextDouble());
}

/** @throws RangeError for a plan that makes no sense. */
export function checkPlan(options: SourceOptions): void {
  const { plan, sourceIndex, sourceCount, rateMultiplier, horizonS } = options;
  const check = (ok: boolean, what: string, given: unknown) => {
    if (!ok) throw new RangeError(`workload ${plan.id}: ${what}, got ${String(given)}`);
  };
  const positive = (value: number, what: string) =>
    check(value > 0 && Number.isFinite(value), `${what} must be above 0`, value);
  const atLeast0 = (value: number, what: string) =>
    check(value >= 0 && Number.isFinite(value), `${what} must be at least 0`, value);
  const count = (value: number, what: string) =>
    check(
      Number.isInteger(value) && value >= 1 && value < 2 ** 31,
      `${what} must be a whole number of at least 1`,
      value,
    );
  check(
    Number.isInteger(sourceIndex) && sourceIndex >= 0 && sourceIndex < sourceCount,
    'source index must be below the count',
    sourceIndex,
  );
  positive(rateMultiplier, 'rate multiplier');
  atLeast0(options.failurePauseS ?? 0, 'pause after a failure');
  check(horizonS >= 0, 'horizon must be at least 0', horizonS);
  count(plan.maxPromptTokens, 'maxPromptTokens');
  count(plan.budgetTokens, 'budgetTokens');
  check(Number.isInteger(plan.priority), 'priority must be whole', plan.priority);
  const { arrivals } = plan;
  check(
    plan.lengths.kind !== 'recorded' || arrivals.process === 'replay',
    'recorded lengths need a replay',
    arrivals.process,
  );
  check(
    plan.promptPool === undefined || (arrivals.process !== 'replay' && plan.prefix === undefined),
    'a prompt pool takes the place of a replay and of a prefix',
    arrivals.process,
  );
  switch (arrivals.process) {
    case 'poisson':
    case 'constant':
      positive(arrivals.ratePerS, 'rate');
      break;
    case 'poisson-count':
      positive(arrivals.ratePerS, 'rate');
      positive(arrivals.durationS, 'duration');
      atLeast0(arrivals.startS, 'start');
      count(Math.round(arrivals.ratePerS * arrivals.durationS), 'requests of the stage');
      break;
    case 'burst':
      count(arrivals.requests, 'requests');
      atLeast0(arrivals.atS, 'time of the burst');
      break;
    case 'gamma':
    case 'weibull':
      positive(arrivals.ratePerS, 'rate');
      positive(arrivals.cv, 'cv');
      break;
    case 'periodic':
      positive(arrivals.periodS, 'period');
      atLeast0(arrivals.jitterS, 'jitter');
      count(arrivals.emitters, 'emitters');
      break;
    case 'on-off':
      positive(arrivals.onRatePerS, 'rate while on');
      positive(arrivals.onMeanS, 'mean on time');
      atLeast0(arrivals.offMeanS, 'mean off time');
      positive(arrivals.cv, 'cv');
      break;
    case 'clients':
      positive(arrivals.ratePerS, 'rate');
      count(arrivals.clients, 'clients');
      atLeast0(arrivals.sigma, 'sigma');
      for (const { cv } of arrivals.cvs) positive(cv, 'cv of clients');
      check(arrivals.cvs.length > 0, 'clients need at least one cv', 'none');
      break;
    case 'closed':
      count(arrivals.users, 'users');
      atLeast0(arrivals.rampS, 'ramp');
      break;
    case 'replay':
      break;
  }
}
