import { describe, expect, it } from 'vitest';
import type { Figure } from '../src/figure.js';
import { markdownTable, tableText } from '../src/table.js';

const figures: readonly Figure[] = [
  {
    id: 'queue.timers',
    group: 'queue',
    name: 'timers against flat',
    value: 0.9512345,
    unit: 'times',
    min: 0.91,
    max: 1.02,
    gate: { atLeast: 0.9 },
    aim: { atLeast: 1.2 },
  },
  { id: 'queue.flat', group: 'queue', name: 'flat', value: 21_234.5, unit: 'M/s' },
  {
    id: 'memory',
    group: 'memory',
    name: 'peak',
    value: 164,
    unit: 'MiB',
    gate: { atMost: 150 },
    note: 'eight | replicas',
  },
];

describe('the table', () => {
  it('groups figures and shows range, gate and aim with verdicts, and the note', () => {
    const text = tableText(figures);
    expect(text.split('\n').map((line) => line.replace(/ {2,}/g, ' ').trim())).toEqual([
      '',
      'queue',
      'timers against flat 0.9512 times [0.91 to 1.02] gate >= 0.9 met, aim >= 1.2 missed',
      'flat 21,235 M/s',
      '',
      'memory',
      'peak 164 MiB gate <= 150 missed',
      'eight | replicas',
      '',
    ]);
  });

  it('writes the same as markdown, bars escaped', () => {
    expect(markdownTable(figures).split('\n')).toEqual([
      '| measure | median [range] | gate | aim | load, size |',
      '| --- | --- | --- | --- | --- |',
      '| queue: timers against flat | 0.9512 [0.91 to 1.02] times | >= 0.9: met | >= 1.2: missed |  |',
      '| queue: flat | 21,235 M/s |  |  |  |',
      '| memory: peak | 164 MiB | <= 150: missed |  | eight \\| replicas |',
      '',
    ]);
  });

  it('says n/a where nothing could be measured', () => {
    const missing = { id: 'x', group: 'g', name: 'nothing', value: Number.NaN, unit: 's', gate: { atMost: 1 } };
    expect(tableText([missing])).toMatch(/nothing +n\/a s {2}gate <= 1 not judged/);
  });
});
