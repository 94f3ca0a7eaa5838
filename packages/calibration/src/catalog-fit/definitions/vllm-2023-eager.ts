/** vLLM of 2023 without captured graphs: prompt and token times of Llama 2 70B on A100 and H100, two to eight of them. */

import { type CatalogFit, constant } from '../catalog-fit.js';

const ENGINE = 'engines.vllm-2023-eager';

export const vllm2023EagerFit: CatalogFit = {
  id: 'vllm-2023-eager',
  constants: [
    constant(`${ENGINE}.eagerLayerFloorS`, 372e-6, 0.3, 100e-6, 1e-3),
    constant(`${ENGINE}.eagerLayerFloorByDevice.a100-80-sxm`, 560e-6, 0.3, 100e-6, 1e-3),
    constant(`${ENGINE}.stepFixedS`, 0.5e-3, 0.7, 50e-6, 10e-3),
    constant(`${ENGINE}.hostPerSequenceS`, 200e-6, 0.7, 5e-6, 1e-3),
    constant(`${ENGINE}.apiS`, 15e-3, 0.5, 1e-3, 60e-3),
    constant(`${ENGINE}.kernels.gemmComputeShare`, 1, 0.2, 0.5, 1.2),
    constant(`${ENGINE}.kernels.gemmMemoryShare`, 1, 0.2, 0.5, 1.2),
    constant(`${ENGINE}.kernels.decodeGroupRereads`, 0.3, 1, 0.001, 1),
    constant(`${ENGINE}.kernels.prefillComputeShare`, 1, 0.2, 0.3, 1.2),
    constant(`${ENGINE}.kernels.collectiveBusShare`, 0.3, 0.7, 0.05, 1),
    constant(`${ENGINE}.kernels.collectiveAddedS`, 10e-6, 0.7, 0.5e-6, 500e-6),
  ],
  selects: ({ engineId }) => engineId === 'vllm-2023-eager',
  metrics: () => ({ tpot_mean_ms: 1, ttft_mean_ms: 0.5 }),
};
