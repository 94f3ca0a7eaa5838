/**
 * Architecture of a model from the `config.json` that its maker publishes.
 *
 * Knows the field names of the common families (Llama, Mistral, Qwen, Gemma, Phi, GPT, OPT, BLOOM, Falcon, Mixtral,
 * DeepSeek, gpt-oss, Llama 4, Jamba, Mamba, Nemotron-H, Qwen3-Next, Falcon-H1 and those that follow them). A model type that
 * is not known is read by the same names and noted. A text model inside a multi-modal configuration (`text_config`) is taken
 * by itself: vision towers are not counted. Norms and biases are left out but for learned positions and attention gates.
 *
 * Never returns NaN: everything missing, of the wrong type or out of range comes back as a list of errors instead.
 * Encoder-decoder models are refused. Llama 4's chunked attention is read as full attention.
 */

import type { MlaShape, ModelArchitecture, MoeShape, Precision } from '@infersim/catalog';
import { planLayers } from './config-layers.js';
import { type ConfigError, ConfigReader, isRecord } from './config-reader.js';

/** Either the architecture or all problems of the configuration. */
export type ConfigResult =
  | {
      readonly ok: true;
      readonly architecture: ModelArchitecture;
      /** Format the checkpoint is published in, as far as the configuration says; fp16 otherwise. */
      readonly nativePrecision: Precision;
      /** What was taken for granted. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly errors: readonly ConfigError[] };

/** Families with a plain two-matrix FFN. */
const PLAIN_FFN: readonly string[] = [
  'bloom',
  'falcon',
  'gpt2',
  'gpt_bigcode',
  'gpt_neo',
  'gpt_neox',
  'gptj',
  'mpt',
  'nemotron',
  'nemotron_h',
  'opt',
  'phi',
  'starcoder2',
];

/** Families whose own default ties input and output embeddings. */
const TIED_BY_DEFAULT: readonly string[] = [
  'bloom',
  'cohere',
  'cohere2',
  'falcon',
  'gemma',
  'gemma2',
  'gemma3',
  'gemma3_text',
  'gpt2',
  'gpt_bigcode',
  'mamba',
  'mpt',
  'opt',
  'starcoder2',
];

const KNOWN: readonly string[] = [
  ...PLAIN_FFN,
  ...TIED_BY_DEFAULT,
  'deepseek_v2',
  'deepseek_v3',
  'falcon_h1',
  'falcon_mamba',
  'glm4_moe',
  'gpt_oss',
  'jamba',
  'kimi_k2',
  'llama',
  'llama4',
  'llama4_text',
  'mamba2',
  'minimax_m2',
  'mistral',
  'mistral3',
  'mixtral',
  'olmo2',
  'phi3',
  'phimoe',
  'qwen2',
  'qwen2_moe',
  'qwen3',
  'qwen3_moe',
  'qwen3_next',
];

/** Parses a configuration that `JSON.parse` returned. `id` names the model in notes only. */
export function architectureFromConfig(json: unknown, id = 'model'): ConfigResult {
  const errors: ConfigError[] = [];
  if (!isRecord(json)) {
    errors.push({ code: 'CONFIG_TYPE', field: '', given: json, allowed: 'a JSON object' });
    return { ok: false, errors };
  }
  const top = new ConfigReader(json, '', errors);
  const text = top.nested('text_config') ?? top.nested('llm_config');
  const reader = text ?? top;
  const modelType = reader.string('model_type', top.string('model_type', ''));
  const notes: string[] = [];
  if (text !== undefined) notes.push(`${id}: only the text model is counted`);
  if (!KNOWN.includes(modelType))
    notes.push(`${id}: model type "${modelType}" is not known, read by common field names`);
  if (top.boolean('is_encoder_decoder', false)) {
    top.fail('CONFIG_UNSUPPORTED', 'is_encoder_decoder', true, 'false (decoder-only models)');
  }
  const architecture = readArchitecture(reader, top, modelType);
  const nativePrecision = readPrecision(reader, top);
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, architecture, nativePrecision, notes };
}

