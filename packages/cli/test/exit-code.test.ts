import { expect, test } from 'vitest';
import { decideExitCode, ExitCode } from '../src/exit-code.js';

test.each<[ExitCode[], ExitCode]>([
  [[], 0],
  [[0], 0],
  [[0, 8], 8],
  [[99, 5], 5],
  [[5, 6, 99], 6],
  [[6, 130], 130],
  [[143, 6, 99], 143],
  [[130, 4], 4],
  [[4, 99, 1, 130], 1],
])('of %j the code is %d', (codes, code) => {
  expect(decideExitCode(codes)).toBe(code);
  expect(decideExitCode([...codes].reverse())).toBe(code);
});

test('the documented numbers do not move', () => {
  expect(ExitCode).toMatchInlineSnapshot(`
    {
      "BUG": 1,
      "FILE": 4,
      "INFEASIBLE": 7,
      "INTERRUPTED": 130,
      "INVALID_INPUT": 3,
      "LIMIT": 6,
      "OBJECTIVE_FAILED": 99,
      "OK": 0,
      "REGRESSION": 8,
      "SOME_FAILED": 5,
      "TERMINATED": 143,
      "USAGE": 2,
    }
  `);
});
