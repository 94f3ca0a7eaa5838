/** One workload: its arrivals, lengths, budget and what makes it random. */

import type { DistributionSpec } from '@infersim/kernel';
import {
  type ArrivalSpec,
  findLengthProfile,
  findRateProfile,
  type LengthProfile,
  type LengthSpec,
  lengthProfiles,
  MAX_POOL_PROMPTS,
  type PromptPoolSpec,
  type RateProfile,
  rateProfiles,
  type WorkloadPlan,
  withMeanRate,
} from '@infersim/workload';
import type { ArrivalInput, ProfileInput } from '../schema/arrival-fields.js';
import type { WorkloadInput } from '../schema/workload-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { resolveDistribution } from './distribution.js';
import { unknownName } from './own-entries.js';
import { type ResolvedTrace, resolveTrace } from './trace.js';

/** Prompts are not cut unless a profile or the user says so. */
const NO_PROMPT_CAP = 1_000_000;
/** Largest answer budget seen in public traces (DeepSeek-R1 in production, 32K). Assumed where no profile says. */
const DEFAULT_BUDGET_TOKENS = 32_768;

/** Resolves a workload; null after filing why it cannot be. `utcOffsetH` is that of its origin. */
export function resolveWorkload(
  ctx: ResolveContext,
  path: Path,
  input: WorkloadInput,
  utcOffsetH: number,
): WorkloadPlan | null {
  const trace = input.trace === undefined ? undefined : resolveTrace(ctx, [...path, 'trace'], input.trace);
  const arrivals = resolveArrivals(ctx, path, input, trace);
  const named = namedProfile(ctx, path, input);
  const lengths = resolveLengths(ctx, path, input, named);
  if (arrivals === null || lengths === null || trace === null || named === null) return null;
  const pool = resolvePromptPool(ctx, path, input);
  if (pool === null) return null;
  const profileInput = input.arrivals !== undefined && 'profile' in input.arrivals ? input.arrivals.profile : undefined;
  const profile =
    profileInput === undefined
      ? undefined
      : resolveProfile(ctx, [...path, 'arrivals', 'profile'], profileInput, utcOffsetH);
  if (profile === null) return null;
  const source = named === undefined ? undefined : `length profile ${named.id}`;
  const origin = {
    unit: 'tokens',
    from: named === undefined ? ('default' as const) : ('catalog' as const),
    ...(source === undefined ? {} : { source }),
  };
  const maxPromptTokens = ctx.fill(
    [...path, 'max_input_tokens'],
    input.max_input_tokens,
    named?.maxPromptTokens ?? NO_PROMPT_CAP,
    origin,
  );
  const budgetTokens = ctx.fill(
    [...path, 'budget_tokens'],
    input.budget_tokens,
    named?.budgetTokens ?? DEFAULT_BUDGET_TOKENS,
    origin,
  );
  const thinking: DistributionSpec | undefined =
    input.thinking_tokens === undefined
      ? named?.thinking
      : resolveDistribution(ctx, [...path, 'thinking_tokens'], input.thinking_tokens);
  return {
    id: input.id,
    arrivals,
    ...(profile === undefined ? {} : { profile }),
    lengths,
    maxPromptTokens,
    budgetTokens,
    ...(thinking === undefined ? {} : { thinking }),
    ...(input.prefix === undefined ? {} : { prefix: input.prefix }),
    ...(pool === undefined ? {} : { promptPool: pool }),
    priority: input.priority,
    siteRateSigma: input.site_rate_sigma,
    ...(input.max_requests === undefined ? {} : { maxRequests: input.max_requests }),
  };
}

