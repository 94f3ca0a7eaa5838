/**
 * The folder of a sweep: claimed, its journal opened or gone on with, its files written whole at the end.
 *
 * Goes on only with the sweep that is in it: the same version, design, scenario, shard, and for every finished trial the same
 * content.
 */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { claimResultsFolder, type ResultFile, ResultsError, type ResultsFolder } from '@infersim/report';
import type { Design } from '../design/design.js';
import { trialsOf } from '../design/trials.js';
import { assignmentsHash } from '../record/content-hash.js';
import {
  JOURNAL_FILE,
  type JournalEntry,
  type JournalHeader,
  JournalWriter,
  readJournal,
  readJournalHeader,
  type SavedJournal,
  type Shard,
} from '../record/journal.js';
import { sweepRunsCsv } from '../result/runs-table.js';
import { type SweepResult, sweepJson } from '../result/sweep-document.js';
import { shardText } from './shard.js';

/** Files of a finished call, beside the journal. */
export const SWEEP_FILES = ['sweep.json', 'runs.csv', 'manifest.json'] as const;

export interface SweepFolder {
  readonly path: string;
  readonly journal: JournalWriter;
  /** Trials that were finished before; failed ones are not kept. */
  readonly kept: ReadonlySet<number>;
  /** Lines of the journal that were damaged; their trials run again. */
  readonly damaged: number;
  /** Writes sweep.json, runs.csv and the manifest. */
  write(result: SweepResult, manifest: string): readonly string[];
  release(): void;
}

/** What becomes of a folder that holds something: refuse it, go on with it, or start over. */
export type FolderRule = 'refuse' | 'resume' | 'overwrite';

/**
 * Finds out before trials are checked what would refuse the folder afterwards: a sweep in it that is not to be gone on with,
 * or another sweep than this one as far as version, values and shard tell. Throws `ResultsError` RESULTS_EXIST, RESULTS_READ.
 */
export function checkSweepFolder(path: string, design: Design, shard: Shard, version: string, rule: FolderRule): void {
  if (rule === 'refuse') refuseSweep(path);
  const saved = rule === 'resume' ? readJournalHeader(path) : null;
  if (saved === null) return;
  const assignments = assignmentsHash(trialsOf(design));
  const difference = headerDifference(saved, { ...saved, version, assignments, shard });
  if (difference !== null) throw otherSweep(path, difference);
}

function refuseSweep(path: string): void {
  if (existsSync(join(path, JOURNAL_FILE)))
    throw new ResultsError(
      'RESULTS_EXIST',
      path,
      `${path} holds a sweep already; give --resume to go on with it, --force to start over, or --out for another folder`,
    );
}

function otherSweep(path: string, what: string): ResultsError {
  return new ResultsError(
    'RESULTS_EXIST',
    path,
    `${path} holds another sweep: ${what}; give --out for another folder, or --force to start over`,
  );
}

/**
 * Claims a folder. Throws `ResultsError`: RESULTS_EXIST when it holds results and the rule is `refuse`, or another sweep and
 * the rule is `resume`; RESULTS_LOCKED; RESULTS_READ; RESULTS_WRITE.
 */
export function openSweepFolder(
  path: string,
  header: JournalHeader,
  hashes: ReadonlyMap<number, string>,
  rule: FolderRule,
): SweepFolder {
  if (rule === 'refuse') refuseSweep(path);
  const folder = claimResultsFolder(path, { force: rule !== 'refuse' });
  try {
    // Again, now that nobody else can put one there.
    if (rule === 'refuse') refuseSweep(path);
    const saved = rule === 'resume' ? readJournal(path) : null;
    if (rule === 'resume' && saved === null && existsSync(join(path, 'runs.csv')))
      throw new ResultsError('RESULTS_EXIST', path, `${path} holds other results, no sweep to go on with; give --out`);
    const kept = saved === null ? new Map<number, JournalEntry>() : keptEntries(path, saved, header, hashes);
    // Until this call has ended the folder is not complete, and results of what it held before are no longer true.
    for (const name of saved === null ? SWEEP_FILES : ['manifest.json']) rmSync(join(path, name), { force: true });
    const journal = new JournalWriter(path, header, saved === null ? null : { ...saved, entries: kept });
    return new OpenFolder(folder, journal, new Set(kept.keys()), saved?.damaged ?? 0);
  } catch (error) {
    folder.release();
    throw error;
  }
}

class OpenFolder implements SweepFolder {
  readonly path: string;
  readonly journal: JournalWriter;
  readonly kept: ReadonlySet<number>;
  readonly damaged: number;
  readonly #folder: ResultsFolder;
  #isOpen = true;

  constructor(folder: ResultsFolder, journal: JournalWriter, kept: ReadonlySet<number>, damaged: number) {
    this.path = folder.path;
    this.#folder = folder;
    this.journal = journal;
    this.kept = kept;
    this.damaged = damaged;
  }

  write(result: SweepResult, manifest: string): readonly string[] {
    const files: ResultFile[] = [
      { name: 'sweep.json', chunks: [sweepJson(result)] },
      { name: 'runs.csv', chunks: sweepRunsCsv(result) },
      { name: 'manifest.json', chunks: [manifest] },
    ];
    this.#folder.write(files);
    return files.map(({ name }) => name);
  }

  release(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      this.journal.close();
    } finally {
      this.#folder.release();
    }
  }
}

function keptEntries(
  path: string,
  saved: SavedJournal,
  header: JournalHeader,
  hashes: ReadonlyMap<number, string>,
): Map<number, JournalEntry> {
  const difference = headerDifference(saved.header, header);
  if (difference !== null) throw otherSweep(path, difference);
  const kept = new Map<number, JournalEntry>();
  for (const [trial, entry] of saved.entries) {
    if (hashes.get(trial) !== entry.outcome.hash) throw otherSweep(path, `what trial ${trial} runs has changed since`);
    // What failed may have failed for a reason that is gone: a worker killed for want of memory.
    if (entry.outcome.status !== 'failed') kept.set(trial, entry);
  }
  return kept;
}

/** What tells two sweeps apart, in words; null when they are the same. */
export function headerDifference(saved: JournalHeader, now: JournalHeader): string | null {
  if (saved.version !== now.version) return `it was begun by infersim ${saved.version}, this is ${now.version}`;
  if (saved.assignments !== now.assignments) return 'its axes or their values are not the same';
  if (saved.content !== now.content || saved.design !== now.design)
    return 'the scenario, a file it reads or a flag has changed since';
  if (saved.shard.index !== now.shard.index || saved.shard.count !== now.shard.count)
    return `it is ${shardText(saved.shard)}, not ${shardText(now.shard)}`;
  return null;
}
