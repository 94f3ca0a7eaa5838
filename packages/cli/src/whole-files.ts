/**
 * Files that appear whole or not at all: written under a temporary name, flushed, renamed. For commands that write files of
 * their own naming; results folders of runs have their own rules (report).
 *
 * Errors are `ResultsError`, told in a line, exit code 4.
 */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ResultsError, systemReason } from '@infersim/report';

/** A file to write: its path and its text in chunks. */
export interface WholeFile {
  readonly path: string;
  readonly chunks: Iterable<string>;
}

/** Throws `RESULTS_EXIST` when one of the files is there and `force` is off. Call it before long work. */
export function refuseExisting(paths: readonly string[], force: boolean): void {
  const existing = force ? [] : paths.filter((path) => existsSync(path));
  if (existing.length > 0)
    throw new ResultsError('RESULTS_EXIST', existing[0]!, `${existing.join(', ')} exists; give --force to overwrite`);
}

/** Writes all files, making folders as needed; after a failure (`RESULTS_WRITE`) none of them is new. */
export function writeWholeFiles(files: readonly WholeFile[]): void {
  const written: string[] = [];
  let current = '';
  try {
    for (const file of files) {
      current = file.path;
      mkdirSync(dirname(file.path), { recursive: true });
      written.push(temporary(file.path));
      writeFlushed(temporary(file.path), file.chunks);
    }
    for (const file of files) {
      current = file.path;
      renameSync(temporary(file.path), file.path);
    }
  } catch (error) {
    for (const path of written) rmSync(path, { force: true });
    if ((error as { code?: unknown } | null)?.code === undefined) throw error;
    throw new ResultsError('RESULTS_WRITE', current, `cannot write ${current}: ${systemReason(error)}`);
  }
}

function temporary(path: string): string {
  return join(dirname(path), `.infersim-tmp-${process.pid}-${basename(path)}`);
}

function writeFlushed(path: string, chunks: Iterable<string>): void {
  const handle = openSync(path, 'w');
  try {
    for (const chunk of chunks) {
      const bytes = Buffer.from(chunk, 'utf8');
      let at = 0;
      while (at < bytes.length) at += writeSync(handle, bytes, at);
    }
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
