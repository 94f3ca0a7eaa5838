/** Values inside parsed JSON, reached by a path and checked for their kind. */

import { RowFault } from '../row-fault.js';

export type JsonObject = { readonly [key: string]: unknown };

/** Whether a parsed value is an object (no array, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path of keys, or undefined when any of them is missing. */
export function valueAt(root: unknown, ...path: readonly string[]): unknown {
  let value: unknown = root;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}

/** The first value that is there of several paths, each written `a.b.c`. */
export function firstAt(root: unknown, ...paths: readonly string[]): unknown {
  for (const path of paths) {
    const value = valueAt(root, ...path.split('.'));
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

/** A finite number of at least zero; text that is one counts; undefined when absent; a fault otherwise. */
export function amount(name: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const read = typeof value === 'string' ? Number(value) : value;
  if (typeof read === 'number' && Number.isFinite(read) && read >= 0) return read;
  throw new RowFault('ROW_VALUE', name, `\`${name}\` is no amount`, JSON.stringify(value), 'a number of at least 0');
}

/** As {@link amount}, but zero counts as absent: clients print 0 for what they did not measure. */
export function positiveAmount(name: string, value: unknown): number | undefined {
  const read = amount(name, value);
  return read === 0 ? undefined : read;
}

/** As {@link positiveAmount}; absent is a fault. */
export function requiredAmount(name: string, value: unknown): number {
  const read = positiveAmount(name, value);
  if (read === undefined) throw new RowFault('ROW_VALUE', name, `\`${name}\` is missing`, '', 'a number above 0');
  return read;
}

/** The numbers of a list, or undefined when it is absent or empty. */
export function amounts(name: string, value: unknown): number[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  return value.map((entry) => requiredAmount(name, entry));
}
