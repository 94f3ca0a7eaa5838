import { RequestTable } from '@infersim/workload';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlockLength } from '../src/block-length.js';
import { Inbox } from '../src/inbox.js';

describe('an inbox', () => {
  it('gives back what was put in, in order, as it fills, empties and grows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -90, max: 120 }), { maxLength: 20 }), (batches) => {
        const inbox = new Inbox();
        const from = new RequestTable(1);
        const to = new RequestTable(1);
        const shared = { ids: Float64Array.of(1), tokens: Int32Array.of(5), totalTokens: 5 };
        const prefixOf = (request: number) => (request % 3 === 0 ? shared : null);
        let next = 0;
        let put = 0;
        for (const batch of batches) {
          for (let i = 0; i < batch; i++, put++) {
            from.requestId[0] = put;
            from.thinkingTokens[0] = put % 11;
            from.prefix[0] = prefixOf(put);
            inbox.push(from, 0, put % 7, put / 8);
          }
          for (let i = 0; i < -batch && next < put; i++, next++) {
            expect([inbox.nextOriginSite, inbox.nextS]).toEqual([next % 7, next / 8]);
            inbox.take(to, 0);
            expect([to.requestId[0], to.thinkingTokens[0], to.prefix[0]]).toEqual([next, next % 11, prefixOf(next)]);
          }
          expect(inbox.count).toBe(put - next);
          expect(inbox.nextS).toBe(next < put ? next / 8 : Number.POSITIVE_INFINITY);
        }
      }),
    );
  });
});

describe('the length of a block of time', () => {
  it('follows the rate of events and never runs dry', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e7, noNaN: true }), fc.integer({ min: 1, max: 1e5 }), (perS, replicas) => {
        const block = new BlockLength(3600, replicas);
        for (let i = 0; i < 20; i++) block.took(Math.floor(perS * block.lengthS), block.lengthS);
        const events = perS * block.lengthS;
        expect(block.lengthS).toBeGreaterThan(0);
        expect(events).toBeLessThanOrEqual(2e6);
        expect(events >= 40_000 || perS * 3600 < 1e5).toBe(true);
      }),
    );
    const idle = new BlockLength(3600, 10);
    for (let i = 0; i < 12; i++) idle.took(0, idle.lengthS);
    expect(idle.lengthS).toBeGreaterThan(3600);
  });
});
