/**
 * Constants of accelerators with compiled shapes and one stream.
 *
 * Reading: a decode step takes (weight bytes + KV bytes of the context bucket)/(bandwidth * memoryEfficiency) +
 * stepFixed; a prompt takes ceil(prompt/chunk) * max(the same memory time, FLOP of a chunk/(peak * computeEfficiency)) +
 * stepFixed each, at the INT8 peak.
 *
 * Snapdragon 8 Elite: fitted to Qualcomm's published single-user rates with 4-bit weights and 16-bit activations
 * (Llama 3.2 1B 64, 3B 28, Llama 3.1 8B 14.1 tok/s; first chunk of 128 tokens 40, 82, 143 ms): within 15 %.
 * Hailo-10H: one point (Qwen2-1.5B, 9.45 tok/s). XDNA 2: LFM3-1.7B at 41 tok/s decode and 1,100 to 1,500 tok/s prefill.
 * The others take the Snapdragon figures as an assumption.
 */

import type { StaticShapeConstants } from '../entries.js';
import { assumed, fitted } from '../grading.js';
import type { Quantity } from '../quantity.js';
import { RECALL } from './sources.js';

const QUALCOMM = 'fit to Qualcomm AI Hub Models perf tables (Snapdragon 8 Elite, Genie)';
const HAILO = 'fit to one published rate, Qwen2-1.5B 9.45 tok/s';
const XDNA = 'fit to FastFlowLM LFM3-1.7B rates on XDNA 2';
const AS_SNAPDRAGON = 'as fitted for Snapdragon 8 Elite';
const BUCKETS = [512, 1024, 2048, 4096] as const;

const graphLoad: Quantity = assumed(0.1, 's', RECALL, { low: 0.01, high: 0.5 });

function likeSnapdragon(memory = 0.7): StaticShapeConstants {
  return {
    prefillChunkTokens: assumed(128, 'tokens', AS_SNAPDRAGON),
    contextBucketsTokens: BUCKETS,
    memoryEfficiency: assumed(memory, '1', AS_SNAPDRAGON, { low: 0.5, high: 0.8 }),
    computeEfficiency: assumed(0.25, '1', AS_SNAPDRAGON, { low: 0.1, high: 0.35 }),
    stepFixedS: assumed(4.4e-3, 's', AS_SNAPDRAGON, { low: 1e-3, high: 10e-3 }),
    graphLoadS: graphLoad,
  };
}

/** Vision networks only: one fixed input, no context. */
function visionOnly(memory: number, fixedS: number): StaticShapeConstants {
  return {
    prefillChunkTokens: assumed(1, 'tokens', RECALL, { note: 'one input per run' }),
    contextBucketsTokens: [1],
    memoryEfficiency: assumed(memory, '1', RECALL, { low: 0.3, high: 0.9 }),
    computeEfficiency: assumed(0.4, '1', RECALL, { low: 0.2, high: 0.7 }),
    stepFixedS: assumed(fixedS, 's', RECALL, { low: fixedS / 2, high: fixedS * 4 }),
    graphLoadS: graphLoad,
  };
}

/** Constants by device id. */
export const staticShapes: { readonly [deviceId: string]: StaticShapeConstants } = {
  'snapdragon-8-elite': {
    prefillChunkTokens: fitted(128, 'tokens', QUALCOMM),
    contextBucketsTokens: BUCKETS,
    memoryEfficiency: fitted(0.77, '1', QUALCOMM, { low: 0.7, high: 0.81 }),
    computeEfficiency: fitted(0.25, '1', QUALCOMM, { low: 0.157, high: 0.297, note: 'against 45 TOPS' }),
    stepFixedS: fitted(4.4e-3, 's', QUALCOMM, { low: 3.5e-3, high: 5e-3 }),
    graphLoadS: graphLoad,
  },
  'snapdragon-x-elite': likeSnapdragon(),
  'snapdragon-x2-elite': likeSnapdragon(),
  'lunar-lake-npu4': likeSnapdragon(),
  'ryzen-ai-300': {
    prefillChunkTokens: assumed(256, 'tokens', RECALL, { low: 128, high: 2048 }),
    contextBucketsTokens: [2048, 4096, 8192, 16384, 32768],
    memoryEfficiency: assumed(0.38, '1', XDNA, {
      low: 0.3,
      high: 0.5,
      note: 'about 40 GB/s in effect, metered on the larger sister chip',
    }),
    computeEfficiency: fitted(0.1, '1', XDNA, { low: 0.07, high: 0.12 }),
    stepFixedS: assumed(2e-3, 's', RECALL, { low: 0.5e-3, high: 5e-3 }),
    graphLoadS: graphLoad,
  },
  'ryzen-ai-max-395-npu': {
    prefillChunkTokens: assumed(256, 'tokens', RECALL, { low: 128, high: 2048 }),
    contextBucketsTokens: [1024, 2048, 4096, 8192, 16384, 32768],
    memoryEfficiency: assumed(0.18, '1', XDNA, { low: 0.15, high: 0.3, note: 'about 45 GB/s of the 256 in effect' }),
    computeEfficiency: fitted(0.1, '1', XDNA, { low: 0.07, high: 0.12 }),
    stepFixedS: assumed(2e-3, 's', RECALL, { low: 0.5e-3, high: 5e-3 }),
    graphLoadS: graphLoad,
  },
  'snapdragon-8-gen3': likeSnapdragon(),
  'snapdragon-8-elite-gen5': likeSnapdragon(),
  'apple-a17-pro': likeSnapdragon(),
  'apple-a18-pro': likeSnapdragon(),
  'google-tensor-g5': likeSnapdragon(0.6),
  'google-coral-edge-tpu': visionOnly(0.7, 0.5e-3),
  'tesla-hw4': visionOnly(0.6, 1e-3),
  'hailo-10h': {
    prefillChunkTokens: assumed(96, 'tokens', RECALL, { low: 64, high: 128 }),
    contextBucketsTokens: [2048],
    memoryEfficiency: fitted(0.55, '1', HAILO, {
      low: 0.45,
      high: 0.7,
      note: 'one point: not separate from the fixed time',
    }),
    computeEfficiency: assumed(0.25, '1', AS_SNAPDRAGON, { low: 0.1, high: 0.4 }),
    stepFixedS: fitted(12e-3, 's', HAILO, { low: 0, high: 25e-3 }),
    graphLoadS: graphLoad,
  },
};
