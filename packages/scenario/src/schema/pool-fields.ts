/** Pools: replicas of one model on one kind of device, with their engine. */

import * as z from 'zod';
import { costFields } from './cost-fields.js';
import { choice, flag, id, quantity, real, share, time, whole } from './fields.js';

/** Number formats a scenario may name; bf16 counts as fp16. */
export const PRECISIONS = ['fp32', 'fp16', 'bf16', 'fp8', 'int8', 'fp4', 'int4', 'int2'] as const;

/** Formats of GGUF files, by the names that the files bear. */
export const GGUF_FORMATS = [
  'F16',
  'Q8_0',
  'Q6_K',
  'Q5_K_M',
  'Q5_K_S',
  'Q5_0',
  'Q4_K_M',
  'Q4_0',
  'IQ4_XS',
  'Q3_K_M',
  'Q2_K',
] as const;

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
      block_scaled: flag(
        'fp8 weights with one scale per block of 128 x 128 (DeepSeek, Qwen3-FP8), which have slower kernels of their own',
        'true where the model was published so and its weights are fp8',
      ).optional(),
      gguf: choice(
        'which GGUF format holds the weights (llama.cpp): two of the same width differ in bytes and speed',
        GGUF_FORMATS,
        'the usual one of their width: F16, Q8_0, Q4_K_M, Q2_K',
      ).optional(),
      sparsity: choice(
        '`2:4`: two of four weights pruned, on devices that compute such matrices faster',
        ['2:4'],
        'none',
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
    max_num_seqs: whole(
      'most sequences in a batch, per rank of data-parallel attention (llama.cpp: slots; SGLang: max_running_requests; TensorRT-LLM: max_batch_size)',
      { min: 1, max: 1e6, otherwise: 'of the engine, larger on large devices' },
      'sequences',
    ).optional(),
    max_num_batched_tokens: whole(
      'token budget of a step, per rank of data-parallel attention (llama.cpp: n_batch; SGLang: chunked_prefill_size; TensorRT-LLM: max_num_tokens; TGI: max_batch_prefill_tokens)',
      { min: 1, max: 1e7, otherwise: 'of the engine, larger on large devices' },
      'tokens',
    ).optional(),
    block_size: whole('tokens of a KV block', { min: 1, max: 65_536, otherwise: 'of the engine' }, 'tokens').optional(),
    gpu_memory_utilization: share(
      'share of device memory the engine may use (SGLang: mem_fraction_static); TensorRT-LLM and TGI: share of what weights and overhead leave free',
      { above: 0, otherwise: 'of the engine' },
    ).optional(),
    memory_overhead: quantity('memory per device beside weights and KV cache', 'bytes', 'B', {
      max: 1e14,
      otherwise: 'of the engine',
    }).optional(),
    num_gpu_blocks_override: whole('KV blocks per rank of data-parallel attention, instead of what fits into memory', {
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
    enable_mixed_chunk: flag('SGLang: decodes run in the steps of prompt chunks too', 'false').optional(),
    max_prefill_tokens: whole(
      'SGLang: most new prompt tokens of one prefill batch, but for its first request, per rank of data-parallel attention',
      { min: 1, max: 1e7, otherwise: 'of the engine' },
      'tokens',
    ).optional(),
    schedule_conservativeness: real('SGLang: factor on the share of declared output that admission reserves KV for', {
      above: 0,
      max: 100,
      otherwise: 'of the engine',
    }).optional(),
    schedule_policy: choice(
      'SGLang: order of the queue, by arrival or longest cached prefix first',
      ['fcfs', 'lpm'],
      'fcfs',
    ).optional(),
    waiting_served_ratio: real('TGI: waiting requests per running one from which a prefill interrupts the decodes', {
      max: 1e6,
      otherwise: 'of the engine',
    }).optional(),
    max_waiting_tokens: whole(
      'TGI: decode steps after which a waiting request interrupts the decodes, however few wait',
      { min: 1, max: 1e6, otherwise: 'of the engine' },
      'steps',
    ).optional(),
    max_batch_total_tokens: whole(
      'TGI: most prompt and declared output tokens of all running requests together',
      { min: 2, max: 1e9, otherwise: 'what the KV blocks hold' },
      'tokens',
    ).optional(),
    api_time: time(
      'time per request outside the engine (API, tokeniser, gateway): half before it, half after; TTFT and E2E hold all of it',
      { otherwise: 'of the engine' },
    ).optional(),
    api_time_per_prompt_token: time(
      'time per prompt token before the engine sees the request (tokeniser); TTFT and E2E hold it',
      {
        max: 1,
        otherwise: 'of the engine',
      },
    ).optional(),
    first_request_time: z
      .union([time('what the first step of a replica takes longer'), z.literal('cold')])
      .default(0)
      .meta({
        description:
          'what the first step of each replica takes longer (compilation, lazy loading): 0 is a server that was warmed up, `cold` takes what is known of the engine',
        'x-unit': 's',
        'x-dimension': 'time',
      }),
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
      dp: whole(
        'ranks of data-parallel attention: each holds the KV cache of its own requests, all share the experts and step together. A replica has tp x dp x pp devices',
        { min: 1, max: 1024 },
      ).default(1),
      ep: whole(
        'expert parallelism: groups that whole experts are dealt out to, a divisor of tp x dp; 1 splits every expert by width',
        { min: 1, max: 4096 },
      ).default(1),
      nic_gb_s: quantity(
        'network card of one device, where experts are spread over more than one link domain',
        'bandwidth',
        'GB/s',
        { above: 0, max: 1e6, otherwise: '50 (400 Gbit/s)' },
      ).optional(),
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
  power: z
    .strictObject({
      limit_w: quantity('limit on the draw of one device: it lowers its clock to stay below', 'power', 'W', {
        above: 0,
        max: 1e6,
        otherwise: 'none, the TDP',
      }).optional(),
      clock_ratio: real('locked clock as a share of the highest', { min: 0.3, max: 1 }).default(1),
    })
    .prefault({})
    .meta({ description: 'power limit and clock of the devices' }),
  costs: costFields.prefault({}).meta({ description: 'prices of this pool, over those of `costs`' }),
});

export type PoolInput = z.output<typeof poolFields>;
export type EngineInput = z.output<typeof engineFields>;
export type PrecisionInput = z.output<typeof precisionFields>;
