/**
 * Building blocks of the scenario schema: each makes a zod type that carries its description and unit, so that errors,
 * the JSON Schema and the generated reference all read the same text.
 *
 * Numbers are finite, never NaN, and not negative unless a field says so. Quantities accept a plain number in the
 * field's own unit or text with any unit of its dimension; what comes out is a number in the field's unit.
 */

import * as z from 'zod';
import type { ProblemDetails } from '../problem.js';
import { quoteGiven } from '../problem.js';
import { parseQuantity, unitNames } from '../units/quantity-text.js';
import type { Dimension } from '../units/unit-table.js';

// A scenario is checked once or a few times: making code for every map of the schema first would take longer than checking, and
// so would looking for cycles in the schema, which has none (documents come as trees, their aliases expanded).
z.config({
  jitless: true,
  memoizer: { attach: () => undefined, guard: () => undefined, alloc: (_schema, _payload, empty) => empty },
});

/** What a field says about itself beside its type; kept in zod's metadata under these keys. */
export type FieldMeta = {
  readonly description?: string;
  /** Unit of a plain number. */
  readonly 'x-unit'?: string;
  readonly 'x-dimension'?: Dimension;
  /** Default in words, where it depends on other values. */
  readonly 'x-default'?: string;
};

/** Bounds of a number: `min` and `max` inclusive, `above` exclusive. */
export interface NumberBounds {
  readonly min?: number;
  readonly above?: number;
  readonly max?: number;
  /** Default in words, where it depends on other values. */
  readonly otherwise?: string;
}

/** A schema that bears metadata. It is registered as it is: zod's `meta` would make a copy of every field first. */
function described<T extends z.ZodType>(schema: T, meta: FieldMeta): T {
  z.globalRegistry.add(schema, meta);
  return schema;
}

interface Flaw {
  readonly code: 'SCENARIO_RANGE';
  readonly message: string;
  readonly allowed: readonly string[];
}

const DEFAULT_MAX = 1e15;

function boundsText(bounds: NumberBounds, unit: string): string {
  const low = bounds.above !== undefined ? `above ${bounds.above}` : `at least ${bounds.min ?? 0}`;
  const high = bounds.max === undefined ? '' : `, at most ${bounds.max}`;
  return `${low}${high}${unit === '' ? '' : ` ${unit}`}`;
}

/** Why a number is out of bounds, or null. */
export function boundsFlaw(value: number, bounds: NumberBounds, unit: string): Flaw | null {
  const max = bounds.max ?? DEFAULT_MAX;
  const low = bounds.above !== undefined ? value > bounds.above : value >= (bounds.min ?? 0);
  if (low && value <= max) return null;
  const text = unit === '' ? `${value}` : `${value} ${unit}`;
  return {
    code: 'SCENARIO_RANGE',
    message: `${text} is out of range`,
    allowed: [boundsText({ ...bounds, ...(value > max ? { max } : {}) }, unit)],
  };
}

type Context = { addIssue(issue: { code: 'custom'; message: string; params: object; input?: unknown }): void };

/** Files a problem of our own with zod; `check/zod-problems` turns it back. */
export function fileProblem(ctx: Context, details: ProblemDetails): void {
  ctx.addIssue({ code: 'custom', message: details.message, params: { problem: details } });
}

function metaOf(description: string, unit: string, bounds: NumberBounds, dimension?: Dimension): FieldMeta {
  return {
    description,
    ...(unit === '' ? {} : { 'x-unit': unit }),
    ...(dimension === undefined ? {} : { 'x-dimension': dimension }),
    ...(bounds.otherwise === undefined ? {} : { 'x-default': bounds.otherwise }),
  };
}

/** A number with a unit: plain numbers count in `unit`. */
export function quantity(description: string, dimension: Dimension, unit: string, bounds: NumberBounds = {}) {
  const schema = z.union([z.number(), z.string()]).transform((given, ctx) => {
    const parsed = typeof given === 'number' ? { value: given } : parseQuantity(given, dimension, unit);
    if ('code' in parsed) {
      fileProblem(ctx, { ...parsed, given: quoteGiven(String(given)), allowed: [unitExamples(dimension, unit)] });
      return z.NEVER;
    }
    const flaw = boundsFlaw(parsed.value, bounds, unit);
    if (flaw) {
      fileProblem(ctx, { ...flaw, given: quoteGiven(String(given)) });
      return z.NEVER;
    }
    return parsed.value;
  });
  return described(schema, metaOf(description, unit, bounds, dimension));
}

/** `a plain number (ms) or one with a unit: ms, s, min, ...` */
export function unitExamples(dimension: Dimension, unit: string): string {
  const names = unitNames(dimension).join(', ');
  return `a number${unit === '' ? '' : ` in ${unit}`}, or a number with one of the units ${names}`;
}

