/**
 * What traffic to make, as plain data: the plan of one workload, resolved by the scenario room and posted to workers.
 *
 * Rates are requests per second, times seconds, lengths tokens. A workload has one source per origin: one place, or
 * every like site of a pool of sites, each with its own streams and rate multiplier.
 */

import type { DistributionSpec } from '@infersim/kernel';

/** Hourly multipliers of the rate, normalised to mean 1: 24 (a day) or 168 (a week from Monday 00:00), local time. */
export interface RateProfile {
  readonly multipliers: readonly number[];
  /** Hour of the profile at simulated time zero, local time of the origin. */
  readonly startHour: number;
}

export type ArrivalSpec =
  | { readonly process: 'poisson'; readonly ratePerS: number }
  | { readonly process: 'gamma'; readonly ratePerS: number; readonly cv: number }
  | { readonly process: 'weibull'; readonly ratePerS: number; readonly cv: number }
  | { readonly process: 'constant'; readonly ratePerS: number }
  /**
   * A Poisson process of which the count is given: exactly round(ratePerS x durationS) requests, at independent uniform
   * times of the stage that begins at `startS`.
   */
  | {
      readonly process: 'poisson-count';
      readonly ratePerS: number;
      readonly startS: number;
      readonly durationS: number;
    }
  /**
   * `requests` at one moment. `ratePerS` is what that comes to over the horizon: it drives nothing and is there for those
   * who predict a load.
   */
  | { readonly process: 'burst'; readonly requests: number; readonly atS: number; readonly ratePerS: number }
  /** `emitters` devices, each every `periodS` with normal jitter, random phase. */
  | { readonly process: 'periodic'; readonly periodS: number; readonly jitterS: number; readonly emitters: number }
  /** Interrupted process: exponential on and off times; gamma gaps of `cv` at `onRatePerS` while on. */
  | {
      readonly process: 'on-off';
      readonly onRatePerS: number;
      readonly onMeanS: number;
      readonly offMeanS: number;
      readonly cv: number;
    }
  /** Superposition of unequal clients: lognormal rates (sigma), each a gamma renewal process with its own cv. */
  | {
      readonly process: 'clients';
      readonly ratePerS: number;
      readonly clients: number;
      readonly sigma: number;
      readonly cvs: readonly { readonly weight: number; readonly cv: number }[];
    }
  /**
   * Closed loop: each user sends, waits for the end, thinks, sends again; starts spread over `rampS`. After a request
   * that did not complete a user pauses at least as long as its client before a retry.
   */
  | {
      readonly process: 'closed';
      readonly users: number;
      readonly thinkS: DistributionSpec;
      readonly rampS: number;
    }
  | { readonly process: 'replay'; readonly trace: TraceSpec };

export type TraceFormat = 'canonical' | 'azure-llm' | 'mooncake' | 'burstgpt' | 'lengths';

/** A recorded trace and how to read it. `speed` compresses time; `keep` thins; `copies` repeats each row as that many clients. */
export interface TraceSpec {
  readonly path: string;
  readonly format: TraceFormat;
  readonly speed: number;
  /** Probability that a row is kept (per session where the trace has sessions). */
  readonly keep: number;
  readonly copies: number;
  /** Times the whole trace is played, one after the other. */
  readonly repeat: number;
  /** What to do with a row that cannot be a request: refuse the trace, or drop and count it. */
  readonly badRows: 'refuse' | 'drop';
  /** Random displacement of a timestamp that stands for a tick of this many seconds (Mooncake: 3); 0 = as recorded. */
  readonly spreadS: number;
}

/** Where prompt and output lengths come from. */
export type LengthSpec =
  /** Drawn apart; rounded to whole tokens, at least 1. */
  | { readonly kind: 'independent'; readonly prompt: DistributionSpec; readonly output: DistributionSpec }
  /** One component is drawn, then prompt and output from it: keeps the link between them. */
  | {
      readonly kind: 'joint-mixture';
      readonly components: readonly {
        readonly weight: number;
        readonly prompt: DistributionSpec;
        readonly output: DistributionSpec;
      }[];
    }
  /** Whole rows of a trace, with replacement. */
  | { readonly kind: 'bootstrap'; readonly trace: TraceSpec }
  /** As recorded (replay only). */
  | { readonly kind: 'recorded' };

/** Shared prompt beginnings: `groups` system prompts of `tokens` tokens, picked with Zipf weights of exponent `zipf`. */
export interface PrefixSpec {
  readonly groups: number;
  readonly tokens: number;
  readonly zipf: number;
}

/**
 * A benchmark client's prompts, made once and sent again and again: `beginnings` shared beginnings of `beginningTokens`
 * tokens, and `promptsPerBeginning` prompts that each begin with one of them.
 */
export interface PromptPoolSpec {
  readonly beginnings: number;
  /** 0 = prompts share nothing. */
  readonly beginningTokens: number;
  readonly promptsPerBeginning: number;
  /**
   * `cycle`: one after the other, the prompts of a beginning together; `shuffled`: in an order drawn once; both start
   * over at the end. `random`: any of them each time.
   */
  readonly order: 'cycle' | 'shuffled' | 'random';
  /**
   * Another workload whose prompts these are too (stages of one load test), by id and number in the plan. Its pool has the
   * same counts, and its lengths the same laws; absent = a pool of its own.
   */
  readonly owner?: { readonly workloadId: string; readonly workloadIndex: number };
}

export interface WorkloadPlan {
  readonly id: string;
  readonly arrivals: ArrivalSpec;
  readonly profile?: RateProfile;
  readonly lengths: LengthSpec;
  /** Prompts longer than this are cut to it (context cap) and counted. */
  readonly maxPromptTokens: number;
  /** Token budget: most tokens a request may produce, thinking included. */
  readonly budgetTokens: number;
  /** Thinking tokens produced before the answer; added to the answer's length. Absent = none. */
  readonly thinking?: DistributionSpec;
  readonly prefix?: PrefixSpec;
  /** Excludes `prefix`: the prompts of a pool have their beginnings. */
  readonly promptPool?: PromptPoolSpec;
  readonly priority: number;
  /** Sigma of the lognormal rate multiplier over like sites (mean 1); 0 = equal sites. */
  readonly siteRateSigma: number;
  /** Stop after this many requests per source; absent = until the horizon. */
  readonly maxRequests?: number;
}
