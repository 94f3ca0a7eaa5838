import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SiteSamples } from '../src/index.js';

describe('SiteSamples', () => {
  it('keeps every sample of a quiet site and nothing of a silent one', () => {
    const samples = new SiteSamples(0, 3);
    for (let i = 0; i < 100; i++) samples.add(1, i);
    expect(Array.from(samples.of(1))).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(samples.of(0)).toHaveLength(0);
  });

  it('keeps a fair sample of a busy site in bounded memory', () => {
    const samples = new SiteSamples(0, 1);
    const n = 40_000;
    for (let i = 0; i < n; i++) samples.add(0, i);
    const values = samples.of(0);
    expect(values).toHaveLength(4096);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean - n / 2)).toBeLessThan((4 * n) / Math.sqrt(12 * 4096));
  });

  it('keeps apart what many sites add in turn, as their blocks grow and change hands', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 40 })), { maxLength: 60 }), (runs) => {
        const samples = new SiteSamples(0, 10);
        const expected = Array.from({ length: 10 }, () => [] as number[]);
        let value = 0;
        for (const [site, count] of runs)
          for (let i = 0; i < count; i++) {
            samples.add(site, ++value);
            expected[site]!.push(value);
          }
        for (let site = 0; site < 10; site++) expect(Array.from(samples.of(site))).toEqual(expected[site]);
      }),
    );
  });

  it('takes 8 bytes for a silent site, and at most 16 a sample beside', () => {
    const silent = new SiteSamples(0, 1_000_000);
    expect(silent.bytes).toBe(8_000_000);
    const samples = new SiteSamples(0, 100_000);
    for (let i = 0; i < 300_000; i++) samples.add(i % 100_000, i);
    // Pages of 512 KiB, one of them begun for each size of block; blocks of two that were left are not given back.
    expect(samples.bytes).toBeLessThan(800_000 + 300_000 * 16 + 2 ** 19 * 3);
  });
});
