import { RandomStreams } from '@infersim/kernel';
import { constant, uniform } from '../src/profile/distribution-shapes.js';
import type { RequestSource } from '../src/request-source.js';
import { RequestTable } from '../src/request-table.js';
import { createSource, type SourceOptions } from '../src/source/create-source.js';
import type { ArrivalSpec, TraceSpec, WorkloadPlan } from '../src/workload-plan.js';

export interface Taken {
  timeS: number;
  id: number;
  session: number;
  prompt: number;
  wish: number;
  output: number;
  thinking: number;
  priority: number;
  segments: number[];
  chain: unknown;
}

/** Takes requests until the source has none, or `most` were taken. */
export function drain(source: RequestSource, most = Number.POSITIVE_INFINITY): Taken[] {
  const table = new RequestTable(1);
  const taken: Taken[] = [];
  while (Number.isFinite(source.nextS) && taken.length < most) {
    const slot = table.allocate();
    const timeS = source.nextS;
    source.take(table, slot);
    const chain = table.prefix[slot]!;
    taken.push({
      timeS,
      id: table.requestId[slot]!,
      session: table.sessionId[slot]!,
      prompt: table.promptTokens[slot]!,
      wish: table.wishedTokens[slot]!,
      output: table.outputTokens[slot]!,
      thinking: table.thinkingTokens[slot]!,
      priority: table.priority[slot]!,
      segments: chain === null ? [] : [...chain.ids],
      chain,
    });
    if (table.sentS[slot] !== timeS || table.bornS[slot] !== timeS || table.attempt[slot] !== 1) {
      throw new Error('a birth column was not filled');
    }
    table.release(slot);
  }
  return taken;
}

export const plan = (arrivals: ArrivalSpec, more: Partial<WorkloadPlan> = {}): WorkloadPlan => ({
  id: 'w',
  arrivals,
  lengths: { kind: 'independent', prompt: uniform(10, 2_000), output: uniform(1, 500) },
  maxPromptTokens: 100_000,
  budgetTokens: 100_000,
  priority: 3,
  siteRateSigma: 0,
  ...more,
});

export const fixedLengths = { kind: 'independent', prompt: constant(100), output: constant(10) } as const;

export function source(of: WorkloadPlan, more: Partial<SourceOptions> = {}, seed = 1, replication = 0): RequestSource {
  return createSource({
    plan: of,
    sourceIndex: 0,
    sourceCount: 1,
    workloadIndex: 0,
    name: 'w/site',
    streams: new RandomStreams(seed, replication),
    rateMultiplier: 1,
    horizonS: 1_000,
    openBytes: () => {
      throw new Error('no file is needed here');
    },
    ...more,
  });
}

export const trace = (more: Partial<TraceSpec> = {}): TraceSpec => ({
  path: 'trace',
  format: 'canonical',
  speed: 1,
  keep: 1,
  copies: 1,
  repeat: 1,
  badRows: 'refuse',
  spreadS: 0,
  ...more,
});
