import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { entryRows, JOURNAL_FILE, type JournalHeader, readJournal, type TrialRecord } from '../src/index.js';
import { JournalWriter } from '../src/record/journal.js';
import { header, record } from './small-sweep.js';

const root = mkdtempSync(join(tmpdir(), 'infersim-journal-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

function written(head: JournalHeader, records: readonly TrialRecord[]): { folder: string; path: string } {
  const folder = mkdtempSync(join(root, 'sweep-'));
  const writer = new JournalWriter(folder, head, null);
  for (const each of records) writer.add(each, 0);
  writer.close();
  return { folder, path: join(folder, JOURNAL_FILE) };
}
const rowsOf = (folder: string) =>
  [...entryRows(readJournal(folder)!.entries.values())].map(({ entry, rows }) => [entry.outcome.trial, ...rows]);

describe('a journal', () => {
  const records = [3, 1, 2].map((trial) => record(trial, { rows: [`s,${trial},"ä\u{1F600}"`, `s,${trial},b`] }));

  it('gives back what was written, rows from the disk', () => {
    const { folder } = written(header(), records);
    const journal = readJournal(folder)!;
    expect(journal.header).toEqual(header());
    expect([...journal.entries.keys()]).toEqual([3, 1, 2]);
    const { rows: _, ...outcome } = records[1]!;
    expect(journal.entries.get(1)!.outcome).toEqual(outcome);
    expect(rowsOf(folder)).toEqual(records.map(({ trial, rows }) => [trial, ...rows]));
    expect(journal.damaged).toBe(0);
  });

  it('cut anywhere holds the trials whose lines are whole, and can be gone on with', () => {
    const whole = written(header(), records);
    const bytes = readFileSync(whole.path);
    const ends = [...bytes.keys()].filter((at) => bytes[at] === 10);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), (cut) => {
        const { folder, path } = written(header(), []);
        writeFileSync(path, bytes.subarray(0, cut));
        const journal = readJournal(folder);
        const lines = ends.filter((end) => end < cut).length;
        if (lines === 0) {
          expect(journal).toBeNull();
          return;
        }
        expect([...journal!.entries.keys()]).toEqual([3, 1, 2].slice(0, lines - 1));
        const writer = new JournalWriter(folder, header(), journal);
        for (const each of records.slice(lines - 1)) writer.add(each, 0);
        writer.close();
        expect(readFileSync(path).equals(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('with a damaged line in the middle loses that trial only, and says so', () => {
    const { folder, path } = written(header(), records);
    const lines = readFileSync(path, 'utf8').split('\n');
    lines[2] = lines[2]!.replace('"trial":1', '"trial":9');
    writeFileSync(path, lines.join('\n'));
    const journal = readJournal(folder)!;
    expect([...journal.entries.keys()]).toEqual([3, 2]);
    expect(journal.damaged).toBe(1);
  });

  it('counts the last line of a trial', () => {
    const { folder } = written(header(), [record(1, { status: 'failed', error: 'x' }), record(2), record(1)]);
    expect(readJournal(folder)!.entries.get(1)!.outcome.status).toBe('ok');
  });

  it('that is not there is none, and something else in its place is refused, not written over', () => {
    const folder = mkdtempSync(join(root, 'empty-'));
    expect(readJournal(folder)).toBeNull();
    appendFileSync(join(folder, JOURNAL_FILE), 'hello\n');
    expect(() => readJournal(folder)).toThrow("does not begin with the header of a sweep's journal");
  });
});
