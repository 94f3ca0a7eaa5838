/** Random quantities as a scenario writes them: a constant, or a map with `dist`. */

import * as z from 'zod';
import { quantity, real, share, text, time, whole } from './fields.js';

type NumberField = (description: string, bounds?: { min?: number; above?: number; max?: number }) => z.ZodType<number>;

/** Largest token count or time a distribution may name; far above every context and every wait. */
const MAX_TOKENS = 1e8;

const tokenField: NumberField = (description, bounds = {}) =>
  real(description, { max: MAX_TOKENS, ...bounds }, 'tokens');
const timeField: NumberField = (description, bounds = {}) => time(description, bounds);

function simpleShapes(field: NumberField) {
  const cut = {
    min: field('smallest value; draws below it are drawn again').optional(),
    max: field('largest value; draws above it are drawn again').optional(),
  };
  const simple = z.discriminatedUnion('dist', [
    z.strictObject({ dist: z.literal('constant'), value: field('the value') }),
    z.strictObject({ dist: z.literal('uniform'), min: field('smallest value'), max: field('largest value') }),
    z.strictObject({ dist: z.literal('exponential'), mean: field('mean', { above: 0 }), ...cut }),
    z.strictObject({
      dist: z.literal('gamma'),
      mean: field('mean (with `cv`)', { above: 0 }).optional(),
      cv: real('standard deviation over mean', { above: 0, max: 100 }).optional(),
      shape: real('shape (with `scale`)', { above: 0, max: 1e6 }).optional(),
      scale: field('scale', { above: 0 }).optional(),
      ...cut,
    }),
    z.strictObject({
      dist: z.literal('weibull'),
      mean: field('mean (with `cv`)', { above: 0 }).optional(),
      cv: real('standard deviation over mean', { above: 0, max: 100 }).optional(),
      shape: real('shape (with `scale`)', { above: 0, max: 1e6 }).optional(),
      scale: field('scale', { above: 0 }).optional(),
      ...cut,
    }),
    z.strictObject({
      dist: z.literal('lognormal'),
      median: field('median (with `p99` or `sigma`)', { above: 0 }).optional(),
      p99: field('99th percentile, above the median', { above: 0 }).optional(),
      sigma: real('standard deviation of the logarithm', { max: 20 }).optional(),
      mu: real('mean of the logarithm (with `sigma`)', { min: -100, max: 100 }).optional(),
      mean: field('mean (with `cv`)', { above: 0 }).optional(),
      cv: real('standard deviation over mean', { above: 0, max: 100 }).optional(),
      ...cut,
    }),
    z.strictObject({
      dist: z.literal('empirical'),
      values: z.array(field('a value')).min(1).max(10_000).meta({ description: 'values, drawn as they are' }),
      weights: z
        .array(real('a weight'))
        .max(10_000)
        .optional()
        .meta({ description: 'weight of each value; default equal' }),
    }),
  ]);
  return simple;
}

function mixtureOf<T extends z.ZodType>(simple: T) {
  const component = z.strictObject({
    weight: real('share of this component, relative to the others', { above: 0 }),
    of: simple.meta({ description: 'its distribution' }),
  });
  return z.strictObject({
    dist: z.literal('mixture'),
    components: z.array(component).min(1).max(100).meta({ description: 'what is mixed' }),
  });
}

/** Each whole number equally likely, as benchmark clients draw lengths; `uniform` gives its two ends half of that. */
const wholeUniform = z.strictObject({
  dist: z.literal('uniform-whole'),
  min: whole('smallest value, as likely as any other', { max: MAX_TOKENS }, 'tokens'),
  max: whole('largest value, as likely as any other', { max: MAX_TOKENS }, 'tokens'),
});

const simpleTimes = simpleShapes(timeField);
const simpleTokens = z.discriminatedUnion('dist', [...simpleShapes(tokenField).options, wholeUniform]);
const timeDistributionShape = z.union([
  timeField('the same value always'),
  z.discriminatedUnion('dist', [...simpleTimes.options, mixtureOf(simpleTimes)]),
]);
const tokenDistributionShape = z.union([
  tokenField('the same value always'),
  z.discriminatedUnion('dist', [...simpleTokens.options, mixtureOf(simpleTokens)]),
]);

/** Token counts: a number, or a distribution whose parameters are tokens. */
export function tokenDistribution(description: string) {
  return tokenDistributionShape.clone().meta({ description, 'x-unit': 'tokens' });
}

/** Times: a number of seconds or `10s`, or a distribution whose parameters are times. */
export function timeDistribution(description: string) {
  return timeDistributionShape.clone().meta({ description, 'x-unit': 's' });
}

export type DistributionInput = z.output<typeof tokenDistributionShape>;

/** A recorded trace and how to read it. */
export function traceFields() {
  return z.strictObject({
    file: text('path of the trace, from the folder of the scenario file; `.gz` is read too'),
    format: z
      .enum(['auto', 'canonical', 'azure-llm', 'mooncake', 'burstgpt', 'lengths'])
      .default('auto')
      .meta({ description: 'how rows are written; `auto` looks at the first lines' }),
    speed: real('time compression: 2 plays the trace in half the time', { above: 0, max: 1e6 }).default(1),
    keep: share('probability that a row is kept (whole sessions where the trace has them)', { above: 0 }).default(1),
    copies: real('each row becomes this many requests', { min: 1, max: 10_000 }).default(1),
    repeat: real('times the whole trace is played, one after the other', { min: 1, max: 1e6 }).default(1),
    bad_rows: z
      .enum(['refuse', 'drop'])
      .default('refuse')
      .meta({ description: 'what to do with a row that cannot be a request: refuse the trace, or drop and count it' }),
    spread: quantity('random displacement of times that stand for a tick this long', 'time', 's', {
      max: 3600,
    }).default(0),
  });
}
