/**
 * A running hash of what happened to requests, to compare two runs without keeping their records.
 *
 * What goes in: request id, kind of transition, time in whole microseconds (rounded half up). Kernel events do not go
 * in, so that a run that leaps over steps and one that takes each step agree; the rounding keeps a last-bit difference
 * of a transcendental function from rewriting history, except for a time that sits within it of a half microsecond.
 *
 * Two lanes of 32 bits, each word multiplied in and rotated by different odd constants, so the order of the entries
 * matters. The mixing constants are those of two published 32-bit finalisers (murmur3 by A. Appleby; "lowbias32" by
 * C. Wellons); nothing else depends on their values, except that changing them changes every stored digest. Not
 * cryptographic: chance collisions are about 2^-64 for a pair of runs.
 */

const { imul } = Math;
const MICROSECONDS_PER_SECOND = 1e6;
const WORD_SPAN = 2 ** 32;
/** Lane a: factor of each word, then of the lane, then what is added after a rotation. */
const A_WORD = 0xcc9e2d51 | 0;
const A_LANE = 0x1b873593;
const A_STEP = 0x52dce729;
/** Lane b: the factors of its finaliser. */
const B_ONCE = 0x7feb352d;
const B_TWICE = 0x846ca68b | 0;
const DIGEST_PATTERN = /^[0-9a-f]{16}$/;

/** Hash of one stream of transitions. `add` does not allocate. */
export class Fingerprint {
  private a = 0x243f6a88;
  private b = 0x13198a2e;
  private addedCount = 0;

  /** Number of transitions so far. */
  get count(): number {
    return this.addedCount;
  }

  /**
   * Takes in one transition. `requestId` is a safe integer, `kind` a 32-bit integer, `timeS` in seconds up to 285 years
   * either side of zero. Bad values are not checked here: they hash to something.
   */
  add(requestId: number, kind: number, timeS: number): void {
    const timeUs = Math.floor(timeS * MICROSECONDS_PER_SECOND + 0.5);
    const first = requestId | 0;
    const upper = requestId === first ? first >> 31 : Math.floor(requestId / WORD_SPAN);
    const second = (upper << 8) ^ kind;
    const third = timeUs | 0;
    const fourth = Math.floor(timeUs / WORD_SPAN) | 0;
    // Word by word and not by a function: this happens for every transition, and eight calls cost more than what they do.
    let a = imul(this.a ^ imul(first, A_WORD), A_LANE);
    a = imul((((a << 13) | (a >>> 19)) + A_STEP) ^ imul(second, A_WORD), A_LANE);
    a = imul((((a << 13) | (a >>> 19)) + A_STEP) ^ imul(third, A_WORD), A_LANE);
    a = imul((((a << 13) | (a >>> 19)) + A_STEP) ^ imul(fourth, A_WORD), A_LANE);
    this.a = (((a << 13) | (a >>> 19)) + A_STEP) | 0;
    let b = (this.b + first) | 0;
    b = imul(b ^ (b >>> 16), B_ONCE);
    b = imul(b ^ (b >>> 15), B_TWICE);
    b = ((b ^ (b >>> 16)) + second) | 0;
    b = imul(b ^ (b >>> 16), B_ONCE);
    b = imul(b ^ (b >>> 15), B_TWICE);
    b = ((b ^ (b >>> 16)) + third) | 0;
    b = imul(b ^ (b >>> 16), B_ONCE);
    b = imul(b ^ (b >>> 15), B_TWICE);
    b = ((b ^ (b >>> 16)) + fourth) | 0;
    b = imul(b ^ (b >>> 16), B_ONCE);
    b = imul(b ^ (b >>> 15), B_TWICE);
    this.b = b ^ (b >>> 16);
    this.addedCount++;
  }

  /** The hash so far as 16 hexadecimal digits; more may be added afterwards. */
  digest(): string {
    return hex(finish(this.a ^ this.addedCount)) + hex(finish(this.b + this.addedCount));
  }
}

/**
 * One digest of several, in the given order (sites by id, replications by number): swapping two different ones changes it.
 * @throws RangeError when a digest is not 16 hexadecimal digits.
 */
export function combineFingerprints(digests: readonly string[]): string {
  const combined = new Fingerprint();
  for (const digest of digests) {
    const [high, low] = parse(digest);
    combined.add(high, low, 0);
  }
  return combined.digest();
}

/**
 * One digest of several whatever their order, for parts that come in as they finish: sums of well-mixed lanes, so equal
 * parts count as often as they occur.
 * @throws RangeError when a digest is not 16 hexadecimal digits.
 */
export function combineFingerprintsUnordered(digests: readonly string[]): string {
  let a = digests.length;
  let b = 0;
  for (const digest of digests) {
    const [high, low] = parse(digest);
    a = (a + finish(high ^ finish(low))) | 0;
    b = (b + finish(low + finish(high ^ 0x5bd1e995))) | 0;
  }
  return hex(finish(a)) + hex(finish(b ^ 0x2545f491));
}

function parse(digest: string): [number, number] {
  if (!DIGEST_PATTERN.test(digest)) throw new RangeError(`a digest has 16 hexadecimal digits, got "${digest}"`);
  return [Number.parseInt(digest.slice(0, 8), 16) | 0, Number.parseInt(digest.slice(8), 16) | 0];
}

/** Spreads every input bit over the word. */
function finish(word: number): number {
  let h = word | 0;
  h = imul(h ^ (h >>> 16), B_ONCE);
  h = imul(h ^ (h >>> 15), B_TWICE);
  return (h ^ (h >>> 16)) | 0;
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
