/**
 * Events that are not among the next: bucketed by time, unsorted within a bucket.
 *
 * A row of buckets of equal width from `baseS` on, and one last list for all that lies beyond them. The bucket of a time
 * is `floor((timeS - baseS) * bucketsPerS)`: subtraction and multiplication round monotonically, so a later time is
 * never in an earlier bucket, and all of a bucket comes before all of the next. Buckets are opened in order; those
 * below `nextBucket` are open, and what belongs to them is kept elsewhere (in order). Without any bucket everything is
 * open: `bucketsPerS` is 0 and `nextBucket` 1.
 *
 * Adding and removing take a fixed number of steps. When the buckets are used up, a row for what then lies beyond is
 * laid out anew, with a width from the median of a sample of times: a few far events cannot make the buckets of the many
 * coarse. This is the calendar queue of R. Brown (1988) with the re-layout of the ladder queue of Tang, Goh and Thng
 * (2005); width and count only decide the speed, never the order. Times in seconds.
 */

import { COLUMN } from './event-columns.js';

const { NEXT, PLACE } = COLUMN;
const MIN_BUCKETS = 64;
const MAX_BUCKETS = 2 ** 22;
/** Events per bucket to aim at near the front, buckets per event: figures from trials with exponential increments. */
const EVENTS_PER_BUCKET = 3;
const BUCKETS_PER_EVENT = 2;
const MAX_SAMPLE = 24;
/** Share of a bucket that is left to the exact test, above what rounding comes to in all but extreme rows. */
const BUCKET_MARGIN = 2 ** -10;

export class FarBuckets {
  // NaN until `close()` at construction: a number field that begins with an integer costs more to read ever after.
  /** Start of the first bucket in seconds. */
  baseS = Number.NaN;
  /** Buckets per second, 0 when there are none. */
  bucketsPerS = Number.NaN;
  /** Number of the first bucket that is not open. */
  nextBucket = 1;
  /** Events held here. */
  count = 0;

  /** Times and columns of all slots. */
  private slotTimeS: Float64Array;
  private columns: Int32Array;
  private bucketCount = 0;
  /** First slot of each bucket, then of the list beyond them; -1 for none. */
  private heads = new Int32Array(MIN_BUCKETS + 1).fill(-1);
  private plannedBaseS = 0;
  private plannedBucketsPerS = 0;
  private readonly sampleS = new Float64Array(MAX_SAMPLE);

  constructor(slotTimeS: Float64Array, columns: Int32Array) {
    this.slotTimeS = slotTimeS;
    this.columns = columns;
    this.close();
  }

  /** Takes the longer columns after they have grown. */
  useColumns(slotTimeS: Float64Array, columns: Int32Array): void {
    this.slotTimeS = slotTimeS;
    this.columns = columns;
  }

  /**
   * A time in seconds up to which every time belongs to an open bucket; there may be such times beyond it. -Infinity where
   * rounding leaves none to be sure of.
   */
  surelyOpenUntilS(): number {
    const { baseS, bucketsPerS, nextBucket } = this;
    if (bucketsPerS === 0) return Number.POSITIVE_INFINITY;
    const untilS = baseS + (nextBucket - BUCKET_MARGIN) / bucketsPerS;
    return (untilS - baseS) * bucketsPerS < nextBucket ? untilS : Number.NEGATIVE_INFINITY;
  }

  /** Adds the event of a slot, whose bucket must not be open. */
  add(slot: number): void {
    const { columns, heads, bucketCount } = this;
    const position = (this.slotTimeS[slot]! - this.baseS) * this.bucketsPerS;
    const bucket = position < bucketCount ? position | 0 : bucketCount;
    const base = slot << 3;
    const head = heads[bucket]!;
    columns[base | NEXT] = head;
    columns[base | PLACE] = ~bucket;
    if (head >= 0) columns[(head << 3) | PLACE] = slot;
    heads[bucket] = slot;
    this.count++;
  }