/** The client's prompts; undefined when there are none, null after filing why they cannot be. */
function resolvePromptPool(ctx: ResolveContext, path: Path, input: WorkloadInput): PromptPoolSpec | null | undefined {
  const pool = input.prompt_pool;
  if (pool === undefined) return undefined;
  const at: Path = [...path, 'prompt_pool'];
  const other = input.prefix !== undefined ? 'prefix' : input.trace !== undefined ? 'trace' : undefined;
  if (other !== undefined) {
    ctx.problemAtKey(at, {
      code: 'SCENARIO_CONFLICT',
      message: `workload \`${input.id}\` has both \`prompt_pool\` and \`${other}\``,
      allowed: [
        other === 'prefix'
          ? 'one of them; a pool has shared beginnings of its own'
          : 'one of them; a trace has prompts',
      ],
    });
    return null;
  }
  const prompts = pool.beginnings * pool.prompts_per_beginning;
  if (prompts > MAX_POOL_PROMPTS) {
    ctx.problem([...at, 'prompts_per_beginning'], {
      code: 'SCENARIO_RANGE',
      message: `the pool has ${prompts} prompts`,
      given: String(pool.prompts_per_beginning),
      allowed: [`at most ${MAX_POOL_PROMPTS} prompts; without a pool each request has a prompt of its own`],
    });
    return null;
  }
  const owner = poolOwner(ctx, at, input, Number(path[1]));
  if (owner === null) return null;
  return {
    beginnings: pool.beginnings,
    beginningTokens: pool.beginning_tokens,
    promptsPerBeginning: pool.prompts_per_beginning,
    order: pool.order,
    ...(owner === undefined ? {} : { owner }),
  };
}

/** What has to agree for two workloads to have the same prompts. */
function promptsOf({
  prompt_pool: pool,
  lengths,
  input_tokens,
  output_tokens,
  max_input_tokens,
}: WorkloadInput): string {
  const counts = [pool?.beginnings, pool?.beginning_tokens, pool?.prompts_per_beginning];
  return JSON.stringify([counts, lengths, input_tokens, output_tokens, max_input_tokens]);
}

/** The first workload that names the same pool; undefined when this one does, null after filing why they differ. */
function poolOwner(
  ctx: ResolveContext,
  at: Path,
  input: WorkloadInput,
  index: number,
): PromptPoolSpec['owner'] | null | undefined {
  const name = input.prompt_pool?.id;
  if (name === undefined) return undefined;
  const first = ctx.scenario.workloads.findIndex((other) => other.prompt_pool?.id === name);
  const owner = ctx.scenario.workloads[first];
  if (owner === undefined || first >= index) return undefined;
  if (promptsOf(owner) === promptsOf(input)) return { workloadId: owner.id, workloadIndex: first };
  ctx.problem([...at, 'id'], {
    code: 'SCENARIO_CONFLICT',
    message: `workloads \`${owner.id}\` and \`${input.id}\` name the same prompt pool, but make other prompts`,
    given: name,
    allowed: ['the same beginnings, prompts and lengths in both, or another `id`'],
  });
  return null;
}

function resolveArrivals(
  ctx: ResolveContext,
  path: Path,
  input: WorkloadInput,
  trace: ResolvedTrace | null | undefined,
): ArrivalSpec | null {
  if (input.arrivals !== undefined && input.trace !== undefined) {
    ctx.problemAtKey([...path, 'arrivals'], {
      code: 'SCENARIO_CONFLICT',
      message: `workload \`${input.id}\` has both \`arrivals\` and \`trace\``,
      allowed: ['one of them; for lengths of a trace under other arrivals use `lengths: { from_trace: ... }`'],
    });
    return null;
  }
  if (input.arrivals !== undefined) return arrivalSpec(ctx, [...path, 'arrivals'], input.arrivals);
  if (trace === null) return null;
  if (trace === undefined) {
    if (!ctx.isPartial || !ctx.isWritten([...path, 'arrivals']))
      ctx.problem(path, {
        code: 'SCENARIO_MISSING_KEY',
        message: `workload \`${input.id}\` says not when its requests come`,
        allowed: ['arrivals', 'trace'],
        allowedTitle: 'needed here',
      });
    return null;
  }
  if (!trace.scan.hasTimes) {
    ctx.problem([...path, 'trace', 'file'], {
      code: 'SCENARIO_TRACE_NO_TIMES',
      message: `\`${input.trace?.file}\` has lengths only, no times to replay`,
      allowed: ['`arrivals` with `lengths: { from_trace: ... }`'],
    });
    return null;
  }
  warnOfLength(ctx, [...path, 'trace'], trace);
  return { process: 'replay', trace: trace.spec };
}

/** Share of the horizon that a trace has to cover to pass without a word: the last gaps of a recording are no fault. */
const COVERED_SHARE = 0.9;

