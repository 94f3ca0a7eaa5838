/** Settings that no engine would start with. */

import { describe, expect, it } from 'vitest';
import { checkEngineSettings } from '../src/settings-check.js';
import { SETTINGS } from './world.js';

describe('engine settings', () => {
  it.each([
    [{ scheduler: 'fifo' }, /scheduler is fifo/],
    [{ maxNumSeqs: 0 }, /maxNumSeqs is 0/],
    [{ maxNumSeqs: 2.5 }, /maxNumSeqs is 2.5/],
    [{ maxNumBatchedTokens: Number.NaN }, /maxNumBatchedTokens is NaN/],
    [{ maxNumBatchedTokens: 7 }, /maxNumBatchedTokens is 7; allowed: at least maxNumSeqs \(8\)/],
    [{ scheduler: 'pipeline', maxNumBatchedTokens: 7 }, /maxNumBatchedTokens is 7/],
    [{ maxModelLenTokens: 1 }, /maxModelLenTokens is 1/],
    [{ maxModelLenTokens: 1e12 }, /maxModelLenTokens is 1000000000000/],
    [{ longPrefillTokenThreshold: -1 }, /longPrefillTokenThreshold is -1/],
    [{ blockSizeTokens: 0 }, /blockSizeTokens is 0/],
    [{ numBlocks: 0 }, /numBlocks is 0/],
    [{ numBlocks: Number.POSITIVE_INFINITY }, /numBlocks is Infinity/],
    [{ fixedBlocksPerSequence: -1 }, /fixedBlocksPerSequence is -1/],
    [{ watermark: 1 }, /watermark is 1/],
    [{ watermark: -0.1 }, /watermark is -0.1/],
    [{ scheduler: 'static-batch', staticBatchSize: 0 }, /staticBatchSize is 0/],
    [{ scheduler: 'static-batch', staticBatchTimeoutS: -1 }, /staticBatchTimeoutS is -1/],
    [{ scheduler: 'llama-cpp', ubatchTokens: 0 }, /ubatchTokens is 0/],
    [{ scheduler: 'llama-cpp', ubatchTokens: 4 }, /maxNumSeqs is 8; allowed: at most ubatchTokens \(4\)/],
    [{ scheduler: 'llama-cpp', hasKv: false }, /hasKv is false/],
    [{ firstStepS: -1 }, /firstStepS is -1/],
    [{ firstStepS: Number.POSITIVE_INFINITY }, /firstStepS is Infinity/],
    [{ scheduler: 'sglang', hasKv: false }, /hasKv is false; allowed: true for sglang/],
    [
      { scheduler: 'sglang', blockSizeTokens: 128 },
      /maxNumBatchedTokens is 64; allowed: at least blockSizeTokens \(128\)/,
    ],
    [{ scheduler: 'sglang', maxPrefillTokens: 0 }, /maxPrefillTokens is 0/],
    [{ scheduler: 'sglang', scheduleConservativeness: 0 }, /scheduleConservativeness is 0/],
    [{ scheduler: 'sglang', schedulePolicy: 'random' }, /schedulePolicy is random; allowed: one of fcfs, lpm/],
    [
      { scheduler: 'trtllm-no-evict', maxNumBatchedTokens: 7 },
      /maxNumBatchedTokens is 7; allowed: at least maxNumSeqs/,
    ],
    [{ scheduler: 'trtllm-max-utilization', blockSizeTokens: 128 }, /at least blockSizeTokens/],
    [{ scheduler: 'trtllm-max-utilization', hasKv: false }, /hasKv is false/],
    [{ scheduler: 'tgi', hasKv: false }, /hasKv is false/],
    [{ scheduler: 'tgi', waitingServedRatio: -0.1 }, /waitingServedRatio is -0.1/],
    [{ scheduler: 'tgi', waitingServedRatio: Number.NaN }, /waitingServedRatio is NaN/],
    [{ scheduler: 'tgi', maxWaitingTokens: 0 }, /maxWaitingTokens is 0/],
    [{ scheduler: 'tgi', maxBatchTotalTokens: 1.5 }, /maxBatchTotalTokens is 1.5/],
  ])('refuses %j', (change, message) => {
    expect(() => checkEngineSettings({ ...SETTINGS, ...change } as typeof SETTINGS)).toThrow(message);
    expect(() => checkEngineSettings({ ...SETTINGS, ...change } as typeof SETTINGS)).toThrow(RangeError);
  });

  it('does not ask for blocks where there is no KV cache', () => {
    expect(() => checkEngineSettings({ ...SETTINGS, hasKv: false, numBlocks: 0, blockSizeTokens: 0 })).not.toThrow();
  });
});