function readArchitecture(reader: ConfigReader, top: ConfigReader, modelType: string): ModelArchitecture {
  const layers = reader.integer(['num_hidden_layers', 'n_layer', 'n_layers', 'num_layers'], 1);
  const hidden = reader.integer(['hidden_size', 'n_embd', 'n_embed', 'd_model'], 1);
  const vocab = reader.integer(['vocab_size', 'padded_vocab_size'], 1);
  const stateOnly = modelType === 'mamba' || modelType === 'mamba2' || modelType === 'falcon_mamba';
  const heads = stateOnly ? 1 : reader.integer(['num_attention_heads', 'n_head', 'n_heads'], 1);
  const kvHeads = stateOnly ? 1 : readKvHeads(reader, modelType, heads);
  const mla = reader.has('kv_lora_rank') ? readMla(reader) : undefined;
  const headDim = stateOnly ? hidden : readHeadDim(reader, hidden, heads, mla);
  if (reader.errors.length === 0 && heads % kvHeads !== 0) {
    reader.fail('CONFIG_RANGE', 'num_key_value_heads', kvHeads, `a divisor of ${heads} heads`);
  }
  const ffnMatrices = PLAIN_FFN.includes(modelType) ? 2 : 3;
  const ffn = stateOnly ? 0 : readFfn(reader, modelType, hidden);
  const plan = planLayers(reader, modelType, layers, { hidden, heads, headDim, ffnParams: ffnMatrices * hidden * ffn });
  const moe = readMoe(reader, modelType, layers, ffn);
  const contextTokens = reader.integer(
    ['max_position_embeddings', 'n_positions', 'seq_length', 'max_seq_len', 'model_max_length'],
    1,
    stateOnly || modelType === 'bloom' ? 2048 : undefined,
  );
  const gates = plan.attentionExtraParams;
  let attentionBlocks = 0;
  for (const group of plan.groups) if (group.kind !== 'state') attentionBlocks += group.layers;
  const extraParams = gates * attentionBlocks + learnedPositions(modelType, contextTokens, hidden);
  return {
    layers: plan.layers,
    hidden,
    heads,
    kvHeads,
    headDim,
    ffnIntermediate: plan.hasCommonFfn ? ffn : 0,
    ffnMatrices,
    vocab,
    tieEmbeddings: reader.boolean(
      'tie_word_embeddings',
      top.boolean('tie_word_embeddings', TIED_BY_DEFAULT.includes(modelType)),
    ),
    contextTokens,
    layerGroups: plan.groups,
    ...(mla === undefined ? {} : { mla }),
    ...(moe === undefined ? {} : { moe }),
    ...(extraParams > 0 ? { extraParams } : {}),
  };
}

function readKvHeads(reader: ConfigReader, modelType: string, heads: number): number {
  const named = ['num_key_value_heads', 'num_kv_heads', 'n_head_kv', 'multi_query_group_num'];
  const newFalcon = reader.boolean('new_decoder_architecture', false);
  if (modelType === 'falcon' && !newFalcon && reader.boolean('multi_query', true)) return 1;
  if (modelType === 'gpt_bigcode' && reader.boolean('multi_query', true)) return 1;
  return reader.integer(named, 1, heads);
}

function readHeadDim(reader: ConfigReader, hidden: number, heads: number, mla: MlaShape | undefined): number {
  if (mla !== undefined) return mla.valueHeadDim;
  if (reader.has('head_dim', 'attention_head_dim', 'd_kv')) {
    return reader.integer(['head_dim', 'attention_head_dim', 'd_kv'], 1);
  }
  if (reader.errors.length > 0) return 1;
  if (hidden % heads !== 0) {
    reader.fail('CONFIG_RANGE', 'num_attention_heads', heads, `a divisor of hidden size ${hidden}, or a head_dim`);
    return 1;
  }
  return hidden / heads;
}

