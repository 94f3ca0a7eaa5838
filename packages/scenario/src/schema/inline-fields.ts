/**
 * Devices, models, racks and regions of the user's own: whole, or a known one (`base`) with some numbers changed.
 * Keys name the units, so plain numbers can be copied from data sheets.
 */

import * as z from 'zod';
import { choice, flag, id, onceUsed, quantity, real, text, whole } from './fields.js';
import { PRECISIONS } from './pool-fields.js';

const flops = (format: string) => real(`dense peak rate in ${format}`, { above: 0, max: 1e9 }, 'TFLOP/s').optional();

export const deviceFields = onceUsed(() =>
  z.strictObject({
    base: id('known device whose numbers hold where none is given here').optional(),
    name: text('name for people').optional(),
    class: choice('kind of device', ['gpu', 'asic', 'npu']).optional(),
    execution: choice('how it runs a model', ['batched', 'sram-pipeline', 'static-npu']).optional(),
    memory_gib: quantity('memory an engine can use', 'bytes', 'GiB', { above: 0, max: 1e6 }).optional(),
    memory_bw_gb_s: quantity('memory bandwidth', 'bandwidth', 'GB/s', { above: 0, max: 1e9 }).optional(),
    fp16_tflops: flops('fp16 or bf16'),
    fp8_tflops: flops('fp8'),
    int8_tops: flops('int8'),
    fp4_tflops: flops('fp4'),
    int4_tops: flops('int4'),
    weight_only: z
      .array(choice('a format', PRECISIONS))
      .max(8)
      .optional()
      .meta({ description: 'formats its kernels read weights in without arithmetic of their own' }),
    interconnect_gb_s: quantity('bandwidth to its peers, each way', 'bandwidth', 'GB/s', {
      above: 0,
      max: 1e9,
    }).optional(),
    scale_up_devices: whole('devices that reach each other at that bandwidth', { min: 1, max: 1e6 }).optional(),
    tdp_w: quantity('highest sustained power', 'power', 'W', { above: 0, max: 1e6 }).optional(),
    idle_w: quantity('power without a process', 'power', 'W', { max: 1e6 }).optional(),
    idle_loaded_w: quantity('power with a model loaded and nothing to do', 'power', 'W', { max: 1e6 }).optional(),
    price_usd: quantity('purchase price', 'money', 'USD', { max: 1e9 }).optional(),
    cloud_usd_per_h: quantity('rental price', 'hourly price', 'USD/h', { max: 1e6 }).optional(),
  }),
);

const layerGroup = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('full'), layers: whole('layers of this kind', { min: 1, max: 10_000 }) }),
  z.strictObject({
    kind: z.literal('window'),
    layers: whole('layers of this kind', { min: 1, max: 10_000 }),
    window_tokens: whole('tokens such a layer looks back', { min: 1, max: 1e8 }, 'tokens'),
  }),
  z.strictObject({
    kind: z.literal('state'),
    layers: whole('layers of this kind', { min: 1, max: 10_000 }),
    state_bytes: real('state of one sequence in one such layer', { max: 1e12 }, 'bytes'),
    params_per_layer: real('parameters of one such layer', { max: 1e13 }, 'parameters'),
  }),
]);

