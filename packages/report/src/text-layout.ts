/**
 * Plain text within a width: wrapping, padding and tables. Widths count characters; all text of this project is made
 * of characters that take one cell each, and colour codes are added after padding.
 */

/** Most characters on a line of the terminal summary. */
export const LINE_WIDTH = 80;

/** Breaks text at spaces so that no line exceeds `width`; a word longer than that is cut. */
export function wrapText(text: string, indent: string, width = LINE_WIDTH, firstIndent = indent): string[] {
  const lines: string[] = [];
  let line = firstIndent;
  let isEmpty = true;
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    let rest = word;
    if (!isEmpty && line.length + 1 + rest.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    while (line.length + (isEmpty ? 0 : 1) + rest.length > width && rest.length > width - indent.length) {
      const room = width - line.length - (isEmpty ? 0 : 1);
      lines.push(line + (isEmpty ? '' : ' ') + rest.slice(0, room));
      rest = rest.slice(room);
      line = indent;
      isEmpty = true;
    }
    line += (isEmpty ? '' : ' ') + rest;
    isEmpty = false;
  }
  if (!isEmpty || lines.length === 0) lines.push(line.trimEnd());
  return lines;
}

/** A table with left-aligned first column(s) and right-aligned figures; no line ends in spaces. */
export function alignTable(
  rows: readonly (readonly string[])[],
  options: { readonly indent?: string; readonly gap?: string; readonly leftColumns?: number } = {},
): string[] {
  const gap = options.gap ?? '  ';
  const leftColumns = options.leftColumns ?? 1;
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  return rows.map((row) =>
    (
      (options.indent ?? '') +
      row
        .map((cell, column) => (column < leftColumns ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join(gap)
    ).trimEnd(),
  );
}

/** Replaces the few characters outside ASCII that reports use. */
export function toAscii(text: string): string {
  return text
    .replaceAll('±', '+-')
    .replaceAll('≤', '<=')
    .replaceAll('≥', '>=')
    .replaceAll('×', 'x')
    .replaceAll('→', '->')
    .replaceAll('–', '-')
    .replace(/[^\n\x20-\x7e]/g, '?');
}
