/**
 * vLLM of today: open-loop load tests of dense and expert models on H100, and closed loops of expert models on H100 and B200.
 *
 * Both samplers, the overheads per layer, step and sequence, and the expert kernels are one set for all models and devices.
 */

import { type CatalogFit, constant } from '../catalog-fit.js';

const ENGINE = 'engines.vllm';

export const vllmFit: CatalogFit = {
  id: 'vllm',
  constants: [
    constant(`${ENGINE}.layerFixedS`, 14e-6, 0.7, 2e-6, 60e-6),
    constant(`${ENGINE}.stepFixedS`, 0.4e-3, 0.7, 50e-6, 3e-3),
    constant(`${ENGINE}.stepPerSequenceS`, 10e-6, 0.7, 1e-6, 80e-6),
    constant(`${ENGINE}.samplingBytesPerLogit.topP`, 360, 0.5, 30, 1000),
    constant(`${ENGINE}.apiS`, 8e-3, 0.7, 1e-3, 40e-3),
    constant(`${ENGINE}.apiPerPromptTokenS`, 5e-6, 0.7, 0.2e-6, 40e-6),
    constant(`${ENGINE}.memoryOverheadBytes`, 2e9, 1, 0.3e9, 9e9),
    constant(`${ENGINE}.moe.fixedS`, 40e-6, 0.7, 2e-6, 200e-6),
    constant(`${ENGINE}.moe.memoryEfficiency`, 0.75, 0.3, 0.2, 1),
    constant(`${ENGINE}.moe.computeEfficiency`, 0.5, 0.5, 0.1, 1),
    constant(`${ENGINE}.moe.routingSkew`, 0.7, 0.7, 0.1, 1),
    constant(`${ENGINE}.moe.paddingTokens`, 16, 1, 0.5, 128),
    constant(`${ENGINE}.moeLargeExperts.fixedS`, 55e-6, 0.7, 2e-6, 300e-6),
    constant(`${ENGINE}.moeLargeExperts.memoryEfficiency`, 0.8, 0.3, 0.2, 1),
    constant(`${ENGINE}.moeLargeExperts.computeEfficiency`, 0.5, 0.5, 0.1, 1),
    constant(`${ENGINE}.blockScaledFixedS`, 13e-6, 0.7, 2e-6, 80e-6),
  ],
  selects: ({ engineId, run }) => engineId === 'vllm' && (run.kind === 'open-loop' || run.kind === 'closed-loop'),
  // First tokens of the closed loops hold the client's queue and unstated budgets: they only have to tell about the API.
  metrics: ({ run }) =>
    run.kind === 'open-loop'
      ? { tpot_mean_ms: 1, ttft_mean_ms: 0.5, e2e_mean_ms: 0.5, kv_blocks: 0.5 }
      : { tpot_mean_ms: 1, ttft_mean_ms: 0.1 },
  // A stage of a load test is thousands of requests to one server, a row of a closed loop ten per user.
  emphasis: ({ run }) => (run.kind === 'open-loop' ? 3 : 1),
  robustScale: 0.05,
};
