import { defineConfig, mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.js';

/** GitHub's workflow parser imports JSON in a way that bundlers understand and Node does not; its source maps lead nowhere. */
export default mergeConfig(
  shared,
  defineConfig({
    logLevel: 'error',
    test: { server: { deps: { inline: ['@actions/workflow-parser', '@actions/expressions'] } } },
  }),
);
