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
 * - Compiled graphs (neural engines, SRAM pipelines) of 8-bit or narrower models hold embeddings and LM head in 8 bit, and
 *   scale 4-bit weights per channel: 4 bits per weight.
 * - GGUF files quantise embeddings and LM head too. Blocks: Q8_0 34 bytes per 32 weights, Q4_0 18 per 32, Q4_K 144 and Q6_K 210
 *   per 256. Q4_K_M keeps half of the value and down projections in Q6_K (0.60 bytes per weight over all matrices of 8B and 70B
 *   models), and as Q4_0 it has its LM head in Q6_K; the input table is in the plain blocks. Q5_0 takes 22 per 32; per 256, Q5_K
 *   takes 176, IQ4_XS 136 and Q3_K 110. Mixtures in the same way: Q5_K_M 0.71, Q3_K_M 0.482 (assumed, by published file sizes).
 */

import type { ComputeDtype, GgufFormat, Precision } from '@infersim/catalog';

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

/** Bytes per weight of the parts of a GGUF file. */
interface GgufBytes {
  readonly matrix: number;
  readonly head: number;
  readonly inputTable: number;
}

const Q6_K_BYTES = 210 / 256;

const GGUF_BYTES: Readonly<Record<GgufFormat, GgufBytes>> = {
  F16: { matrix: 2, head: 2, inputTable: 2 },
  Q8_0: { matrix: 34 / 32, head: 34 / 32, inputTable: 34 / 32 },
  Q4_0: { matrix: 18 / 32, head: Q6_K_BYTES, inputTable: 18 / 32 },
  Q4_K_M: { matrix: 0.6, head: Q6_K_BYTES, inputTable: 144 / 256 },
  Q6_K: { matrix: Q6_K_BYTES, head: Q6_K_BYTES, inputTable: Q6_K_BYTES },
  Q5_K_M: { matrix: 0.71, head: Q6_K_BYTES, inputTable: 176 / 256 },
  Q5_K_S: { matrix: 176 / 256, head: Q6_K_BYTES, inputTable: 176 / 256 },
  Q5_0: { matrix: 22 / 32, head: Q6_K_BYTES, inputTable: 22 / 32 },
  IQ4_XS: { matrix: 136 / 256, head: Q6_K_BYTES, inputTable: 136 / 256 },
  Q3_K_M: { matrix: 0.482, head: Q6_K_BYTES, inputTable: 110 / 256 },
  Q2_K: { matrix: 0.38, head: Q6_K_BYTES, inputTable: 84 / 256 },
};

const USUAL_GGUF: Readonly<Record<Precision, GgufFormat>> = {
  fp32: 'F16',
  fp16: 'F16',
  fp8: 'Q8_0',
  int8: 'Q8_0',
  fp4: 'Q4_0',
  int4: 'Q4_K_M',
  int2: 'Q2_K',
};

/** GGUF format in which weights of a number format are usually distributed. */
export function usualGguf(precision: Precision): GgufFormat {
  return USUAL_GGUF[precision];
}

/** One 8-bit exponent per 32 values of 4 bits. */
const MXFP4_BYTES = 4.25 / 8;

/** Compiled graphs scale 4-bit weights per channel, which takes nothing. */
const COMPILED_INT4_BYTES = 0.5;

/** How a runtime stores weights: tensor files as published, GGUF (llama.cpp), or a compiled graph. */
export type WeightContainer = 'tensors' | 'gguf' | 'compiled';

/** Bytes per weight of each part of a model, and the format its matrix products see. */
export interface WeightFormat {
  readonly expertBytes: number;
  readonly matrixBytes: number;
  /** LM head, and the input table where nothing else is said. */
  readonly embeddingBytes: number;
  /** Input table that is not the LM head too; absent = `embeddingBytes`. */
  readonly inputTableBytes?: number;
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
 * Storage of a model's weights at `precision`. `native` is the format its maker publishes; `gguf` names the GGUF format where
 * the container is one, absent = the usual one of that precision.
 */
export function weightFormat(
  precision: Precision,
  native: Precision,
  container: WeightContainer,
  gguf: GgufFormat = usualGguf(precision),
): WeightFormat {
  if (container === 'gguf') {
    const { matrix, head, inputTable } = GGUF_BYTES[gguf];
    return {
      expertBytes: matrix,
      matrixBytes: matrix,
      embeddingBytes: head,
      inputTableBytes: inputTable,
      expertPrecision: precision,
      matrixPrecision: precision,
    };
  }
  if (container === 'compiled') {
    const bytes = precision === 'int4' ? COMPILED_INT4_BYTES : ELEMENT_BYTES[precision];
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
