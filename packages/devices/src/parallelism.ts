/**
 * How the devices of one replica share a model.
 *
 *   devices = tp * dp * pp
 *
 * Attention, dense layers, shared experts and LM head are split over `tp` devices and repeated on `dp` ranks. Routed experts
 * are spread over all `tp * dp` devices of a stage: dealt out whole to `ep` groups, split by width inside a group. All ranks
 * run one step together and wait for the slowest.
 */

import type { DeploymentSpec } from './deployment.js';

/** Degrees of parallelism with their defaults filled in. */
export interface Parallelism {
  readonly tp: number;
  readonly pp: number;
  /** Ranks of data-parallel attention. */
  readonly dp: number;
  /** Groups that whole experts are dealt out to. */
  readonly ep: number;
  /** Devices that share the routed experts of a layer. */
  readonly expertDevices: number;
  readonly devices: number;
}

/** Degrees of a deployment; nothing is checked. */
export function parallelismOf(
  spec: Pick<DeploymentSpec, 'tp' | 'pp' | 'dataParallelAttention' | 'expertParallel'>,
): Parallelism {
  const { tp, pp } = spec;
  const dp = spec.dataParallelAttention ?? 1;
  return { tp, pp, dp, ep: spec.expertParallel ?? 1, expertDevices: tp * dp, devices: tp * dp * pp };
}
