import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { segmentS, stepsUntil } from '../src/step-model.js';

describe('stepsUntil', () => {
  it('finds the first boundary at or after a moment, as segmentS defines boundaries', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-4, max: 0.2, noNaN: true }),
        fc.double({ min: 0, max: 1e-4, noNaN: true }),
        fc.double({ min: 0, max: 300, noNaN: true }),
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        (stepS, growthS, elapsedS, fromS) => {
          const untilS = fromS + elapsedS;
          const n = stepsUntil(stepS, growthS, fromS, untilS);
          expect(fromS + segmentS(stepS, growthS, n)).toBeGreaterThanOrEqual(untilS);
          if (n > 0) expect(fromS + segmentS(stepS, growthS, n - 1)).toBeLessThan(untilS);
        },
      ),
    );
  });

  it('returns the step of a boundary for the boundary itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0, max: 1e-4, noNaN: true }), (n, growthS) => {
        expect(stepsUntil(0.01, growthS, 0, segmentS(0.01, growthS, n))).toBe(n);
      }),
    );
  });
});
