import { expect, test } from 'vitest';
import { progressBar, progressDisplay, progressText, ROWS_WORDS } from '../src/progress.js';

const half = { done: 1, replications: 4, simulatedS: 7200, totalS: 14_400, events: 1_000_000 };

test('share, simulated time, replications, speed and time left', () => {
  expect(progressText(half, 10)).toBe('50 %, 2h of 4h simulated, 1/4 replications, 100k events/s, 10s left');
});

test('nothing is extrapolated from nothing, nor at the end', () => {
  expect(progressText({ ...half, simulatedS: 0, events: 0 }, 10)).not.toContain('left');
  expect(progressText({ ...half, simulatedS: 14_400 }, 10)).not.toContain('left');
  expect(progressText({ ...half, totalS: 0 }, 0)).toBe('0 %, 2h of 0s simulated, 1/4 replications');
});

test('request rows that are being written: share, count and time left', () => {
  expect(ROWS_WORDS.text({ rows: 250_000, of: 1_000_000 }, 2)).toBe(
    '25 %, 250,000 of 1,000,000 request rows written, 6s left',
  );
  expect(ROWS_WORDS.text({ rows: 5, of: 5 }, 2)).toBe('100 %, 5 of 5 request rows written');
});

test('the bar fits the terminal', () => {
  expect(progressBar(half, 10, 200)).toMatch(/^\[#{10}\.{10}\] 50 %/);
  expect(progressBar(half, 10, 40).length).toBe(39);
});

function capture(mode: 'auto' | 'plain' | 'none', errIsTty: boolean) {
  let text = '';
  let nowMs = 0;
  const display = progressDisplay(mode, { err: (part) => (text += part), errIsTty, columns: 80 }, () => nowMs);
  return {
    display,
    at: (ms: number) => {
      nowMs = ms;
      display.update(half);
    },
    text: () => text,
  };
}

test('on a terminal the bar is drawn over itself and cleared', () => {
  const { display, at, text } = capture('auto', true);
  at(1000);
  expect(text().startsWith('\r\u001b[K[')).toBe(true);
  display.clear();
  expect(text().endsWith('\r\u001b[K')).toBe(true);
});

test('elsewhere a line comes after two seconds, then every five, none on short work', () => {
  const { at, text } = capture('auto', false);
  at(1000);
  at(1999);
  expect(text()).toBe('');
  at(2000);
  at(6000);
  at(7000);
  expect(text().split('\n').length).toBe(3);
  expect(text()).not.toContain('\r');
});

test('plain lines can be asked for on a terminal, and nothing at all', () => {
  const plain = capture('plain', true);
  plain.at(6000);
  expect(plain.text()).toMatch(/^50 %.*\n$/);
  const none = capture('none', true);
  none.at(6000);
  expect(none.text()).toBe('');
});
