/**
 * What traces were found to hold, for callers that load one scenario many times: a trace is read through once, not once per
 * load. A trace counts as the same while its path, format, rule for bad rows, size and times are; one that was written in place
 * within the clock's grain, to the same length, is not noticed.
 */

import { statSync } from 'node:fs';
import type { TraceFile, TraceScan } from '@infersim/workload';

/** A scan of a usable trace, and the hash of the bytes that were read for it. */
export interface RememberedScan {
  readonly scan: TraceScan;
  readonly sha256: string;
}

/** Most traces that are remembered; of more the rest is read again. */
const MOST_TRACES = 64;

/** Scans by trace. For loads that read files from disk, with paths that mean the same to all of them. */
export class TraceMemory {
  readonly #scans = new Map<string, RememberedScan>();

  /** The scan of a trace, by `read` (null: not to be remembered) when it is not known. */
  scan(file: TraceFile, read: () => RememberedScan | null): RememberedScan | null {
    const key = keyOf(file);
    const known = key === null ? undefined : this.#scans.get(key);
    if (known !== undefined) return known;
    const found = read();
    if (found === null) return null;
    // A file that was changed while it was read is not remembered.
    if (key !== null && key === keyOf(file) && this.#scans.size < MOST_TRACES) this.#scans.set(key, found);
    return found;
  }
}

function keyOf({ path, format, badRows }: TraceFile): string | null {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [path, format, badRows, dev, ino, size, mtimeNs, ctimeNs].join('\n');
  } catch {
    return null;
  }
}
