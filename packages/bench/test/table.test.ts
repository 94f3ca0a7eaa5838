import { describe, expect, it } from 'vitest';
import { tableText } from '../src/table.js';

describe('the table', () => {
  it('groups figures and shows range, ratio and note', () => {
    const text = tableText([
      {
        group: 'queue',
        name: 'timers',
        value: 20.123456,
        unit: 'M/s',
        min: 19,
        max: 21,
        ratio: 0.9512,
        against: 'flat',
      },
      { group: 'queue', name: 'flat', value: 21_234.5, unit: 'M/s' },
      { group: 'memory', name: 'peak', value: 64, unit: 'MiB', note: 'eight replicas' },
    ]);
    expect(text.split('\n').map((line) => line.replace(/ {2,}/g, ' ').trim())).toEqual([
      '',
      'queue',
      'timers 20.12 M/s [19 to 21] 0.9512 x flat',
      'flat 21,235 M/s',
      '',
      'memory',
      'peak 64 MiB',
      'eight replicas',
      '',
    ]);
  });
});
