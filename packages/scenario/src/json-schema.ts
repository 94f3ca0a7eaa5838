/** The scenario schema for editors: JSON Schema of what a user may write, with descriptions and units. */

import { z } from 'zod';
import { scenarioFields } from './schema/scenario-fields.js';

/**
 * JSON Schema (draft 2020-12) of a scenario file: structure, types, names of choices. Ranges of numbers and everything that
 * needs the catalog are checked by loading the scenario. A file with `extends` may leave out what its base has.
 */
export function scenarioJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(scenarioFields, { io: 'input', unrepresentable: 'any' }) as Record<string, unknown>;
  const { required, properties, ...rest } = schema;
  return {
    ...rest,
    title: 'infersim scenario',
    properties: {
      extends: { type: 'string', description: 'a scenario that this one is laid over, relative to this file' },
      ...(properties as object),
    },
    anyOf: [{ required: ['extends'] }, { required }],
  };
}
