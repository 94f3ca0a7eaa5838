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
});
