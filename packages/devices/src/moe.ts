/**
 * Routed experts of one layer: how many distinct experts a step touches and what that costs.
 *
 *   p_hit(M) = 1 - (1 - k/E)^(s*M)                       share of experts hit; exact for uniform routing at s = 1
 *   X = E_l*p_hit + z*sqrt(E_l*p_hit*(1 - p_hit)) <= E_l  distinct experts on the slowest rank
 *   Y = M*k/ep*(1 + eps) + z*sqrt(M*k/ep)                 (token, expert) pairs on the slowest rank
 *   T = t_moe + sqrt(T_c^2 + T_m^2) + Y*(d*(2 + a) + 3*f*a)/B
 *   T_c = 6*Y*d*f*(1 + b/(Y/X))/(P*e_xc),  T_m = 3*X*d*f*w_b/(B*e_xm)
 *
 * a bytes per activation element that the experts read; what they return has two. z is the expected maximum of `ep` standard
 * normals; M counts the tokens of the whole group. Many small experts and few large ones, which behave like dense products, have
 * constants of their own in the engine's entry; between the two sizes the constants move linearly in the logarithm of the
 * bytes of one expert on one device [assumed].
 * Sources: docs/modelling.md, devices. Experts are split over the group by width (ep = 1) unless told otherwise.
 */

/** What experts return is in 16 bits. */
const RESULT_BYTES = 2;

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
  /** Bytes of an activation element that the experts read and hand on between their products. */
  readonly activationBytes: number;
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

const EXPECTED_MAXIMUM: readonly (readonly [number, number])[] = [
  [1, 0],
  [2, 0.56],
  [4, 1.03],
  [8, 1.42],
  [16, 1.77],
  [32, 2.07],
  [64, 2.34],
  [128, 2.59],
  [256, 2.83],
];

/** Expected maximum of `ranks` standard normals, from the table, next larger power of two; beyond it the asymptote. */
export function expectedMaximum(ranks: number): number {
  for (const [n, z] of EXPECTED_MAXIMUM) if (ranks <= n) return z;
  return Math.sqrt(2 * Math.log(ranks)) * 0.86;
}

/** An engine's constants for small and for large experts and the sizes (bytes of one expert on one device) between. */
export interface MoeBySize {
  readonly small: MoeRates;
  readonly large: MoeRates;
  /** `small` holds up to here. */
  readonly smallBytes: number;
  /** `large` holds from here on. */
  readonly largeBytes: number;
}

/** Constants for experts of `expertBytes` on one device: linear in the logarithm of the size between the two ends. */
export function ratesForExpertSize(bySize: MoeBySize, expertBytes: number): MoeRates {
  const { small, large, smallBytes, largeBytes } = bySize;
  if (expertBytes <= smallBytes) return small;
  if (expertBytes >= largeBytes) return large;
  const share = Math.log(expertBytes / smallBytes) / Math.log(largeBytes / smallBytes);
  const blend = (from: number, to: number) => from + share * (to - from);
  return {
    peakFlops: blend(small.peakFlops, large.peakFlops),
    bandwidthBps: blend(small.bandwidthBps, large.bandwidthBps),
    fixedS: blend(small.fixedS, large.fixedS),
    computeEfficiency: blend(small.computeEfficiency, large.computeEfficiency),
    memoryEfficiency: blend(small.memoryEfficiency, large.memoryEfficiency),
    routingSkew: blend(small.routingSkew, large.routingSkew),
    imbalance: blend(small.imbalance, large.imbalance),
    paddingTokens: blend(small.paddingTokens, large.paddingTokens),
    activationBytes: small.activationBytes,
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
  const moveS = (pairs * movedBytes(rates, layer)) / rates.bandwidthBps;
  return rates.fixedS + Math.sqrt(computeS * computeS + memoryS * memoryS) + moveS;
}

/** Activation bytes of one (token, expert) pair: gathered, handed on between the products, returned in 16 bits. */
function movedBytes(rates: MoeRates, layer: MoeLayer): number {
  return layer.hidden * (RESULT_BYTES + rates.activationBytes) + 3 * layer.width * rates.activationBytes;
}

/** Memory traffic of the routed experts of one layer, bytes: weights of the distinct experts and activations. */
export function moeBytes(rates: MoeRates, layer: MoeLayer, tokens: number): number {
  if (tokens <= 0) return 0;
  const pairs = (tokens * layer.expertsPerToken) / layer.expertParallel;
  const weights =
    3 * distinctExperts(layer, rates.routingSkew, tokens) * layer.hidden * layer.width * layer.weightBytes;
  return weights + pairs * movedBytes(rates, layer);
}

/** Useful arithmetic of the routed experts of one layer as seconds at the peak rate. */
export function moePeakS(rates: MoeRates, layer: MoeLayer, tokens: number): number {
  const pairs = (tokens * layer.expertsPerToken) / layer.expertParallel;
  return (6 * pairs * layer.hidden * layer.width) / rates.peakFlops;
}
