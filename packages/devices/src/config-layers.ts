/**
 * Which layers of a published configuration attend to everything, to a window, or keep a constant state.
 *
 * Handles: `layer_types` lists; a window on all layers; a pattern of one global layer in n (`sliding_window_pattern`,
 * Gemma 3 has 6, gpt-oss alternates); linear attention with a full layer every n (Qwen3-Next); Jamba's attention period;
 * Nemotron-H's pattern string; pure state-space stacks; Falcon-H1's parallel branches.
 *
 * Hybrids whose layers hold a mixer or an FFN but not both (Nemotron-H), or two mixers side by side (Falcon-H1), are
 * written so that the sums come out: FFN layers become layers without state that carry the FFN's parameters, parallel
 * branches become two layers. `layers` then counts mixers and FFNs, not blocks; context, KV, state and FLOP are exact, while
 * fixed times per layer (launches, all-reduces) are counted for each of them.
 * State is kept in fp16 except recurrent matrices of linear attention, which engines keep in fp32.
 */

import type { LayerGroup } from '@infersim/catalog';
import type { ConfigReader } from './config-reader.js';

/** Layers by kind, and the FFN that remains behind each of them. */
export interface LayerPlan {
  readonly layers: number;
  readonly groups: readonly LayerGroup[];
  /** False where the FFN is already counted in the groups. */
  readonly hasCommonFfn: boolean;
  /** Further parameters of one attention layer (output gates). */
  readonly attentionExtraParams: number;
}

/** The widths that state layers are computed from. */
export interface LayerWidths {
  readonly hidden: number;
  readonly heads: number;
  readonly headDim: number;
  readonly ffnParams: number;
}

const FP16_BYTES = 2;
const FP32_BYTES = 4;

/** Splits `layers` blocks of a configuration into groups. */
export function planLayers(reader: ConfigReader, modelType: string, layers: number, widths: LayerWidths): LayerPlan {
  if (reader.has('hybrid_override_pattern')) return patternPlan(reader, layers, widths);
  if (modelType === 'falcon_h1') return parallelPlan(reader, layers, widths);
  if (reader.has('linear_num_value_heads') || modelType === 'qwen3_next') return linearPlan(reader, layers, widths);
  if (reader.has('attn_layer_period')) return periodPlan(reader, layers, widths);
  if (modelType === 'mamba' || modelType === 'falcon_mamba') {
    return {
      layers,
      groups: [mambaGroup(reader, layers, widths.hidden)],
      hasCommonFfn: false,
      attentionExtraParams: 0,
    };
  }
  if (modelType === 'mamba2') {
    return { layers, groups: [mamba2Group(reader, layers, widths)], hasCommonFfn: false, attentionExtraParams: 0 };
  }
  return { layers, groups: windowGroups(reader, modelType, layers), hasCommonFfn: true, attentionExtraParams: 0 };
}

function attentionGroups(full: number, windowed: number, windowTokens: number): LayerGroup[] {
  const groups: LayerGroup[] = [];
  if (full > 0) groups.push({ kind: 'full', layers: full });
  if (windowed > 0) groups.push({ kind: 'window', layers: windowed, windowTokens });
  return groups;
}

function windowGroups(reader: ConfigReader, modelType: string, layers: number): LayerGroup[] {
  const windowOff = !reader.has('sliding_window') || !reader.boolean('use_sliding_window', true);
  const windowTokens = windowOff ? 0 : reader.integer(['sliding_window'], 1);
  const types = reader.strings('layer_types');
  if (types !== undefined) {
    if (types.length !== layers) {
      reader.fail('CONFIG_RANGE', 'layer_types', types.length, `${layers} entries, one per layer`);
      return attentionGroups(layers, 0, 0);
    }
    let windowed = 0;
    types.forEach((type, index) => {
      if (type === 'sliding_attention') windowed++;
      else if (type !== 'full_attention') {
        reader.fail('CONFIG_UNSUPPORTED', `layer_types[${index}]`, type, 'full_attention or sliding_attention');
      }
    });
    if (windowed > 0 && windowOff) {
      reader.fail('CONFIG_MISSING', 'sliding_window', undefined, 'an integer of 1 or more for sliding layers');
    }
    return attentionGroups(layers - windowed, windowed, windowTokens);
  }
  if (windowOff) return attentionGroups(layers, 0, 0);
  const implied = modelType.startsWith('gemma3') ? 6 : modelType === 'gemma2' || modelType === 'gpt_oss' ? 2 : 0;
  const period = reader.integer(['sliding_window_pattern', '_sliding_window_pattern'], 1, implied);
  if (period === 0) {
    const from = reader.has('use_sliding_window') ? reader.integer(['max_window_layers'], 0, 0) : 0;
    const full = Math.min(from, layers);
    return attentionGroups(full, layers - full, windowTokens);
  }
  const full = Math.floor(layers / period);
  return attentionGroups(full, layers - full, windowTokens);
}

