/**
 * Reading the schema as data: which keys a map at some path may have, what a value there should be, which member of a
 * union a value belongs to. Errors, `--set`, the resolved YAML and the reference all ask here.
 */

import type * as z from 'zod';
import type { Path } from '../yaml/located.js';
import type { FieldMeta } from './fields.js';

/** The parts of zod's definitions that are read here. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly out?: z.ZodType;
  readonly getter?: () => z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly discriminator?: string;
  readonly shape?: { readonly [key: string]: z.ZodType };
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly entries?: { readonly [key: string]: string };
  readonly values?: readonly unknown[];
  readonly defaultValue?: unknown;
}

export function definitionOf(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}

/** Metadata of a schema or of the first wrapped one that has any. */
export function metaOf(schema: z.ZodType): FieldMeta {
  let found: FieldMeta = {};
  for (let at: z.ZodType | undefined = schema; at !== undefined; at = innerOf(at))
    found = { ...(at.meta() as FieldMeta | undefined), ...found };
  return found;
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  const definition = definitionOf(schema);
  if (definition.innerType) return definition.innerType;
  if (definition.type === 'pipe') return definition.in;
  return definition.getter?.();
}

/** The schema below defaults, optionality and conversions: what the user writes. */
export function bareSchema(schema: z.ZodType): z.ZodType {
  let at = schema;
  for (let inner = innerOf(at); inner !== undefined; inner = innerOf(at)) at = inner;
  return at;
}

/** Whether a key with this schema may be left out. */
export function isOptional(schema: z.ZodType): boolean {
  for (let at: z.ZodType | undefined = schema; at !== undefined; at = innerOf(at)) {
    const { type } = definitionOf(at);
    if (type === 'optional' || type === 'default' || type === 'prefault') return true;
  }
  return false;
}

/** Default of a schema as the user would write it; undefined when there is none. */
export function defaultOf(schema: z.ZodType): unknown {
  for (let at: z.ZodType | undefined = schema; at !== undefined; at = innerOf(at)) {
    const definition = definitionOf(at);
    if (definition.type === 'default' || definition.type === 'prefault') return definition.defaultValue;
  }
  return undefined;
}

/** Kinds of plain values. */
export type ValueKind = 'text' | 'number' | 'flag' | 'map' | 'list' | 'nothing';

export function kindOf(value: unknown): ValueKind {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'flag';
  return 'text';
}

/** Kinds of values that a schema accepts at its top. */
export function acceptedKinds(schema: z.ZodType): Set<ValueKind> {
  const bare = bareSchema(schema);
  const definition = definitionOf(bare);
  switch (definition.type) {
    case 'string':
    case 'enum':
      return new Set(['text']);
    case 'literal':
      return new Set((definition.values ?? []).map(kindOf));
    case 'number':
      return new Set(['number']);
    case 'boolean':
      return new Set(['flag']);
    case 'array':
      return new Set(['list']);
    case 'object':
    case 'record':
      return new Set(['map']);
    case 'union':
      return new Set((definition.options ?? []).flatMap((option) => [...acceptedKinds(option)]));
    default:
      return new Set();
  }
}

/** The member of a union that a value is meant for, by its kind and, for maps, its discriminator; null when unclear. */
export function unionMember(schema: z.ZodType, value: unknown): z.ZodType | null {
  const bare = bareSchema(schema);
  const definition = definitionOf(bare);
  if (definition.type !== 'union') return bare;
  const options = definition.options ?? [];
  const discriminator = definition.discriminator;
  if (discriminator !== undefined && kindOf(value) === 'map') {
    const given = (value as Record<string, unknown>)[discriminator];
    const match = options.find((option) => discriminatorValues(option, discriminator).includes(given));
    return match === undefined ? null : bareSchema(match);
  }
  const match = options.filter((option) => acceptedKinds(option).has(kindOf(value)));
  const first = match[0];
  if (first === undefined) return null;
  return unionMember(first, value);
}

/** Values of the discriminating key of one member. */
export function discriminatorValues(option: z.ZodType, key: string): readonly unknown[] {
  const shape = definitionOf(bareSchema(option)).shape;
  const field = shape?.[key];
  return field === undefined ? [] : (definitionOf(bareSchema(field)).values ?? []);
}

/** Schema of the value at a path of a given document; null where the schema has nothing there. */
export function schemaAt(root: z.ZodType, path: Path, document: unknown): z.ZodType | null {
  let schema: z.ZodType = root;
  let value = document;
  for (const step of path) {
    const member = unionMember(schema, value);
    if (member === null) return null;
    const definition = definitionOf(member);
    let next: z.ZodType | undefined;
    if (definition.type === 'object') {
      const shape = definition.shape ?? {};
      next = Object.hasOwn(shape, String(step)) ? shape[String(step)] : undefined;
    } else if (definition.type === 'array') next = definition.element;
    else if (definition.type === 'record') next = definition.valueType;
    if (next === undefined) return null;
    schema = next;
    value = kindOf(value) === 'map' || kindOf(value) === 'list' ? (value as Record<string, unknown>)[step] : undefined;
  }
  return schema;
}

/** Keys of the map at a path, in the schema's order; empty where any name is allowed or no map stands. */
export function keysAt(root: z.ZodType, path: Path, document: unknown): string[] {
  const schema = schemaAt(root, path, document);
  if (schema === null) return [];
  let value: unknown = document;
  for (const step of path)
    value = kindOf(value) === 'map' || kindOf(value) === 'list' ? (value as Record<string, unknown>)[step] : undefined;
  const member = unionMember(schema, value);
  return member === null ? [] : Object.keys(definitionOf(member).shape ?? {});
}

/** What may stand for a schema, in a few words each: `true or false`, `a whole number`, names of a choice. */
export function expectations(schema: z.ZodType): string[] {
  const bare = bareSchema(schema);
  const definition = definitionOf(bare);
  switch (definition.type) {
    case 'string':
      return ['text'];
    case 'number':
      return ['a number'];
    case 'boolean':
      return ['true or false'];
    case 'array':
      return ['a list'];
    case 'record':
      return ['a map of names'];
    case 'object':
      return ['a map'];
    case 'enum':
      return Object.values(definition.entries ?? {});
    case 'literal':
      return (definition.values ?? []).map(String);
    case 'union': {
      const all = (definition.options ?? []).flatMap(expectations);
      return [...new Set(all)];
    }
    default:
      return [];
  }
}