export const modelFields = onceUsed(() =>
  z.strictObject({
    base: id('known model whose numbers hold where none is given here').optional(),
    config: text('path of a published config.json, from the folder of the scenario file').optional(),
    name: text('name for people').optional(),
    native_precision: choice('format it is published in', PRECISIONS).optional(),
    sampling: choice('how tokens are chosen: `top-p` sorts the vocabulary', ['greedy', 'top-p']).optional(),
    layers: whole('layers', { min: 1, max: 10_000 }).optional(),
    hidden: whole('width of the residual stream', { min: 1, max: 1e6 }).optional(),
    heads: whole('query heads', { min: 1, max: 10_000 }).optional(),
    kv_heads: whole('key-value heads', { min: 1, max: 10_000 }).optional(),
    head_dim: whole('width of a head', { min: 1, max: 10_000 }).optional(),
    ffn_intermediate: whole('width of the feed-forward layer', { min: 0, max: 1e7 }).optional(),
    ffn_matrices: whole('3 for gated feed-forward layers, 2 for plain ones', { min: 2, max: 3 }).optional(),
    vocab: whole('size of the vocabulary', { min: 1, max: 1e8 }).optional(),
    tie_embeddings: flag('input and output embeddings are one matrix').optional(),
    context_tokens: whole('longest context', { min: 1, max: 1e8 }, 'tokens').optional(),
    layer_groups: z
      .array(layerGroup)
      .min(1)
      .max(100)
      .optional()
      .meta({ description: 'kinds of attention layers; default: all full' }),
    moe: z
      .strictObject({
        experts: whole('routed experts of a layer', { min: 1, max: 100_000 }),
        experts_per_token: whole('experts a token goes through', { min: 1, max: 10_000 }),
        shared_experts: whole('experts every token goes through', { max: 1000 }).default(0),
        expert_intermediate: whole('width of an expert', { min: 1, max: 1e6 }),
        moe_layers: whole('layers with experts', { min: 1, max: 10_000 }),
      })
      .optional()
      .meta({ description: 'mixture of experts' }),
    mla: z
      .strictObject({
        kv_lora_rank: whole('width of the compressed KV', { min: 1, max: 1e6 }),
        q_lora_rank: whole('width of the compressed query; 0 = not compressed', { max: 1e6 }),
        rope_head_dim: whole('width of the position part of a head', { min: 0, max: 10_000 }),
        nope_head_dim: whole('width of the other part', { min: 0, max: 10_000 }),
        value_head_dim: whole('width of a value head', { min: 1, max: 10_000 }),
      })
      .optional()
      .meta({ description: 'multi-head latent attention' }),
    fixed_work: z
      .strictObject({
        params: real('parameters', { above: 0, max: 1e14 }, 'parameters'),
        flop_per_unit: quantity('arithmetic of one unit (image, frame, denoising step)', 'work', 'FLOP', {
          above: 0,
          max: 1e24,
        }),
        bytes_per_unit: quantity('activation traffic of one unit', 'bytes', 'B', { max: 1e18 }).default(0),
        resident_bytes_per_request: quantity('memory of one running request', 'bytes', 'B', { max: 1e15 }).default(0),
      })
      .optional()
      .meta({ description: 'a network without tokens: a request needs `output_tokens` units of this work' }),
  }),
);

export const rackFields = onceUsed(() =>
  z.strictObject({
    base: id('known rack whose numbers hold where none is given here').optional(),
    name: text('name for people').optional(),
    kind: choice('one server, or a rack of them', ['server', 'rack']).optional(),
    device: id('device it holds; default any').optional(),
    device_count: whole('devices it holds', { min: 1, max: 1e6 }).optional(),
    max_power: quantity('highest power', 'power', 'W', { above: 0, max: 1e9 }).optional(),
    idle_power: quantity('power with nothing to do', 'power', 'W', { max: 1e9 }).optional(),
    non_device_power: quantity('power beside the devices at full load', 'power', 'W', { max: 1e9 }).optional(),
    cooling: text('how it is cooled').optional(),
    price_usd: quantity('purchase price, devices included', 'money', 'USD', { max: 1e10 }).optional(),
  }),
);

export const regionFields = onceUsed(() =>
  z.strictObject({
    base: id('known region whose numbers hold where none is given here').optional(),
    name: text('name for people').optional(),
    country: text('country').optional(),
    zones: z.array(id('a zone')).max(100).optional().meta({ description: 'residency zones' }),
    latitude: real('degrees north', { min: -90, max: 90 }).optional(),
    longitude: real('degrees east', { min: -180, max: 180 }).optional(),
    network_node: id('node of the round-trip table that stands for it').optional(),
    electricity_usd_per_kwh: quantity('energy price', 'energy price', 'USD/kWh', { max: 100 }).optional(),
    demand_usd_per_kw_month: quantity('demand charge', 'demand charge', 'USD/kW-month', { max: 1e4 }).optional(),
    carbon_g_per_kwh: quantity('carbon of the energy', 'carbon intensity', 'g/kWh', { max: 1e5 }).optional(),
    hourly: z
      .array(real('multiplier of the energy price', { min: -100, max: 1000 }))
      .length(24)
      .optional()
      .meta({ description: 'multipliers of the energy price by local hour' }),
    utc_offset_h: real('local time minus UTC', { min: -12, max: 14 }, 'h').optional(),
    outdoor_c: quantity('yearly mean temperature', 'temperature', 'C', { min: -80, max: 70 }).optional(),
  }),
);

export type DeviceInput = z.output<typeof deviceFields>;
export type ModelInput = z.output<typeof modelFields>;
export type RackInput = z.output<typeof rackFields>;
export type RegionInput = z.output<typeof regionFields>;
