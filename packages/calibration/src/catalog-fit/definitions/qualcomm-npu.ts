/**
 * Hexagon neural engine: token and prompt graphs of models from 1B to 8B.
 *
 * The device's constants come from the graphs of one compiler, Genie's. The binaries that makers of models built tell one factor on
 * all of them, and, because only they hold models with as many KV heads as query heads, how slowly the KV cache is read.
 */

import { type CatalogFit, constant } from '../catalog-fit.js';

const SHAPE = 'devices.snapdragon-8-elite.staticShape';

export const qualcommNpuFit: CatalogFit = {
  id: 'qualcomm-npu',
  constants: [
    constant(`${SHAPE}.memoryEfficiency`, 0.85, 0.1, 0.4, 0.95),
    constant(`${SHAPE}.decodeContextS`, 60e-9, 0.7, 1e-9, 300e-9),
    constant(`${SHAPE}.computeEfficiency`, 0.4, 0.3, 0.1, 0.8),
    constant(`${SHAPE}.chunkContextS`, 300e-9, 0.7, 10e-9, 1e-6),
  ],
  selects: ({ engineId }) => engineId === 'qualcomm-npu',
  metrics: () => ({ decode_tok_s: 1, ttft_p50_ms: 1 }),
};

export const qualcommQnnFit: CatalogFit = {
  id: 'qualcomm-qnn',
  constants: [
    constant(`${SHAPE}.kvEfficiency`, 0.35, 0.5, 0.05, 0.95),
    constant('engines.qualcomm-qnn.kernels.graphTimeFactor', 1.15, 0.2, 1, 2),
  ],
  selects: ({ engineId }) => engineId === 'qualcomm-qnn',
  metrics: () => ({ decode_tok_s: 1, ttft_p50_ms: 1 }),
  robustScale: 0.05,
};
