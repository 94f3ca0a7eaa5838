/**
 * Time of one matrix product: a smooth roofline with few constants per device and dtype.
 *
 *   T_c = 2*M*N*K / (P*e_c) * (1 + m_h/M)
 *   T_m = (N*K*w_b + M*K*a_b + 2*M*N) / (B*e_m)
 *   T   = t_0 + (T_c^p + T_m^p)^(1/p) + k_q*M*K*(2 + w_b)/B
 *
 * M rows (tokens), weight K x N after sharding, w_b and a_b bytes per weight and activation. Few rows reach the memory
 * efficiency e_m, many rows the compute efficiency e_c, with a rounded knee of sharpness p. The last term is a separate
 * activation-quantisation kernel. Where weights are first written out in 16 bits (GGUF blocks before products of many rows), the
 * product reads those, and N*K*(w_b + 2)/(B*e_x) comes on top. Tile and wave quantisation of single shapes is left out: it averages out over a model.
 * Sources: docs/modelling.md, devices, fitted to public kernel measurements. Units: FLOP/s, bytes/s, seconds.
 */

/** Plain numbers of one dtype's matrix products, ready for the formula. */
export interface GemmRates {
  readonly peakFlops: number;
  readonly bandwidthBps: number;
  readonly fixedS: number;
  readonly computeEfficiency: number;
  readonly memoryEfficiency: number;
  readonly kneeExponent: number;
  readonly halfEfficiencyTokens: number;
  readonly quantisationFactor: number;
  /** Bytes of one activation element that the product reads. */
  readonly activationBytes: number;
  /** Weights are written out in 16 bits before products of so many rows; absent = never. */
  readonly expansion?: WeightExpansion;
}

/** Writing narrow weights out in 16 bits before a product. */
export interface WeightExpansion {
  readonly fromRows: number;
  /** Bytes per second of the pass that reads them narrow and writes them wide. */
  readonly bps: number;
  /** Memory efficiency of the product that reads them wide. */
  readonly memoryEfficiency: number;
}

/** Bytes of a 16-bit weight. */
const WIDE_BYTES = 2;

/** (a^p + b^p)^(1/p) without overflow; p of 1 is the sum, a large p the maximum. */
export function pNorm(a: number, b: number, p: number): number {
  const high = Math.max(a, b);
  if (high <= 0) return 0;
  const low = Math.min(a, b);
  return high * (1 + (low / high) ** p) ** (1 / p);
}

/** Seconds of a product of `m` rows with a `k` x `n` weight of `weightBytes` per element; 0 without rows or columns. */
export function gemmS(rates: GemmRates, m: number, n: number, k: number, weightBytes: number): number {
  if (m <= 0 || n <= 0 || k <= 0) return 0;
  const { expansion } = rates;
  const isExpanded = expansion !== undefined && m >= expansion.fromRows;
  const readBytes = isExpanded ? WIDE_BYTES : weightBytes;
  const memoryEfficiency = isExpanded ? expansion.memoryEfficiency : rates.memoryEfficiency;
  const computeS = (2 * n * k * (m + rates.halfEfficiencyTokens)) / (rates.peakFlops * rates.computeEfficiency);
  const memoryS = productBytes(rates, m, n, k, readBytes) / (rates.bandwidthBps * memoryEfficiency);
  const quantiseS = (rates.quantisationFactor * m * k * (2 + weightBytes)) / rates.bandwidthBps;
  const expandS = isExpanded ? (n * k * (weightBytes + WIDE_BYTES)) / expansion.bps : 0;
  return rates.fixedS + pNorm(computeS, memoryS, rates.kneeExponent) + quantiseS + expandS;
}

/** Memory traffic of the product, bytes: weight, activations in, fp16 result out; expanding the weights included. */
export function gemmBytes(rates: GemmRates, m: number, n: number, k: number, weightBytes: number): number {
  if (m <= 0 || n <= 0 || k <= 0) return 0;
  const { expansion } = rates;
  if (expansion === undefined || m < expansion.fromRows) return productBytes(rates, m, n, k, weightBytes);
  return productBytes(rates, m, n, k, WIDE_BYTES) + n * k * (weightBytes + WIDE_BYTES);
}

function productBytes(rates: GemmRates, m: number, n: number, k: number, weightBytes: number): number {
  return n * k * weightBytes + m * k * rates.activationBytes + 2 * m * n;
}

/** Arithmetic of the product as seconds at the peak rate. */
export function gemmPeakS(rates: GemmRates, m: number, n: number, k: number): number {
  return (2 * m * n * k) / rates.peakFlops;
}
