/** vLLM of 2025: ML.ENERGY's full batches on H100 and B200, and closed loops of Qwen3 on H100 and H200. */

import { type CatalogFit, constant } from '../catalog-fit.js';

const ENGINE = 'engines.vllm-2025';

export const vllm2025Fit: CatalogFit = {
  id: 'vllm-2025',
  constants: [
    constant(`${ENGINE}.layerFixedS`, 25e-6, 0.7, 2e-6, 80e-6),
    constant(`${ENGINE}.stepFixedS`, 0.5e-3, 0.7, 50e-6, 4e-3),
    constant(`${ENGINE}.stepPerSequenceS`, 15e-6, 0.7, 1e-6, 80e-6),
    constant(`${ENGINE}.samplingBytesPerLogit.topP`, 360, 0.5, 30, 1000),
    constant(`${ENGINE}.apiS`, 12e-3, 0.7, 1e-3, 60e-3),
    constant(`${ENGINE}.moe.fixedS`, 60e-6, 0.7, 2e-6, 400e-6),
    constant(`${ENGINE}.moe.memoryEfficiency`, 0.6, 0.3, 0.1, 1),
    constant(`${ENGINE}.moe.computeEfficiency`, 0.5, 0.5, 0.05, 1),
    constant(`${ENGINE}.moe.routingSkew`, 0.6, 0.7, 0.1, 1),
    constant(`${ENGINE}.moe.paddingTokens`, 16, 1, 0.5, 128),
    constant(`${ENGINE}.blockScaledFixedS`, 30e-6, 0.7, 2e-6, 150e-6),
  ],
  selects: ({ engineId, run }) => engineId === 'vllm-2025' && (run.kind === 'saturated' || run.kind === 'closed-loop'),
  metrics: () => ({ output_tok_s: 1, itl_p50_ms: 1, tpot_mean_ms: 1, ttft_mean_ms: 0.1 }),
  robustScale: 0.05,
};
