import { defineConfig } from 'vitest/config';

/** Checks against recorded traces, in the folder that INFERSIM_TRACES names; without it they are skipped. */
export default defineConfig({
  test: { include: ['real-traces/**/*.test.ts'], testTimeout: 120_000 },
});
