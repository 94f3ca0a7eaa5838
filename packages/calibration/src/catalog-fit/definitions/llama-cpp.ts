/**
 * llama.cpp on one stream: GeForce cards and L40S alone and as layer splits, M1 Max; 8B and 70B models in four GGUF formats.
 *
 * The engine's overheads are one set for all. Each device has its 16-bit efficiencies, unless kernel tables gave them, and a share
 * of them per format that was measured on it; on cards the formats' prompts follow from the bytes that expanding them moves.
 */

import { type CatalogFit, constant } from '../catalog-fit.js';

const ENGINE = 'engines.llama-cpp';
const formats = (device: string) => `devices.${device}.kernels.gguf.formats`;
const gemm = (device: string) => `devices.${device}.kernels.gemm.fp16`;

export const llamaCppFit: CatalogFit = {
  id: 'llama-cpp',
  constants: [
    constant(`${ENGINE}.layerFixedS`, 50e-6, 0.7, 5e-6, 200e-6),
    constant(`${ENGINE}.kernels.activationTraffic`, 5, 0.5, 1, 12),
    constant(`${ENGINE}.layerSplit.handoverS`, 0.15e-3, 0.7, 10e-6, 2e-3),
    constant(`${ENGINE}.layerSplit.overlap`, 0.8, 0.2, 0.2, 1),
    constant(`${gemm('rtx-3090')}.memoryEfficiency`, 0.9, 0.1, 0.7, 1),
    constant(`${gemm('rtx-3090')}.computeEfficiency`, 0.7, 0.4, 0.3, 1),
    constant(`${formats('rtx-3090')}.Q4_K_M.memoryShare`, 0.95, 0.1, 0.5, 1.1),
    constant(`${gemm('rtx-4090')}.memoryEfficiency`, 0.9, 0.1, 0.7, 1),
    constant(`${gemm('rtx-4090')}.computeEfficiency`, 0.7, 0.4, 0.3, 1),
    constant(`${formats('rtx-4090')}.Q4_K_M.memoryShare`, 0.95, 0.1, 0.5, 1.1),
    constant(`${formats('l40s')}.F16.memoryShare`, 1, 0.1, 0.5, 1.2),
    constant(`${formats('l40s')}.Q4_K_M.memoryShare`, 1, 0.1, 0.5, 1.2),
    constant(`${gemm('apple-m1-max')}.memoryEfficiency`, 0.85, 0.1, 0.5, 1),
    constant(`${gemm('apple-m1-max')}.computeEfficiency`, 0.75, 0.2, 0.3, 1),
    constant(`${formats('apple-m1-max')}.Q8_0.memoryShare`, 1, 0.05, 0.5, 1.1),
    constant(`${formats('apple-m1-max')}.Q8_0.computeShare`, 0.95, 0.1, 0.5, 1.1),
    constant(`${formats('apple-m1-max')}.Q4_0.memoryShare`, 0.95, 0.1, 0.5, 1.1),
    constant(`${formats('apple-m1-max')}.Q4_0.computeShare`, 0.95, 0.1, 0.5, 1.1),
    constant(`${formats('apple-m1-max')}.Q4_K_M.memoryShare`, 0.6, 0.3, 0.3, 1.1),
    constant(`${formats('apple-m1-max')}.Q4_K_M.computeShare`, 0.85, 0.2, 0.3, 1.1),
  ],
  selects: ({ engineId, run }) => engineId === 'llama-cpp' && run.kind === 'single-stream',
  metrics: () => ({ decode_tok_s: 1, prefill_tok_s: 1 }),
  robustScale: 0.05,
};
