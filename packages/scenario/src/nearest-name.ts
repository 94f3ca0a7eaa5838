/** The name a user most likely meant. */

import { distance } from 'fastest-levenshtein';

/** Longest text compared, characters: edit distance costs the product of both lengths. */
const COMPARED_LENGTH = 64;

/**
 * Nearest of `names`, ignoring case and treating `-` and `_` alike: one edit away, else a name that begins with what was
 * given, else the fewest edits. Undefined when nothing is near: more than a third of the longer name would have to
 * change, but one or two edits always count as near for names of four characters or more.
 */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  if (given.length === 0 || given.length > COMPARED_LENGTH) return undefined;
  const plain = (text: string) => text.toLowerCase().replaceAll('-', '_');
  const wanted = plain(given);
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of names) {
    if (name.length > COMPARED_LENGTH) continue;
    const edits = distance(wanted, plain(name));
    if (edits < bestDistance) {
      bestDistance = edits;
      best = name;
    }
  }
  if (best === undefined) return undefined;
  if (bestDistance <= 1) return best;
  // A part of a longer name is the commonest way to misremember an id: `h100` for `h100-sxm`.
  const longerName = wanted.length < 3 ? undefined : names.find((name) => plain(name).startsWith(wanted));
  if (longerName !== undefined) return longerName;
  const longer = Math.max(given.length, best.length);
  return bestDistance <= Math.max(longer >= 4 ? 2 : 1, Math.floor(longer / 3)) ? best : undefined;
}
