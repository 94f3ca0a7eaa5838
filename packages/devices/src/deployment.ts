/**
 * A deployment: one model on one kind of device with one engine profile, as plain data that can be posted to a worker.
 */

import type { DeviceEntry, EngineEntry, GgufFormat, ModelArchitecture, ModelEntry, Precision } from '@infersim/catalog';

/**
 * A network without tokens or KV cache (vision, video diffusion): every request needs `units` passes (images, frames,
 * denoising steps), which the request carries as its output length; passes of different requests batch.
 */
export interface FixedWorkShape {
  readonly params: number;
  /** FLOP of one unit of one request. */
  readonly flopPerUnit: number;
  /** Activation traffic of one unit of one request, bytes. */
  readonly bytesPerUnit: number;
  /** Activation memory that one running request holds, bytes. */
  readonly residentBytesPerRequest: number;
}

/** The part of a model entry that physics needs; exactly one of `architecture` and `fixedWork`. */
export type DeployedModel =
  | (Pick<ModelEntry, 'id' | 'name' | 'sampling' | 'nativePrecision'> & {
      readonly architecture: ModelArchitecture;
      readonly fixedWork?: undefined;
    })
  | (Pick<ModelEntry, 'id' | 'name' | 'sampling' | 'nativePrecision'> & {
      readonly fixedWork: FixedWorkShape;
      readonly architecture?: undefined;
    });

export interface DeploymentSpec {
  readonly model: DeployedModel;
  readonly device: DeviceEntry;
  readonly engine: EngineEntry;
  /** Tensor-parallel degree; for SRAM pipelines the number of chips follows from the weights and is not set here. */
  readonly tp: number;
  /** Pipeline-parallel degree. */
  readonly pp: number;
  /**
   * Ranks of data-parallel attention that run one batch in lock-step and share the routed experts; absent = 1. The replica
   * has `tp * dataParallelAttention * pp` devices; `maxNumSeqs` and `maxNumBatchedTokens` count all its ranks together.
   */
  readonly dataParallelAttention?: number;
  /**
   * Groups that the routed experts are dealt out to, whole experts each; absent = 1: every expert is split by width over all
   * `tp * dataParallelAttention` devices. Divides both that number and the experts.
   */
  readonly expertParallel?: number;
  readonly weightPrecision: Precision;
  /** Which GGUF format holds weights of that precision, under llama.cpp; absent = the usual one. */
  readonly gguf?: GgufFormat;
  readonly kvPrecision: Precision;
  /** Format of the arithmetic: fp16 for weight-only quantisation. */
  readonly activationPrecision: Precision;
  /** fp8 weights with one scale per 128 x 128 block (DeepSeek, Qwen3-FP8), which have kernels of their own; absent = no. */
  readonly blockScaledWeights?: boolean;
  /** Two of four weights zero, on devices that compute such matrices faster; absent = dense. */
  readonly sparsity?: '2:4';
  readonly gpuMemoryUtilization: number;
  /** Bytes per device beside weights and KV (activations, graphs, communication buffers). */
  readonly memoryOverheadBytes: number;
  readonly blockSizeTokens: number;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly maxModelLenTokens: number;
  /** Whether sliding-window layers hold only their window (hybrid allocator) or the full context. */
  readonly hybridKvCache: boolean;
  /** Whether devices of a group reach each other directly; absent = yes. Workstations over PCIe often do not. */
  readonly peerAccess?: boolean;
  /** Network card of one device, bytes/s, where expert parallelism leaves the scale-up domain; absent = 400 Gbit/s. */
  readonly nicBps?: number;
  /** Limit on one device's draw, watts, which acts through the clock; absent or from 0.97 TDP on: none. */
  readonly powerLimitW?: number;
  /** Locked clock as a share of the highest, 0.3 to 1; absent = 1. A power limit lowers it further. */
  readonly clockRatio?: number;
  /** Whether tokens are sent to their reader as they come; absent = yes. Offline runs hand over whole answers. */
  readonly streams?: boolean;
}