/** A trace that ends long before the horizon, or goes on after it, is likely not what was meant. */
function warnOfLength(ctx: ResolveContext, path: Path, { spec, scan }: ResolvedTrace): void {
  const lengthS = ((scan.lastS - scan.firstS) / spec.speed) * spec.repeat;
  const horizonS = ctx.scenario.horizon;
  const minutes = (seconds: number) =>
    seconds < 120 ? `${Number(seconds.toPrecision(4))} s` : `${Number((seconds / 60).toPrecision(4))} min`;
  if (lengthS > horizonS) {
    ctx.warn(path, {
      code: 'SCENARIO_TRACE_LONG',
      message: `the trace lasts ${minutes(lengthS)}, the horizon is ${minutes(horizonS)}: what comes after it is not played`,
      allowed: ['a longer horizon', 'a higher speed'],
    });
  } else if (lengthS < COVERED_SHARE * horizonS) {
    ctx.warn(path, {
      code: 'SCENARIO_TRACE_SHORT',
      message: `the trace ends after ${minutes(lengthS)} of a horizon of ${minutes(horizonS)}: the rest is without its requests`,
      allowed: ['a shorter horizon', 'repeat'],
    });
  }
}

function arrivalSpec(ctx: ResolveContext, path: Path, input: ArrivalInput): ArrivalSpec | null {
  switch (input.process) {
    case 'poisson':
    case 'constant':
      return { process: input.process, ratePerS: input.rate_per_s };
    case 'poisson-count':
      return stageSpec(ctx, path, input);
    case 'burst':
      if (input.at >= ctx.scenario.horizon && !ctx.isPartial) {
        ctx.problem([...path, 'at'], {
          code: 'SCENARIO_RANGE',
          message: `the burst at ${input.at} s comes after the horizon (${ctx.scenario.horizon} s)`,
          given: ctx.givenText([...path, 'at']),
          allowed: [`less than ${ctx.scenario.horizon} s`],
        });
        return null;
      }
      return {
        process: 'burst',
        requests: input.requests,
        atS: input.at,
        ratePerS: input.requests / ctx.scenario.horizon,
      };
    case 'gamma':
    case 'weibull':
      return { process: input.process, ratePerS: input.rate_per_s, cv: input.cv };
    case 'periodic':
      if (input.jitter > input.period / 2) {
        ctx.problem([...path, 'jitter'], {
          code: 'SCENARIO_RANGE',
          message: `jitter ${input.jitter} s is more than half the period ${input.period} s`,
          allowed: [`at most ${input.period / 2} s`],
        });
        return null;
      }
      return { process: 'periodic', periodS: input.period, jitterS: input.jitter, emitters: input.emitters };
    case 'on-off':
      return {
        process: 'on-off',
        onRatePerS: input.on_rate_per_s,
        onMeanS: input.on_mean,
        offMeanS: input.off_mean,
        cv: input.cv,
      };
    case 'clients':
      return {
        process: 'clients',
        ratePerS: input.rate_per_s,
        clients: input.clients,
        sigma: input.sigma,
        cvs: input.cvs,
      };
    case 'closed':
      return {
        process: 'closed',
        users: input.users,
        thinkS: resolveDistribution(ctx, [...path, 'think'], input.think),
        rampS: input.ramp,
      };
    case 'like': {
      const profile = findLengthProfile(input.of);
      if (profile === undefined) {
        unknownName(
          ctx,
          [...path, 'of'],
          'ready workload',
          input.of,
          lengthProfiles().map((each) => each.id),
          'ready workloads',
        );
        return null;
      }
      if (input.rate_per_s === undefined) return profile.arrivals;
      if (profile.arrivals.process === 'closed' || profile.arrivals.process === 'replay') {
        ctx.problem([...path, 'rate_per_s'], {
          code: 'SCENARIO_CONFLICT',
          message: `\`${input.of}\` is a closed loop: its rate follows from its users`,
          allowed: ['process: closed with `users`'],
        });
        return null;
      }
      return withMeanRate(profile.arrivals, input.rate_per_s);
    }
  }
}

