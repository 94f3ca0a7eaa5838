import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, checkDesign, countTrials, type Design, type Draw, parseAxis, trialsOf } from '../src/index.js';

function axis(text: string, flag = '--axis'): Axis {
  const parsed = parseAxis(flag, text);
  if ('message' in parsed) throw new Error(parsed.message);
  return parsed;
}
const grid = (...axes: string[]): Design => ({ dimensions: axes.map((text) => [axis(text)]), draw: null });
const drawn = (draw: Draw, ...axes: string[]): Design => ({ dimensions: axes.map((text) => [axis(text)]), draw });
const texts = (design: Design) => trialsOf(design).map(({ assignments }) => assignments.map(({ text }) => text));

describe('a grid', () => {
  it('crosses its axes, the last one fastest', () => {
    expect(trialsOf(grid('a=1,2', 'b=x,y'))).toEqual([
      {
        trial: 1,
        assignments: [
          { path: 'a', text: '1' },
          { path: 'b', text: 'x' },
        ],
      },
      {
        trial: 2,
        assignments: [
          { path: 'a', text: '1' },
          { path: 'b', text: 'y' },
        ],
      },
      {
        trial: 3,
        assignments: [
          { path: 'a', text: '2' },
          { path: 'b', text: 'x' },
        ],
      },
      {
        trial: 4,
        assignments: [
          { path: 'a', text: '2' },
          { path: 'b', text: 'y' },
        ],
      },
    ]);
  });

  it('moves joined axes together', () => {
    const design: Design = { dimensions: [[axis('a=1,2')], [axis('b=x,y'), axis('c=3,4')]], draw: null };
    expect(texts(design)).toEqual([
      ['1', 'x', '3'],
      ['1', 'y', '4'],
      ['2', 'x', '3'],
      ['2', 'y', '4'],
    ]);
  });

  it.each<[string, readonly string[]]>([
    ['a=0..1:5', ['0', '0.25', '0.5', '0.75', '1']],
    ['a=0.1..0.3:3', ['0.1', '0.2', '0.3']],
    ['a=1..64:7:log', ['1', '2', '4', '8', '16', '32', '64']],
    ['a=1..10:4:int', ['1', '4', '7', '10']],
    ['a=1..4:7:int', ['1', '2', '3', '4']],
    ['a=500ms..2s:4', ['500ms', '1000ms', '1500ms', '2000ms']],
    ['a=0.001..1000:3:log', ['0.001', '1', '1000']],
  ])('%s', (text, expected) => {
    expect(texts(grid(text))).toEqual(expected.map((value) => [value]));
  });

  it('has as many trials as the product of its lengths, all different', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }), (lengths) => {
        const design = grid(
          ...lengths.map((length, index) => `p${index}=${Array.from({ length }, (_, value) => `v${value}`).join(',')}`),
        );
        const trials = texts(design);
        expect(trials.length).toBe(lengths.reduce((product, length) => product * length, 1));
        expect(countTrials(design)).toBe(trials.length);
        expect(new Set(trials.map((row) => row.join(' '))).size).toBe(trials.length);
      }),
    );
  });
});

