/**
 * Parsed YAML in which every key and value knows its place in its source, so that values merged from several files and
 * from the command line still point at where they were written.
 */

import type { Place } from '../source-text.js';

export type Scalar = string | number | boolean | null;

export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly place: Place;
}

export interface LocatedList {
  readonly kind: 'list';
  readonly items: readonly LocatedNode[];
  readonly place: Place;
}

export interface LocatedEntry {
  readonly keyPlace: Place;
  readonly node: LocatedNode;
}

export interface LocatedMap {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, LocatedEntry>;
  readonly place: Place;
}

export type LocatedNode = LocatedScalar | LocatedList | LocatedMap;

/** Keys and list positions from the root. */
export type Path = readonly (string | number)[];

/** Plain value of a node: objects without prototype surprises (keys that could cause them are refused at parsing). */
export function plainValue(node: LocatedNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  const object: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) object[key] = plainValue(entry.node);
  return object;
}

/** Node at a path, or undefined. */
export function nodeAt(root: LocatedNode, path: Path): LocatedNode | undefined {
  let node: LocatedNode | undefined = root;
  for (const step of path) node = node === undefined ? undefined : childOf(node, step);
  return node;
}

function childOf(node: LocatedNode, step: string | number): LocatedNode | undefined {
  if (node.kind === 'map') return node.entries.get(String(step))?.node;
  if (node.kind === 'list') return node.items[Number(step)];
  return undefined;
}

/** Place of the value at a path; of the nearest existing ancestor's key when the path does not exist. */
export function placeOf(root: LocatedNode, path: Path): Place {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node === undefined) continue;
    return length === path.length ? valuePlace(root, path, node) : headPlace(root, path.slice(0, length), node);
  }
  return headPlace(root, [], root);
}

/** Place of a key itself; of its value for list items. */
export function keyPlaceOf(root: LocatedNode, path: Path): Place {
  const parent = nodeAt(root, path.slice(0, -1));
  const last = path[path.length - 1];
  if (parent?.kind === 'map' && last !== undefined) {
    const entry = parent.entries.get(String(last));
    if (entry) return entry.keyPlace;
  }
  return placeOf(root, path);
}

/** A collection is marked at its key (or its first key), never over many lines. */
function valuePlace(root: LocatedNode, path: Path, node: LocatedNode): Place {
  return node.kind === 'scalar' ? node.place : headPlace(root, path, node);
}

function headPlace(root: LocatedNode, path: Path, node: LocatedNode): Place {
  const last = path[path.length - 1];
  if (typeof last === 'string') {
    const parent = nodeAt(root, path.slice(0, -1));
    if (parent?.kind === 'map') {
      const entry = parent.entries.get(last);
      if (entry) return entry.keyPlace;
    }
  }
  if (node.kind === 'map') {
    const first = node.entries.values().next();
    if (!first.done) return first.value.keyPlace;
  }
  return { source: node.place.source, start: node.place.start, end: Math.min(node.place.end, node.place.start + 1) };
}

/** `grids.cloud.sites[0].pools[1]`; keys that are no plain words are quoted. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step.length > 40 ? `${step.slice(0, 37)}...` : step)}]`;
  }
  return text;
}
