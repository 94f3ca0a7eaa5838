/**
 * Reads a file's bytes, plain or gzip, the same way: gzip is told by its two magic bytes, never by the file's name.
 *
 * Decompression is fflate's synchronous streaming `Gunzip`, fed with small chunks, so that memory stays at a few
 * chunks whatever the file's size. fflate does not check the trailer; here the length and CRC-32 of the last member are
 * checked (RFC 1952), so a file cut short or damaged is an error and never a shorter trace. Of a file of several
 * members only the last one's trailer is checked.
 */

import { Gunzip } from 'fflate';
import type { ByteReader, OpenBytes } from '../request-source.js';
import { TraceError } from './trace-error.js';

/** Compressed bytes a push; one push may grow about a thousandfold. */
const CHUNK_BYTES = 16_384;
const TRAILER_BYTES = 8;

const crcTable = /* @__PURE__ */ (() => {
  const table = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ -306_674_912 : crc >>> 1;
    table[byte] = crc;
  }
  return table;
})();

/**
 * Opens a file and undoes gzip if the content is gzip.
 *
 * @throws TraceError `trace-gzip` from `read` when compressed data is damaged or cut short.
 */
export function openPlainBytes(open: OpenBytes, path: string): ByteReader {
  const raw = open(path);
  const head = new Uint8Array(2);
  let headBytes = 0;
  while (headBytes < 2) {
    const got = raw.read(head.subarray(headBytes));
    if (got === 0) break;
    headBytes += got;
  }
  const rest = new HeadedBytes(raw, head.subarray(0, headBytes));
  return headBytes === 2 && head[0] === 0x1f && head[1] === 0x8b ? new GunzipBytes(rest, path) : rest;
}

/** Gives back the bytes that were looked at, then the rest. */
class HeadedBytes implements ByteReader {
  #raw: ByteReader;
  #head: Uint8Array;

  constructor(raw: ByteReader, head: Uint8Array) {
    this.#raw = raw;
    this.#head = head;
  }

  read(into: Uint8Array): number {
    if (this.#head.length === 0) return this.#raw.read(into);
    const count = Math.min(into.length, this.#head.length);
    into.set(this.#head.subarray(0, count));
    this.#head = this.#head.subarray(count);
    return count;
  }

  close(): void {
    this.#raw.close();
  }
}

class GunzipBytes implements ByteReader {
  #raw: ByteReader;
  #path: string;
  #gunzip: Gunzip;
  /** Decompressed pieces not handed out yet, oldest first, and how much of the first is gone. */
  #ready: Uint8Array[] = [];
  #offset = 0;
  #ended = false;
  #crc = -1;
  #plainBytes = 0;
  #tail = new Uint8Array(0);

  constructor(raw: ByteReader, path: string) {
    this.#raw = raw;
    this.#path = path;
    this.#gunzip = new Gunzip((piece) => {
      if (piece.length === 0) return;
      let crc = this.#crc;
      for (let i = 0; i < piece.length; i++) crc = crcTable[(crc ^ piece[i]!) & 255]! ^ (crc >>> 8);
      this.#crc = crc;
      this.#plainBytes += piece.length;
      this.#ready.push(piece);
    });
    this.#gunzip.onmember = () => {
      this.#crc = -1;
      this.#plainBytes = 0;
    };
  }

  read(into: Uint8Array): number {
    while (this.#ready.length === 0) {
      if (this.#ended) return 0;
      this.#pushChunk();
    }
    const first = this.#ready[0]!;
    const count = Math.min(into.length, first.length - this.#offset);
    into.set(first.subarray(this.#offset, this.#offset + count));
    this.#offset += count;
    if (this.#offset === first.length) {
      this.#ready.shift();
      this.#offset = 0;
    }
    return count;
  }

  close(): void {
    this.#raw.close();
  }

  #pushChunk(): void {
    const chunk = new Uint8Array(CHUNK_BYTES);
    const count = this.#raw.read(chunk);
    this.#ended = count === 0;
    const bytes = chunk.subarray(0, count);
    try {
      this.#gunzip.push(bytes, this.#ended);
    } catch (cause) {
      throw this.#damaged(cause instanceof Error ? cause.message : String(cause));
    }
    if (count > 0) this.#keepTail(bytes);
    else this.#checkTrailer();
  }

  #keepTail(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#tail.length + Math.min(bytes.length, TRAILER_BYTES));
    joined.set(this.#tail);
    joined.set(bytes.subarray(Math.max(0, bytes.length - TRAILER_BYTES)), this.#tail.length);
    this.#tail = joined.slice(Math.max(0, joined.length - TRAILER_BYTES));
  }

  #checkTrailer(): void {
    if (this.#tail.length < TRAILER_BYTES) throw this.#damaged('shorter than a gzip trailer');
    const trailer = new DataView(this.#tail.buffer, this.#tail.byteOffset);
    if (trailer.getInt32(0, true) !== ~this.#crc) throw this.#damaged('the checksum does not match');
    if (trailer.getUint32(4, true) !== this.#plainBytes % 2 ** 32) throw this.#damaged('the length does not match');
  }

  #damaged(given: string): TraceError {
    return new TraceError(
      { code: 'trace-gzip', path: this.#path, line: 0, column: 0, given, allowed: 'a whole gzip file, or plain text' },
      'gzip data is damaged or cut short',
    );
  }
}
