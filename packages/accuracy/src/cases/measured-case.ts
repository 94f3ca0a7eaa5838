/**
 * One measurement on real hardware, as a table's row states it: what ran, how it was driven, and what was seen.
 *
 * A case names catalog entries, never physics: everything the program predicts for it comes from the entries of its device,
 * model and engine. Units: seconds, bytes, tokens, watts; metric names carry their own.
 */

import type { Precision } from '@infersim/catalog';

/** Kind of table a case came from; its header decides. */
export type DatasetId =
  | 'open-loop-serving'
  | 'fixed-concurrency-serving'
  | 'saturated-serving'
  | 'offline-throughput'
  | 'static-batch'
  | 'split-serving'
  | 'single-stream'
  | 'static-npu'
  | 'kernels'
  | 'linear-layers'
  | 'collectives'
  | 'microbenchmarks'
  | 'best-matmul'
  | 'power-points';

/** What can be compared. `_ms` milliseconds, `_s` seconds, `_w` watts, `_tok_s` tokens per second. */
export type MetricName =
  | 'ttft_mean_ms'
  | 'ttft_p50_ms'
  | 'ttft_p90_ms'
  | 'ttft_p99_ms'
  | 'tpot_mean_ms'
  | 'tpot_p50_ms'
  | 'tpot_p99_ms'
  | 'itl_p50_ms'
  | 'itl_p90_ms'
  | 'itl_p95_ms'
  | 'itl_p99_ms'
  | 'e2e_mean_ms'
  | 'e2e_p50_ms'
  | 'e2e_p90_ms'
  | 'e2e_p99_ms'
  | 'output_tok_s'
  | 'decode_tok_s'
  | 'prefill_tok_s'
  | 'power_w'
  | 'energy_per_output_token_j'
  | 'kv_blocks'
  | 'kernel_ms'
  | 'bandwidth_gb_s';

/** Formats of one deployment; absent parts follow the model as published. */
export interface CasePrecision {
  readonly weights: Precision;
  readonly kv?: Precision;
  readonly activations?: Precision;
  /** Scales per block of weights instead of per tensor (FP8 128x128). */
  readonly blockScaled?: boolean;
}

/** Devices of one replica: `tp` x `pp` x `dpAttention`; experts are split over `ep` ranks, the rest by width. */
export interface CaseParallelism {
  readonly tp: number;
  readonly pp: number;
  readonly dpAttention: number;
  readonly ep: number;
}

/** Lengths are uniform from `low` to `high` tokens, both ends included; equal ends are a constant. */
export interface LengthRange {
  readonly low: number;
  readonly high: number;
}

/** How the measurement was driven. */
export type CaseRun =
  /** Requests at random times of a steady rate, prompts from a recycled pool; one stage of a load test. */
  | {
      readonly kind: 'open-loop';
      readonly ratePerS: number;
      readonly durationS: number;
      /** Distinct beginnings, and distinct prompts that share each. */
      readonly sharedPrompts: number;
      readonly sharedPromptTokens: number;
      readonly promptsPerShared: number;
      readonly questionTokens: number;
      readonly outputTokens: number;
      /** Whether an earlier stage has filled the prompt cache and warmed the engine up. */
      readonly warm: boolean;
    }
  /** `users` clients, each sending its next request when the last has ended; starts `staggerS` apart. */
  | {
      readonly kind: 'closed-loop';
      readonly users: number;
      readonly promptTokens: LengthRange;
      readonly outputTokens: LengthRange;
      readonly staggerS: number;
    }
  /** A batch that is always full: `users` as above, lengths of a named task whose prompts are not stated in the table. */
  | {
      readonly kind: 'saturated';
      readonly users: number;
      readonly task: string;
      readonly meanOutputTokens: number;
    }
  /** Everything queued at once. */
  | { readonly kind: 'offline'; readonly promptTokens: number; readonly outputTokens: number }
  /** One batch of equal requests from start to end. */
  | {
      readonly kind: 'static-batch';
      readonly batch: number;
      readonly promptTokens: number;
      readonly outputTokens: number;
    }
  /** One request at a time on an otherwise idle device. */
  | { readonly kind: 'single-stream'; readonly promptTokens: number; readonly outputTokens: number }
  | {
      readonly kind: 'gemm';
      readonly m: number;
      readonly n: number;
      readonly k: number;
      readonly dtype: Precision;
      readonly blockScaled: boolean;
      /** The timed call quantises its activations first; absent = it finds them ready. */
      readonly quantisesActivations?: true;
    }
  | {
      readonly kind: 'decode-attention';
      readonly sequences: number;
      readonly contextTokens: number;
      readonly heads: number;
      readonly kvHeads: number;
      readonly headDim: number;
      readonly kv: Precision;
    }
  /** Attention of `queries` new tokens of one sequence over `cachedTokens` before them and over themselves. */
  | {
      readonly kind: 'prefill-attention';
      readonly queries: number;
      readonly cachedTokens: number;
      readonly heads: number;
      readonly kvHeads: number;
      readonly headDim: number;
      readonly kv: Precision;
    }
  | {
      readonly kind: 'collective';
      readonly operation: 'all-reduce' | 'send-receive';
      readonly ranks: number;
      /** Message of one rank. */
      readonly bytes: number;
      /** `custom` kernels of an engine, or the vendor's collective library. */
      readonly library: 'custom' | 'vendor';
    }
  /** Streaming copy of device memory. */
  | { readonly kind: 'memory-copy' }
  /** Nothing runs; `loaded` = a model is resident. */
  | { readonly kind: 'idle'; readonly loaded: boolean }
  /** One product, or without it a copy of device memory, over and over for `dutyShare` of the time; what the device draws. */
  | {
      readonly kind: 'load-power';
      readonly product?: { readonly m: number; readonly n: number; readonly k: number };
      /** Of the product; fp16 for a copy. */
      readonly dtype: Precision;
      readonly dutyShare: number;
    };

