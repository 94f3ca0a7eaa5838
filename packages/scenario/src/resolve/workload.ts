/** One workload: its arrivals, lengths, budget and what makes it random. */

import type { DistributionSpec } from '@infersim/kernel';
import {
  findLengthProfile,
  findRateProfile,
  type LengthProfile,
  type LengthSpec,
  lengthProfiles,
  type RateProfile,
  rateProfiles,
  type WorkloadPlan,
} from '@infersim/workload';
import type { ProfileInput } from '../schema/arrival-fields.js';
import type { WorkloadInput } from '../schema/workload-fields.js';
import type { Path } from '../yaml/located.js';
import { resolveArrivals } from './arrivals.js';
import type { ResolveContext } from './context.js';
import { resolveDistribution } from './distribution.js';
import { unknownName } from './own-entries.js';
import { resolvePromptPool } from './prompt-pool.js';
import { resolveTrace } from './trace.js';

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
