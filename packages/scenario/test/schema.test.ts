/** The schema as data: JSON Schema for editors, the reference for the manual. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { scenarioJsonSchema } from '../src/json-schema.js';
import { schemaReference } from '../src/schema-reference.js';
import { initTemplate, TEMPLATE_KINDS } from '../src/templates.js';
import { BASE } from './memory-files.js';

type Schema = Record<string, unknown>;

function definition(reference: string): Schema {
  const found = (schema['$defs'] as Record<string, Schema>)[reference.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`no ${reference}`);
  return found;
}

/** Structural faults of a value under the parts of JSON Schema that the export uses. */
function faults(part: Schema, value: unknown, path = ''): string[] {
  const reference = part['$ref'];
  if (typeof reference === 'string') return faults(definition(reference), value, path);
  const condition = part['if'] as Schema | undefined;
  if (condition !== undefined) {
    const branch = faults(condition, value, path).length === 0 ? part['then'] : part['else'];
    return faults(branch as Schema, value, path);
  }
  const any = (part['anyOf'] ?? part['oneOf']) as Schema[] | undefined;
  const found: string[] = [];
  if (any !== undefined) {
    const results = any.map((option) => faults(option, value, path));
    if (!results.some((result) => result.length === 0))
      found.push(...(results.sort((a, b) => a.length - b.length)[0] ?? []));
  }
  const types = part['type'] === undefined ? [] : [part['type']].flat();
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (types.length > 0 && !types.some((type) => type === kind || (type === 'integer' && kind === 'number')))
    return [...found, `${path} is ${kind}, not ${types.join(' or ')}`];
  if (Array.isArray(part['enum']) && !part['enum'].includes(value)) found.push(`${path} is ${String(value)}`);
  if ('const' in part && part['const'] !== value) found.push(`${path} is ${String(value)}`);
  if (kind === 'array' && part['items'] !== undefined)
    for (const [index, item] of (value as unknown[]).entries())
      found.push(...faults(part['items'] as Schema, item, `${path}[${index}]`));
  if (kind !== 'object') return found;
  const properties = (part['properties'] ?? {}) as Record<string, Schema>;
  const extra = part['additionalProperties'];
  for (const [key, item] of Object.entries(value as object)) {
    const property = properties[key] ?? (typeof extra === 'object' ? (extra as Schema) : undefined);
    if (property !== undefined) found.push(...faults(property, item, `${path}.${key}`));
    else if (extra === false) found.push(`${path}.${key} is unknown`);
  }
  for (const key of (part['required'] ?? []) as string[])
    if (!Object.hasOwn(value as object, key)) found.push(`${path}.${key} is missing`);
  return found;
}

const FOLDER = new URL('../../../scenarios/', import.meta.url);
const schema = scenarioJsonSchema() as Schema;

describe('JSON Schema', () => {
  it('accepts every shipped scenario and starter', () => {
    const names = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
    for (const name of names) expect(faults(schema, parse(readFileSync(new URL(name, FOLDER), 'utf8')))).toEqual([]);
    for (const kind of TEMPLATE_KINDS) expect(faults(schema, parse(initTemplate(kind)))).toEqual([]);
  });

  it.each([
    ['an unknown key', (text: string) => `${text}horizn: 1h\n`],
    ['a missing key', (text: string) => text.replace('horizon: 10m\n', '')],
    ['a wrong type', (text: string) => text.replace('replicas: 2', 'replicas: two')],
    ['an unknown process', (text: string) => text.replace('poisson', 'poison')],
  ])('refuses %s', (_, change) => {
    expect(faults(schema, parse(BASE))).toEqual([]);
    expect(faults(schema, parse(change(BASE)))).not.toEqual([]);
  });

  it('lets a variant leave keys out and take them away, but not misspell them', () => {
    expect(faults(schema, { extends: 'base.yaml', slo: [{ name: 'quick', max: 5 }], horizon: null })).toEqual([]);
    expect(faults(schema, { extends: 'base.yaml', horizn: '1h' })).toEqual(['.horizn is unknown']);
  });

  it('describes its keys, with units', () => {
    const text = JSON.stringify(schema);
    expect(text).toContain('tensor-parallel degree');
    const properties = (schema['else'] as Schema)['properties'] as Record<string, Schema>;
    expect(properties['horizon']).toMatchObject({ 'x-unit': 's', description: 'simulated time' });
  });
});

describe('schemaReference', () => {
  const keys = schemaReference();

  it('has a meaning and a type for every key, each path once', () => {
    expect(keys.filter((key) => key.description === '' || key.type === '')).toEqual([]);
    expect(new Set(keys.map((key) => key.path)).size).toBe(keys.length);
  });

  it.each([
    ['horizon', 'time', 'required', 's'],
    ['grids.cloud.sites[].pools[].replicas', 'a number', '1', ''],
    ['grids.cloud.sites[].tariff.energy_usd_per_kwh', 'energy price', 'of the region', 'USD/kWh'],
    ['workloads[].client.timeout', 'time', 'never', 's'],
    ['confidence', 'share (0 to 1, or %)', '0.95', ''],
  ])('lists %s', (path, type, otherwise, unit) => {
    expect(keys.find((key) => key.path === path)).toMatchObject({ type, default: otherwise, unit });
  });
});
