import { describe, expect, it } from 'vitest';
import { interleave, ratios, spreadOf } from '../src/measure.js';

describe('measuring', () => {
  it('runs every variant once a round, in turn, and throws the first round away', () => {
    const order: string[] = [];
    let calls = 0;
    const variant = (name: string) => ({
      name,
      run: () => {
        order.push(name);
        return ++calls;
      },
    });
    const seconds = interleave([variant('a'), variant('b')], 2);
    expect(order).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(seconds.get('a')).toEqual([3, 5]);
    expect(seconds.get('b')).toEqual([4, 6]);
  });

  it('takes a shorter run for the round that is thrown away, where there is one', () => {
    const order: string[] = [];
    const variant = { name: 'a', run: () => order.push('run'), warmUp: () => order.push('warm up') };
    interleave([variant], 2);
    expect(order).toEqual(['warm up', 'run', 'run']);
  });

  it('takes the median of an odd and an even number of rounds', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(spreadOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
  });

  it('takes ratios within rounds, so that a slow minute of the machine cancels out', () => {
    expect(ratios([2, 20, 4], [1, 10, 1])).toEqual({ median: 2, min: 2, max: 4 });
  });
});
