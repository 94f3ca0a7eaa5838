/**
 * The results folder: claimed before the run, filled after it, whole or not at all.
 *
 * Every file is written under a temporary name, flushed to the disk, and renamed only when all of them are there; the
 * manifest is renamed last. A lock file keeps a second run out; one left behind by a process that no longer lives is
 * taken over. After any failure the temporary files are gone, and a folder that was made for nothing too.
 *
 * Not guaranteed: the lock on network file systems without exclusive creation, and against processes of other hosts
 * that died (their lock has to be removed by hand; the error names it).
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { ResultsError, systemReason } from './results-error.js';

/** Every name a run may leave in its folder, in the order in which they appear; the manifest comes last. */
export const RESULT_FILES = [
  'scenario.resolved.yaml',
  'summary.json',
  'sweep.json',
  'runs.csv',
  'timeseries.csv',
  'requests.csv',
  'requests.parquet',
  'manifest.json',
] as const;

/** A file to write: its name and its text or bytes in chunks, each of which is written before the next is asked for. */
export interface ResultFile {
  readonly name: (typeof RESULT_FILES)[number];
  readonly chunks: Iterable<string | Uint8Array>;
}

/** A claimed folder. Call `write` at most once, and `release` in the end, whatever happened. */
export interface ResultsFolder {
  readonly path: string;
  /** A path in the folder for what a run needs only while it lasts; such files are gone after `write` and `release`. */
  temporaryPath(name: string): string;
  /**
   * Writes one long file ahead, under its temporary name, and lets signals and timers through in between; it appears with
   * those that `write` is given. Rejects as `write` throws.
   */
  stage(file: ResultFile): Promise<void>;
  /** Throws `ResultsError` RESULTS_WRITE; then nothing of this run is in the folder. */
  write(files: readonly ResultFile[]): void;
  release(): void;
}

/** Locks that this process holds. */
const HELD = new Set<string>();

const LOCK = '.infersim-lock';
const TEMPORARY = '.infersim-tmp-';

/**
 * Makes and locks the folder. Throws `ResultsError`: RESULTS_EXIST when it holds results and `force` is off,
 * RESULTS_LOCKED when another run is at work in it, RESULTS_WRITE when it cannot be made.
 */
export function claimResultsFolder(path: string, options: { readonly force: boolean }): ResultsFolder {
  const madeFrom = makeFolder(path);
  const lockPath = join(path, LOCK);
  try {
    takeLock(path, lockPath);
  } catch (error) {
    removeMade(path, madeFrom);
    throw error;
  }
  let isReleased = false;
  const release = (): void => {
    if (isReleased) return;
    isReleased = true;
    cleanUp(path);
    HELD.delete(resolve(lockPath));
    rmSync(lockPath, { force: true });
    removeMade(path, madeFrom);
  };
  const existing = RESULT_FILES.filter((name) => existsSync(join(path, name)));
  if (existing.length > 0 && !options.force) {
    release();
    throw new ResultsError(
      'RESULTS_EXIST',
      path,
      `${path} already holds results (${existing.join(', ')}); give --force to overwrite them or --out for another folder`,
    );
  }
  removeTemporary(path);
  const staged: ResultFile['name'][] = [];
  return {
    path,
    temporaryPath: (name) => join(path, TEMPORARY + name),
    async stage(file) {
      await stageFile(path, file);
      staged.push(file.name);
    },
    write: (files) => writeAll(path, files, staged),
    release,
  };
}

/** Returns the topmost folder that had to be made, for clean-up. */
function makeFolder(path: string): string | undefined {
  try {
    return mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new ResultsError('RESULTS_WRITE', path, `cannot make the folder ${path}: ${systemReason(error)}`);
  }
}

/** Removes what `makeFolder` made, as far as it is still empty. */
function removeMade(path: string, madeFrom: string | undefined): void {
  if (madeFrom === undefined) return;
  const top = resolve(madeFrom);
  for (let folder = resolve(path); folder.startsWith(top); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return; // Not empty: there are results in it.
    }
  }
}

function takeLock(path: string, lockPath: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      const handle = openSync(lockPath, 'wx');
      signLock(handle, lockPath);
      HELD.add(resolve(lockPath));
      return;
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST')
        throw new ResultsError('RESULTS_WRITE', path, `cannot write into ${path}: ${systemReason(error)}`);
    }
    const owner = readLock(lockPath);
    if (attempt < 3 && owner !== null && !isAlive(owner, lockPath)) {
      discardStaleLock(lockPath, owner);
      continue;
    }
    throw new ResultsError(
      'RESULTS_LOCKED',
      path,
      `another run is writing into ${path}${owner === null ? '' : ` (process ${owner.trim().replace(' ', ' on ')})`}; ` +
        `give --out for another folder${owner === null ? '' : `, or remove ${lockPath} if that run is gone`}`,
    );
  }
}

