import { describe, expect, it } from 'vitest';
import { figure, scaled, verdictOn } from '../src/figure.js';

describe('a verdict', () => {
  it('is met on the bound itself, missed beyond it', () => {
    expect(verdictOn(0.9, { atLeast: 0.9 })).toBe('met');
    expect(verdictOn(0.89, { atLeast: 0.9 })).toBe('missed');
    expect(verdictOn(150, { atMost: 150 })).toBe('met');
    expect(verdictOn(151, { atMost: 150 })).toBe('missed');
  });

  it('is not given without a bound or without a value', () => {
    expect(verdictOn(1, undefined)).toBe('not judged');
    expect(verdictOn(Number.NaN, { atMost: 1 })).toBe('not judged');
  });
});

describe('a figure', () => {
  it('takes the median for its value and keeps the range', () => {
    const place = { id: 'a', group: 'g', name: 'n', unit: 's' };
    expect(figure(place, { median: 2, min: 1, max: 4 }, { aim: { atMost: 3 } })).toEqual({
      ...place,
      value: 2,
      min: 1,
      max: 4,
      aim: { atMost: 3 },
    });
  });

  it('scales work to whole operations, at least one', () => {
    const effort = { rounds: 1, longRounds: 1, scale: 0.1, isFull: false };
    expect(scaled(25, effort)).toBe(3);
    expect(scaled(1, effort)).toBe(1);
  });
});
