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

const { imul } = Math;
const WORD_SPAN = 2 ** 32;

/**
 * What `FourPurposes.draw` drew last, by purpose; valid until the next draw, whoever draws. A buffer of its own stays where it
 * is, however short.
 */
export const fourDraws = new Float64Array(new ArrayBuffer(4 * Float64Array.BYTES_PER_ELEMENT));

/** Prefixes of a draw that nobody keeps them for. */
const once = new Int32Array(2);

/** What each lane's finaliser begins with, and its factors. */
const A_START = 0x51ed270b;
const A_ONCE = 0x7feb352d;
const A_TWICE = 0x846ca68b | 0;
const B_START = 0x3243f6a9;
const B_ONCE = 0x85ebca6b | 0;
const B_TWICE = 0xc2b2ae35 | 0;

/** Unsigned 32-bit hash of a text, over its UTF-16 code units (FNV-1a by Fowler, Noll and Vo, then a finaliser). */
export function hashString(text: string): number {
  let h = 0x811c9dc5 | 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h = imul(h ^ (unit & 0xff), 0x01000193);
    h = imul(h ^ (unit >>> 8), 0x01000193);
  }
  return mixA(h) >>> 0;
}

/**
 * Uniform draw in [0, 1) in steps of 2^-53, a pure function of its arguments. `seed`, `entityId` and `attempt` are safe
 * integers (more than 53 bits or fractions are not told apart); `purposeHash` comes from `hashString`. Does not allocate.
 */
export function hashUniform(seed: number, purposeHash: number, entityId: number, attempt: number): number {
  once[0] = prefixA(seed, purposeHash);
  once[1] = prefixB(seed, purposeHash);
  draw(once, entityId, attempt);
  return fourDraws[0]!;
}

/**
 * Draws of one purpose under one seed: what is the same for all of them is mixed once, so that a draw takes half the work.
 * `new HashedPurpose(seed, purposeHash).uniform(entityId, attempt)` is `hashUniform(seed, purposeHash, entityId, attempt)` to
 * the bit, and as pure.
 */
export class HashedPurpose {
  /** A prefix for each lane. */
  private readonly prefixes: Int32Array;

  /** Arguments as of `hashUniform`. */
  constructor(seed: number, purposeHash: number) {
    this.prefixes = Int32Array.of(prefixA(seed, purposeHash), prefixB(seed, purposeHash));
  }

  /** Uniform draw in [0, 1) in steps of 2^-53; arguments as of `hashUniform`. */
  uniform(entityId: number, attempt: number): number {
    draw(this.prefixes, entityId, attempt);
    return fourDraws[0]!;
  }

  /**
   * `uniform` rounded down to a multiple of 2^-27, by less than half the work: often enough to see that the rest does not
   * matter. Only for an `entityId` from 0 and below 2^32.
   */
  least(entityId: number, attempt: number): number {
    return (mixA(mixA((this.prefixes[0]! + (entityId | 0)) | 0) ^ attempt) >>> 5) / 2 ** 27;
  }
}

function prefixA(seed: number, purposeHash: number): number {
  return mixA((mixA(0x6a09e667 ^ seed) + highWord(seed)) ^ purposeHash);
}

function prefixB(seed: number, purposeHash: number): number {
  return mixB((mixB(0x3c6ef372 ^ seed) ^ purposeHash) + imul(highWord(seed), 0x27d4eb2f));
}

/**
 * Draws of all purposes that `prefixes` holds pairs for, left in `fourDraws`: a fraction that a call of this length returns
 * would be put into an object on the heap. What `mixA` and `mixB` do is written out: every request takes several draws, and
 * calls would cost more than what they do.
 */
function draw(prefixes: Int32Array, entityId: number, attempt: number): void {
  const low = entityId | 0;
  const high = imul(entityId === low ? low >> 31 : highWord(entityId), 0x165667b1);
  const { length } = prefixes;
  for (let at = 0; at < length; at += 2) {
    let a = ((prefixes[at]! + low) | 0) ^ A_START;
    a = imul(a ^ (a >>> 16), A_ONCE);
    a = imul(a ^ (a >>> 15), A_TWICE);
    a = ((a ^ (a >>> 16)) + high) ^ attempt ^ A_START;
    a = imul(a ^ (a >>> 16), A_ONCE);
    a = imul(a ^ (a >>> 15), A_TWICE);
    let b = ((prefixes[at + 1]! ^ low) + B_START) | 0;
    b = imul(b ^ (b >>> 16), B_ONCE);
    b = imul(b ^ (b >>> 13), B_TWICE);
    b = ((((b ^ (b >>> 16) ^ high) + attempt) | 0) + B_START) | 0;
    b = imul(b ^ (b >>> 16), B_ONCE);
    b = imul(b ^ (b >>> 13), B_TWICE);
    // 27 bits of one lane above 26 bits of the other.
    fourDraws[at >> 1] = (((a ^ (a >>> 16)) >>> 5) * 2 ** 26 + ((b ^ (b >>> 16)) >>> 6)) / 2 ** 53;
  }
}

/** Bits 32 and up of a safe integer. */
function highWord(integer: number): number {
  return Math.floor(integer / WORD_SPAN) | 0;
}

function mixA(word: number): number {
  let h = (word | 0) ^ A_START;
  h = imul(h ^ (h >>> 16), A_ONCE);
  h = imul(h ^ (h >>> 15), A_TWICE);
  return h ^ (h >>> 16);
}

function mixB(word: number): number {
  let h = (word + B_START) | 0;
  h = imul(h ^ (h >>> 16), B_ONCE);
  h = imul(h ^ (h >>> 13), B_TWICE);
  return h ^ (h >>> 16);
}

/**
 * Draws of four purposes under one seed for the same entity and attempt, which are taken apart once: to the bit what a
 * `HashedPurpose` of each gives.
 */
export class FourPurposes {
  /** A pair for each purpose. */
  private readonly prefixes: Int32Array;

  /** `seed` and the hashes as of `hashUniform`. */
  constructor(seed: number, purposeHashes: readonly [number, number, number, number]) {
    this.prefixes = Int32Array.from(purposeHashes.flatMap((hash) => [prefixA(seed, hash), prefixB(seed, hash)]));
  }

  /** Puts a uniform draw in [0, 1) of each purpose into `fourDraws`; arguments as of `hashUniform`. */
  draw(entityId: number, attempt: number): void {
    draw(this.prefixes, entityId, attempt);
  }
}
