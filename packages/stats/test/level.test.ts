import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Level } from '../src/level.js';
import { LevelBank } from '../src/level-bank.js';

describe('level', () => {
  it('weighs values by the time they held', () => {
    const level = new Level({ threshold: 2 });
    level.set(1, 3);
    level.add(3, -2);
    level.add(4, 4);
    expect(level.value).toBe(5);
    expect(level.integral(6)).toBe(0 * 1 + 3 * 2 + 1 * 1 + 5 * 2);
    expect(level.mean(6)).toBe(17 / 6);
    expect(level.max).toBe(5);
    expect(level.timeAtOrAboveS(6)).toBe(4);
  });

  it('counts a peak that held for no time', () => {
    const level = new Level();
    level.set(1, 7);
    level.set(1, 2);
    expect(level.max).toBe(7);
    expect(level.integral(2)).toBe(2);
  });

  it('begins a new window with the present value', () => {
    const level = new Level({ startS: 5, initial: 4, threshold: 3 });
    expect(level.mean(5)).toBeUndefined();
    expect(level.max).toBe(4);
    level.set(6, 9);
    level.set(7, 1);
    level.restart(10);
    expect(level.max).toBe(1);
    expect(level.mean(12)).toBe(1);
    expect(level.timeAtOrAboveS(12)).toBe(0);
  });

  it('starts its maximum below zero where the level does', () => {
    const level = new Level({ initial: -4 });
    expect(level.max).toBe(-4);
    level.set(1, -2);
    expect(level.max).toBe(-2);
  });

  it('refuses time that runs backwards and values that are no numbers', () => {
    const level = new Level();
    level.set(2, 1);
    expect(() => level.set(1.5, 1)).toThrow(expect.objectContaining({ code: 'STATS_TIME_BACKWARDS' }));
    expect(() => level.mean(1)).toThrow(/stands at 2 s, so 1 s is refused/);
    expect(() => level.set(Number.NaN, 1)).toThrow(expect.objectContaining({ code: 'STATS_TIME_BACKWARDS' }));
    expect(() => level.set(Number.POSITIVE_INFINITY, 1)).toThrow(/refused/);
    expect(() => level.set(3, Number.NaN)).toThrow(expect.objectContaining({ code: 'STATS_NOT_FINITE' }));
    expect(level.value).toBe(1);
  });

  it('keeps its integral exact over many changes', () => {
    const level = new Level();
    for (let idx = 0; idx < 1e6; idx++) level.set(idx, 0.1);
    expect(level.integral(1e6)).toBeCloseTo(1e5, 10);
  });
});

describe('level bank', () => {
  it('keeps each level as a level of its own would', () => {
    const change = fc.record({ level: fc.nat(3), waitS: fc.nat(4), delta: fc.integer({ min: -5, max: 5 }) });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const bank = new LevelBank(4, 0, 2);
        const levels = [0, 1, 2, 3].map(() => new Level({ threshold: 2 }));
        let nowS = 0;
        for (const { level, waitS, delta } of changes) {
          nowS += waitS;
          bank.add(level, nowS, delta);
          levels[level]!.add(nowS, delta);
        }
        levels.forEach((level, idx) => {
          expect(bank.integral(idx, nowS)).toBe(level.integral(nowS));
          expect(bank.mean(idx, nowS)).toBe(level.mean(nowS));
          expect(bank.max(idx)).toBe(level.max);
          expect(bank.timeAtOrAboveS(idx, nowS)).toBe(level.timeAtOrAboveS(nowS));
        });
      }),
    );
  });

  it('has the integral of residence times, as Little says', () => {
    const stay = fc.record({ fromS: fc.nat(1000), forS: fc.nat(1000) });
    fc.assert(
      fc.property(fc.array(stay), (stays) => {
        const changes = stays.flatMap(({ fromS, forS }) => [
          { atS: fromS, delta: 1 },
          { atS: fromS + forS, delta: -1 },
        ]);
        changes.sort((a, b) => a.atS - b.atS || b.delta - a.delta);
        const bank = new LevelBank(1);
        for (const { atS, delta } of changes) bank.add(0, atS, delta);
        expect(bank.value(0)).toBe(0);
        expect(bank.integral(0, 2000)).toBe(stays.reduce((sum, { forS }) => sum + forS, 0));
      }),
    );
  });

  it('grows without touching the levels it has', () => {
    const bank = new LevelBank(1);
    bank.set(0, 1, 2);
    bank.ensure(40, 3);
    bank.set(39, 4, 5);
    expect(bank.count).toBe(40);
    expect(bank.integral(0, 5)).toBe(8);
    expect(bank.mean(39, 5)).toBe(2.5);
    bank.restartAll(6);
    expect(bank.mean(0, 7)).toBe(2);
    expect(bank.mean(39, 7)).toBe(5);
  });

  it('gives levels made by a second growth the start they were asked for', () => {
    const bank = new LevelBank(3);
    bank.ensure(4, 10);
    bank.ensure(6, 20);
    bank.set(5, 30, 1);
    expect(bank.mean(5, 40)).toBe(0.5);
    expect(bank.mean(3, 20)).toBe(0);
  });

  it('refuses levels it does not have', () => {
    const bank = new LevelBank(2);
    for (const level of [2, -1, 0.5, Number.NaN]) {
      expect(() => bank.set(level, 0, 1)).toThrow(expect.objectContaining({ code: 'STATS_OUT_OF_RANGE' }));
    }
    expect(() => new LevelBank(-1)).toThrow(/whole number/);
  });
});
