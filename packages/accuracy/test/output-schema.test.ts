import { expect, test } from 'vitest';
import { accuracyDocument, accuracyJson } from '../src/output/accuracy-json.js';
import { accuracySchema } from '../src/output/accuracy-schema.js';
import { tablesOf } from './hand-cases.js';
import { handDocument } from './hand-report.js';

interface Node {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** Problems of a value under the subset of JSON Schema that is used, unknown keys included. */
function problems(schema: Node, value: unknown, path = '$'): string[] {
  if (schema.const !== undefined && value !== schema.const) return [`${path} is not ${String(schema.const)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path}: ${String(value)} is not listed`];
  const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const allowed = [schema.type ?? []].flat().map((type) => (type === 'integer' ? 'number' : type));
  if (allowed.length > 0 && !allowed.includes(kind)) return [`${path} is ${kind}, not ${allowed.join(' or ')}`];
  if (schema.items !== undefined)
    return (value as unknown[]).flatMap((item, at) => problems(schema.items!, item, `${path}[${at}]`));
  if (kind !== 'object') return [];
  const object = value as Record<string, unknown>;
  return [
    ...(schema.required ?? []).filter((key) => !(key in object)).map((key) => `${path}.${key} is missing`),
    ...Object.entries(object).flatMap(([key, item]) => {
      const known = schema.properties?.[key] ?? schema.additionalProperties;
      return known === undefined ? [`${path}.${key} is not in the schema`] : problems(known, item, `${path}.${key}`);
    }),
  ];
}

test('the document follows its schema: with everything in it, with rows, and empty', () => {
  const empty = accuracyDocument({ tables: tablesOf([]), errors: [] });
  for (const document of [handDocument(), handDocument(true), empty])
    expect(problems(accuracySchema() as Node, JSON.parse(accuracyJson(document)))).toEqual([]);
});
