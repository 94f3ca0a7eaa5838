/** When the requests of a workload come: an arrival process, a stage or burst of known count, or a recorded trace. */

import { type ArrivalSpec, findLengthProfile, lengthProfiles, withMeanRate } from '@infersim/workload';
import type { ArrivalInput } from '../schema/arrival-fields.js';
import type { WorkloadInput } from '../schema/workload-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { resolveDistribution } from './distribution.js';
import { unknownName } from './own-entries.js';
import type { ResolvedTrace } from './trace.js';

/** Resolves the arrivals of a workload; null after filing why they cannot be. */
export function resolveArrivals(
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
