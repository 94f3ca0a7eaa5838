/** Tables of Markdown. */

/** Lines of a table; columns after the first `leftColumns` are right-aligned. Cells are escaped, so that none can end a column. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  leftColumns = 1,
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeCell).join(' | ')} |`;
  return [line(head), `| ${head.map((_, at) => (at < leftColumns ? '---' : '---:')).join(' | ')} |`, ...rows.map(line)];
}

function escapeCell(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
}