/** Gated delta rule: keys and values projected, a short convolution, one matrix of state per value head. */
function linearPlan(reader: ConfigReader, layers: number, widths: LayerWidths): LayerPlan {
  const keyHeads = reader.integer(['linear_num_key_heads'], 1);
  const valueHeads = reader.integer(['linear_num_value_heads'], 1);
  const keyDim = reader.integer(['linear_key_head_dim'], 1);
  const valueDim = reader.integer(['linear_value_head_dim'], 1);
  const kernel = reader.integer(['linear_conv_kernel_dim'], 1, 4);
  const keyWidth = keyHeads * keyDim;
  const valueWidth = valueHeads * valueDim;
  const mixed = 2 * keyWidth + valueWidth;
  const params =
    widths.hidden * (2 * keyWidth + 2 * valueWidth + 2 * valueHeads) +
    mixed * kernel +
    valueWidth * widths.hidden +
    2 * valueHeads +
    valueDim;
  const stateBytes = valueHeads * keyDim * valueDim * FP32_BYTES + mixed * (kernel - 1) * FP16_BYTES;
  const types = reader.strings('layer_types');
  const every = reader.integer(['full_attention_interval'], 1, 4);
  const full =
    types === undefined ? Math.floor(layers / every) : types.filter((type) => type === 'full_attention').length;
  const linear = layers - full;
  return {
    layers,
    groups: [
      ...attentionGroups(full, 0, 0),
      { kind: 'state', layers: linear, stateBytesPerSequence: stateBytes, paramsPerLayer: params },
    ],
    hasCommonFfn: true,
    attentionExtraParams: widths.hidden * widths.heads * widths.headDim,
  };
}

function periodPlan(reader: ConfigReader, layers: number, widths: LayerWidths): LayerPlan {
  const period = reader.integer(['attn_layer_period'], 1);
  const offset = reader.integer(['attn_layer_offset'], 0, 0);
  let full = 0;
  for (let layer = 0; layer < layers; layer++) if (layer % period === offset) full++;
  return {
    layers,
    groups: [...attentionGroups(full, 0, 0), mambaGroup(reader, layers - full, widths.hidden)],
    hasCommonFfn: true,
    attentionExtraParams: 0,
  };
}

/** Selective state space of the first kind: per-channel state. */
function mambaGroup(reader: ConfigReader, layers: number, hidden: number): LayerGroup {
  const stateSize = reader.integer(['mamba_d_state', 'state_size', 'd_state'], 1, 16);
  const kernel = reader.integer(['mamba_d_conv', 'conv_kernel', 'd_conv'], 1, 4);
  const expand = reader.integer(['mamba_expand', 'expand'], 1, 2);
  const inner = reader.integer(['intermediate_size_mamba', 'd_inner'], 1, expand * hidden);
  const rank = reader.integer(['mamba_dt_rank', 'time_step_rank'], 1, Math.ceil(hidden / 16));
  const params =
    hidden * 2 * inner +
    inner * (kernel + 1) +
    inner * (rank + 2 * stateSize) +
    rank * inner +
    inner +
    inner * stateSize +
    inner +
    inner * hidden;
  return {
    kind: 'state',
    layers,
    stateBytesPerSequence: inner * (stateSize + kernel - 1) * FP16_BYTES,
    paramsPerLayer: params,
  };
}

/** Selective state space of the second kind: heads with a matrix of state, keys and values in groups. */
function mamba2Group(reader: ConfigReader, layers: number, widths: LayerWidths): LayerGroup {
  const heads = reader.integer(['mamba_num_heads', 'mamba_n_heads', 'num_heads'], 1);
  const headDim = reader.integer(['mamba_head_dim', 'mamba_d_head', 'head_dim'], 1);
  const stateSize = reader.integer(['ssm_state_size', 'mamba_d_state', 'state_size'], 1);
  const groups = reader.integer(['n_groups', 'mamba_n_groups'], 1, 1);
  const kernel = reader.integer(['conv_kernel', 'mamba_d_conv'], 1, 4);
  const inner = heads * headDim;
  const mixed = inner + 2 * groups * stateSize;
  const params =
    widths.hidden * (inner + mixed + heads) + mixed * (kernel + 1) + 3 * heads + inner + inner * widths.hidden;
  return {
    kind: 'state',
    layers,
    stateBytesPerSequence: (inner * stateSize + mixed * (kernel - 1)) * FP16_BYTES,
    paramsPerLayer: params,
  };
}

/** One character per layer: M state space, * attention, - FFN. */
function patternPlan(reader: ConfigReader, layers: number, widths: LayerWidths): LayerPlan {
  const pattern = reader.string('hybrid_override_pattern', '');
  if (pattern.length !== layers) {
    reader.fail('CONFIG_RANGE', 'hybrid_override_pattern', pattern.length, `${layers} characters, one per layer`);
  }
  let mamba = 0;
  let attention = 0;
  let ffn = 0;
  for (const symbol of pattern) {
    if (symbol === 'M') mamba++;
    else if (symbol === '*') attention++;
    else if (symbol === '-') ffn++;
    else {
      reader.fail('CONFIG_UNSUPPORTED', 'hybrid_override_pattern', symbol, 'M, * and -');
      break;
    }
  }
  const groups: LayerGroup[] = [...attentionGroups(attention, 0, 0)];
  if (mamba > 0) groups.push(mamba2Group(reader, mamba, widths));
  if (ffn > 0) groups.push(ffnGroup(ffn, widths.ffnParams));
  return { layers: mamba + attention + ffn, groups, hasCommonFfn: false, attentionExtraParams: 0 };
}

/** Attention and state space side by side in every block, then an FFN. */
function parallelPlan(reader: ConfigReader, layers: number, widths: LayerWidths): LayerPlan {
  const groups = [
    ...attentionGroups(layers, 0, 0),
    mamba2Group(reader, layers, widths),
    ffnGroup(layers, widths.ffnParams),
  ];
  return { layers: 3 * layers, groups, hasCommonFfn: false, attentionExtraParams: 0 };
}

function ffnGroup(layers: number, params: number): LayerGroup {
  return { kind: 'state', layers, stateBytesPerSequence: 0, paramsPerLayer: params };
}
