/**
 * Lines of a file as byte ranges, read in chunks: no string is made for a line.
 *
 * A line ends with LF or CRLF; the last line needs no end. A UTF-8 byte order mark at the start is skipped. Blank
 * lines are skipped but counted in line numbers. Memory is one buffer, as long as the longest line (at most 16 MiB)
 * plus a chunk.
 */

import type { ByteReader } from '../request-source.js';
import { TraceError } from './trace-error.js';

const CHUNK_BYTES = 65_536;
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const LF = 10;
const CR = 13;
const SPACE = 32;
const TAB = 9;

export class ByteLines {
  /** Buffer that holds the present line; valid until the next call of `next`. */
  bytes: Uint8Array;
  /** Present line: bytes from `start` up to, not including, `end`. */
  start = 0;
  end = 0;
  /** Number of the present line from 1. */
  line = 0;
  readonly path: string;
  #reader: ByteReader;
  #chunkBytes: number;
  /** First byte not yet given out, and end of the filled part. */
  #from = 0;
  #filled = 0;
  #ended = false;

  /** `chunkBytes` is how much is read at once; it changes speed only. */
  constructor(reader: ByteReader, path: string, chunkBytes = CHUNK_BYTES) {
    this.#reader = reader;
    this.path = path;
    this.#chunkBytes = chunkBytes;
    this.bytes = new Uint8Array(chunkBytes * 2);
  }

  /** Moves to the next line that is not blank; false at the end of the file. */
  next(): boolean {
    for (;;) {
      if (!this.#nextRaw()) return false;
      if (this.line === 1 && this.end - this.start >= 3) this.#skipByteOrderMark();
      for (let at = this.start; at < this.end; at++) {
        const byte = this.bytes[at]!;
        if (byte !== SPACE && byte !== TAB) return true;
      }
    }
  }

  close(): void {
    this.#reader.close();
  }

  #nextRaw(): boolean {
    let scanned = this.#from;
    for (;;) {
      const at = this.bytes.indexOf(LF, scanned);
      if (at >= 0 && at < this.#filled) return this.#take(at, at + 1);
      scanned = this.#filled;
      if (this.#ended) return this.#from < this.#filled ? this.#take(this.#filled, this.#filled) : false;
      if (this.#filled - this.#from > MAX_LINE_BYTES) throw this.#tooLong();
      scanned -= this.#refill();
    }
  }

  #take(end: number, next: number): boolean {
    this.start = this.#from;
    this.end = end > this.#from && this.bytes[end - 1] === CR ? end - 1 : end;
    this.#from = next;
    this.line++;
    return true;
  }

  /** Reads one more chunk behind the filled part, making room first; returns by how much the content moved down. */
  #refill(): number {
    const moved = this.#from;
    if (this.#filled + this.#chunkBytes > this.bytes.length) {
      const need = this.#filled - moved + this.#chunkBytes;
      const target = need > this.bytes.length ? new Uint8Array(need * 2) : this.bytes;
      target.set(this.bytes.subarray(moved, this.#filled));
      this.bytes = target;
      this.#filled -= moved;
      this.#from = 0;
      this.bytes.fill(0, this.#filled);
      this.#read();
      return moved;
    }
    this.#read();
    return 0;
  }

  #read(): void {
    const count = this.#reader.read(this.bytes.subarray(this.#filled, this.#filled + this.#chunkBytes));
    if (count === 0) this.#ended = true;
    this.#filled += count;
  }

  #skipByteOrderMark(): void {
    const { bytes, start } = this;
    if (bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf) this.start += 3;
  }

  #tooLong(): TraceError {
    return new TraceError(
      {
        code: 'trace-line-too-long',
        path: this.path,
        line: this.line + 1,
        column: 0,
        given: `over ${MAX_LINE_BYTES} bytes without a line end`,
        allowed: `lines of at most ${MAX_LINE_BYTES} bytes`,
      },
      'line is too long',
    );
  }
}
