/** Files as the byte readers that traces are streamed through: synchronous, because simulated time knows no waiting. */

import { closeSync, openSync, readSync } from 'node:fs';
import type { ByteReader } from '@infersim/workload';

/** Opens a file for reading. Throws the file system's error when it cannot. */
export function openFileBytes(path: string): ByteReader {
  const file = openSync(path, 'r');
  let isOpen = true;
  return {
    read: (into) => readSync(file, into, 0, into.length, null),
    close: () => {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}
