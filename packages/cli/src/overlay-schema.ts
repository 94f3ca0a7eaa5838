/** JSON Schema of an overlay file, so that an editor knows devices, engines and the constants of each. */

import { type ConstantEntry, constantPaths, devices, engines, GRADES, OVERLAY_SCHEMA } from '@infersim/catalog';

type Schema = Readonly<Record<string, unknown>>;

const VALUE: Schema = {
  type: 'object',
  properties: {
    value: { type: 'number' },
    low: { type: 'number' },
    high: { type: 'number' },
    grade: { enum: GRADES },
    source: { type: 'string' },
    note: { type: 'string' },
  },
  required: ['value'],
  additionalProperties: false,
};

/**
 * The JSON Schema (draft 2020-12). Constants are named by their dotted paths, as `calibrate` writes them; the reader also takes
 * paths as nested maps, which the schema leaves unchecked.
 */
export function overlaySchema(): Schema {
  const shelf = (entries: readonly ConstantEntry[]): Schema => ({
    type: 'object',
    properties: Object.fromEntries(entries.map((entry) => [entry.id, { $ref: '#/$defs/constants' }])),
  });
  const paths = new Set([...devices(), ...engines()].flatMap((entry) => constantPaths(entry)));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'infersim overlay: constants of devices and engines that replace those of the catalog',
    type: 'object',
    properties: {
      schema: { const: OVERLAY_SCHEMA },
      note: { type: 'string' },
      devices: shelf(devices()),
      engines: shelf(engines()),
    },
    required: ['schema'],
    additionalProperties: false,
    $defs: {
      constants: {
        type: 'object',
        properties: Object.fromEntries([...paths].sort().map((path) => [path, { $ref: '#/$defs/constant' }])),
      },
      constant: { anyOf: [{ type: 'number' }, VALUE] },
    },
  };
}
