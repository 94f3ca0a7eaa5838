/**
 * Random draws without state: a hash of (seed, purpose, entity, attempt).
 *
 * For what is drawn after a request's birth (routing ties, retries, failures met): the draw depends on who asks and why,
 * never on how many draws others made before, so a changed policy leaves all other draws as they were.
 *
 * Two independent 32-bit lanes absorb each word and are mixed after each by a published finaliser ("lowbias32" by
 * C. Wellons; the second lane uses murmur3's `fmix32` by A. Appleby); together they fill the 53 bits of a double.
 * Not cryptographic.
 */

const WORD_SPAN = 2 ** 32;
const drawn = new Float64Array(1);

/** Unsigned 32-bit hash of a text, over its UTF-16 code units (FNV-1a by Fowler, Noll and Vo, then a finaliser). */
export function hashString(text: string): number {
  let h = 0x811c9dc5 | 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h = Math.imul(h ^ (unit & 0xff), 0x01000193);
    h = Math.imul(h ^ (unit >>> 8), 0x01000193);
  }
  return mixA(h) >>> 0;
}

/**
 * Uniform draw in [0, 1) in steps of 2^-53, a pure function of its arguments. `seed`, `entityId` and `attempt` are safe
 * integers (more than 53 bits or fractions are not told apart); `purposeHash` comes from `hashString`. Does not allocate.
 */
export function hashUniform(seed: number, purposeHash: number, entityId: number, attempt: number): number {
  draw(seed, purposeHash, entityId, attempt);
  return drawn[0]!;
}

/** The draw, left in a cell: a fraction that a call of this length returns would be put into an object on the heap. */
function draw(seed: number, purposeHash: number, entityId: number, attempt: number): void {
  const seedHigh = Math.floor(seed / WORD_SPAN) | 0;
  const entityHigh = Math.floor(entityId / WORD_SPAN) | 0;
  let a = mixA(0x6a09e667 ^ seed);
  let b = mixB(0x3c6ef372 ^ seed);
  a = mixA((a + seedHigh) ^ purposeHash);
  b = mixB((b ^ purposeHash) + Math.imul(seedHigh, 0x27d4eb2f));
  a = mixA((a + entityId) | 0);
  b = mixB(b ^ entityId);
  a = mixA((a + Math.imul(entityHigh, 0x165667b1)) ^ attempt);
  b = mixB((b ^ Math.imul(entityHigh, 0x165667b1)) + attempt);
  // 27 bits of one lane above 26 bits of the other.
  drawn[0] = ((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53;
}

/** Words that `hashPrefix` writes. */
export const HASH_PREFIX_WORDS = 2;

/** What a draw makes of seed and purpose, in `HASH_PREFIX_WORDS` words of `into` from `at` on: for many draws that share both. */
export function hashPrefix(seed: number, purposeHash: number, into: Int32Array, at: number): void {
  const seedHigh = Math.floor(seed / WORD_SPAN) | 0;
  into[at] = mixA((mixA(0x6a09e667 ^ seed) + seedHigh) ^ purposeHash);
  into[at + 1] = mixB((mixB(0x3c6ef372 ^ seed) ^ purposeHash) + Math.imul(seedHigh, 0x27d4eb2f));
}

/**
 * The draws of `hashUniform` for one entity and attempt after each of the prefixes in `prefixes`, into `into` in their order:
 * to the bit, for entities below 2^52 in size. Does not allocate.
 */
export function hashUniforms(prefixes: Int32Array, entityId: number, attempt: number, into: Float64Array): void {
  const entity = entityId | 0;
  const high = Math.imul(Math.floor(entityId / WORD_SPAN) | 0, 0x165667b1);
  for (let draws = 0; draws < into.length; draws++) {
    const a = mixA((mixA(prefixes[2 * draws]! + entity) + high) ^ attempt);
    const b = mixB((mixB(prefixes[2 * draws + 1]! ^ entity) ^ high) + attempt);
    into[draws] = ((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53;
  }
}

function mixA(word: number): number {
  let h = (word | 0) ^ 0x51ed270b;
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b | 0);
  return h ^ (h >>> 16);
}

function mixB(word: number): number {
  let h = (word + 0x3243f6a9) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b | 0);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35 | 0);
  return h ^ (h >>> 16);
}
