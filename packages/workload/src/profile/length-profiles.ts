/**
 * Ready workloads: lengths, thinking and arrival shape of recorded services and of two edge uses, as plain data.
 *
 * Each entry says where it comes from and how sure it is (`grade`): measured = a recorded law as it is, fitted =
 * fitted to a record here, assumed = our choice. Rates are those of the record, to be scaled with `withMeanRate`;
 * arrivals and lengths are independent of each other, and lengths do not drift over the day. No prefix sharing: add a
 * `PrefixSpec`, or replay the trace. Units: tokens, seconds, requests per second.
 */

import type { DistributionSpec } from '@infersim/kernel';
import type { ArrivalSpec, LengthSpec } from '../workload-plan.js';
import { constant, lognormal, quantiles, uniform } from './distribution-shapes.js';
import {
  ARXIV_SUMMARIZATION_CLASSES,
  AZURE_CODE_2023_CLASSES,
  AZURE_CONV_2023_CLASSES,
  CLASS_PROBABILITIES,
  MOONCAKE_CONV_CLASSES,
  type QuantileClass,
} from './length-classes.js';

export interface LengthProfile {
  readonly id: string;
  readonly title: string;
  readonly lengths: LengthSpec;
  /** Thinking before the answer, drawn apart from it. */
  readonly thinking?: DistributionSpec;
  /** Longest prompt of the record, as a context cap. */
  readonly maxPromptTokens: number;
  /** Token budget that goes with it: the cap of the record, thinking included. */
  readonly budgetTokens: number;
  /** Arrival process at the record's own rate. */
  readonly arrivals: ArrivalSpec;
  /** Rate profile that fits it (see rate-profiles.ts), where there is one. */
  readonly rateProfileId?: string;
  readonly source: string;
  readonly grade: 'measured' | 'fitted' | 'assumed';
}

const SERVEGEN = 'ServeGen (Apache-2.0; Xiang et al., arXiv 2505.09999)';
/**
 * Prompts of DeepSeek-R1 over a day: published quantiles from p50 up, the points between them (.825, .925, .97)
 * half-way on a log scale, and below p50 the lognormal fit (5.231, 1.837). Mean 7 % above the published 1,268.
 */