/** A stage of a load test: how many requests it has must be sure, so it may not be empty or cut off unseen. */
function stageSpec(
  ctx: ResolveContext,
  path: Path,
  input: Extract<ArrivalInput, { process: 'poisson-count' }>,
): ArrivalSpec | null {
  const { horizon } = ctx.scenario;
  if (input.start >= horizon && !ctx.isPartial) {
    ctx.problem([...path, 'start'], {
      code: 'SCENARIO_RANGE',
      message: `the stage begins at ${input.start} s, the horizon is ${horizon} s`,
      given: ctx.givenText([...path, 'start']),
      allowed: [`less than ${horizon} s`],
    });
    return null;
  }
  const durationS = ctx.fill([...path, 'duration'], input.duration, Math.max(horizon - input.start, 1e-9), {
    unit: 's',
    from: 'default',
    source: 'from its start to the horizon',
  });
  const requests = Math.round(input.rate_per_s * durationS);
  if (requests < 1 || requests >= 2 ** 31) {
    ctx.problem([...path, 'rate_per_s'], {
      code: 'SCENARIO_RANGE',
      message: `${input.rate_per_s} requests per second over ${durationS} s come to ${requests} requests`,
      given: ctx.givenText([...path, 'rate_per_s']),
      allowed: ['1 to 2,147,483,647 requests'],
    });
    return null;
  }
  if (input.start + durationS > horizon * (1 + 1e-9) && !ctx.isPartial)
    ctx.warn(input.duration === undefined ? path : [...path, 'duration'], {
      code: 'SCENARIO_STAGE_LONG',
      message: `the stage ends at ${input.start + durationS} s, the horizon is ${horizon} s: the rest of its ${requests} requests is not sent`,
      allowed: ['a longer horizon', 'a shorter stage'],
    });
  return { process: 'poisson-count', ratePerS: input.rate_per_s, startS: input.start, durationS };
}

function namedProfile(ctx: ResolveContext, path: Path, input: WorkloadInput): LengthProfile | null | undefined {
  if (typeof input.lengths !== 'string') return undefined;
  const profile = findLengthProfile(input.lengths);
  if (profile !== undefined) return profile;
  unknownName(
    ctx,
    [...path, 'lengths'],
    'length profile',
    input.lengths,
    lengthProfiles().map((each) => each.id),
    'length profiles',
  );
  return null;
}

function resolveLengths(
  ctx: ResolveContext,
  path: Path,
  input: WorkloadInput,
  named: LengthProfile | null | undefined,
): LengthSpec | null {
  const { lengths, input_tokens: prompt, output_tokens: output } = input;
  const apart = prompt !== undefined || output !== undefined;
  if (lengths !== undefined && apart) {
    ctx.problemAtKey([...path, prompt === undefined ? 'output_tokens' : 'input_tokens'], {
      code: 'SCENARIO_CONFLICT',
      message: `workload \`${input.id}\` has both \`lengths\` and lengths of its own`,
      allowed: ['`lengths`, or `input_tokens` and `output_tokens`'],
    });
    return null;
  }
  if (apart) {
    if (prompt === undefined || output === undefined) {
      if (ctx.isPartial) return null;
      ctx.problem(path, {
        code: 'SCENARIO_MISSING_KEY',
        message: `missing key \`${prompt === undefined ? 'input_tokens' : 'output_tokens'}\``,
        allowed: ['input_tokens', 'output_tokens'],
        allowedTitle: 'needed together',
      });
      return null;
    }
    return {
      kind: 'independent',
      prompt: resolveDistribution(ctx, [...path, 'input_tokens'], prompt),
      output: resolveDistribution(ctx, [...path, 'output_tokens'], output),
    };
  }
  if (lengths === undefined) {
    if (input.trace !== undefined) return { kind: 'recorded' };
    if (!ctx.isPartial)
      ctx.problem(path, {
        code: 'SCENARIO_MISSING_KEY',
        message: `workload \`${input.id}\` says not how long its requests are`,
        allowed: ['lengths', 'input_tokens and output_tokens'],
        allowedTitle: 'needed here',
      });
    return null;
  }
  if (typeof lengths === 'string') return named?.lengths ?? null;
  return ownLengths(ctx, [...path, 'lengths'], lengths);
}

