/**
 * A resolved scenario as YAML: every default filled in, numbers in the units of their keys, with the unit behind each one
 * whose key does not name it. It is a scenario itself and gives the same plan.
 */

import { Document } from 'yaml';
import { scenarioFields } from './schema/scenario-fields.js';
import { keysAt, metaOf, schemaAt } from './schema/schema-walk.js';
import { UNITS } from './units/unit-table.js';
import type { Path } from './yaml/located.js';

/** Keys that name their unit: a plain number says enough there. */
const NAMES_UNIT = /_(s|w|c|gib|gb_s|usd|usd_per_[a-z0-9_]+|per_[a-z0-9_]+)$/;

/** Writes a resolved scenario. Keys stand in the schema's order, so equal scenarios give equal text. */
export function resolvedYaml(resolved: unknown): string {
  const document = new Document(written(resolved, [], resolved), { version: '1.2', aliasDuplicateObjects: false });
  document.commentBefore =
    ' Resolved scenario: every default filled in.\n Paths of files are relative to the folder of the scenario it was made from.';
  return document.toString({ lineWidth: 120 });
}

function written(value: unknown, path: Path, document: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => written(item, [...path, index], document));
  if (typeof value === 'number') return withUnit(value, path, document);
  if (typeof value !== 'object' || value === null) return value;
  const order = keysAt(scenarioFields, path, document);
  const rank = new Map(order.map((key, index) => [key, index]));
  const keys = Object.keys(value).sort((a, b) => (rank.get(a) ?? rank.size) - (rank.get(b) ?? rank.size));
  const object: Record<string, unknown> = {};
  for (const key of keys) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined || isEmptyMap(item)) continue;
    object[key] = written(item, [...path, key], document);
  }
  return object;
}

function isEmptyMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}

/** The number, or text with its unit. Either reads back as the same double. */
function withUnit(value: number, path: Path, document: unknown): number | string {
  const key = [...path].reverse().find((step) => typeof step === 'string');
  if (key === undefined || NAMES_UNIT.test(String(key))) return value;
  const schema = schemaAt(scenarioFields, path, document);
  if (schema === null) return value;
  const { 'x-unit': unit, 'x-dimension': dimension } = metaOf(schema);
  if (unit === undefined || dimension === undefined || !Object.hasOwn(UNITS[dimension], unit)) return value;
  return `${value}${unit}`;
}