describe('a drawn design', () => {
  const trials = fc.integer({ min: 1, max: 60 });
  const seed = fc.integer({ min: 0, max: 1e6 });

  it('is the same for the same seed, and another for another', () => {
    fc.assert(
      fc.property(fc.constantFrom('random' as const, 'lhs' as const), trials, seed, (method, n, s) => {
        const one = drawn({ method, trials: n, seed: s }, 'a=0..1', 'b=1..1000:log');
        expect(texts(one)).toEqual(texts(drawn({ method, trials: n, seed: s }, 'a=0..1', 'b=1..1000:log')));
        expect(texts(one)).not.toEqual(texts(drawn({ method, trials: n, seed: s + 1 }, 'a=0..1', 'b=1..1000:log')));
        expect(trialsOf(one).map(({ trial }) => trial)).toEqual(Array.from({ length: n }, (_, index) => index + 1));
      }),
    );
  });

  it('as a Latin hypercube has one value in each stratum of each axis, on its scale', () => {
    fc.assert(
      fc.property(trials, seed, (n, s) => {
        const rows = texts(
          drawn({ method: 'lhs', trials: n, seed: s }, 'a=2..10kW'.replace('2.', '2kW.'), 'b=1..1000:log'),
        );
        const strata = (share: (value: number) => number, column: number) =>
          rows.map((row) => Math.floor(share(Number.parseFloat(row[column]!)) * n + 1e-7)).sort((x, y) => x - y);
        const each = Array.from({ length: n }, (_, index) => index);
        expect(strata((value) => (value - 2) / 8, 0)).toEqual(each);
        expect(strata((value) => Math.log10(value) / 3, 1)).toEqual(each);
      }),
    );
  });

  it('takes every listed value, and every whole number of a range, equally often where the count allows', () => {
    for (const s of [1, 2, 3]) {
      const rows = texts(drawn({ method: 'lhs', trials: 24, seed: s }, 'a=x,y,z', 'b=1..4:int'));
      const counts = (column: number) => {
        const found = new Map<string, number>();
        for (const row of rows) found.set(row[column]!, (found.get(row[column]!) ?? 0) + 1);
        return Object.fromEntries([...found].sort());
      };
      expect(counts(0)).toEqual({ x: 8, y: 8, z: 8 });
      expect(counts(1)).toEqual({ 1: 6, 2: 6, 3: 6, 4: 6 });
    }
  });

  it('stays inside its ranges', () => {
    fc.assert(
      fc.property(fc.constantFrom('random' as const, 'lhs' as const), trials, seed, (method, n, s) => {
        for (const [real, whole] of texts(drawn({ method, trials: n, seed: s }, 'a=0.5..0.7:log', 'b=3..9:log:int'))) {
          expect(Number(real)).toBeGreaterThanOrEqual(0.5);
          expect(Number(real)).toBeLessThanOrEqual(0.7);
          expect([3, 4, 5, 6, 7, 8, 9]).toContain(Number(whole));
        }
      }),
    );
  });

  it('does not change its values on one axis when another is added', () => {
    const one = texts(drawn({ method: 'lhs', trials: 9, seed: 4 }, 'a=0..1'));
    const two = texts(drawn({ method: 'lhs', trials: 9, seed: 4 }, 'b=x,y', 'a=0..1'));
    expect(two.map((row) => [row[1]])).toEqual(one);
  });

  it('draws joined axes as one', () => {
    const design: Design = {
      dimensions: [[axis('a=1,2,3'), axis('b=x,y,z')]],
      draw: { method: 'random', trials: 30, seed: 1 },
    };
    for (const [a, b] of texts(design)) expect('xyz'[Number(a) - 1]).toBe(b);
  });
});

describe('a design is refused', () => {
  const messages = (design: Design, max = 10_000) => checkDesign(design, max).map((p) => `${p.where}: ${p.message}`);

  it('without an axis', () => {
    expect(messages({ dimensions: [], draw: null })).toEqual([
      'the design: there is no axis: give --axis path=v1,v2 or path=a..b:n',
    ]);
  });

  it('with all that is wrong at once', () => {
    const design: Design = {
      dimensions: [[axis('a=1..2')], [axis('a=1,2')], [axis('b=1,2,3', '--zip'), axis('c=1,2', '--zip')]],
      draw: null,
    };
    expect(messages(design)).toEqual([
      '--axis a=1..2: a range of a grid needs the number of its values (1..8:4); --random and --lhs draw them',
      '--axis a=1,2: `a` is an axis already',
      '--zip c=1,2: has 2 values, `b` that it is joined with has 3',
    ]);
  });

  it('when two axes spell one path differently', () => {
    expect(messages(grid('a[0].b=1,2', 'a.0.b=3,4', 'a[0][b]=5,6', 'a[1].b=7,8'))).toEqual([
      '--axis a.0.b=3,4: `a.0.b` is an axis already, spelled `a[0].b`',
      '--axis a[0][b]=5,6: `a[0][b]` is an axis already, spelled `a[0].b`',
    ]);
  });

  it('when it has more trials than allowed, with the count, before they are made', () => {
    expect(messages(grid('a=1..100000:100000', 'b=1..100000:100000'))).toEqual([
      'the design: 10000000000 trials (100000 x 100000) are more than the 10000 that --max-trials allows',
    ]);
    expect(messages(drawn({ method: 'lhs', trials: 11, seed: 1 }, 'a=1..2'), 10)).toEqual([
      'the design: 11 trials (lhs, seed 1) are more than the 10 that --max-trials allows',
    ]);
    expect(messages(grid('a=1..2:10'), 10)).toEqual([]);
  });
});
