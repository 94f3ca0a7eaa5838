/**
 * Values that replace constants of the catalog, by full path, and entries with those values in them.
 *
 * A path is `devices.<id>.<path of the constant>` or `engines.<id>.<path>`; the path of the constant is that of the
 * catalog's overlays. Values are in the constant's own unit.
 */

import { type ConstantChange, type ConstantEntry, withConstants } from '@infersim/catalog';

/** Values by full path. */
export type ConstantSet = { readonly [path: string]: number };

const SOURCE = 'value under test';

/** The entry with the values that the set has for it; the entry itself when it has none. Throws `RangeError` for unknown paths. */
export function entryUnder<E extends ConstantEntry>(kind: 'devices' | 'engines', entry: E, constants: ConstantSet): E {
  const prefix = `${kind}.${entry.id}.`;
  const changes: { [path: string]: ConstantChange } = {};
  let any = false;
  for (const path of Object.keys(constants)) {
    if (!path.startsWith(prefix)) continue;
    changes[path.slice(prefix.length)] = { value: constants[path]!, grade: 'fitted', source: SOURCE };
    any = true;
  }
  return any ? withConstants(entry, changes) : entry;
}
