/** Llama-3.1-8B on one H100 with vLLM, as a scenario without options would resolve it. */

import { findDevice, findEngine, findModel } from '@infersim/catalog';
import type { DeploymentSpec } from '@infersim/devices';

export function realDeployment(): DeploymentSpec {
  return {
    model: findModel('llama-3.1-8b')!,
    device: findDevice('h100-sxm')!,
    engine: findEngine('vllm')!,
    tp: 1,
    pp: 1,
    weightPrecision: 'fp16',
    kvPrecision: 'fp16',
    activationPrecision: 'fp16',
    gpuMemoryUtilization: 0.9,
    memoryOverheadBytes: 3e9,
    blockSizeTokens: 16,
    maxNumSeqs: 256,
    maxNumBatchedTokens: 8192,
    maxModelLenTokens: 8192,
    hybridKvCache: true,
  };
}
