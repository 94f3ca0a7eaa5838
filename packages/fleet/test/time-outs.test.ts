import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeOuts } from '../src/index.js';

describe('TimeOuts', () => {
  it('gives deadlines back first in, first out, through growth and wrap-around', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (pushes) => {
        const timeOuts = new TimeOuts(5);
        const model: { slot: number; deadlineS: number }[] = [];
        let nowS = 0;
        for (const isPush of pushes) {
          if (isPush) {
            nowS += 1;
            timeOuts.push(nowS * 7, nowS, nowS);
            model.push({ slot: nowS * 7, deadlineS: nowS + 5 });
          } else if (model.length > 0) {
            expect(timeOuts.nextSlot).toBe(model[0]!.slot);
            timeOuts.drop();
            model.shift();
          }
          expect(timeOuts.count).toBe(model.length);
          expect(timeOuts.nextS).toBe(model[0]?.deadlineS ?? Number.POSITIVE_INFINITY);
        }
      }),
    );
  });
});
