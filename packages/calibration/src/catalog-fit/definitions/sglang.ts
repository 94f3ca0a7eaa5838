/** SGLang 0.5: closed loops of Qwen3-32B in 16 bits on H100, and of Qwen3-235B in block-scaled FP8 on H200. */

import { type CatalogFit, constant } from '../catalog-fit.js';

const ENGINE = 'engines.sglang';

export const sglangFit: CatalogFit = {
  id: 'sglang',
  constants: [
    constant(`${ENGINE}.layerFixedS`, 14e-6, 0.7, 2e-6, 60e-6),
    constant(`${ENGINE}.promptLayerLaunchS`, 0.35e-3, 0.5, 50e-6, 1.5e-3),
    constant(`${ENGINE}.stepFixedS`, 0.4e-3, 0.7, 50e-6, 4e-3),
    constant(`${ENGINE}.stepPerSequenceS`, 8e-6, 0.7, 0.5e-6, 80e-6),
    constant(`${ENGINE}.hostFixedS`, 1.2e-3, 0.7, 0.2e-3, 20e-3),
    constant(`${ENGINE}.apiS`, 10e-3, 0.7, 1e-3, 100e-3),
    constant(`${ENGINE}.apiPerPromptTokenS`, 5e-6, 0.7, 0.2e-6, 60e-6),
    constant(`${ENGINE}.blockScaledFixedS`, 10e-6, 0.7, 1e-6, 80e-6),
    constant(`${ENGINE}.kernels.gemmComputeShare`, 1, 0.2, 0.5, 1.2),
    constant(`${ENGINE}.kernels.gemmMemoryShare`, 1, 0.2, 0.5, 1.2),
    constant(`${ENGINE}.kernels.collectiveBusShare`, 1, 0.3, 0.3, 1.5),
    constant(`${ENGINE}.moe.fixedS`, 50e-6, 0.5, 2e-6, 300e-6),
    constant(`${ENGINE}.moe.memoryEfficiency`, 0.9, 0.3, 0.1, 1),
    constant(`${ENGINE}.moe.computeEfficiency`, 0.21, 0.5, 0.05, 1),
    constant(`${ENGINE}.moe.routingSkew`, 0.66, 0.7, 0.1, 1),
    constant(`${ENGINE}.moe.paddingTokens`, 6, 1, 0.5, 128),
  ],
  selects: ({ engineId, run }) => engineId === 'sglang' && run.kind === 'closed-loop',
  metrics: () => ({ tpot_mean_ms: 1, ttft_mean_ms: 0.5 }),
};
