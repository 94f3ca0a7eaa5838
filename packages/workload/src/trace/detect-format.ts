/** Tells a trace's format from its first line. */

import type { OpenBytes } from '../request-source.js';
import type { TraceFormat } from '../workload-plan.js';
import { ByteLines } from './byte-lines.js';
import { openPlainBytes } from './gunzip-bytes.js';

/** The format that a first line belongs to, or null when it is none that is known. */
export function detectFormat(firstLine: string): TraceFormat | null {
  const line = firstLine.replace(/^\uFEFF/, '').trim();
  if (line.startsWith('{')) return line.includes('"hash_ids"') && line.includes('"input_length"') ? 'mooncake' : null;
  const names = new Set(line.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1')));
  if (names.has('arrival_s')) return 'canonical';
  if (names.has('TIMESTAMP') && names.has('ContextTokens')) return 'azure-llm';
  if (names.has('Request tokens') && names.has('Response tokens')) return 'burstgpt';
  if (names.has('num_prefill_tokens') && names.has('num_decode_tokens')) return 'lengths';
  return names.has('prompt_tokens') && names.has('output_tokens') ? 'lengths' : null;
}

/**
 * The format of a file, plain or gzip, told by its first line; null when unknown or empty.
 *
 * @throws TraceError when the file is damaged.
 */
export function detectFileFormat(open: OpenBytes, path: string): TraceFormat | null {
  const lines = new ByteLines(openPlainBytes(open, path), path);
  try {
    if (!lines.next()) return null;
    return detectFormat(new TextDecoder().decode(lines.bytes.subarray(lines.start, lines.end)));
  } finally {
    lines.close();
  }
}
