/** Slices of a sweep for several machines: shard i of n takes every n-th trial, so that slow corners spread. */

import type { Shard } from '../record/journal.js';

/** The whole sweep as the one shard it is. */
export const WHOLE: Shard = { index: 1, count: 1 };

/** Reads `i/n` with 1 <= i <= n; null for anything else. */
export function parseShard(text: string): Shard | null {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  return match !== null && index >= 1 && index <= count ? { index, count } : null;
}

/** Whether a trial (from 1) belongs to a shard. */
export function isInShard(trial: number, shard: Shard): boolean {
  return (trial - 1) % shard.count === shard.index - 1;
}

/** `shard 2/5`. */
export function shardText(shard: Shard): string {
  return `shard ${shard.index}/${shard.count}`;
}
