import { describe, expect, it } from 'vitest';
import { parseAxis } from '../src/index.js';

const values = (text: string) => {
  const axis = parseAxis('--axis', `a.b=${text}`);
  return 'message' in axis ? axis.message : axis.values;
};

describe('an axis on the command line', () => {
  it('is a path, an equals sign and values; brackets in a path may hold equals signs', () => {
    expect(parseAxis('--axis', 'pools[a=b].replicas=1,2')).toEqual({
      path: 'pools[a=b].replicas',
      values: { kind: 'list', texts: ['1', '2'] },
      origin: '--axis pools[a=b].replicas=1,2',
    });
  });

  it.each<[string, readonly string[]]>([
    ['1, 2 ,3', ['1', '2', '3']],
    ['10kW,20kW', ['10kW', '20kW']],
    ['[1,2],[3]', ['[1,2]', '[3]']],
    ['{ a: 1, b: 2 },null', ['{ a: 1, b: 2 }', 'null']],
    [`"a,b",'c,d'`, ['"a,b"', `'c,d'`]],
    ['"say \\"a,b\\"",c', ['"say \\"a,b\\""', 'c']],
    ['-5,+3', ['-5', '+3']],
    ['../x.csv,../y.csv', ['../x.csv', '../y.csv']],
    ['v1.2..3', ['v1.2..3']],
  ])('splits %s at commas outside of brackets and quotes', (text, texts) => {
    expect(values(text)).toEqual({ kind: 'list', texts });
  });

  it.each<[string, object]>([
    ['1..8:4', { range: { low: 1, high: 8, unit: '', scale: 'linear', whole: false }, count: 4 }],
    ['0.5..2', { range: { low: 0.5, high: 2, unit: '', scale: 'linear', whole: false } }],
    ['1e-3..1e3:7:log', { range: { low: 1e-3, high: 1e3, unit: '', scale: 'log', whole: false }, count: 7 }],
    ['1..64:log:int', { range: { low: 1, high: 64, unit: '', scale: 'log', whole: true } }],
    ['10kW..50kW:3', { range: { low: 10, high: 50, unit: 'kW', scale: 'linear', whole: false }, count: 3 }],
    ['500ms..2s:4', { range: { low: 500, high: 2000, unit: 'ms', scale: 'linear', whole: false }, count: 4 }],
    ['-5..5:3', { range: { low: -5, high: 5, unit: '', scale: 'linear', whole: false }, count: 3 }],
  ])('reads %s as a range', (text, range) => {
    expect(values(text)).toEqual({ kind: 'range', ...range });
  });

  it.each<[string, string]>([
    ['8..1:3', 'the range is empty: 8 is not below 1'],
    ['1..1:3', 'the range is empty: 1 is not below 1'],
    ['1..8:0', 'the range is empty: 0 values'],
    ['1..8:1', 'a range has at least 2 values; list a single one'],
    ['0..8:3:log', 'a logarithmic range starts above 0, not at 0'],
    ['1.5..8:3:int', 'a range of whole numbers has whole ends'],
    ['1..8:x', 'behind a range stand its count, `log` and `int` (1..64:7:log:int), not `x`'],
    ['1..8kW:3', 'both ends of a range carry a unit, or none'],
    ['1ms..8kW:3', '`ms` and `kW` are not units of one kind'],
    ['1..3:2,7', 'a range stands alone: `1..3:2` is one of 2 values'],
    ['', 'a value is empty; give `""` for empty text, `null` to take a key away'],
    ['1,,2', 'a value is empty; give `""` for empty text, `null` to take a key away'],
    ['1,2,1', 'the value `1` is given twice'],
    ['=1+1', 'a spreadsheet would run `=1+1`: no value starts with = + - @'],
    ['@sum', 'a spreadsheet would run `@sum`: no value starts with = + - @'],
    ['a\nb', 'a value holds line ends or control characters'],
  ])('refuses %j', (text, message) => {
    expect(values(text)).toBe(message);
  });

  it('says which flag and text are wrong', () => {
    expect(parseAxis('--zip', 'replicas')).toEqual({
      where: '--zip replicas',
      message: 'there is no `=`: an axis is path=v1,v2 or path=a..b:n',
    });
    expect(parseAxis('--axis', '=1')).toEqual({ where: '--axis =1', message: 'there is no path before `=`' });
  });
});
