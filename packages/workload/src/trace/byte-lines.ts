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
  /** The same bytes, for reading several at once. */
  view: DataView;
  /** Present line: bytes from `start` up to, not including, `end`. */
  start = 0;
  end = 0;
  /** Number of the present line from 1. */
  line = 0;
  readonly path: string;
  /** First byte not yet given out, and end of the filled part. */
  from = 0;
  filled = 0;
  #reader: ByteReader;
  #chunkBytes: number;
  #ended = false;

  /** `chunkBytes` is how much is read at once; it changes speed only. */
  constructor(reader: ByteReader, path: string, chunkBytes = CHUNK_BYTES) {
    this.#reader = reader;
    this.path = path;
    this.#chunkBytes = chunkBytes;
    this.bytes = new Uint8Array(chunkBytes * 2);
    this.view = new DataView(this.bytes.buffer);
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

  /** Passes over `lines` lines that were read from the buffer, none of which becomes the present one; `next` is where the one
   * behind them begins. */
  skip(next: number, lines: number): void {
    this.from = next;
    this.line += lines;
  }

  close(): void {
    this.#reader.close();
  }

  /** Makes the bytes from `from` up to, not including, `end` the present line; the next begins at `next`. */
  #take(end: number, next: number): void {
    this.start = this.from;
    this.end = end;
    this.from = next;
    this.line++;
  }

  #nextRaw(): boolean {
    let at = this.from;
    for (;;) {
      const { bytes, filled } = this;
      while (at < filled && bytes[at] !== LF) at++;
      if (at < filled) {
        this.#take(at > this.from && bytes[at - 1] === CR ? at - 1 : at, at + 1);
        return true;
      }
      if (this.#ended) {
        if (this.from === filled) return false;
        this.#take(bytes[filled - 1] === CR ? filled - 1 : filled, filled);
        return true;
      }
      if (filled - this.from > MAX_LINE_BYTES) throw this.#tooLong();
      at -= this.#refill();
    }
  }

  /** Reads one more chunk behind the filled part, making room first; returns by how much the content moved down. */
  #refill(): number {
    const moved = this.from;
    if (this.filled + this.#chunkBytes > this.bytes.length) {
      const need = this.filled - moved + this.#chunkBytes;
      const target = need > this.bytes.length ? new Uint8Array(need * 2) : this.bytes;
      target.set(this.bytes.subarray(moved, this.filled));
      if (target !== this.bytes) {
        this.bytes = target;
        this.view = new DataView(target.buffer);
      }
      this.filled -= moved;
      this.from = 0;
      this.#read();
      return moved;
    }
    this.#read();
    return 0;
  }

  #read(): void {
    const count = this.#reader.read(this.bytes.subarray(this.filled, this.filled + this.#chunkBytes));
    if (count === 0) this.#ended = true;
    this.filled += count;
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
