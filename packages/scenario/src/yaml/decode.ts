/** Bytes of a scenario file to text, refusing what is no UTF-8 text. */

import { type Problem, problemAtLine, problemOfFile } from '../problem.js';

/** Largest scenario file read, bytes. A scenario of 5,000 like sites is a few kilobytes; lists of sites stay far below. */
export const MAX_FILE_BYTES = 256 * 1024;

export type Decoded = { readonly text: string } | { readonly problem: Problem };

/** Text of a scenario file without its byte-order mark, or why it is none: too large, UTF-16, NUL bytes, bad UTF-8. */
export function decodeScenario(label: string, bytes: Uint8Array): Decoded {
  if (bytes.length > MAX_FILE_BYTES)
    return {
      problem: problemOfFile(label, {
        code: 'SCENARIO_TOO_LARGE',
        message: `the file holds ${bytes.length} bytes`,
        given: `${bytes.length} bytes`,
        allowed: [`at most ${MAX_FILE_BYTES} bytes; use count, each_site_of or extends instead of repeating sites`],
      }),
    };
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (wide) return { problem: encodingProblem(label, bytes, 0, 'the file is UTF-16') };
  const nul = bytes.indexOf(0);
  if (nul >= 0) return { problem: encodingProblem(label, bytes, nul, 'the file holds a NUL byte') };
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
    return { text };
  } catch {
    const at = firstInvalidByte(bytes);
    const hex = (bytes[at] ?? 0).toString(16).padStart(2, '0');
    return { problem: encodingProblem(label, bytes, at, `byte 0x${hex} is not UTF-8`) };
  }
}

function encodingProblem(label: string, bytes: Uint8Array, at: number, message: string): Problem {
  let line = 1;
  let lineStart = 0;
  for (let i = 0; i < at; i++)
    if (bytes[i] === 0x0a) {
      line++;
      lineStart = i + 1;
    }
  let lineEnd = bytes.indexOf(0x0a, lineStart);
  if (lineEnd < 0) lineEnd = bytes.length;
  const excerpt = new TextDecoder('latin1').decode(bytes.subarray(lineStart, Math.min(lineEnd, lineStart + 4096)));
  return problemAtLine(label, line, at - lineStart + 1, excerpt, {
    code: 'SCENARIO_ENCODING',
    message,
    allowed: ['UTF-8 text'],
  });
}

/** Index of the first byte that no valid UTF-8 text could have there: the longest valid beginning, by bisection. */
function firstInvalidByte(bytes: Uint8Array): number {
  const isValid = (length: number) => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isValid(middle)) low = middle;
    else high = middle - 1;
  }
  if (low < bytes.length) return low;
  // All of it is the beginning of valid text: the last sequence is cut off, and its first byte is to blame.
  let at = bytes.length - 1;
  while (at > 0 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at--;
  return at;
}
