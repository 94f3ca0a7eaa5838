import { defineConfig } from 'vitest/config';

/** What every package's tests share: only `test/`, no watch, and time limits that bound a hang, never a speed. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
