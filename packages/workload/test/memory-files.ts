import { closeSync, openSync, readSync } from 'node:fs';
import { gzipSync } from 'fflate';
import type { OpenBytes } from '../src/request-source.js';

/** Opens one content under any path, handing out at most `chunkBytes` at a time. */
export function openContent(content: string | Uint8Array, chunkBytes = 7): OpenBytes {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return () => {
    let at = 0;
    let closed = false;
    return {
      read(into) {
        if (closed) throw new Error('read of a closed file');
        const count = Math.min(into.length, chunkBytes, bytes.length - at);
        into.set(bytes.subarray(at, at + count));
        at += count;
        return count;
      },
      close() {
        if (closed) throw new Error('file closed twice');
        closed = true;
      },
    };
  };
}

export const openDisk: OpenBytes = (path) => {
  const file = openSync(path, 'r');
  return { read: (into) => readSync(file, into), close: () => closeSync(file) };
};

export const gzip = (text: string) => gzipSync(new TextEncoder().encode(text));

export const fixture = (name: string) => new URL(`../../../fixtures/traces/${name}`, import.meta.url).pathname;
