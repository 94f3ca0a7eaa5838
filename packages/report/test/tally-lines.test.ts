import { expect, test } from 'vitest';
import { tallyLines } from '../src/tally-lines.js';

test('rows of a trace add up in one line, with every reason for a drop', () => {
  expect(
    tallyLines(
      {
        'conv/rows_read': 100,
        'conv/rows_emitted': 95,
        'conv/dropped_thinned': 4,
        'conv/dropped_trace_zero_tokens': 1,
      },
      1,
    ),
  ).toEqual(['conv: 100 trace rows read = 95 sent + 5 dropped: 4 thinned, 1 trace zero tokens']);
});

test('refusals and spill are said in words, whole and per workload', () => {
  expect(tallyLines({ 'a/b/queue_full': 12, 'a/b/spilled': 12345, 'c/too_long': 0 }, 3)).toEqual([
    'a/b: 12 requests refused because the queue was full (3 replications together)',
    'a/b: 12345 requests sent past the first choice of their route (spill) (3 replications together)',
  ]);
});
