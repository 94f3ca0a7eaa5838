/**
 * Constants of the routed experts of a deployment: the engine's for experts of that size, with the device's factors on them.
 *
 * A device's factor may carry an efficiency up to 1. An engine states constants for small experts and, where its kernels differ,
 * for large ones with the sizes between which they move; sizes are bytes of one expert on one device, after it was split by
 * width. Constants that do not count for the size at hand do not count for the grade either.
 */

import type { ModelArchitecture, MoeKernelConstants, Quantity } from '@infersim/catalog';
import type { ClockSpeeds } from './clock.js';
import type { DeploymentSpec } from './deployment.js';
import type { GradeTrail } from './grade-trail.js';
import { kernelConstants, type ResolvedKernels } from './kernel-resolution.js';
import { type MoeRates, ratesForExpertSize } from './moe.js';
import { parallelismOf } from './parallelism.js';

/** Where an engine does not say up to which size its small-expert constants hold: this share of where the large begin. */
const SMALL_EXPERT_SHARE = 0.25;

/** Expert constants of a deployment whose expert kernels run at `kernels`; `weightBytes` per weight of an expert. */
export function moeRates(
  spec: DeploymentSpec,
  arch: ModelArchitecture,
  weightBytes: number,
  kernels: ResolvedKernels,
  clock: ClockSpeeds,
  trail: GradeTrail,
): MoeRates {
  const { engine } = spec;
  const { ep, expertDevices } = parallelismOf(spec);
  const expertBytes = (3 * arch.hidden * (arch.moe?.expertIntermediate ?? 0) * weightBytes * ep) / expertDevices;
  const rates = (place: string, moe: MoeKernelConstants): MoeRates =>
    moeRatesFrom(spec, place, moe, kernels, clock, trail);
  const small = () => rates('engine.moe', engine.moe);
  const largeConstants = engine.moeLargeExperts;
  const largeFrom = engine.moeLargeExpertBytes;
  if (largeConstants === undefined || largeFrom === undefined) return small();
  const largeBytes = trail.take('engine.moeLargeExpertBytes', largeFrom);
  const smallBytes = engine.moeSmallExpertBytes?.value ?? SMALL_EXPERT_SHARE * largeBytes;
  if (expertBytes <= smallBytes) return small();
  const large = rates('engine.moeLargeExperts', largeConstants);
  return expertBytes >= largeBytes
    ? large
    : ratesForExpertSize({ small: small(), large, smallBytes, largeBytes }, expertBytes);
}

function moeRatesFrom(
  spec: DeploymentSpec,
  place: string,
  moe: MoeKernelConstants,
  kernels: ResolvedKernels,
  clock: ClockSpeeds,
  trail: GradeTrail,
): MoeRates {
  const factors = kernelConstants(spec.device).moe;
  const share = (name: string, factor: Quantity | undefined) =>
    factor === undefined ? 1 : trail.take(`kernels.moe.${name}`, factor);
  return {
    peakFlops: kernels.linear.peakFlops,
    bandwidthBps: kernels.linear.bandwidthBps,
    fixedS:
      factors?.fixedS === undefined
        ? trail.take(`${place}.fixedS`, moe.fixedS)
        : trail.take('kernels.moe.fixedS', factors.fixedS),
    computeEfficiency:
      Math.min(
        1,
        trail.take(`${place}.computeEfficiency`, moe.computeEfficiency) *
          share('computeEfficiencyShare', factors?.computeEfficiencyShare),
      ) * clock.ratio,
    memoryEfficiency:
      trail.take(`${place}.memoryEfficiency`, moe.memoryEfficiency) *
      share('memoryEfficiencyShare', factors?.memoryEfficiencyShare),
    routingSkew: trail.take(`${place}.routingSkew`, moe.routingSkew),
    imbalance: trail.take(`${place}.imbalance`, moe.imbalance),
    paddingTokens: trail.take(`${place}.paddingTokens`, moe.paddingTokens),
    activationBytes: kernels.linear.activationBytes,
  };
}
