/** FastFlowLM on the XDNA 2 engine of Ryzen AI Max+ 395: one hybrid model at contexts from 1,024 to 32,768 tokens. */

import { type CatalogFit, constant } from '../catalog-fit.js';

const SHAPE = 'devices.ryzen-ai-max-395-npu.staticShape';

export const fastFlowLmFit: CatalogFit = {
  id: 'fastflowlm',
  constants: [
    constant(`${SHAPE}.memoryEfficiency`, 0.18, 0.3, 0.05, 0.9),
    constant(`${SHAPE}.kvEfficiency`, 0.13, 0.5, 0.02, 0.9),
    constant(`${SHAPE}.computeEfficiency`, 0.15, 0.5, 0.03, 0.6),
    constant(`${SHAPE}.expansionEfficiency`, 0.01, 1, 0.001, 0.5),
  ],
  selects: ({ engineId }) => engineId === 'fastflowlm',
  metrics: () => ({ decode_tok_s: 1, prefill_tok_s: 1 }),
};
