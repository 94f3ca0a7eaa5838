import { expect, test } from 'vitest';
import { wantsAscii, wantsColor } from '../src/terminal.js';

test.each([
  [{}, false],
  [{ LANG: 'en_US.UTF-8' }, false],
  [{ LANG: 'C' }, true],
  [{ LANG: 'C.UTF-8' }, false],
  [{ LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, true],
  [{ LC_CTYPE: 'de_DE.UTF-8', LANG: 'C' }, false],
  [{ TERM: 'dumb', LANG: 'en_US.UTF-8' }, true],
])('%j wants ASCII: %s', (env, ascii) => {
  expect(wantsAscii(env)).toBe(ascii);
});

test('colour needs a terminal, and nobody who forbids it', () => {
  expect(wantsColor(true, {}, true)).toBe(true);
  expect(wantsColor(false, {}, true)).toBe(false);
  expect(wantsColor(true, { NO_COLOR: '1' }, true)).toBe(false);
  expect(wantsColor(true, { NO_COLOR: '' }, true)).toBe(true);
  expect(wantsColor(true, {}, false)).toBe(false);
  expect(wantsColor(true, { TERM: 'dumb' }, true)).toBe(false);
});