const R1_PROBABILITIES = [0, 0.05, 0.25, 0.5, 0.75, 0.825, 0.9, 0.925, 0.95, 0.97, 0.99, 0.999, 1];
const R1_PROMPTS = [1, 9, 54, 208, 482, 1_004, 2_092, 3_748, 6_714, 12_540, 23_423, 33_783, 57_284];
const M_SMALL_PROBABILITIES = [0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

/**
 * Coefficients of variation of clients, with the share of clients that each stands for: the published rate-weighted
 * p10, p25, p50, p75, p90 and p99, each for the range half-way to its neighbours.
 */
function clientCvs(p10: number, p25: number, p50: number, p75: number, p90: number, p99: number) {
  return [
    { weight: 0.175, cv: p10 },
    { weight: 0.2, cv: p25 },
    { weight: 0.25, cv: p50 },
    { weight: 0.2, cv: p75 },
    { weight: 0.12, cv: p90 },
    { weight: 0.055, cv: p99 },
  ];
}

const entries: readonly LengthProfile[] = [
  {
    id: 'azure-conv-2023',
    title: 'Chat service: two humps of answers, prompts piled near 4,100 tokens, nearly Poisson',
    lengths: classMixture(AZURE_CONV_2023_CLASSES),
    maxPromptTokens: 16_384,
    budgetTokens: 1_000,
    arrivals: { process: 'gamma', ratePerS: 5.53, cv: 1.07 },
    rateProfileId: 'azure-conv-2024',
    source:
      'Azure LLM inference trace 2023, conversation (CC BY 4.0; Patel et al., Splitwise, ISCA 2024); gaps gamma of shape 0.871',
    grade: 'fitted',
  },
  {
    id: 'azure-code-2023',
    title: 'Code completion: long prompts, very short outputs, extreme on/off bursts',
    lengths: classMixture(AZURE_CODE_2023_CLASSES),
    maxPromptTokens: 8_192,
    budgetTokens: 2_000,
    arrivals: { process: 'on-off', onRatePerS: 9.1, onMeanS: 16.7, offMeanS: 43, cv: 2.2 },
    rateProfileId: 'azure-code-2024',
    source:
      'Azure LLM inference trace 2023, code (CC BY 4.0; Patel et al., Splitwise, ISCA 2024); bursts cut at gaps of 5 s',
    grade: 'fitted',
  },
  {
    id: 'mooncake-conv',
    title: 'Long-context chat, without its prefix sharing',
    lengths: classMixture(MOONCAKE_CONV_CLASSES),
    maxPromptTokens: 131_072,
    budgetTokens: 2_000,
    arrivals: { process: 'poisson', ratePerS: 3.4 },
    source: 'Mooncake conversation trace (Apache-2.0; Qin et al., FAST 2025)',
    grade: 'fitted',
  },
  {
    id: 'arxiv-summarization',
    title: 'Summaries of papers: long prompts in a 4k window, short outputs',
    lengths: classMixture(ARXIV_SUMMARIZATION_CLASSES),
    maxPromptTokens: 4_096,
    budgetTokens: 4_096,
    arrivals: { process: 'poisson', ratePerS: 1 },
    source:
      'arXiv summarization lengths of vidur (MIT; Agrawal et al., MLSys 2024); the record has no times, the rate is assumed',
    grade: 'fitted',
  },
  {
    id: 'deepseek-r1',
    title: 'Reasoning model: long thinking, then the answer; few unequal clients',
    lengths: { kind: 'independent', prompt: quantiles(R1_PROBABILITIES, R1_PROMPTS), output: lognormal(5.569, 1.176) },
    thinking: lognormal(6.235, 0.794),
    maxPromptTokens: 57_284,
    budgetTokens: 32_768,
    arrivals: {
      process: 'clients',
      ratePerS: 32.6,
      clients: 73,
      sigma: 1.83,
      cvs: clientCvs(0.74, 0.94, 1.02, 1.86, 5.6, 17),
    },
    rateProfileId: 'deepseek-r1',
    source: `${SERVEGEN}, DeepSeek-R1: quantiles of the prompts of a day; lognormal fits (distance 0.05 to 0.06) of thinking and answer in the sampled hour 02:00 (derived), drawn apart`,
    grade: 'fitted',
  },
  {
    id: 'servegen-m-small',
    title: 'Small production model: tiny prompts and answers at a high rate, very unequal clients',
    lengths: {
      kind: 'independent',
      prompt: quantiles(M_SMALL_PROBABILITIES, [19, 19, 21, 28, 40, 49, 52, 70, 322, 573, 1_478, 2_998]),
      output: quantiles(M_SMALL_PROBABILITIES, [1, 1, 2, 3, 3, 4, 7, 14, 44, 71, 142, 269]),
    },
    maxPromptTokens: 145_912,
    budgetTokens: 10_912,
    arrivals: {
      process: 'clients',
      ratePerS: 1_196,
      clients: 43,
      sigma: 2.7,
      cvs: clientCvs(1.07, 1.1, 1.2, 2.2, 7, 14),
    },
    rateProfileId: 'servegen-m-small',
    source: `${SERVEGEN}, m-small: quantiles of the overall length law of the 38 clients published (43 % of traffic), cut at p99.9 (derived)`,
    grade: 'fitted',
  },
  {
    id: 'voice',
    title: 'Spoken dialogue: a turn every 5 to 15 s, short replies, prompts growing from 800 tokens over the call',
    lengths: { kind: 'independent', prompt: uniform(800, 2_300), output: uniform(30, 80) },
    maxPromptTokens: 8_192,
    budgetTokens: 120,
    arrivals: { process: 'closed', users: 100, thinkS: uniform(5, 15), rampS: 15 },
    source:
      'our choice: 10 to 30 turns a call, about 50 tokens of growth a turn; turn lengths as voice platforms describe them',
    grade: 'assumed',
  },
  {
    id: 'robot-control',
    title: 'Robot policy: one or two images and the state in, one action of 7 tokens out, ten times a second',
    lengths: { kind: 'independent', prompt: uniform(84, 572), output: constant(7) },
    maxPromptTokens: 2_048,
    budgetTokens: 7,
    arrivals: { process: 'periodic', periodS: 0.1, jitterS: 0.003, emitters: 10 },
    source:
      'our choice: 1 to 2 images of 64 to 256 tokens and 20 to 60 of text; 10 Hz is the recommended least replanning rate of GR00T; 7 tokens an action as OpenVLA',
    grade: 'assumed',
  },
];

/** All ready workloads, in a fixed order. */
export function lengthProfiles(): readonly LengthProfile[] {
  return entries;
}

/** The ready workload with an id, or undefined. */
export function findLengthProfile(id: string): LengthProfile | undefined {
  return entries.find((entry) => entry.id === id);
}

function classMixture(classes: readonly QuantileClass[]): LengthSpec {
  return {
    kind: 'joint-mixture',
    components: classes.map(({ weight, prompt, output }) => ({
      weight,
      prompt: quantiles(CLASS_PROBABILITIES, prompt),
      output: quantiles(CLASS_PROBABILITIES, output),
    })),
  };
}
