/**
 * Shards of one sweep joined to the sweep: their journals, put together in the order of the trials, give the bytes that one
 * machine would have written.
 */

import { ResultsError } from '@infersim/report';
import { type JournalEntry, type JournalHeader, readJournal, type SavedJournal } from '../record/journal.js';
import { isInShard, shardText, WHOLE } from '../run/shard.js';
import { headerDifference } from '../run/sweep-folder.js';

export interface MergedShards {
  readonly header: JournalHeader;
  readonly entries: ReadonlyMap<number, JournalEntry>;
}

/**
 * Reads and joins shards. Throws `ResultsError` RESULTS_READ that names every folder without a shard, every shard of another
 * sweep, and every one that is missing, twice there or not complete.
 */
export function mergeShards(folders: readonly string[]): MergedShards {
  const faults: string[] = [];
  const shards: { folder: string; journal: SavedJournal }[] = [];
  for (const folder of folders) {
    const journal = readJournal(folder);
    if (journal === null) faults.push(`${folder} holds no sweep`);
    else shards.push({ folder, journal });
  }
  const [first] = shards;
  if (first === undefined) throw refusal(folders[0] ?? '', faults);
  const { shard } = first.journal.header;
  const byIndex = new Map<number, string>();
  for (const { folder, journal } of shards) {
    const { header } = journal;
    const difference = headerDifference(first.journal.header, { ...header, shard });
    if (difference !== null) faults.push(`${folder} belongs to another sweep than ${first.folder}`);
    else if (header.shard.count !== shard.count)
      faults.push(`${folder} is ${shardText(header.shard)}, ${first.folder} is ${shardText(shard)}`);
    else {
      const twin = byIndex.get(header.shard.index);
      if (twin !== undefined) faults.push(`${shardText(header.shard)} is there twice: ${twin} and ${folder}`);
      else byIndex.set(header.shard.index, folder);
      faults.push(...openTrials(folder, journal));
    }
  }
  for (let index = 1; index <= shard.count; index++)
    if (!byIndex.has(index)) faults.push(`${shardText({ index, count: shard.count })} is missing`);
  if (faults.length > 0) throw refusal(first.folder, faults);
  const entries = new Map<number, JournalEntry>();
  for (const { journal } of shards) for (const [trial, entry] of journal.entries) entries.set(trial, entry);
  return { header: { ...first.journal.header, shard: WHOLE }, entries };
}

function openTrials(folder: string, { header, entries }: SavedJournal): string[] {
  let missing = 0;
  let trials = 0;
  for (let trial = 1; trial <= header.trials; trial++) {
    if (!isInShard(trial, header.shard)) continue;
    trials++;
    if (!entries.has(trial)) missing++;
  }
  return missing === 0
    ? []
    : [
        `${folder} (${shardText(header.shard)}) is not complete: ${missing} of ${trials} trials are missing; --resume it`,
      ];
}

function refusal(path: string, faults: readonly string[]): ResultsError {
  return new ResultsError('RESULTS_READ', path, `these are not the shards of one sweep:\n  ${faults.join('\n  ')}`);
}
