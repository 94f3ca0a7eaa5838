/**
 * The allowed names nearest to what was given, for messages.
 *
 * Published names are words in any order with ornaments (`NVIDIA RTX 6000 Pro Blackwell Server Edition`), so names are
 * compared word by word, not as a whole: the letters of words that both have, or that differ by a slip, over all letters of
 * both. Words that say only who sells a thing or how much memory it has count for nothing. Below a bound nothing is near, and
 * no name is held out as meant.
 */

import { distance } from 'fastest-levenshtein';
import { plainName } from './canonical-name.js';

/** Names shown besides the nearest. */
const SHOWN = 3;

/** Share of the letters from which a name is near, and share of a word's letters that a slip leaves as they were. */
const NEAR = 0.6;
const SLIP = 0.5;

/** Longest text compared, characters: edit distance costs the product of both lengths. */
const COMPARED_LENGTH = 64;

const ORNAMENT = /^(nvidia|amd|intel|geforce|instinct|gpu|edition|generation|instruct|chat|it|hf|\d+gb)$/;

function wordsOf(name: string): string[] {
  return plainName(name)
    .slice(0, COMPARED_LENGTH)
    .split(/[^a-z0-9.]+/)
    .filter((word) => word !== '' && !ORNAMENT.test(word));
}

function likeness(word: string, other: string): number {
  if (word === other) return 1;
  const alike = 1 - distance(word, other) / Math.max(word.length, other.length);
  return alike >= SLIP ? alike : 0;
}

/** Letters of words found in both names, over the letters of both; 0 = nothing in common, 1 = the same words. */
function overlap(given: readonly string[], name: readonly string[]): number {
  const letters = (words: readonly string[]) => words.reduce((sum, word) => sum + word.length, 0);
  const left = [...name];
  let common = 0;
  for (const word of given) {
    let best = -1;
    let most = 0;
    for (const [at, other] of left.entries()) {
      const alike = likeness(word, other);
      if (alike > most) [best, most] = [at, alike];
    }
    if (best < 0) continue;
    const [other] = left.splice(best, 1);
    common += most * (word.length + (other?.length ?? 0));
  }
  return common / Math.max(1, letters(given) + letters(name));
}

/** Letters that a name begins with: those of its family. */
function beginning(name: string): string {
  return /^[a-z]+/.exec(name)?.[0] ?? '';
}

/** The allowed name that was most likely meant; undefined when none is near. The first of equals. */
function nearestByWords(given: string, names: readonly string[]): string | undefined {
  const words = wordsOf(given.split('/').at(-1) ?? '');
  let best: string | undefined;
  let most = NEAR;
  for (const name of names) {
    const share = overlap(words, wordsOf(name));
    if (share > most) [best, most] = [name, share];
  }
  return best;
}

/**
 * `h100-sxm (nearest), h100-pcie, …`: the nearest name first, then those of its family, then a count. Where no name is near,
 * the names whose family was given, or the count alone.
 */
export function nearestOf(given: string, names: readonly string[]): string {
  const nearest = nearestByWords(given, names);
  const family = beginning(nearest ?? plainName(given));
  const related = names
    .filter((name) => name !== nearest && family !== '' && beginning(name) === family)
    .slice(0, SHOWN);
  const shown = [...(nearest === undefined ? [] : [`${nearest} (nearest)`]), ...related];
  if (shown.length === 0) return `one of the catalog's ${names.length}, of which none is near`;
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
