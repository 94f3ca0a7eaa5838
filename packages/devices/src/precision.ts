/**
 * Bytes that a number takes in memory, scales included, and which parts of a model a format covers.
 *
 * Rules (modelling of weight-only quantisation; sizes agree with published checkpoints):
 * - 8 bit: one byte; scales per channel or per 128x128 block are below 0.1 % and left out.
 * - 4 bit: 4.5 bits per weight (NVFP4: one fp8 scale per 16; AWQ/GPTQ class: fp16 scale and zero per group).
 * - 2 bit: 2.25 bits per weight (fp16 scale per group of 64).
 * - Embedding table and LM head stay in fp16.
 * - A checkpoint that its maker publishes in 4 bit (gpt-oss, Kimi K2.5) quantises the routed experts only, the rest is
 *   fp16; its MXFP4 form takes 4.25 bits (one 8-bit exponent per 32).
 * - Compiled graphs (neural engines, SRAM pipelines) of 8-bit or narrower models hold embeddings and LM head in 8 bit.
 * - GGUF files quantise the embeddings too: Q8_0 8.5, Q4_K_M 4.9, Q2_K 3.2 bits per weight over the whole file.
 */

import type { ComputeDtype, Precision } from '@infersim/catalog';

/** Bytes of one activation or KV element, scales included. */
export const ELEMENT_BYTES: Readonly<Record<Precision, number>> = {
  fp32: 4,
  fp16: 2,
  fp8: 1,
  int8: 1,
  fp4: 0.5625,
  int4: 0.5625,
  int2: 0.28125,
};

/** Bytes per weight in GGUF files, mean over the whole file (Q8_0, Q4_K_M, Q2_K of 7-8B models). */
const GGUF_BYTES: Readonly<Record<Precision, number>> = {
  fp32: 4,
  fp16: 2,
  fp8: 1.0625,
  int8: 1.0625,
  fp4: 0.5625,
  int4: 0.6125,
  int2: 0.395,
};

/** One 8-bit exponent per 32 values of 4 bits. */
const MXFP4_BYTES = 4.25 / 8;

/** How a runtime stores weights: tensor files as published, GGUF (llama.cpp), or a compiled graph. */
export type WeightContainer = 'tensors' | 'gguf' | 'compiled';

/** Bytes per weight of each part of a model, and the format its matrix products see. */
export interface WeightFormat {
  readonly expertBytes: number;
  readonly matrixBytes: number;
  readonly embeddingBytes: number;
  readonly expertPrecision: Precision;
  readonly matrixPrecision: Precision;
}

/** Bytes of the index of a kept weight (2 bits), per weight of the dense matrix: two of four are kept. */
const SPARSE_INDEX_BYTES = 0.125;

/** The same storage with the matrices and experts pruned two of four; embeddings and LM head stay dense. */
export function sparseFormat(format: WeightFormat): WeightFormat {
  return {
    ...format,
    expertBytes: format.expertBytes / 2 + SPARSE_INDEX_BYTES,
    matrixBytes: format.matrixBytes / 2 + SPARSE_INDEX_BYTES,
  };
}

/** Whether a format has at most four bits per weight. */
export function isSubByte(precision: Precision): boolean {
  return precision === 'fp4' || precision === 'int4' || precision === 'int2';
}

/**
 * Storage of a model's weights at `precision`. `native` is the format its maker publishes.
 */
export function weightFormat(precision: Precision, native: Precision, container: WeightContainer): WeightFormat {
  if (container === 'gguf') {
    const bytes = GGUF_BYTES[precision];
    return {
      expertBytes: bytes,
      matrixBytes: bytes,
      embeddingBytes: bytes,
      expertPrecision: precision,
      matrixPrecision: precision,
    };
  }
  if (container === 'compiled') {
    const bytes = ELEMENT_BYTES[precision];
    return {
      expertBytes: bytes,
      matrixBytes: bytes,
      embeddingBytes: Math.max(bytes, ELEMENT_BYTES.int8),
      expertPrecision: precision,
      matrixPrecision: precision,
    };
  }
  if (isSubByte(precision) && precision === native) {
    return {
      expertBytes: precision === 'fp4' ? MXFP4_BYTES : ELEMENT_BYTES[precision],
      matrixBytes: ELEMENT_BYTES.fp16,
      embeddingBytes: ELEMENT_BYTES.fp16,
      expertPrecision: precision,
      matrixPrecision: 'fp16',
    };
  }
  return {
    expertBytes: ELEMENT_BYTES[precision],
    matrixBytes: ELEMENT_BYTES[precision],
    embeddingBytes: Math.max(ELEMENT_BYTES.fp16, precision === 'fp32' ? 4 : 0),
    expertPrecision: precision,
    matrixPrecision: precision,
  };
}

/** Arithmetic rate that activations of this precision use; fp32 runs at the fp16 rate's table entry. */
export function computeDtype(activation: Precision): ComputeDtype {
  return activation === 'fp32' ? 'fp16' : activation;
}
