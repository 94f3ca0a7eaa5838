/**
 * Files that appear whole or not at all: written under a temporary name, flushed, renamed. For commands that write files of
 * their own naming; results folders of runs have their own rules (report).
 *
 * Errors are `ResultsError`, told in a line, exit code 4.
 */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
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

/**
 * Finds out before long work whether files can be written: each is absent or a regular file (a link to one counts), only with
 * `force` the latter, and its folder can be made and written to. What is made for the trial is removed again. Throws
 * `RESULTS_EXIST` or `RESULTS_WRITE`.
 */
export function checkTargets(paths: readonly string[], force: boolean): void {
  for (const path of paths) refuseIrregular(path);
  refuseExisting(paths, force);
  for (const path of paths) {
    const folder = dirname(behindLink(path));
    const probe = temporary(behindLink(path));
    tryIn(folder, path, `cannot write ${path}`, () => {
      closeSync(openSync(probe, 'w'));
      rmSync(probe, { force: true });
    });
  }
}

/** Throws `RESULTS_WRITE` when the folder is absent and cannot be made; leaves nothing behind. */
export function checkFolder(path: string): void {
  tryIn(path, path, `cannot make the folder ${path}`, () => undefined);
}

/** Devices, pipes, folders and the program's own output are never overwritten, nor links to them or to nothing. */
function refuseIrregular(path: string): void {
  if (!isThere(path)) return;
  if (isRegular(path) && !isOwnOutput(path)) return;
  throw new ResultsError('RESULTS_WRITE', path, `cannot write ${path}: it is no file that may be replaced`);
}

/** Whether there is something, be it a link to nothing; where nobody may look, the trial of writing says why. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

function isRegular(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Whether stdout or stderr goes to this very file, as `/dev/stdout` does where it is redirected. */
function isOwnOutput(path: string): boolean {
  const file = statSync(path);
  return [1, 2].some((handle) => {
    try {
      const own = fstatSync(handle);
      return own.ino === file.ino && own.dev === file.dev;
    } catch {
      return false; // Closed.
    }
  });
}

/** The file behind a link, so that the file is replaced and not the link. */
function behindLink(path: string): string {
  return isRegular(path) ? realpathSync(path) : path;
}

/** Makes the folder, does `work` in it and removes the folders that were made; the error begins with `trouble`. */
function tryIn(folder: string, path: string, trouble: string, work: () => void): void {
  const made: string[] = [];
  try {
    makeFolders(folder, made);
    work();
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === undefined) throw error;
    throw new ResultsError('RESULTS_WRITE', path, `${trouble}: ${systemReason(error)}`);
  } finally {
    for (const each of made.reverse()) removeEmpty(each);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else put something in it meanwhile.
  }
}

/**
 * Makes a folder and those above it one by one, and adds the new ones to `made`. Node's own recursive way never returns where
 * the system answers "no such file" to a folder made in one that is there, as in /proc.
 */
function makeFolders(folder: string, made: string[] = []): void {
  const missing: string[] = [];
  for (let at = resolve(folder); !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.push(at);
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each);
      made.push(each);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'EEXIST' || !existsSync(each)) throw error;
    }
  }
}

/** Writes all files, making folders as needed; after a failure (`RESULTS_WRITE`) none of them is new. */
export function writeWholeFiles(files: readonly WholeFile[]): void {
  const written: string[] = [];
  let current = '';
  const targets = files.map(({ path, chunks }) => ({ path: behindLink(path), chunks }));
  try {
    for (const file of targets) {
      current = file.path;
      makeFolders(dirname(file.path));
      written.push(temporary(file.path));
      writeFlushed(temporary(file.path), file.chunks);
    }
    for (const file of targets) {
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
