/** All fits of the catalog's own constants, in the order they are run: later ones build on earlier ones. */

import type { CatalogFit } from './catalog-fit.js';
import { fastFlowLmFit } from './definitions/fastflowlm.js';
import { llamaCppFit } from './definitions/llama-cpp.js';
import { neuronFit } from './definitions/neuron.js';
import { b200PowerFit, h100PowerFit } from './definitions/power.js';
import { qualcommNpuFit, qualcommQnnFit } from './definitions/qualcomm-npu.js';
import { vllmFit } from './definitions/vllm.js';
import { vllm2025Fit } from './definitions/vllm-2025.js';

/** The fits behind the shipped catalog. */
export const CATALOG_FITS: readonly CatalogFit[] = [
  vllmFit,
  vllm2025Fit,
  llamaCppFit,
  qualcommNpuFit,
  qualcommQnnFit,
  neuronFit,
  fastFlowLmFit,
  h100PowerFit,
  b200PowerFit,
];
