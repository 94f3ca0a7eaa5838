/**
 * A variant laid over a base: maps merge key by key, lists of entries with ids merge by id, everything else replaces.
 *
 * - Entries of both lists must all be maps with an `id` (objectives: `name`); then equal ids merge in the base's place
 *   and new ones follow. Any other list replaces the base's list.
 * - A map whose `process`, `dist` or `kind` differs from the base's replaces it whole: keys of one kind of arrivals mean
 *   nothing to another.
 * - `key: null` (or `~`) takes the base's key away.
 */

import type { LocatedEntry, LocatedList, LocatedMap, LocatedNode } from '../yaml/located.js';

const DISCRIMINATORS = ['process', 'dist', 'kind'] as const;
const ID_KEYS = ['id', 'name'] as const;

/** Lays `over` over `base`. Places of what remains from either are kept. */
export function mergeNodes(base: LocatedNode, over: LocatedNode): LocatedNode {
  if (base.kind === 'map' && over.kind === 'map')
    return isSameKind(base, over) ? mergeMaps(base, over) : dropNulls(over);
  if (base.kind === 'list' && over.kind === 'list') return mergeLists(base, over);
  return over.kind === 'map' ? dropNulls(over) : over;
}

function mergeMaps(base: LocatedMap, over: LocatedMap): LocatedMap {
  const entries = new Map<string, LocatedEntry>(base.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    if (before === undefined) entries.set(key, entry);
    else if (isNull(entry.node)) entries.delete(key);
    else entries.set(key, { keyPlace: entry.keyPlace, node: mergeNodes(before.node, entry.node) });
  }
  return { kind: 'map', entries, place: over.place };
}

/** A map that replaces another one whole: its nulls took away keys of the base, which are gone anyway. */
function dropNulls(map: LocatedMap): LocatedMap {
  const entries = new Map([...map.entries].filter(([, entry]) => !isNull(entry.node)));
  return { kind: 'map', entries, place: map.place };
}

function isNull(node: LocatedNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function isSameKind(base: LocatedMap, over: LocatedMap): boolean {
  return DISCRIMINATORS.every((key) => {
    const before = textOf(base.entries.get(key)?.node);
    const after = textOf(over.entries.get(key)?.node);
    return before === undefined || after === undefined || before === after;
  });
}

function mergeLists(base: LocatedList, over: LocatedList): LocatedList {
  const key = ID_KEYS.find((name) => hasIds(base, name) && hasIds(over, name));
  if (key === undefined) return over;
  const items = [...base.items];
  const positions = new Map(items.map((item, index) => [idOf(item, key), index]));
  for (const item of over.items) {
    const id = idOf(item, key);
    const position = positions.get(id);
    const before = position === undefined ? undefined : items[position];
    if (position === undefined || before === undefined) {
      positions.set(id, items.length);
      items.push(item);
    } else items[position] = mergeNodes(before, item);
  }
  return { kind: 'list', items, place: over.place };
}

function hasIds(list: LocatedList, key: string): boolean {
  const ids = list.items.map((item) => idOf(item, key));
  return list.items.length > 0 && ids.every((id) => id !== undefined) && new Set(ids).size === ids.length;
}

function idOf(node: LocatedNode, key: string): string | undefined {
  return node.kind === 'map' ? textOf(node.entries.get(key)?.node) : undefined;
}

function textOf(node: LocatedNode | undefined): string | undefined {
  if (node?.kind !== 'scalar' || node.value === null) return undefined;
  return String(node.value);
}
