import { TimeBins } from '@infersim/stats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SiteBins } from '../src/site-bins.js';
import { SiteMeters } from '../src/site-meters.js';

describe('SiteBins', () => {
  it('hold for each site what bins of its own would hold, to the bit, in whatever order work is reported', () => {
    const SITES = 4;
    const stretch = fc.tuple(
      fc.nat(SITES - 1),
      fc.oneof(fc.integer({ min: 0, max: 400 }), fc.double({ min: 0, max: 400, noNaN: true })),
      fc.oneof(fc.constantFrom(0, 30, 60), fc.double({ min: 0, max: 200, noNaN: true })),
      fc.double({ min: -50, max: 50, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(stretch, { maxLength: 40 }), fc.constantFrom(60, 7.3), (stretches, width) => {
        const together = new SiteBins(SITES, width);
        const apart = Array.from({ length: SITES }, () => new TimeBins(width));
        for (const [site, fromS, forS, watts] of stretches) {
          together.addStretch(site, Float64Array.of(fromS, fromS + forS, watts));
          apart[site]!.addRate(fromS, fromS + forS, watts);
        }
        for (let site = 0; site < SITES; site++) {
          const sums = new Float64Array(apart[site]!.binCount + 2);
          together.addTo(site, sums);
          expect(together.hasAny(site)).toBe(apart[site]!.binCount > 0);
          // Without the sign of zero: bins that nothing was added to are 0, cells may hold -0.
          const expected = Array.from(sums, (_, bin) => apart[site]!.amount(bin) + 0);
          expect(Array.from(sums, (_, bin) => together.amount(site, bin) + 0)).toEqual(expected);
          expect(Array.from(sums)).toEqual(expected);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('take cells for what was drawn, not for sites and hours', () => {
    const bins = new SiteBins(1_000_000, 60);
    for (let site = 0; site < 1_000_000; site += 1000) bins.addStretch(site, Float64Array.of(86_020, 86_050, 5));
    expect(bins.cells).toBe(1000 * 2);
  });
});

describe('SiteMeters', () => {
  it('read alike for few and for very many sites', () => {
    const few = new SiteMeters(0, 3, 60, 600);
    const many = new SiteMeters(0, 100_000, 60, 600);
    for (const meters of [few, many]) {
      meters.addStretch(1, Float64Array.of(10, 190, 2.5));
      meters.addStretch(1, Float64Array.of(70, 71, 7));
      meters.addStretch(2, Float64Array.of(30, 40, 1));
    }
    for (let site = 0; site < 3; site++) {
      expect(many.hasAny(site)).toBe(few.hasAny(site));
      const [one, other] = [new Float64Array(3), new Float64Array(3)];
      few.addTo(site, one);
      many.addTo(site, other);
      expect(other).toEqual(one);
      for (let interval = 0; interval < 5; interval++)
        expect(many.amount(site, interval)).toBe(few.amount(site, interval));
    }
  });
});
