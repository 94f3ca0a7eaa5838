/**
 * Settings that no engine would start with, refused before anything runs.
 *
 * Rules are the engines' own where they have them: a step must be able to hold one token of every sequence (vLLM), every
 * slot's token must fit in the first pass of a step (llama.cpp).
 */

import type { EngineSettings } from './engine-settings.js';
import { HEAP_SLOT_LIMIT } from './step-heap.js';

const SCHEDULERS: readonly string[] = ['vllm', 'static-batch', 'llama-cpp', 'single-stream', 'pipeline'];

/** Throws a RangeError that names the setting, its value and what is allowed. */
export function checkEngineSettings(settings: EngineSettings): void {
  if (!SCHEDULERS.includes(settings.scheduler))
    refuse('scheduler', settings.scheduler, `one of ${SCHEDULERS.join(', ')}`);
  wholeNumber('maxNumSeqs', settings.maxNumSeqs, 1);
  wholeNumber('maxNumBatchedTokens', settings.maxNumBatchedTokens, 1);
  wholeNumber('maxModelLenTokens', settings.maxModelLenTokens, 2);
  wholeNumber('longPrefillTokenThreshold', settings.longPrefillTokenThreshold, 0);
  if (settings.hasKv) {
    wholeNumber('blockSizeTokens', settings.blockSizeTokens, 1);
    wholeNumber('numBlocks', settings.numBlocks, 1);
    wholeNumber('fixedBlocksPerSequence', settings.fixedBlocksPerSequence ?? 0, 0);
  }
  if (!(settings.watermark >= 0 && settings.watermark < 1))
    refuse('watermark', settings.watermark, 'from 0 to below 1');
  switch (settings.scheduler) {
    case 'vllm':
    case 'pipeline':
      if (settings.maxNumBatchedTokens < settings.maxNumSeqs)
        refuse('maxNumBatchedTokens', settings.maxNumBatchedTokens, `at least maxNumSeqs (${settings.maxNumSeqs})`);
      break;
    case 'static-batch':
      wholeNumber('staticBatchSize', settings.staticBatchSize, 1);
      if (!(settings.staticBatchTimeoutS >= 0 && settings.staticBatchTimeoutS < Number.POSITIVE_INFINITY))
        refuse('staticBatchTimeoutS', settings.staticBatchTimeoutS, 'finite seconds from 0');
      break;
    case 'llama-cpp':
      wholeNumber('ubatchTokens', settings.ubatchTokens, 1);
      if (!settings.hasKv) refuse('hasKv', settings.hasKv, 'true for llama-cpp');
      if (settings.maxNumSeqs > settings.ubatchTokens || settings.maxNumSeqs > settings.maxNumBatchedTokens)
        refuse(
          'maxNumSeqs',
          settings.maxNumSeqs,
          `at most ubatchTokens (${settings.ubatchTokens}) and maxNumBatchedTokens (${settings.maxNumBatchedTokens})`,
        );
      break;
    case 'single-stream':
      break;
  }
}

function wholeNumber(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value > HEAP_SLOT_LIMIT)
    refuse(name, value, `a whole number from ${least} to ${HEAP_SLOT_LIMIT}`);
}

function refuse(name: string, value: unknown, allowed: string): never {
  throw new RangeError(`engine setting ${name} is ${String(value)}; allowed: ${allowed}`);
}
