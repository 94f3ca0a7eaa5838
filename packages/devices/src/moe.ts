/**
 * Routed experts of one layer: how many distinct experts a step touches and what that costs.
 *
 *   p_hit(M) = 1 - (1 - k/E)^(s*M)                       share of experts hit; exact for uniform routing at s = 1
 *   X = E_l*p_hit + z*sqrt(E_l*p_hit*(1 - p_hit)) <= E_l  distinct experts on the slowest rank
 *   Y = M*k/ep*(1 + eps) + z*sqrt(M*k/ep)                 (token, expert) pairs on the slowest rank
 *   T = t_moe + sqrt(T_c^2 + T_m^2) + 2*Y*(2d + 3f)/B
 *   T_c = 6*Y*d*f*(1 + b/(Y/X))/(P*e_xc),  T_m = 3*X*d*f*w_b/(B*e_xm)
 *
 * z is the expected maximum of `ep` standard normals. The engine's constants were fitted on many small experts; few large
 * ones behave like dense products (e_xm near the dense value, e_xc 0.5, s = 1). Between 12 and 96 million parameters per
 * expert and device the constants move from one to the other, linearly in the logarithm of the size [assumed].
 * Sources: docs/modelling.md, devices. Experts are split over the group by width (ep = 1) unless told otherwise.
 */

/** Plain numbers of an engine's mixture-of-experts kernels. */
export interface MoeRates {
  readonly peakFlops: number;
  readonly bandwidthBps: number;
  readonly fixedS: number;
  readonly computeEfficiency: number;
  readonly memoryEfficiency: number;
  readonly routingSkew: number;
  readonly imbalance: number;
  readonly paddingTokens: number;
}

/** Routed experts of one layer as one device sees them. */
export interface MoeLayer {
  readonly experts: number;
  readonly expertsPerToken: number;
  readonly hidden: number;
  /** Width of one expert on one device. */
  readonly width: number;
  readonly weightBytes: number;
  readonly expertParallel: number;
}

const SMALL_EXPERT_PARAMS = 12e6;
const LARGE_EXPERT_DOUBLINGS = 3;
/** Compute efficiency of large experts (docs/modelling.md, devices). */
const LARGE_EXPERT_COMPUTE_EFFICIENCY = 0.5;
const EXPECTED_MAXIMUM: readonly (readonly [number, number])[] = [
  [1, 0],
  [2, 0.56],
  [4, 1.03],
  [8, 1.42],
  [16, 1.77],
];

/** Expected maximum of `ranks` standard normals, from the table, next larger power of two. */
export function expectedMaximum(ranks: number): number {
  for (const [n, z] of EXPECTED_MAXIMUM) if (ranks <= n) return z;
  return Math.sqrt(2 * Math.log(ranks)) * 0.75;
}

/** Constants for experts of `params` parameters per device: the engine's for small ones, dense-like for large ones. */
export function ratesForExpertSize(rates: MoeRates, params: number, denseMemoryEfficiency: number): MoeRates {
  const doublings = Math.log2(params / SMALL_EXPERT_PARAMS) / LARGE_EXPERT_DOUBLINGS;
  const share = Math.min(1, Math.max(0, doublings));
  const blend = (small: number, large: number) => small + share * (large - small);
  return {
    ...rates,
    computeEfficiency: blend(rates.computeEfficiency, LARGE_EXPERT_COMPUTE_EFFICIENCY),
    memoryEfficiency: blend(rates.memoryEfficiency, Math.max(rates.memoryEfficiency, denseMemoryEfficiency)),
    routingSkew: blend(rates.routingSkew, 1),
    imbalance: blend(rates.imbalance, 0),
  };
}

/** Distinct experts that `tokens` tokens touch on the slowest rank. */
export function distinctExperts(layer: MoeLayer, routingSkew: number, tokens: number): number {
  const local = layer.experts / layer.expertParallel;
  const hit = 1 - (1 - layer.expertsPerToken / layer.experts) ** Math.max(1, routingSkew * tokens);
  const z = expectedMaximum(layer.expertParallel);
  return Math.min(local, local * hit + z * Math.sqrt(local * hit * (1 - hit)));
}

/** Seconds of the routed experts of one layer for `tokens` tokens of the whole group; 0 without tokens. */
export function moeS(rates: MoeRates, layer: MoeLayer, tokens: number): number {
  if (tokens <= 0) return 0;
  const distinct = distinctExperts(layer, rates.routingSkew, tokens);
  const mean = (tokens * layer.expertsPerToken) / layer.expertParallel;
  const pairs = mean * (1 + rates.imbalance) + expectedMaximum(layer.expertParallel) * Math.sqrt(mean);
  const matrix = layer.hidden * layer.width;
  const padded = pairs + rates.paddingTokens * distinct;
  const computeS = (6 * padded * matrix) / (rates.peakFlops * rates.computeEfficiency);
  const memoryS = (3 * distinct * matrix * layer.weightBytes) / (rates.bandwidthBps * rates.memoryEfficiency);
  const moveS = (2 * pairs * (2 * layer.hidden + 3 * layer.width)) / rates.bandwidthBps;
  return rates.fixedS + Math.sqrt(computeS * computeS + memoryS * memoryS) + moveS;
}

/** Memory traffic of the routed experts of one layer, bytes: weights of the distinct experts and activations. */
export function moeBytes(rates: MoeRates, layer: MoeLayer, tokens: number): number {
  if (tokens <= 0) return 0;
  const pairs = (tokens * layer.expertsPerToken) / layer.expertParallel;
  const weights =
    3 * distinctExperts(layer, rates.routingSkew, tokens) * layer.hidden * layer.width * layer.weightBytes;
  return weights + 2 * pairs * (2 * layer.hidden + 3 * layer.width);
}

/** Useful arithmetic of the routed experts of one layer as seconds at the peak rate. */
export function moePeakS(rates: MoeRates, layer: MoeLayer, tokens: number): number {
  const pairs = (tokens * layer.expertsPerToken) / layer.expertParallel;
  return (6 * pairs * layer.hidden * layer.width) / rates.peakFlops;
}
