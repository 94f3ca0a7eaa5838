import { describe, expect, it } from 'vitest';
import { parseDesignFile, trialsOf } from '../src/index.js';

const problems = (text: string) => parseDesignFile('d.yaml', text).problems.map((p) => `${p.where}: ${p.message}`);

describe('a design file', () => {
  it('holds axes, zipped axes and a draw', () => {
    const { design, problems: none } = parseDesignFile(
      'd.yaml',
      `axes:
  - { path: a.rate, from: 5, to: 40, count: 4, scale: log }
  - { path: b.limit, values: [20kW, null, 0.50] }
  - zip:
      - { path: c.device, values: [h100-sxm, b200-sxm] }
      - { path: c.parallelism, values: [{ tp: 4 }, { tp: 2, pp: [1, "x, y"] }] }
`,
    );
    expect(none).toEqual([]);
    const trials = trialsOf(design);
    expect(trials.length).toBe(24);
    expect(trials[1]!.assignments).toEqual([
      { path: 'a.rate', text: '5' },
      { path: 'b.limit', text: '20kW' },
      { path: 'c.device', text: 'b200-sxm' },
      { path: 'c.parallelism', text: '{ tp: 2, pp: [ 1, "x, y" ] }' },
    ]);
    expect([...new Set(trials.map(({ assignments }) => assignments[1]!.text))]).toEqual(['20kW', 'null', '0.50']);
    expect(trials.at(-1)!.assignments[0]!.text).toBe('40');
  });

  it('draws when it says so', () => {
    const { design } = parseDesignFile(
      'd.yaml',
      'axes: [{ path: a, from: 1, to: 9, whole: true }]\ndraw: { method: lhs, trials: 9, seed: 3 }\n',
    );
    expect(design.draw).toEqual({ method: 'lhs', trials: 9, seed: 3 });
    const values = trialsOf(design).map(({ assignments }) => Number(assignments[0]!.text));
    expect(values.sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('tells everything that is wrong with it, each with its place', () => {
    expect(
      problems(`axis: []
axes:
  - { path: a, values: [] }
  - { path: b, from: 3, to: 1, count: 2 }
  - { path: c, from: 1, to: 2, count: x }
  - { path: d, vlaues: [1] }
  - { values: [1] }
  - { path: e, values: [1, 1], count: 3 }
  - { path: f, values: [=1, 2] }
  - 7
  - zip: 3
draw: { method: sobol, trials: 0 }
`),
    ).toEqual([
      'd.yaml:1:1: unknown key `axis`; did you mean `axes`?',
      'd.yaml:3:24: `values` is a list of at least one value',
      'd.yaml:4:5: the range is empty: 3 is not below 1',
      'd.yaml:5:39: `count` is a whole number',
      'd.yaml:6:16: unknown key `vlaues`; did you mean `values`?',
      'd.yaml:6:5: an axis has `values`, or `from` and `to`',
      'd.yaml:7:5: `path` is a path of the scenario, as --set takes it',
      'd.yaml:8:5: an axis has `values` or `count`, not both',
      'd.yaml:8:28: the value `1` is given twice',
      'd.yaml:9:25: a spreadsheet would run `=1`: no value starts with = + - @',
      'd.yaml:10:5: an axis is a map with `path` and `values`, or `from`, `to` and `count`',
      'd.yaml:11:10: `zip` stands alone and is a list of axes',
      'd.yaml:12:7: `method` is random or lhs',
      'd.yaml:12:7: `trials` is a whole number of at least 1',
    ]);
  });

  it.each<[string, string]>([
    ['', 'd.yaml: a design is a map with `axes`'],
    ['- 1\n', 'd.yaml:1:1: a design is a map with `axes`'],
    ['axes: 3\n', 'd.yaml:1:7: `axes` is a list of axes'],
    ['axes: [{ path: a, values: [&x 1, *x] }]\n', 'd.yaml:1:34: aliases are not used in designs'],
  ])('%j is no design', (text, message) => {
    expect(problems(text)).toEqual([message]);
  });

  it('that is no YAML is refused with its place', () => {
    expect(problems('axes: [\n')[0]).toMatch(/^d\.yaml:\d+:\d+: /);
  });
});