  /** Takes the event of a slot out. */
  remove(slot: number): void {
    const { columns } = this;
    const base = slot << 3;
    const next = columns[base | NEXT]!;
    const place = columns[base | PLACE]!;
    if (place < 0) this.heads[~place] = next;
    else columns[(place << 3) | NEXT] = next;
    if (next >= 0) columns[(next << 3) | PLACE] = place;
    this.count--;
  }

  /**
   * Opens the next bucket that holds any event and gives the first slot of its list (follow `NEXT`); -1 when only the
   * list beyond is left. The caller lowers `count` for each.
   */
  open(): number {
    const { heads, bucketCount } = this;
    let bucket = this.nextBucket;
    while (bucket < bucketCount && heads[bucket]! < 0) bucket++;
    if (bucket >= bucketCount) {
      this.nextBucket = bucketCount;
      return -1;
    }
    this.nextBucket = bucket + 1;
    const head = heads[bucket]!;
    heads[bucket] = -1;
    return head;
  }

  /** Takes all events out and removes the buckets: the first slot of one list, -1 when there were none. */
  drain(): number {
    const { columns, heads } = this;
    let all = -1;
    for (let bucket = this.bucketCount; bucket >= 0; bucket--) {
      let slot = heads[bucket]!;
      heads[bucket] = -1;
      while (slot >= 0) {
        const base = slot << 3;
        const next = columns[base | NEXT]!;
        columns[base | NEXT] = all;
        all = slot;
        slot = next;
      }
    }
    this.close();
    return all;
  }

  /**
   * Plans a row that gives the earlier half of the `count` events of a detached list a few events a bucket; false when the
   * list spans no time, or too little to divide.
   */
  plan(list: number, count: number): boolean {
    const { slotTimeS, columns, sampleS } = this;
    const stride = Math.ceil(count / MAX_SAMPLE);
    let firstS = Number.POSITIVE_INFINITY;
    let sampled = 0;
    let untilSample = 1;
    for (let slot = list; slot >= 0; slot = columns[(slot << 3) | NEXT]!) {
      const eventS = slotTimeS[slot]!;
      if (eventS < firstS) firstS = eventS;
      if (--untilSample > 0) continue;
      untilSample = stride;
      // In order at once: for so few this costs less than a call of the built-in sort.
      let position = sampled++;
      for (; position > 0 && sampleS[position - 1]! > eventS; position--) sampleS[position] = sampleS[position - 1]!;
      sampleS[position] = eventS;
    }
    let spanS = sampleS[sampled >> 1]! - firstS;
    let shareCount = count / 2;
    if (!(spanS > 0)) {
      spanS = sampleS[sampled - 1]! - firstS;
      shareCount = count;
    }
    this.plannedBaseS = firstS;
    this.plannedBucketsPerS = shareCount / (EVENTS_PER_BUCKET * spanS);
    return this.plannedBucketsPerS > 0 && this.plannedBucketsPerS < Number.POSITIVE_INFINITY;
  }

  /** Lays out the planned row with room for `total` events. Call when nothing is held. */
  layOut(total: number): void {
    let bucketCount = MIN_BUCKETS;
    while (bucketCount < BUCKETS_PER_EVENT * total && bucketCount < MAX_BUCKETS) bucketCount *= 2;
    this.setBuckets(this.plannedBaseS, this.plannedBucketsPerS, bucketCount);
  }

  /** Removes the buckets, so that all times are open. Call when nothing is held. */
  close(): void {
    this.count = 0;
    this.setBuckets(0, 0, 0);
  }

  private setBuckets(baseS: number, bucketsPerS: number, bucketCount: number): void {
    // All lists are empty here, so only a longer column needs filling.
    if (bucketCount >= this.heads.length) this.heads = new Int32Array(bucketCount + 1).fill(-1);
    this.baseS = baseS;
    this.bucketsPerS = bucketsPerS;
    this.bucketCount = bucketCount;
    this.nextBucket = bucketCount > 0 ? 0 : 1;
  }
}
