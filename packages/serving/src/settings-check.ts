/**
 * Settings that no engine would start with, refused before anything runs.
 *
 * Rules are the engines' own where they have them: a step must be able to hold one token of every sequence (vLLM,
 * TensorRT-LLM), a chunk at least one block (SGLang, TensorRT-LLM), every slot's token must fit in the first pass of a
 * step (llama.cpp).
 */

import type { EngineSettings } from './engine-settings.js';
import { HEAP_SLOT_LIMIT } from './step-heap.js';

const SCHEDULERS: readonly string[] = [
  'vllm',
  'sglang',
  'trtllm-no-evict',
  'trtllm-max-utilization',
  'tgi',
  'static-batch',
  'llama-cpp',
  'single-stream',
  'pipeline',
];

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
  duration('firstStepS', settings.firstStepS ?? 0);
  switch (settings.scheduler) {
    case 'vllm':
    case 'pipeline':
      budgetForAll(settings);
      break;
    case 'sglang':
      withKv(settings);
      chunkOfOneBlock(settings);
      wholeNumber('maxPrefillTokens', settings.maxPrefillTokens ?? 1, 1);
      positive('scheduleConservativeness', settings.scheduleConservativeness ?? 1);
      if (!['fcfs', 'lpm'].includes(settings.schedulePolicy ?? 'fcfs'))
        refuse('schedulePolicy', settings.schedulePolicy, 'one of fcfs, lpm');
      break;
    case 'trtllm-no-evict':
    case 'trtllm-max-utilization':
      withKv(settings);
      budgetForAll(settings);
      chunkOfOneBlock(settings);
      break;
    case 'tgi':
      withKv(settings);
      if (!(settings.waitingServedRatio === undefined || settings.waitingServedRatio >= 0))
        refuse('waitingServedRatio', settings.waitingServedRatio, 'a number from 0');
      wholeNumber('maxWaitingTokens', settings.maxWaitingTokens ?? 1, 1);
      wholeNumber('maxBatchTotalTokens', settings.maxBatchTotalTokens ?? 2, 2);
      break;
    case 'static-batch':
      wholeNumber('staticBatchSize', settings.staticBatchSize, 1);
      duration('staticBatchTimeoutS', settings.staticBatchTimeoutS);
      break;
    case 'llama-cpp':
      wholeNumber('ubatchTokens', settings.ubatchTokens, 1);
      withKv(settings);
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

function budgetForAll({ maxNumBatchedTokens, maxNumSeqs }: EngineSettings): void {
  if (maxNumBatchedTokens < maxNumSeqs)
    refuse('maxNumBatchedTokens', maxNumBatchedTokens, `at least maxNumSeqs (${maxNumSeqs})`);
}

function chunkOfOneBlock({ enableChunkedPrefill, maxNumBatchedTokens, blockSizeTokens }: EngineSettings): void {
  if (enableChunkedPrefill && maxNumBatchedTokens < blockSizeTokens)
    refuse('maxNumBatchedTokens', maxNumBatchedTokens, `at least blockSizeTokens (${blockSizeTokens})`);
}

function withKv({ hasKv, scheduler }: EngineSettings): void {
  if (!hasKv) refuse('hasKv', hasKv, `true for ${scheduler}`);
}

function wholeNumber(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value > HEAP_SLOT_LIMIT)
    refuse(name, value, `a whole number from ${least} to ${HEAP_SLOT_LIMIT}`);
}

function duration(name: string, valueS: number): void {
  if (!(valueS >= 0 && valueS < Number.POSITIVE_INFINITY)) refuse(name, valueS, 'finite seconds from 0');
}

function positive(name: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) refuse(name, value, 'a finite number above 0');
}

function refuse(name: string, value: unknown, allowed: string): never {
  throw new RangeError(`engine setting ${name} is ${String(value)}; allowed: ${allowed}`);
}
