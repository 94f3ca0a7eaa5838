/** The scenario schema for editors: JSON Schema of what a user may write, with descriptions and units. */

import * as z from 'zod';
import { scenarioFields } from './schema/scenario-fields.js';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
/** Prefix of shared parts in which nothing is required. */
const VARIANT = 'variant_';
const DEFS = '#/$defs/';
const EXTENDS = { type: 'string', description: 'a scenario that this one is laid over, relative to this file' };

/**
 * JSON Schema (draft 2020-12) of a scenario file: structure, types, names of choices. Ranges of numbers and everything that
 * needs the catalog are checked by loading the scenario. A file with `extends` may leave out what its base has, and take
 * keys away with `null`.
 */
export function scenarioJsonSchema(): Record<string, unknown> {
  const exported = z.toJSONSchema(scenarioFields, { io: 'input', unrepresentable: 'any', reused: 'ref' });
  const { $schema: _, $defs = {}, ...whole } = exported;
  const variant = withoutRequired(whole) as Record<string, unknown>;
  const variantDefs = Object.entries($defs).map(([name, part]) => [`${VARIANT}${name}`, withoutRequired(part)]);
  return {
    $schema: DIALECT,
    title: 'infersim scenario',
    type: 'object',
    if: { required: ['extends'] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { ...variant, properties: { extends: EXTENDS, ...(variant['properties'] as object) } },
    else: whole,
    $defs: { ...$defs, ...Object.fromEntries(variantDefs) },
  };
}

/** The same structure with every key optional: half a map is a sound part of a variant. */
function withoutRequired(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutRequired);
  if (typeof schema !== 'object' || schema === null) return schema;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === 'required' && Array.isArray(value)) continue;
    if (key === '$ref' && typeof value === 'string') {
      result[key] = value.replace(DEFS, `${DEFS}${VARIANT}`);
      continue;
    }
    if (key === 'properties' && typeof value === 'object' && value !== null) {
      const properties = Object.entries(value).map(([name, property]) => [name, nullable(withoutRequired(property))]);
      result[key] = Object.fromEntries(properties);
    } else result[key === 'oneOf' ? 'anyOf' : key] = withoutRequired(value);
  }
  return result;
}

function nullable(schema: unknown): unknown {
  const { description, ...rest } = schema as Record<string, unknown>;
  return { ...(description === undefined ? {} : { description }), anyOf: [rest, { type: 'null' }] };
}
