import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../src/tables/csv-table.js';

const cells = (text: string) => readCsv('t.csv', text);

describe('CSV text', () => {
  it('reads LF, CRLF, CR and a byte order mark alike', () => {
    for (const end of ['\n', '\r\n', '\r']) {
      const table = cells(`\uFEFFa,B ${end}1,2${end}${end}3,"4"${end}`);
      expect(table.header).toEqual(['a', 'b']);
      expect(table.rows.map((row) => [row.line, row.text('a'), row.text('b')])).toEqual([
        [2, '1', '2'],
        [4, '3', '4'],
      ]);
      expect(table.problems).toEqual([]);
    }
  });

  it('gives the line a row begins in, also behind cells with line ends', () => {
    const table = cells('a,b\r\n"x\r\ny, ""z""",1\r\nw,2\r\n');
    expect(table.rows.map((row) => [row.line, row.text('a')])).toEqual([
      [2, 'x\ny, "z"'],
      [4, 'w'],
    ]);
  });

  it('says that a file is empty, and is content with a header alone', () => {
    expect(cells('').problems).toMatchObject([{ line: 1, code: 'ROW_SHAPE', message: 'the file is empty' }]);
    expect(cells('\n\n').problems).toMatchObject([{ code: 'ROW_SHAPE' }]);
    expect(cells('a,b\n')).toMatchObject({ header: ['a', 'b'], rows: [], rowCount: 0, problems: [] });
  });

  it('names rows with too few or too many cells and reads the others', () => {
    const table = cells('a,b\n1\n2,3\n4,5,6\n');
    expect(table.rows.map((row) => row.line)).toEqual([3]);
    expect(table.rowCount).toBe(3);
    expect(table.problems).toMatchObject([
      { line: 2, code: 'ROW_SHAPE', given: '1', allowed: '2' },
      { line: 4, code: 'ROW_SHAPE', given: '3', allowed: '2' },
    ]);
  });

  it('names a column that occurs twice', () => {
    const table = cells('a,A\n1,2\n');
    expect(table.problems).toMatchObject([{ line: 1, given: 'a' }]);
    expect(table.rows[0]?.text('a')).toBe('1');
  });

  it('says where a quote is not closed', () => {
    const table = cells('a,b\n1,2\n3,"4\n5,6\n');
    expect(table.rows.map((row) => row.line)).toEqual([2]);
    expect(table.problems).toMatchObject([{ code: 'ROW_SHAPE', message: expect.stringContaining('not closed') }]);
  });

  it('keeps a stray quote as text', () => {
    const table = cells('a,b\n5" disk,1\n"7"z,2\n8,3\n');
    expect(table.rows.map((row) => row.text('b'))).toEqual(['1', '2', '3']);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '1', ',', '"', '\n', '\r', '\t', '\u0000', ' ', '\uFEFF')), (parts) => {
        const table = cells(parts.join(''));
        expect(table.rows.length).toBeLessThanOrEqual(table.rowCount);
      }),
    );
  });
});

describe('numbers', () => {
  const read = (text: string) => cells(`v\n"${text}"\n`).rows[0]?.number('v');

  it('reads decimals with and without exponent', () => {
    expect(read('8.0')).toBe(8);
    expect(read(' 1e-3 ')).toBe(0.001);
    expect(read('.5')).toBe(0.5);
  });

  it.each(['', 'x', 'NaN', 'inf', '-1', '1,000', '0x10', '1e999', '12 ms', '1..2'])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'ROW_VALUE', column: 'v', given: text.trim() }));
  });

  it('refuses parts and nothing where a count is needed', () => {
    const row = cells('a,b\n1.5,0\n').rows[0];
    expect(() => row?.count('a')).toThrow(/not whole/);
    expect(() => row?.count('b')).toThrow(/zero/);
    expect(row?.countOr('c', 7)).toBe(7);
    expect(row?.optionalNumber('c')).toBeUndefined();
  });
});
