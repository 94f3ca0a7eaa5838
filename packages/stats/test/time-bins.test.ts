import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeBins } from '../src/time-bins.js';

const piece = fc.record({
  fromS: fc.double({ min: 0, max: 500, noNaN: true }),
  forS: fc.double({ min: 0, max: 500, noNaN: true }),
  rate: fc.double({ min: 0, max: 1000, noNaN: true }),
});

describe('time bins', () => {
  it('spreads a rate over the bins it touches', () => {
    const bins = new TimeBins(10);
    bins.addRate(5, 32, 2);
    bins.add(30, 1);
    bins.add(29, 4);
    expect(Array.from(bins.toArray())).toEqual([10, 20, 24, 5]);
    expect(bins.total).toBe(59);
    expect(bins.coveredUntilS).toBe(32);
    expect(bins.amount(2)).toBe(24);
    expect(bins.amount(9)).toBe(0);
  });

  it('does not begin a bin that nothing reached', () => {
    const bins = new TimeBins(10);
    bins.addRate(0, 20, 1);
    expect(bins.binCount).toBe(2);
    bins.addRate(20, 20, 1);
    expect(bins.binCount).toBe(2);
    bins.add(20, 1);
    expect(bins.binCount).toBe(3);
  });

  it('adds an amount within the bin last used to the bit as its rate, and leaves others to be spread', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ piece, whole: fc.boolean(), looks: fc.boolean() })), (steps) => {
        const within = new TimeBins(100);
        const spread = new TimeBins(100);
        for (const { piece: one, whole, looks } of steps) {
          const { fromS, rate } = one;
          const toS = fromS + one.forS / 4;
          if (whole) for (const bins of [within, spread]) bins.add(fromS, rate);
          else if (toS > fromS) {
            spread.addRate(fromS, toS, rate);
            if (!within.addWithin(fromS, toS, (toS - fromS) * rate)) within.addRate(fromS, toS, rate);
          }
          if (looks) expect(within.amount(Math.floor(fromS / 100))).toBe(spread.amount(Math.floor(fromS / 100)));
        }
        expect(within.toJSON()).toEqual(spread.toJSON());
        const joined = TimeBins.unpack(spread.pack());
        joined.merge(within);
        expect(joined.toArray()).toEqual(within.toArray().map((amount) => amount * 2));
      }),
    );
  });

  it('leaves what does not lie within the bin last used, and what is no amount', () => {
    const bins = new TimeBins(10);
    expect(bins.addWithin(0, 5, 1)).toBe(false);
    bins.addRate(10, 12, 1);
    expect(bins.addWithin(9, 12, 1)).toBe(false);
    expect(bins.addWithin(19, 21, 1)).toBe(false);
    expect(bins.addWithin(12, 13, Number.NaN)).toBe(false);
    expect(bins.addWithin(12, 20, 3)).toBe(true);
    expect(Array.from(bins.toArray())).toEqual([0, 5]);
    expect(bins.coveredUntilS).toBe(20);
  });

  it('sums over its bins to the total given', () => {
    fc.assert(
      fc.property(fc.array(piece), fc.double({ min: 0.1, max: 100, noNaN: true }), (pieces, widthS) => {
        const bins = new TimeBins(widthS);
        let total = 0;
        for (const { fromS, forS, rate } of pieces) {
          bins.addRate(fromS, fromS + forS, rate);
          total += (fromS + forS - fromS) * rate;
        }
        expect(Math.abs(bins.total - total)).toBeLessThanOrEqual(1e-11 * Math.max(1, total));
      }),
    );
  });

  it('gives each bin what a piece has within its edges', () => {
    fc.assert(
      fc.property(piece, fc.double({ min: 1, max: 100, noNaN: true }), ({ fromS, forS, rate }, widthS) => {
        const bins = new TimeBins(widthS);
        bins.addRate(fromS, fromS + forS, rate);
        bins.toArray().forEach((amount, bin) => {
          const overlapS = Math.min(fromS + forS, (bin + 1) * widthS) - Math.max(fromS, bin * widthS);
          expect(amount).toBeCloseTo(Math.max(0, overlapS) * rate, 8);
        });
      }),
    );
  });

  it('puts an instant on an edge into the bin that begins there, whatever the width', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), fc.nat(5000), (widthS, bin) => {
        const bins = new TimeBins(widthS, 3);
        bins.add(3 + bin * widthS, 1);
        expect(bins.binCount).toBe(bin + 1);
      }),
    );
  });

  it('takes the peak over blocks of the clock', () => {
    const bins = new TimeBins(60);
    bins.addRate(0, 3600, 100);
    bins.addRate(10 * 60, 20 * 60, 300);
    expect(bins.windowMax(15)).toBe(200);
    expect(bins.windowMax(5)).toBe(400);
    expect(bins.windowMax(60)).toBe(150);
  });

  it('averages a block cut short over its full width, unless it is the only one', () => {
    const bins = new TimeBins(60);
    bins.addRate(0, 900, 100);
    bins.addRate(900, 1200, 270);
    expect(bins.windowMax(15)).toBe(100);
    const brief = new TimeBins(60);
    brief.addRate(0, 90, 40);
    expect(brief.windowMax(15)).toBe(40);
    expect(brief.windowMax(15, 180)).toBe(20);
    expect(brief.windowMax(1, 90)).toBe(40);
    expect(new TimeBins(60).windowMax(15)).toBeUndefined();
    expect(new TimeBins(60).windowMax(1, 60)).toBe(0);
  });

  it('gives mean rates up to an end, zeros included', () => {
    const bins = new TimeBins(60);
    bins.addRate(0, 90, 2);
    expect(Array.from(bins.rates())).toEqual([2, 2]);
    expect(Array.from(bins.rates(180))).toEqual([2, 1, 0]);
    expect(bins.rates(0).length).toBe(0);
  });

  it('merges bin by bin and survives JSON', () => {
    const early = new TimeBins(60);
    early.addRate(0, 60, 1);
    const late = new TimeBins(60);
    late.addRate(30, 300, 1);
    early.merge(late);
    expect(Array.from(early.toArray())).toEqual([90, 60, 60, 60, 60]);
    expect(early.coveredUntilS).toBe(300);
    const copy = TimeBins.fromJSON(JSON.parse(JSON.stringify(early)));
    copy.addRate(300, 320, 3);
    early.addRate(300, 320, 3);
    expect(copy.toJSON()).toEqual(early.toJSON());
    expect(() => early.merge(new TimeBins(30))).toThrow(expect.objectContaining({ code: 'STATS_MISMATCH' }));
  });

  it('refuses times before its start, backward intervals and numbers that cannot be', () => {
    const bins = new TimeBins(60, 100);
    expect(() => bins.add(99, 1)).toThrow(/begin at 100 s, so 99 s is refused/);
    expect(() => bins.addRate(200, 150, 1)).toThrow(/not from 200 to 150 s/);
    expect(() => bins.addRate(100, Number.NaN, 1)).toThrow(/runs forward/);
    expect(() => bins.addRate(100, 200, Number.NaN)).toThrow(expect.objectContaining({ code: 'STATS_NOT_FINITE' }));
    expect(() => bins.add(1e300, 1)).toThrow(/lies beyond/);
    expect(() => bins.windowMax(0)).toThrow(/whole number/);
    expect(() => new TimeBins(0)).toThrow(/positive width/);
    expect(bins.total).toBe(0);
  });
});