function ownLengths(
  ctx: ResolveContext,
  path: Path,
  lengths: Exclude<NonNullable<WorkloadInput['lengths']>, string>,
): LengthSpec | null {
  const { components, from_trace: fromTrace } = lengths;
  if ((components === undefined) === (fromTrace === undefined)) {
    ctx.problemAtKey(path, {
      code: 'SCENARIO_CONFLICT',
      message: components === undefined ? '`lengths` is empty' : '`lengths` has both `components` and `from_trace`',
      allowed: ['components', 'from_trace', 'a ready profile by name'],
    });
    return null;
  }
  if (fromTrace !== undefined) {
    const trace = resolveTrace(ctx, [...path, 'from_trace'], fromTrace);
    return trace === null ? null : { kind: 'bootstrap', trace: trace.spec };
  }
  return {
    kind: 'joint-mixture',
    components: (components ?? []).map((component, index) => ({
      weight: component.weight,
      prompt: resolveDistribution(ctx, [...path, 'components', index, 'input_tokens'], component.input_tokens),
      output: resolveDistribution(ctx, [...path, 'components', index, 'output_tokens'], component.output_tokens),
    })),
  };
}

function resolveProfile(ctx: ResolveContext, path: Path, input: ProfileInput, utcOffsetH: number): RateProfile | null {
  const name = typeof input === 'string' ? input : input.name;
  const own = typeof input === 'string' ? undefined : input.multipliers;
  if ((name === undefined) === (own === undefined)) {
    ctx.problemAtKey(path, {
      code: 'SCENARIO_CONFLICT',
      message:
        name === undefined ? 'a profile needs a name or multipliers' : 'a profile has both a name and multipliers',
      allowed: ['name', 'multipliers'],
    });
    return null;
  }
  const entry = name === undefined ? undefined : findRateProfile(name);
  if (name !== undefined && entry === undefined) {
    const at = typeof input === 'string' ? path : [...path, 'name'];
    unknownName(
      ctx,
      at,
      'rate profile',
      name,
      rateProfiles().map((each) => each.id),
      'rate profiles',
    );
    return null;
  }
  const multipliers = entry?.multipliers ?? own ?? [];
  if (multipliers.length !== 24 && multipliers.length !== 168) {
    ctx.problem([...path, 'multipliers'], {
      code: 'SCENARIO_RANGE',
      message: `the list has ${multipliers.length} items`,
      allowed: ['24 (a day) or 168 (a week)'],
    });
    return null;
  }
  const mean = multipliers.reduce((sum, value) => sum + value, 0) / multipliers.length;
  if (!(mean > 0)) {
    ctx.problem([...path, 'multipliers'], {
      code: 'SCENARIO_RANGE',
      message: 'all multipliers are 0',
      allowed: ['at least one above 0'],
    });
    return null;
  }
  const offsetH = entry?.clock === 'utc' ? 0 : utcOffsetH;
  const hour = wrapped(ctx.scenario.start_hour_utc + offsetH, multipliers.length);
  const given = typeof input === 'string' ? undefined : input.start_hour;
  const startHour =
    typeof input === 'string' ? hour : ctx.fill([...path, 'start_hour'], given, hour, { unit: 'h', from: 'default' });
  if (typeof input === 'string') ctx.rewrite(path, { name: input, start_hour: startHour });
  return { multipliers: multipliers.map((value) => value / mean), startHour };
}

function wrapped(hour: number, period: number): number {
  return ((hour % period) + period) % period;
}

/** Whether nothing about a workload is random. */
export function isDeterministic(plan: WorkloadPlan): boolean {
  const { arrivals, lengths } = plan;
  const isFixed = (spec: DistributionSpec) => spec.dist === 'constant';
  const steadyArrivals =
    arrivals.process === 'constant' ||
    arrivals.process === 'burst' ||
    (arrivals.process === 'closed' && isFixed(arrivals.thinkS)) ||
    (arrivals.process === 'replay' &&
      arrivals.trace.keep === 1 &&
      arrivals.trace.spreadS === 0 &&
      Number.isInteger(arrivals.trace.copies));
  const steadyLengths =
    lengths.kind === 'recorded' ||
    (lengths.kind === 'independent' && isFixed(lengths.prompt) && isFixed(lengths.output));
  const steadyThinking = plan.thinking === undefined || isFixed(plan.thinking);
  const steadyPrompts = plan.prefix === undefined && (plan.promptPool?.order ?? 'cycle') === 'cycle';
  return steadyArrivals && steadyLengths && steadyThinking && steadyPrompts && plan.siteRateSigma === 0;
}
