/**
 * Splits of rows into those that a fit sees and those that judge it.
 *
 * Rows are held out by the hash of their id and a seed, not by their place: adding a row to a table leaves every other row on
 * its side as far as that is possible, and neighbours in a sweep do not all land together. Within each stratum (a table, a
 * kernel) rows are ordered by hash and every k-th is held, so that each stratum gives its share.
 */

import { CalibrationError } from '../calibration-error.js';

/** Indices of rows on both sides, ascending. */
export interface Split {
  readonly fitted: readonly number[];
  readonly held: readonly number[];
}

/** A 32-bit hash of a text and a seed (FNV-1a with a final mix); the same on every machine. */
export function textHash(text: string, seed: number): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * Holds every k-th id of each stratum, in hash order. A stratum of fewer than k rows is fitted whole. Throws
 * `CALIBRATION_SPLIT` when k is not an integer of 2 or more.
 */
export function everyKth(
  ids: readonly string[],
  k: number,
  seed: number,
  stratumOf: (index: number) => string = () => '',
): Split {
  if (!(Number.isInteger(k) && k >= 2)) {
    throw new CalibrationError('CALIBRATION_SPLIT', 'hold-out', `every ${k}-th row`, 'an integer of 2 or more');
  }
  const held: number[] = [];
  for (const members of groupIndices(ids.length, stratumOf).values()) {
    const hashed = members.map((index) => ({ index, id: ids[index]!, hash: textHash(ids[index]!, seed) }));
    hashed.sort((a, b) => a.hash - b.hash || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.index - b.index));
    for (let n = k - 1; n < hashed.length; n += k) held.push(hashed[n]!.index);
  }
  held.sort((a, b) => a - b);
  const isHeld = new Set(held);
  return { fitted: Array.from(ids.keys()).filter((index) => !isHeld.has(index)), held };
}

/** Indices 0..count-1 by the key of each, groups in the order of first appearance. */
export function groupIndices(count: number, keyOf: (index: number) => string): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let index = 0; index < count; index++) {
    const key = keyOf(index);
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [index]);
    else members.push(index);
  }
  return groups;
}