/** Options the engine was started with, where the table states them. */
export interface CaseEngineOptions {
  readonly maxNumSeqs?: number;
  readonly maxNumBatchedTokens?: number;
  readonly maxModelLenTokens?: number;
}

/** One row of one table. */
export interface MeasuredCase {
  /** `file:line`, unique. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly dataset: DatasetId;
  /** Who measured, as the table says. */
  readonly source: string;
  /** Catalog id, and the name the table uses. */
  readonly deviceId: string;
  readonly deviceName: string;
  /** Catalog ids; empty for kernels, which have neither. */
  readonly modelId: string;
  readonly engineId: string;
  /** Family for leaving out: `llama-3`, `qwen3-dense`, `gpt-oss`; of kernels the operation, e.g. `gemm fp8`. */
  readonly family: string;
  readonly isMoe: boolean;
  readonly precision: CasePrecision;
  readonly parallelism: CaseParallelism;
  /** Whether devices of the replica reach each other directly. */
  readonly peerAccess: boolean;
  readonly options: CaseEngineOptions;
  readonly run: CaseRun;
  /** What was measured. */
  readonly measured: Readonly<Partial<Record<MetricName, number>>>;
  /** Why this row is reported but kept out of fits and headlines; a physical reason, absent for most rows. */
  readonly setAside?: string;
}

/** A row that cannot become a case; it is counted and named, the rest goes on. */
export interface RowProblem {
  readonly file: string;
  readonly line: number;
  readonly column: string;
  readonly code: 'ROW_VALUE' | 'ROW_DEVICE' | 'ROW_MODEL' | 'ROW_ENGINE' | 'ROW_METRIC' | 'ROW_SHAPE';
  readonly message: string;
  readonly given: string;
  readonly allowed: string;
}

/** Rows of one file that are understood and left out, by reason. */
export interface IgnoredRows {
  readonly reason: string;
  readonly rows: number;
}

/** What the rows of one file came to: cases, rows left out, and as many problems as remain. */
export interface FileRows {
  readonly file: string;
  readonly rows: number;
  readonly cases: number;
  /** Absent where nobody counted. */
  readonly ignored?: readonly IgnoredRows[];
}

/** All cases of some files, in file and line order, and what could not be read. */
export interface MeasuredTables {
  readonly cases: readonly MeasuredCase[];
  readonly problems: readonly RowProblem[];
  /** Rows by file: read, turned into cases, left out. */
  readonly files: readonly FileRows[];
}

/** What the program says to a case. */
export interface Prediction {
  readonly caseId: string;
  readonly predicted: Readonly<Partial<Record<MetricName, number>>>;
  /** Empty when the case ran; else why it could not (model does not fit, format not supported). */
  readonly failure: string;
}
