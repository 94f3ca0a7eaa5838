/** Reads back the CSV this package writes: RFC 4180 with quotes, LF or CRLF, header first. */

/** Rows as arrays of text, the header first. Not for foreign files: nothing is repaired. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let position = 0;
  while (position < text.length) {
    const row: string[] = [];
    for (;;) {
      const [cell, end] = readCell(text, position, rows.length + 1);
      row.push(cell);
      position = end;
      if (text[position] !== ',') break;
      position++;
    }
    if (text[position] === '\r') position++;
    if (position < text.length && text[position] !== '\n')
      throw new RangeError(`text after a closing quote in row ${rows.length + 1}`);
    position++;
    rows.push(row);
  }
  return rows;
}

/** The cell that starts at `start`, and where its delimiter stands. */
function readCell(text: string, start: number, row: number): [string, number] {
  let position = start;
  if (text[position] !== '"') {
    while (position < text.length && text[position] !== ',' && text[position] !== '\n') position++;
    if (text[position] === '\n' && position > start && text[position - 1] === '\r') position--;
    return [text.slice(start, position), position];
  }
  let cell = '';
  position++;
  for (;;) {
    const quote = text.indexOf('"', position);
    if (quote < 0) throw new RangeError(`a quoted cell that never ends in row ${row}`);
    cell += text.slice(position, quote);
    position = quote + 1;
    if (text[position] !== '"') return [cell, position];
    cell += '"';
    position++;
  }
}

/** Rows as records by header name. */
export function parseCsvRecords(text: string): { header: string[]; records: Record<string, string>[] } {
  const [header, ...rows] = parseCsv(text);
  if (header === undefined) return { header: [], records: [] };
  const records = rows.map((row, index) => {
    if (row.length !== header.length)
      throw new RangeError(`row ${index + 2} has ${row.length} cells, the header ${header.length}`);
    const record: Record<string, string> = Object.create(null) as Record<string, string>;
    header.forEach((name, column) => {
      record[name] = row[column]!;
    });
    return record;
  });
  return { header, records };
}
