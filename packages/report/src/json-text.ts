/**
 * JSON that people can read and machines can compare: keys in the order given, two spaces, and what fits on a line
 * stays on one. Non-finite numbers become null, so a file always parses.
 */

const INLINE_WIDTH = 120;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** JSON text with a final line feed; the same value always gives the same bytes. */
export function jsonText(value: unknown): string {
  return `${render(value as Json, 0)}\n`;
}

function render(value: Json, depth: number): string {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const indent = '  '.repeat(depth + 1);
  const close = '  '.repeat(depth);
  if (Array.isArray(value)) {
    const parts = (value as readonly Json[]).map((item) => render(item, depth + 1));
    const isFlat = (value as readonly Json[]).every((item) => item === null || typeof item !== 'object');
    // Long lists of numbers stay on one line: bins are read by programs.
    if (isFlat) return `[${parts.join(', ')}]`;
    return `[\n${parts.map((part) => indent + part).join(',\n')}\n${close}]`;
  }
  const entries = Object.entries(value as { readonly [key: string]: Json | undefined }).filter(
    (entry): entry is [string, Json] => entry[1] !== undefined,
  );
  if (entries.length === 0) return '{}';
  const parts = entries.map(([key, item]) => `${JSON.stringify(key)}: ${render(item, depth + 1)}`);
  const line = `{ ${parts.join(', ')} }`;
  const isFlat = entries.every(([, item]) => item === null || typeof item !== 'object');
  if (isFlat && depth > 0 && line.length + indent.length <= INLINE_WIDTH) return line;
  return `{\n${parts.map((part) => indent + part).join(',\n')}\n${close}}`;
}
