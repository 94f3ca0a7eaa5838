/**
 * Constants of accelerators with compiled shapes and one stream.
 *
 * Reading: see the step model of the devices package. Weights and KV cache are read at different rates: the cache is cut by
 * heads and moved between layouts. Each attention layer costs a time per token of the compiled context, on top of what its
 * width moves and computes.
 *
 * Snapdragon 8 Elite: fitted to Qualcomm's published single-user rates with 4-bit weights, 16-bit activations and 8-bit KV, of
 * 14 models from 1B to 8B whose graphs are compiled for one context of 4,096 tokens (three for less): half of them within 5 %,
 * decode and prompt alike; exports of two multi-head models (Llama 2, Jais) are 30 to 40 % slower on prompts than the rest.
 * Two models of one shape differ by up to 13 % in the table itself.
 * XDNA 2: fitted to LFM3-1.7B at six contexts; FastFlowLM pads little, so contexts and last chunks are padded to 256 tokens.
 * Hailo-10H: one point (Qwen2-1.5B, 9.45 tok/s). The others take the Snapdragon figures as an assumption, with lower efficiencies
 * where the engine is older or has to share a wider memory: the neural engine of a PC chip gains nothing from bandwidth that is
 * there for its GPU.
 */

import type { StaticShapeConstants } from '../entries.js';
import { assumed, fitted } from '../grading.js';
import type { Quantity } from '../quantity.js';
import { RECALL } from './sources.js';

const QUALCOMM = 'fit to Qualcomm AI Hub Models perf tables (Snapdragon 8 Elite, Genie)';
const QUALCOMM_KV = 'fit to Qualcomm AI Hub Models perf tables (binaries with as many KV heads as query heads)';
const HAILO = 'fit to one published rate, Qwen2-1.5B 9.45 tok/s';
const XDNA = 'fit to FastFlowLM LFM3-1.7B rates on XDNA 2';
const AS_XDNA = 'as fitted for the neural engine of Ryzen AI Max+ 395';
const AS_SNAPDRAGON = 'as fitted for Snapdragon 8 Elite';
/** One graph for the whole context, as the published binaries have. */
const CONTEXT = [4096] as const;

const graphLoad: Quantity = assumed(0.1, 's', RECALL, { low: 0.01, high: 0.5 });

function likeSnapdragon(memory = 0.85, compute = 0.5): StaticShapeConstants {
  return {
    prefillChunkTokens: assumed(128, 'tokens', AS_SNAPDRAGON),
    contextBucketsTokens: CONTEXT,
    memoryEfficiency: assumed(memory, '1', AS_SNAPDRAGON, { low: 0.5 * memory, high: 0.95 }),
    computeEfficiency: assumed(compute, '1', AS_SNAPDRAGON, { low: 0.15, high: 0.6 }),
    kvEfficiency: assumed(0.44 * memory, '1', AS_SNAPDRAGON, { low: 0.2 * memory, high: 0.7 * memory }),
    stepFixedS: assumed(0.3e-3, 's', AS_SNAPDRAGON, { low: 0, high: 5e-3 }),
    decodeContextS: assumed(45e-9, 's', AS_SNAPDRAGON, { low: 30e-9, high: 120e-9 }),
    chunkContextS: assumed(364e-9, 's', AS_SNAPDRAGON, { low: 150e-9, high: 500e-9 }),
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
    contextBucketsTokens: CONTEXT,
    memoryEfficiency: fitted(0.85, '1', QUALCOMM, { low: 0.75, high: 0.95 }),
    computeEfficiency: fitted(0.496, '1', QUALCOMM, { low: 0.4, high: 0.55, note: 'against 45 TOPS' }),
    kvEfficiency: fitted(0.372, '1', QUALCOMM_KV, { low: 0.2, high: 0.5 }),
    stepFixedS: assumed(0.3e-3, 's', RECALL, { low: 0, high: 3e-3 }),
    decodeContextS: fitted(45e-9, 's', QUALCOMM, { low: 30e-9, high: 80e-9 }),
    chunkContextS: fitted(364e-9, 's', QUALCOMM, { low: 250e-9, high: 450e-9 }),
    graphLoadS: graphLoad,
  },
  'snapdragon-x-elite': likeSnapdragon(0.45, 0.4),
  'snapdragon-x2-elite': likeSnapdragon(0.55, 0.4),
  'lunar-lake-npu4': likeSnapdragon(0.7, 0.4),
  'ryzen-ai-300': {
    prefillChunkTokens: assumed(2048, 'tokens', AS_XDNA),
    prefillPaddingTokens: assumed(256, 'tokens', RECALL, { low: 64, high: 1024 }),
    contextBucketsTokens: [256],
    memoryEfficiency: assumed(0.35, '1', AS_XDNA, {
      low: 0.3,
      high: 0.5,
      note: 'about 42 GB/s in effect, metered on the larger sister chip',
    }),
    computeEfficiency: assumed(0.15, '1', AS_XDNA, { low: 0.1, high: 0.25 }),
    kvEfficiency: assumed(0.25, '1', AS_XDNA, { low: 0.15, high: 0.4 }),
    stepFixedS: assumed(1e-3, 's', RECALL, { low: 0, high: 5e-3 }),
    expansionEfficiency: assumed(0.0137, '1', AS_XDNA, { low: 0.008, high: 0.03 }),
    graphLoadS: graphLoad,
  },
  'ryzen-ai-max-395-npu': {
    prefillChunkTokens: fitted(2048, 'tokens', XDNA),
    prefillPaddingTokens: assumed(256, 'tokens', RECALL, { low: 64, high: 1024 }),
    contextBucketsTokens: [256],
    memoryEfficiency: fitted(0.163, '1', XDNA, { low: 0.13, high: 0.3, note: 'about 42 GB/s of the 256 in effect' }),
    computeEfficiency: fitted(0.145, '1', XDNA, { low: 0.1, high: 0.25 }),
    kvEfficiency: fitted(0.12, '1', XDNA, { low: 0.08, high: 0.2 }),
    stepFixedS: assumed(1e-3, 's', RECALL, { low: 0, high: 5e-3 }),
    expansionEfficiency: fitted(0.00644, '1', XDNA, { low: 0.006, high: 0.01, note: 'half a second for 0.9 GB' }),
    graphLoadS: graphLoad,
  },
  'snapdragon-8-gen3': likeSnapdragon(0.65, 0.45),
  'snapdragon-8-elite-gen5': likeSnapdragon(),
  'apple-a17-pro': likeSnapdragon(0.7, 0.4),
  'apple-a18-pro': likeSnapdragon(0.7, 0.4),
  'google-tensor-g5': likeSnapdragon(0.7),
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
