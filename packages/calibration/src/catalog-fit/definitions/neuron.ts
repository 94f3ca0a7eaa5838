/** Transformers NeuronX on sixteen Trainium1 chips: two 70B models, prompts of 128 to 2,048 tokens. */

import { type CatalogFit, constant } from '../catalog-fit.js';

const KERNELS = 'devices.trainium1.kernels';

export const neuronFit: CatalogFit = {
  id: 'neuron',
  constants: [
    constant('engines.neuron.layerFixedS', 40e-6, 0.5, 5e-6, 200e-6),
    constant('engines.neuron.apiS', 4e-3, 0.7, 0.2e-3, 20e-3),
    constant(`${KERNELS}.gemm.fp16.memoryEfficiency`, 0.7, 0.15, 0.4, 0.95),
    constant(`${KERNELS}.gemm.fp16.computeEfficiency`, 0.5, 0.4, 0.1, 0.9),
    constant(`${KERNELS}.collectives.16.busBps`, 60e9, 0.7, 5e9, 150e9),
    constant(`${KERNELS}.prefillAttention.computeEfficiency`, 0.05, 1, 0.003, 0.6),
  ],
  selects: ({ engineId }) => engineId === 'neuron',
  metrics: () => ({ output_tok_s: 0.5, tpot_p50_ms: 1, tpot_p99_ms: 0.5, ttft_p50_ms: 1, ttft_p99_ms: 0.5 }),
  robustScale: 0.05,
};
