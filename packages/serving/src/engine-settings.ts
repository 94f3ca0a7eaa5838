/**
 * Settings of one replica's engine, resolved: plain data. Names follow the engines' own options.
 */

/** Scheduler kinds served here, spelled as in the catalog's engine profiles. */
export type SchedulerKind =
  | 'vllm'
  | 'sglang'
  | 'trtllm-no-evict'
  | 'trtllm-max-utilization'
  | 'tgi'
  | 'static-batch'
  | 'llama-cpp'
  | 'single-stream'
  | 'pipeline';

/** Order in which SGLang serves its queue: arrival, or longest cached prefix first. */
export type SchedulePolicy = 'fcfs' | 'lpm';

export interface EngineSettings {
  readonly scheduler: SchedulerKind;
  /**
   * Most sequences in a running batch (SGLang: max_running_requests; TensorRT-LLM, TGI: max_batch_size; llama.cpp:
   * n_parallel slots; pipelines: tokens in flight the controller allows).
   */
  readonly maxNumSeqs: number;
  /**
   * Token budget of a step (SGLang: chunked_prefill_size; TensorRT-LLM: max_num_tokens; TGI: max_batch_prefill_tokens;
   * llama.cpp: n_batch).
   */
  readonly maxNumBatchedTokens: number;
  /** Tokens of a KV block (SGLang: page size; TensorRT-LLM: also the unit of context chunks). */
  readonly blockSizeTokens: number;
  /** KV blocks of the replica; ignored without KV. */
  readonly numBlocks: number;
  /** False for models without a KV cache. */
  readonly hasKv: boolean;
  /** Blocks every running sequence takes beside those of its tokens (state layers, window caches); absent = 0. */
  readonly fixedBlocksPerSequence?: number;
  readonly enableChunkedPrefill: boolean;
  readonly enablePrefixCaching: boolean;
  /** vLLM: longest prefill chunk of one request in a step, tokens; 0 = only the budget bounds it. */
  readonly longPrefillTokenThreshold: number;
  readonly maxModelLenTokens: number;
  /** Share of blocks kept free at admission (v0: 0.01; v1: 0). */
  readonly watermark: number;
  /** One-step admission delay of asynchronous scheduling (vLLM, SGLang, TensorRT-LLM). */
  readonly asyncScheduling: boolean;
  /** Seconds that the first step a replica ever computes takes longer (compilation, graph capture); absent = 0. */
  readonly firstStepS?: number;
  /** Static batching: requests of a full batch, and how long a partial batch waits for more, seconds. */
  readonly staticBatchSize: number;
  readonly staticBatchTimeoutS: number;
  /** llama.cpp: whether slots share one context (unified KV) or each has maxModelLen / slots; physical ubatch tokens. */
  readonly unifiedKv: boolean;
  readonly ubatchTokens: number;
  /** SGLang: whether decodes run in the steps of prompt chunks too; absent = false. */
  readonly enableMixedChunk?: boolean;
  /** SGLang: most new tokens of one extend batch, except of its first request; absent = 16384. */
  readonly maxPrefillTokens?: number;
  /** SGLang: factor on the share of declared outputs that admission reckons with; absent = 1. */
  readonly scheduleConservativeness?: number;
  /** SGLang: order of the queue; absent = 'fcfs'. */
  readonly schedulePolicy?: SchedulePolicy;
  /** TGI: least size of a prompt batch that decoding is paused for, as a share of the running requests; absent = 0.3. */
  readonly waitingServedRatio?: number;
  /** TGI: decode steps since the last prompt batch after which any size will do, counted from 1; absent = 20. */
  readonly maxWaitingTokens?: number;
  /** TGI: most prompt plus declared output tokens of all running requests; absent = as many as the blocks hold. */
  readonly maxBatchTotalTokens?: number;
}
