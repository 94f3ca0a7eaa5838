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
  draw(prefixA(seed, purposeHash), prefixB(seed, purposeHash), entityId, attempt);
  return drawn[0]!;
}

/**
 * Draws of one purpose under one seed: what is the same for all of them is mixed once, so that a draw takes half the work.
 * `new HashedPurpose(seed, purposeHash).uniform(entityId, attempt)` is `hashUniform(seed, purposeHash, entityId, attempt)` to
 * the bit, and as pure.
 */
export class HashedPurpose {
  private readonly a: number;
  private readonly b: number;

  /** Arguments as of `hashUniform`. */
  constructor(seed: number, purposeHash: number) {
    this.a = prefixA(seed, purposeHash);
    this.b = prefixB(seed, purposeHash);
  }

  /** Uniform draw in [0, 1) in steps of 2^-53; arguments as of `hashUniform`. */
  uniform(entityId: number, attempt: number): number {
    draw(this.a, this.b, entityId, attempt);
    return drawn[0]!;
  }

  /**
   * `uniform` rounded down to a multiple of 2^-27, by less than half the work: often enough to see that the rest does not
   * matter. Only for an `entityId` from 0 and below 2^32.
   */
  least(entityId: number, attempt: number): number {
    return (mixA(mixA((this.a + (entityId | 0)) | 0) ^ attempt) >>> 5) / 2 ** 27;
  }
}

function prefixA(seed: number, purposeHash: number): number {
  return mixA((mixA(0x6a09e667 ^ seed) + highWord(seed)) ^ purposeHash);
}

function prefixB(seed: number, purposeHash: number): number {
  return mixB((mixB(0x3c6ef372 ^ seed) ^ purposeHash) + Math.imul(highWord(seed), 0x27d4eb2f));
}

/** The draw, left in a cell: a fraction that a call of this length returns would be put into an object on the heap. */
function draw(prefixOfA: number, prefixOfB: number, entityId: number, attempt: number): void {
  const low = entityId | 0;
  const high = Math.imul(highWord(entityId), 0x165667b1);
  const a = mixA((mixA((prefixOfA + low) | 0) + high) ^ attempt);
  const b = mixB((mixB(prefixOfB ^ low) ^ high) + attempt);
  // 27 bits of one lane above 26 bits of the other.
  drawn[0] = ((a >>> 5) * 2 ** 26 + (b >>> 6)) / 2 ** 53;
}

/** Bits 32 and up of a safe integer. */
function highWord(integer: number): number {
  return Math.floor(integer / WORD_SPAN) | 0;
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