/** A length of time; plain numbers are seconds. */
export function time(description: string, bounds: NumberBounds = {}) {
  return quantity(description, 'time', 's', { max: 3.2e9, ...bounds });
}

/** A share between 0 and 1; `35%` is 0.35. */
export function share(description: string, bounds: NumberBounds = {}) {
  return quantity(description, 'share', '', { max: 1, ...bounds });
}

/** A number without unit, or with a unit that cannot be written otherwise. */
export function real(description: string, bounds: NumberBounds = {}, unit = '') {
  const schema = z.number().transform((given, ctx) => {
    const flaw = boundsFlaw(given, bounds, unit);
    if (flaw) {
      fileProblem(ctx, { ...flaw, given: String(given) });
      return z.NEVER;
    }
    return given;
  });
  return described(schema, metaOf(description, unit, bounds));
}

/** A whole number. */
export function whole(description: string, bounds: NumberBounds = {}, unit = '') {
  const schema = z.number().transform((given, ctx) => {
    if (!Number.isInteger(given)) {
      fileProblem(ctx, {
        code: 'SCENARIO_TYPE',
        message: `${given} is no whole number`,
        given: String(given),
        allowed: [`a whole number, ${boundsText(bounds, unit)}`],
      });
      return z.NEVER;
    }
    const flaw = boundsFlaw(given, bounds, unit);
    if (flaw) {
      fileProblem(ctx, { ...flaw, given: String(given) });
      return z.NEVER;
    }
    return given;
  });
  return described(schema, metaOf(description, unit, bounds));
}

export function flag(description: string, otherwise?: string) {
  return described(z.boolean(), metaOf(description, '', otherwise === undefined ? {} : { otherwise }));
}

export function choice<const T extends readonly [string, ...string[]]>(
  description: string,
  values: T,
  otherwise?: string,
) {
  return described(z.enum(values), metaOf(description, '', otherwise === undefined ? {} : { otherwise }));
}

const MAX_TEXT = 1000;

/** Free text of one line or more; at most 1,000 characters. */
export function text(description: string, otherwise?: string) {
  const schema = z.string().transform((given, ctx) => {
    if (given.length > 0 && given.length <= MAX_TEXT) return given;
    fileProblem(ctx, {
      code: 'SCENARIO_RANGE',
      message: given === '' ? 'the text is empty' : `the text has ${given.length} characters`,
      allowed: [`1 to ${MAX_TEXT} characters`],
    });
    return z.NEVER;
  });
  return described(schema, metaOf(description, '', otherwise === undefined ? {} : { otherwise }));
}

const MAX_ID = 64;

/** Why a text cannot be an id, or null. */
export function idFlaw(given: string): ProblemDetails | null {
  const allowed = ['letters, digits, `.`, `_`, `-`; a letter or digit first; at most 64 characters'];
  if (/^[=+\-@]/.test(given))
    return {
      code: 'SCENARIO_UNSAFE_TEXT',
      message: `\`${quoteGiven(given)}\` begins with \`${given[0]}\`, which a spreadsheet would run as a formula`,
      given: quoteGiven(given),
      allowed,
    };
  if (given.length > MAX_ID || !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(given))
    return { code: 'SCENARIO_ID', message: `\`${quoteGiven(given)}\` is no id`, given: quoteGiven(given), allowed };
  return null;
}

/** A name that results and routes use; safe as a cell of a spreadsheet and as part of a file name. */
export function id(description: string, otherwise?: string) {
  const schema = z.string().transform((given, ctx) => {
    const flaw = idFlaw(given);
    if (flaw === null) return given;
    fileProblem(ctx, flaw);
    return z.NEVER;
  });
  return described(schema, metaOf(description, '', otherwise === undefined ? {} : { otherwise }));
}

/** One value or a list of them; what comes out is a list. */
export function oneOrMore<T extends z.ZodType>(description: string, item: T, max = 1000) {
  const schema = z
    .union([item, z.array(item).min(1).max(max)])
    .transform((given): z.output<T>[] => (Array.isArray(given) ? (given as z.output<T>[]) : [given as z.output<T>]));
  return described(schema, { description });
}

/** A map from names of the user's own to entries. */
export function named<T extends z.ZodType>(description: string, entry: T) {
  return described(z.record(z.string(), entry), { description });
}

/** A large schema that few documents need: it is built when the first value comes. */
export function onceUsed<T extends z.ZodType>(build: () => T): z.ZodLazy<T> {
  let built: T | undefined;
  return z.lazy(() => {
    built ??= build();
    return built;
  });
}
