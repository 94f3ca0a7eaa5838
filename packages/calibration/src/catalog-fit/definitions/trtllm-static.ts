/** TensorRT-LLM 0.5 and 0.6 in static batches: GPT-J, LLaMA 7B and 70B, Falcon 180B on A100, H100 and L40S, and first tokens at batch 1. */

import { type CatalogFit, constant } from '../catalog-fit.js';

const ENGINE = 'engines.trtllm-static';

export const trtllmStaticFit: CatalogFit = {
  id: 'trtllm-static',
  constants: [
    constant(`${ENGINE}.layerFixedS`, 4e-6, 0.7, 0.5e-6, 60e-6),
    constant(`${ENGINE}.stepFixedS`, 0.1e-3, 0.7, 20e-6, 3e-3),
    constant(`${ENGINE}.stepPerSequenceS`, 5e-6, 0.7, 0.2e-6, 80e-6),
    constant(`${ENGINE}.kernels.gemmComputeShare`, 1, 0.2, 0.6, 1.4),
    constant(`${ENGINE}.kernels.gemmMemoryShare`, 1, 0.2, 0.6, 1.3),
    constant(`${ENGINE}.kernels.decodeBandwidthEfficiency`, 0.88, 0.15, 0.4, 1),
    constant(`${ENGINE}.kernels.decodeGroupRereads`, 0.3, 1, 0.001, 1),
    constant(`${ENGINE}.kernels.decodePerHeadShare`, 0.7, 0.5, 0.1, 2),
    constant(`${ENGINE}.kernels.prefillComputeShare`, 1, 0.2, 0.6, 2),
    constant(`${ENGINE}.kernels.collectiveBusShare`, 0.8, 0.7, 0.1, 1),
    constant(`${ENGINE}.kernels.collectiveAddedS`, 10e-6, 0.7, 0.5e-6, 200e-6),
  ],
  selects: ({ engineId }) => engineId === 'trtllm-static',
  metrics: () => ({ output_tok_s: 1, ttft_p50_ms: 0.5 }),
};
