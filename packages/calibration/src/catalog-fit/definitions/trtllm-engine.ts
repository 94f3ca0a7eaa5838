/** Compiled TensorRT-LLM engines: offline throughput of Mistral 7B on A100, H100, H200 and L40S. */

import { type CatalogFit, constant } from '../catalog-fit.js';

const ENGINE = 'engines.trtllm-engine';

export const trtllmEngineFit: CatalogFit = {
  id: 'trtllm-engine',
  constants: [
    constant(`${ENGINE}.layerFixedS`, 4e-6, 0.7, 0.5e-6, 40e-6),
    constant(`${ENGINE}.stepFixedS`, 0.1e-3, 0.7, 20e-6, 3e-3),
    constant(`${ENGINE}.stepPerSequenceS`, 5e-6, 0.7, 0.2e-6, 80e-6),
    constant(`${ENGINE}.kernels.gemmComputeShare`, 1, 0.2, 0.6, 1.4),
    constant(`${ENGINE}.kernels.gemmMemoryShare`, 1, 0.2, 0.6, 1.3),
    constant(`${ENGINE}.kernels.decodeBandwidthEfficiency`, 0.88, 0.15, 0.4, 1),
    constant(`${ENGINE}.kernels.decodePerHeadShare`, 0.7, 0.5, 0.1, 2),
    constant(`${ENGINE}.kernels.prefillComputeShare`, 1, 0.2, 0.6, 2),
  ],
  selects: ({ engineId, run }) => engineId === 'trtllm-engine' && run.kind === 'offline',
  metrics: () => ({ output_tok_s: 1 }),
};
