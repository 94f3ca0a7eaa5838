/**
 * Settings of one replica's engine, resolved: plain data. Names follow the engines' own options.
 */

/** Scheduler kinds served here, spelled as in the catalog's engine profiles. */
export type SchedulerKind = 'vllm' | 'static-batch' | 'llama-cpp' | 'single-stream' | 'pipeline';

export interface EngineSettings {
  readonly scheduler: SchedulerKind;
  /** Most sequences in a running batch (llama.cpp: n_parallel slots; pipelines: tokens in flight the controller allows). */
  readonly maxNumSeqs: number;
  /** Token budget of a step (llama.cpp: n_batch). */
  readonly maxNumBatchedTokens: number;
  readonly blockSizeTokens: number;
  /** KV blocks of the replica; ignored without KV. */
  readonly numBlocks: number;
  /** False for models without a KV cache. */
  readonly hasKv: boolean;
  /** Blocks every running sequence takes beside those of its tokens (state layers, window caches); absent = 0. */
  readonly fixedBlocksPerSequence?: number;
  readonly enableChunkedPrefill: boolean;
  readonly enablePrefixCaching: boolean;
  /** Longest prefill chunk of one request in a step, tokens; 0 = only the budget bounds it. */
  readonly longPrefillTokenThreshold: number;
  readonly maxModelLenTokens: number;
  /** Share of blocks kept free at admission (v0: 0.01; v1: 0). */
  readonly watermark: number;
  /** One-step admission delay of asynchronous scheduling. */
  readonly asyncScheduling: boolean;
  /** Static batching: requests of a full batch, and how long a partial batch waits for more, seconds. */
  readonly staticBatchSize: number;
  readonly staticBatchTimeoutS: number;
  /** llama.cpp: whether slots share one context (unified KV) or each has maxModelLen / slots; physical ubatch tokens. */
  readonly unifiedKv: boolean;
  readonly ubatchTokens: number;
}
