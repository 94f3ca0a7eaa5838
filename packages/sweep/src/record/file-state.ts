/**
 * Whether files are still those that were read, found out without reading them again: device, inode, size and times. A file
 * that was written in place within the clock's grain, to the same length, is not noticed.
 */

import { statSync } from 'node:fs';

/** One text for the state of all files; a file that cannot be looked at makes it differ from any other. */
export function fileStates(paths: readonly string[]): string {
  return paths.map(fileState).join('\n');
}

let unknown = 0;

function fileState(path: string): string {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
  } catch {
    return `unknown ${process.pid} ${performance.timeOrigin} ${++unknown}`;
  }
}
