/** Seeded noise for tests; not a test itself. */

import { normalQuantile } from '@infersim/stats';

/** Uniform numbers within 0..1 (open), the same for equal seeds. */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
}

/** Factors exp(sigma * N(0, 1)). */
export function logNormal(seed: number, sigma: number): () => number {
  const next = uniforms(seed);
  return () => Math.exp(sigma * normalQuantile(next()));
}