/** Writes who holds the lock; on a full disk no unsigned lock may stay, which nobody could tell from one that is held. */
function signLock(handle: number, lockPath: string): void {
  try {
    writeSync(handle, `${process.pid} ${hostname()}\n`);
  } catch (error) {
    rmSync(lockPath, { force: true });
    throw error;
  } finally {
    closeSync(handle);
  }
}

function readLock(lockPath: string): string | null {
  try {
    return readFileSync(lockPath, 'utf8');
  } catch {
    return null;
  }
}

function isAlive(owner: string, lockPath: string): boolean {
  const [pid, host] = owner.trim().split(' ');
  if (host !== hostname() || !/^\d+$/.test(pid ?? '')) return true;
  // In a container every command is process 1: what was killed there had the number of what runs now.
  if (Number(pid) === process.pid) return HELD.has(resolve(lockPath));
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'ESRCH';
  }
}

/** Renaming is atomic: of two runs that find the same dead lock, one moves it; a fresh one is put back. */
function discardStaleLock(lockPath: string, owner: string): void {
  const aside = `${lockPath}-stale-${process.pid}`;
  try {
    renameSync(lockPath, aside);
    if (readFileSync(aside, 'utf8') !== owner) renameSync(aside, lockPath);
    else rmSync(aside, { force: true });
  } catch {
    // The other run was quicker; the next attempt sees its lock.
  }
}

function removeTemporary(path: string): void {
  for (const name of readdirSync(path)) if (name.startsWith(TEMPORARY)) rmSync(join(path, name), { force: true });
}

/** Removes temporary files where that is possible. */
function cleanUp(path: string): void {
  try {
    removeTemporary(path);
  } catch {
    // The folder itself is gone or closed; whatever happened before says why.
  }
}

function writeAll(path: string, files: readonly ResultFile[], staged: readonly ResultFile['name'][]): void {
  const isKept = (name: string) => staged.some((each) => each === name) || files.some((file) => file.name === name);
  const names = RESULT_FILES.filter(isKept);
  let current = path;
  try {
    for (const name of names) {
      const file = files.find((each) => each.name === name);
      if (file === undefined) continue;
      current = join(path, name);
      writeWhole(join(path, TEMPORARY + name), file.chunks);
    }
    // From here on the folder is not complete until the new manifest is there.
    rmSync(join(path, 'manifest.json'), { force: true });
    for (const name of RESULT_FILES) if (!isKept(name)) rmSync(join(path, name), { force: true });
    for (const name of names) {
      current = join(path, name);
      renameSync(join(path, TEMPORARY + name), current);
    }
    syncFolder(path);
    cleanUp(path);
  } catch (error) {
    cleanUp(path);
    throw writeError(current, error);
  }
}

/** Milliseconds of writing after which others get their turn. */
const TURN_MS = 20;

async function stageFile(path: string, file: ResultFile): Promise<void> {
  try {
    const handle = openSync(join(path, TEMPORARY + file.name), 'w');
    try {
      let turnMs = performance.now();
      for (const chunk of file.chunks) {
        writeChunk(handle, chunk);
        if (performance.now() - turnMs < TURN_MS) continue;
        await new Promise((resolve) => setImmediate(resolve));
        turnMs = performance.now();
      }
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    cleanUp(path);
    throw writeError(join(path, file.name), error);
  }
}

/** Trouble of the file system becomes a `ResultsError`; a fault of the program stays what it is. */
function writeError(path: string, error: unknown): unknown {
  if ((error as { code?: unknown } | null)?.code === undefined) return error;
  return new ResultsError('RESULTS_WRITE', path, `cannot write ${path}: ${systemReason(error)}`);
}

/** Writes all bytes and flushes them to the disk before the name counts. */
function writeWhole(path: string, chunks: ResultFile['chunks']): void {
  const handle = openSync(path, 'w');
  try {
    for (const chunk of chunks) writeChunk(handle, chunk);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function writeChunk(handle: number, chunk: string | Uint8Array): void {
  const bytes = typeof chunk === 'string' ? Buffer.from(chunk, 'utf8') : chunk;
  let written = 0;
  while (written < bytes.length) written += writeSync(handle, bytes, written);
}

function syncFolder(path: string): void {
  try {
    const handle = openSync(path, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Folders cannot be flushed on every system; the files are.
  }
}
