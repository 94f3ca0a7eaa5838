import { describe, expect, it } from 'vitest';
import { Count, TallyCell, TallyCells } from '../src/tally-cells.js';

describe('TallyCells', () => {
  it('show latencies as soon as they are asked for, and attempts of pools that nothing else happened at', () => {
    const cells = new TallyCells(2, 1);
    cells.at(0, 0).addLatencies(1, 3, 0.5, 0.02);
    cells.at(0, 0).addLatencies(2, 2, 0.25, Number.NaN);
    cells.attempted(-1, 0);
    const { ttftS, e2eS, queueS, tpotS, counts } = cells.peek(0, 0)!;
    expect([ttftS.count, e2eS.count, queueS.count, tpotS.count]).toEqual([2, 2, 2, 1]);
    expect([ttftS.sum, e2eS.sum, queueS.sum, tpotS.sum]).toEqual([3, 5, 0.75, 0.02]);
    expect(counts[Count.ATTEMPTS]).toBe(0);
    expect(cells.peek(-1, 0)!.counts[Count.ATTEMPTS]).toBe(1);
    expect(cells.peek(1, 0)).toBeUndefined();
  });

  it('hold the same whether their latencies come one by one or were packed in between', () => {
    const [whole, first, second, joined] = Array.from({ length: 4 }, () => new TallyCells(1, 1));
    for (let i = 0; i < 300; i++) {
      for (const cells of [whole!, i < 100 ? first! : second!]) {
        cells.attempted(0, 0);
        cells.at(0, 0).addLatencies(i % 7, i % 11, i % 3, i % 5 === 0 ? Number.NaN : i % 13);
      }
    }
    for (const part of [first!, second!]) joined!.absorb(structuredClone(part.pack()));
    const [a, b] = [whole!.peek(0, 0)!, joined!.peek(0, 0)!];
    expect([...b.counts]).toEqual([...a.counts]);
    for (const name of ['ttftS', 'e2eS', 'queueS', 'tpotS'] as const) {
      expect([...b[name].ascending()!]).toEqual([...a[name].ascending()!]);
    }
  });

  it.each([
    [Number.NaN, 1, 1],
    [1, Number.NaN, 1],
    [1, 1, Number.NaN],
  ])('refuse latencies of %d, %d and %d s', (ttftS, e2eS, queueS) => {
    expect(() => new TallyCell().addLatencies(ttftS, e2eS, queueS, 1)).toThrow('a sample is a finite number');
  });
});
