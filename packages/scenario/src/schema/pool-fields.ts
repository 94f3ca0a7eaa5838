/** Pools: replicas of one model on one kind of device, with their engine. */

import { z } from 'zod';
import { costFields } from './cost-fields.js';
import { choice, flag, id, quantity, share, time, whole } from './fields.js';

/** Number formats a scenario may name; bf16 counts as fp16. */
export const PRECISIONS = ['fp32', 'fp16', 'bf16', 'fp8', 'int8', 'fp4', 'int4', 'int2'] as const;

export const precisionFields = z
  .union([
    z.enum(PRECISIONS),
    z.strictObject({
      weights: choice('format of the weights', PRECISIONS),
      kv: choice('format of the KV cache', PRECISIONS, 'fp16').optional(),
      activations: choice(
        'format of the arithmetic',
        PRECISIONS,
        'that of the weights where the device computes in it, else fp16',
      ).optional(),
    }),
  ])
  .meta({
    description: 'number format: one name for weights and arithmetic (KV stays fp16), or each apart',
    'x-default': 'as the model was published',
  });

export const engineFields = z
  .strictObject({
    kind: id(
      'engine profile of the catalog',
      'by device: batched vllm, NPU single stream, SRAM chips pipeline',
    ).optional(),
    max_num_seqs: whole('most sequences in a batch (llama.cpp: slots)', {
      min: 1,
      max: 1e6,
      otherwise: 'of the engine, larger on large devices',
    }).optional(),
    max_num_batched_tokens: whole('token budget of a step (llama.cpp: n_batch)', {
      min: 1,
      max: 1e7,
      otherwise: 'of the engine, larger on large devices',
    }).optional(),
    block_size: whole('tokens of a KV block', { min: 1, max: 65_536, otherwise: 'of the engine' }, 'tokens').optional(),
    gpu_memory_utilization: share('share of device memory the engine may use', {
      above: 0,
      otherwise: 'of the engine',
    }).optional(),
    memory_overhead: quantity('memory per device beside weights and KV cache', 'bytes', 'B', {
      max: 1e14,
      otherwise: 'of the engine',
    }).optional(),
    num_gpu_blocks_override: whole('KV blocks, instead of what fits into memory', {
      min: 1,
      max: 1e9,
      otherwise: 'what fits into memory',
    }).optional(),
    max_model_len: whole(
      'longest prompt and answer together',
      { min: 1, max: 1e8, otherwise: 'context of the model, or what the KV cache holds' },
      'tokens',
    ).optional(),
    enable_chunked_prefill: flag('long prompts are computed in pieces', 'of the engine').optional(),
    enable_prefix_caching: flag('shared prompt beginnings are kept', 'of the engine').optional(),
    long_prefill_token_threshold: whole(
      'longest piece of one prompt in a step; 0 = no bound',
      { max: 1e7 },
      'tokens',
    ).default(0),
    watermark: share('share of KV blocks kept free at admission', { max: 0.9, otherwise: 'of the engine' }).optional(),
    async_scheduling: flag('admission sees the state one step late', 'of the engine').optional(),
    hybrid_kv_cache: flag('sliding-window layers hold only their window').default(true),
    static_batch_size: whole('static batching: requests of a full batch', {
      min: 1,
      max: 1e6,
      otherwise: 'max_num_seqs',
    }).optional(),
    static_batch_timeout: time('static batching: how long a partial batch waits', {
      otherwise: 'of the engine',
    }).optional(),
    kv_unified: flag('llama.cpp: slots share one context instead of equal parts').default(true),
    n_ubatch: whole(
      'llama.cpp: tokens of a physical batch',
      { min: 1, max: 1e6, otherwise: 'of the engine' },
      'tokens',
    ).optional(),
    api_time: time('time per request outside the engine (API, tokeniser, gateway)', {
      otherwise: 'of the engine',
    }).optional(),
  })
  .meta({ description: 'serving engine and its options, named as the engines name them' });

/** How requests are given to replicas. */
export const ROUTING_POLICIES = [
  'round-robin',
  'random',
  'least-requests',
  'least-tokens',
  'power-of-two',
  'prefix-affinity',
  'cheapest',
] as const;

export const poolFields = z.strictObject({
  id: id('name of the pool in routes and results', 'site and model').optional(),
  model: id('model of the catalog, or of `models`'),
  device: id('device of the catalog, or of `devices`'),
  precision: precisionFields.optional(),
  parallelism: z
    .strictObject({
      tp: whole('tensor-parallel degree: devices that share each layer', { min: 1, max: 4096 }).default(1),
      pp: whole('pipeline-parallel degree: devices that share the layers out', { min: 1, max: 1024 }).default(1),
      peer_access: flag('devices of a replica reach each other directly; workstations over PCIe often do not').default(
        true,
      ),
    })
    .prefault({})
    .meta({ description: 'devices of one replica' }),
  replicas: whole('replicas at each site', { min: 1, max: 1_000_000 }).default(1),
  engine: engineFields.prefault({}),
  balance: choice('how a request is given to one of the replicas', ROUTING_POLICIES).default('least-tokens'),
  queue_limit: z
    .union([whole('most waiting requests per replica', { max: 1e9 }), z.literal('none')])
    .default('none')
    .meta({ description: 'waiting requests per replica above which the pool takes no more; `none` has no limit' }),
  rack: id(
    'server or rack of the catalog, or of `racks`',
    'the catalog server of the device, if there is one',
  ).optional(),
  host: z
    .strictObject({
      idle_w: quantity('server draw beside the devices, per replica, nothing to do', 'power', 'W', {
        max: 1e7,
        otherwise: 'from the rack',
      }).optional(),
      busy_w: quantity('server draw beside the devices, per replica, at work', 'power', 'W', {
        max: 1e7,
        otherwise: 'from the rack',
      }).optional(),
    })
    .prefault({})
    .meta({ description: 'power of the server around the devices' }),
  costs: costFields.prefault({}).meta({ description: 'prices of this pool, over those of `costs`' }),
});

export type PoolInput = z.output<typeof poolFields>;
export type EngineInput = z.output<typeof engineFields>;
export type PrecisionInput = z.output<typeof precisionFields>;
