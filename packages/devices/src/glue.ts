/**
 * Everything in a layer that is neither matrix product nor attention: norms, rotary embedding, activation, residual
 * additions, the write of new KV.
 *
 *   T_glue(M) = g_0 + M*(10*d + 3*f/t + 3*(h + 2g')*dh/t)*2 / (0.8*B)
 *
 * g_0 is the engine's fixed time per layer (with captured graphs). Sources: docs/modelling.md, devices.
 * Sampling reads and writes each logit several times: T = S*V*sigma/B, sigma from the engine.
 */

/** Share of memory bandwidth that element-wise kernels reach. */
const ELEMENTWISE_EFFICIENCY = 0.8;
const FP16_BYTES = 2;

/** Bytes that the element-wise kernels of one layer move per token on one device. */
export function glueBytesPerToken(hidden: number, ffnWidthPerDevice: number, headWidthPerDevice: number): number {
  return (10 * hidden + 3 * ffnWidthPerDevice + 3 * headWidthPerDevice) * FP16_BYTES;
}

/** Seconds of the element-wise kernels of one layer. */
export function glueS(fixedS: number, tokens: number, bytesPerToken: number, bandwidthBps: number): number {
  return fixedS + (tokens * bytesPerToken) / (ELEMENTWISE_EFFICIENCY * bandwidthBps);
}

/** Bytes per second that kernels reach which only move data, of a memory of `bandwidthBps`. */
export function copyBps(bandwidthBps: number): number {
  return ELEMENTWISE_EFFICIENCY * bandwidthBps;
}

/** Bytes that sampling moves for `rows` rows of `vocab` logits. */
export function samplingBytes(rows: number, vocab: number, bytesPerLogit: number): number {
  return rows * vocab * bytesPerLogit;
}
