/** Every key of a scenario with type, default, unit and meaning: what the reference in the docs is generated from. */

import type * as z from 'zod';
import { scenarioFields } from './schema/scenario-fields.js';
import {
  bareSchema,
  defaultOf,
  definitionOf,
  discriminatorValues,
  expectations,
  isOptional,
  metaOf,
} from './schema/schema-walk.js';

export interface SchemaKey {
  /** `grids.cloud.sites[].pools[].model`; `[]` for items, `<name>` for names of the user's own, `(poisson)` for kinds. */
  readonly path: string;
  readonly type: string;
  /** As it would be written; `required` where there is none, or words where it depends on other values. */
  readonly default: string;
  readonly unit: string;
  readonly description: string;
}

/** All keys in the schema's order. `grids.enterprise` and `grids.edge` are the same as `grids.cloud` and left out. */
export function schemaReference(): SchemaKey[] {
  const keys: SchemaKey[] = [
    {
      path: 'extends',
      type: 'text',
      default: 'none',
      unit: '',
      description: 'a scenario that this one is laid over, relative to this file',
    },
  ];
  walk(scenarioFields, '', keys);
  return keys;
}

function walk(schema: z.ZodType, path: string, keys: SchemaKey[]): void {
  const bare = bareSchema(schema);
  const definition = definitionOf(bare);
  if (definition.type === 'object') {
    for (const [key, field] of Object.entries(definition.shape ?? {})) {
      const at = path === '' ? key : `${path}.${key}`;
      keys.push(entry(field, at));
      if (at === 'grids.enterprise' || at === 'grids.edge' || at === 'costs.enterprise' || at === 'costs.edge')
        continue;
      walk(field, at, keys);
    }
  } else if (definition.type === 'array' && definition.element) walk(definition.element, `${path}[]`, keys);
  else if (definition.type === 'record' && definition.valueType) walk(definition.valueType, `${path}.<name>`, keys);
  else if (definition.type === 'union') {
    for (const option of definition.options ?? []) {
      const discriminator = definition.discriminator;
      const kind = discriminator === undefined ? undefined : discriminatorValues(option, discriminator)[0];
      walk(option, kind === undefined ? path : `${path}(${String(kind)})`, keys);
    }
  }
}

function entry(field: z.ZodType, path: string): SchemaKey {
  const meta = metaOf(field);
  return {
    path,
    type: typeText(field),
    default: defaultText(field),
    unit: meta['x-unit'] ?? '',
    description: meta.description ?? (isKind(field) ? 'chooses this kind' : ''),
  };
}

/** Whether a key only says which kind its map is. */
function isKind(field: z.ZodType): boolean {
  return definitionOf(bareSchema(field)).type === 'literal';
}

function typeText(field: z.ZodType): string {
  const meta = metaOf(field);
  if (meta['x-dimension'] === 'share') return 'share (0 to 1, or %)';
  if (meta['x-dimension'] !== undefined) return meta['x-dimension'];
  return expectations(field).join(' | ');
}

function defaultText(field: z.ZodType): string {
  const meta = metaOf(field);
  if (meta['x-default'] !== undefined) return meta['x-default'];
  const value = defaultOf(field);
  if (value !== undefined) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text === '{}' ? 'each of its own' : text;
  }
  return isOptional(field) ? 'none' : 'required';
}
