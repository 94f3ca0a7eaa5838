/**
 * Constants of machines that hold weights in SRAM over many chips.
 *
 * Reading (see PipelineConstants): a stage is one transformer layer; time per token at one stream is
 *   layers * (weight bytes of a layer / (SRAM bandwidth * efficiency) + hop),
 * which for a given precision leaves two unknowns, the efficiency and the hop. Both were solved from two published
 * rates per machine: Groq about 280 and 880 tok/s for Llama-3 70B (8-bit weights) and 8B; Cerebras about 450 and 1,800
 * tok/s for Llama-3.1 70B (FP16, four wafers) and 8B at the launch of August 2024, before speculative decoding raised
 * them. On a wafer only the region of one layer works for a given token, hence the small share of the bandwidth.
 * For d-Matrix the vendor claims 1 ms and 2 ms per token (8B, 70B). Prefill efficiencies are assumptions.
 */

import type { PipelineConstants } from '../entries.js';
import { assumed, fitted, specified } from '../grading.js';
import { RECALL } from './sources.js';

const GROQ = 'fit to published tokens/s per user: Llama-3 70B 284, 8B 877';
const CEREBRAS = 'fit to published tokens/s per user: Llama-3.1 70B 450, 8B 1,800 (August 2024)';
const DMATRIX = 'vendor claim of 1 ms (8B) and 2 ms (70B) per token';
const ONE_LAYER = 'modelling choice: a stage is one layer';

/** Constants by device id. */
export const pipelineConstants: { readonly [deviceId: string]: PipelineConstants } = {
  'groq-lpu-v1': {
    sramBytesPerChip: specified(230e6, 'B', 'GroqChip product brief'),
    sramBandwidthBps: specified(80e12, 'B/s', 'GroqChip product brief'),
    hopS: fitted(31e-6, 's', GROQ, { low: 25e-6, high: 36e-6 }),
    bandwidthEfficiency: fitted(0.8, '1', GROQ, { low: 0.6, high: 0.95 }),
    computeEfficiency: assumed(0.3, '1', RECALL, { low: 0.1, high: 0.5 }),
    stagesPerLayer: assumed(1, 'stages', ONE_LAYER),
    weightSramShare: fitted(0.533, '1', '576 chips for Llama-2-70B with 8-bit weights', { low: 0.4, high: 0.8 }),
  },
  'cerebras-wse3': {
    sramBytesPerChip: specified(44e9, 'B', 'Cerebras WSE-3 data sheet'),
    sramBandwidthBps: specified(21e15, 'B/s', 'Cerebras WSE-3 data sheet'),
    hopS: fitted(13.2e-6, 's', CEREBRAS, { low: 10e-6, high: 17e-6 }),
    bandwidthEfficiency: fitted(0.0058, '1', CEREBRAS, {
      low: 0.004,
      high: 0.01,
      note: 'one layer of a wafer works at a time',
    }),
    computeEfficiency: assumed(0.3, '1', RECALL, { low: 0.1, high: 0.5 }),
    stagesPerLayer: assumed(1, 'stages', ONE_LAYER),
    weightSramShare: fitted(0.85, '1', 'four wafers for 70 billion FP16 weights', { low: 0.81, high: 0.95 }),
  },
  'dmatrix-corsair': {
    sramBytesPerChip: assumed(2e9, 'B', RECALL),
    sramBandwidthBps: assumed(150e12, 'B/s', RECALL),
    hopS: assumed(18e-6, 's', DMATRIX, { low: 12e-6, high: 28e-6 }),
    bandwidthEfficiency: assumed(0.8, '1', DMATRIX, { low: 0.5, high: 0.9 }),
    computeEfficiency: assumed(0.3, '1', RECALL, { low: 0.1, high: 0.5 }),
    kvBytesPerChip: assumed(256e9, 'B', RECALL, { note: 'LPDDR5 beside the SRAM' }),
    stagesPerLayer: assumed(1, 'stages', ONE_LAYER),
    weightSramShare: assumed(0.95, '1', RECALL, { low: 0.8, high: 1, note: 'the KV cache lies in LPDDR5' }),
  },
};
