/**
 * TensorRT-LLM 1.x with the PyTorch backend: closed loops of Qwen3-32B in FP8 and gpt-oss on H100, and offline throughput of
 * Qwen3-30B-A3B in FP4 on B200, GB200 and one to eight RTX PRO 6000.
 */

import { type CatalogFit, constant } from '../catalog-fit.js';

const ENGINE = 'engines.trtllm';

export const trtllmFit: CatalogFit = {
  id: 'trtllm',
  constants: [
    constant(`${ENGINE}.layerFixedS`, 10e-6, 0.7, 0.5e-6, 60e-6),
    constant(`${ENGINE}.promptLayerLaunchS`, 0.35e-3, 0.5, 50e-6, 1.5e-3),
    constant(`${ENGINE}.stepFixedS`, 0.3e-3, 0.7, 20e-6, 5e-3),
    constant(`${ENGINE}.stepPerSequenceS`, 10e-6, 0.7, 0.2e-6, 100e-6),
    constant(`${ENGINE}.hostFixedS`, 4e-3, 0.4, 0.3e-3, 8e-3),
    constant(`${ENGINE}.hostPerSequenceS`, 20e-6, 0.7, 1e-6, 200e-6),
    constant(`${ENGINE}.hostPerStreamedTokenS`, 40e-6, 0.7, 1e-6, 200e-6),
    constant('devices.rtx-pro-6000-server.kernels.moe.computeEfficiencyShare', 1, 0.4, 0.3, 2.5),
    constant('devices.gb200-nvl72.hostTimeFactor', 1.3, 0.3, 0.8, 3),
    constant(`${ENGINE}.apiS`, 8e-3, 0.7, 1e-3, 60e-3),
    constant(`${ENGINE}.kernels.gemmComputeShare`, 1, 0.2, 0.5, 1.4),
    constant(`${ENGINE}.kernels.gemmMemoryShare`, 1, 0.2, 0.5, 1.3),
    constant(`${ENGINE}.kernels.decodeBandwidthEfficiency`, 0.88, 0.15, 0.4, 1),
    constant(`${ENGINE}.kernels.decodePerHeadShare`, 0.7, 0.5, 0.1, 2),
    constant(`${ENGINE}.kernels.collectiveBusShare`, 0.8, 0.5, 0.1, 1.3),
    constant(`${ENGINE}.moe.fixedS`, 50e-6, 0.5, 2e-6, 300e-6),
    constant(`${ENGINE}.moe.memoryEfficiency`, 0.9, 0.3, 0.1, 1),
    constant(`${ENGINE}.moe.computeEfficiency`, 0.21, 0.5, 0.05, 1),
    constant(`${ENGINE}.moe.routingSkew`, 0.66, 0.7, 0.1, 1),
    constant(`${ENGINE}.moe.paddingTokens`, 6, 1, 0.5, 128),
  ],
  selects: ({ engineId, run }) => engineId === 'trtllm' && (run.kind === 'closed-loop' || run.kind === 'offline'),
  metrics: () => ({ tpot_mean_ms: 1, ttft_mean_ms: 0.25, output_tok_s: 1 }),
};