function readMla(reader: ConfigReader): MlaShape {
  return {
    kvLoraRank: reader.integer(['kv_lora_rank'], 1),
    qLoraRank: reader.integer(['q_lora_rank'], 0, 0),
    ropeHeadDim: reader.integer(['qk_rope_head_dim'], 1),
    nopeHeadDim: reader.integer(['qk_nope_head_dim'], 1),
    valueHeadDim: reader.integer(['v_head_dim'], 1),
  };
}

function readFfn(reader: ConfigReader, modelType: string, hidden: number): number {
  const names =
    modelType === 'llama4_text' || modelType === 'llama4'
      ? ['intermediate_size_mlp', 'intermediate_size']
      : ['intermediate_size', 'ffn_dim', 'n_inner', 'ffn_hidden_size'];
  return reader.integer(names, 1, PLAIN_FFN.includes(modelType) ? 4 * hidden : undefined);
}

function readMoe(reader: ConfigReader, modelType: string, layers: number, ffn: number): MoeShape | undefined {
  const names = ['num_local_experts', 'num_experts', 'n_routed_experts', 'moe_num_experts'];
  if (!reader.has(...names)) return undefined;
  const experts = reader.integer(names, 0);
  if (experts <= 1) return undefined;
  const expertsPerToken = reader.integer(['num_experts_per_tok', 'num_experts_per_token', 'experts_per_token'], 1);
  if (expertsPerToken > experts) {
    reader.fail('CONFIG_RANGE', 'num_experts_per_tok', expertsPerToken, `1 to ${experts}`);
  }
  const isLlama4 = modelType === 'llama4_text' || modelType === 'llama4';
  const expertIntermediate = isLlama4
    ? reader.integer(['intermediate_size'], 1)
    : reader.integer(['moe_intermediate_size', 'expert_intermediate_size'], 1, ffn);
  const sharedWidth = reader.integer(['shared_expert_intermediate_size', 'shared_intermediate_size'], 0, 0);
  const sharedExperts = isLlama4
    ? 1
    : reader.integer(['n_shared_experts', 'num_shared_experts'], 0, sharedWidth > 0 ? 1 : 0);
  return {
    experts,
    expertsPerToken,
    sharedExperts,
    expertIntermediate,
    moeLayers: countMoeLayers(reader, modelType, layers),
    ...(sharedWidth > 0 ? { sharedIntermediate: sharedWidth } : {}),
  };
}

function countMoeLayers(reader: ConfigReader, modelType: string, layers: number): number {
  const firstDense = reader.integer(['first_k_dense_replace'], 0, 0);
  const dense = reader.integers('mlp_only_layers') ?? [];
  let step = reader.integer(['decoder_sparse_step', 'interleave_moe_layer_step', 'expert_layer_period'], 1, 1);
  if (modelType.startsWith('deepseek')) step = reader.integer(['moe_layer_freq'], 1, 1);
  const offset = reader.integer(['expert_layer_offset'], 0, step - 1);
  let count = 0;
  for (let layer = firstDense; layer < layers; layer++) {
    if (!dense.includes(layer) && layer % step === offset % step) count++;
  }
  return count;
}

/** Learned position tables; OPT keeps two rows more than it has positions. */
function learnedPositions(modelType: string, contextTokens: number, hidden: number): number {
  if (modelType === 'opt') return (contextTokens + 2) * hidden;
  return modelType === 'gpt2' || modelType === 'gpt_bigcode' ? contextTokens * hidden : 0;
}

function readPrecision(reader: ConfigReader, top: ConfigReader): Precision {
  const quantisation = top.nested('quantization_config') ?? reader.nested('quantization_config');
  if (quantisation === undefined) return 'fp16';
  const method = quantisation.string('quant_method', '');
  if (method === 'fp8' || method === 'fbgemm_fp8') return 'fp8';
  if (method === 'mxfp4') return 'fp4';
  const bits = quantisation.integer(['bits'], 1, method === 'compressed-tensors' ? 4 : 16);
  return bits === 8 ? 'int8' : bits === 4 ? 'int4' : bits === 2 ? 'int2' : 'fp16';
}
