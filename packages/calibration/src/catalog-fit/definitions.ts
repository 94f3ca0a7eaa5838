/** All fits of the catalog's own constants, in the order they are run: later ones build on earlier ones. */

import type { CatalogFit } from './catalog-fit.js';
import { fastFlowLmFit } from './definitions/fastflowlm.js';
import { llamaCppFit } from './definitions/llama-cpp.js';
import { neuronFit } from './definitions/neuron.js';
import { b200PowerFit, h100PowerFit } from './definitions/power.js';
import { qualcommNpuFit, qualcommQnnFit } from './definitions/qualcomm-npu.js';
import { sglangFit } from './definitions/sglang.js';
import { trtllmFit } from './definitions/trtllm.js';
import { trtllmEngineFit } from './definitions/trtllm-engine.js';
import { trtllmStaticFit } from './definitions/trtllm-static.js';
import { vllmFit } from './definitions/vllm.js';
import { vllm2023EagerFit } from './definitions/vllm-2023-eager.js';
import { vllm2025Fit } from './definitions/vllm-2025.js';

/** The fits behind the shipped catalog. */
export const CATALOG_FITS: readonly CatalogFit[] = [
  vllmFit,
  vllm2025Fit,
  vllm2023EagerFit,
  sglangFit,
  trtllmFit,
  trtllmEngineFit,
  trtllmStaticFit,
  llamaCppFit,
  qualcommNpuFit,
  qualcommQnnFit,
  neuronFit,
  fastFlowLmFit,
  h100PowerFit,
  b200PowerFit,
];
