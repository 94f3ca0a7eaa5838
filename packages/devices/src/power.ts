/**
 * Electrical power of a device from the work that its kernels did.
 *
 *   u_m = bytes/(T*B)   u_c = arithmetic seconds at peak/T   a = min(1, kernel seconds/T)
 *   P_raw = P_idle + p_a*a + p_m*u_m + p_c*u_c^0.7
 *   P = softmin(P_raw, P_cap) = min(P_raw, P_cap) - w*ln(1 + exp(-|P_raw - P_cap|/w)),  P_cap = 0.97*TDP,  w = min(20 W, 0.03*TDP)
 *   E = max(P, P_loaded)*T
 *
 * At a lower clock phi the terms become p_a*a*phi^2, p_m*u_m*(.6 + .4*phi) and p_c*u_c^0.7*phi^1.7 with a, u_m, u_c of the time
 * that the step then takes. The source writes phi^2.4 with u_c as at full clock; arithmetic that is on the critical path slows
 * by phi, which is the same power, and arithmetic that waits for memory costs what its energy per operation says.
 *
 * P_loaded is the draw with a model resident and no work. Mixture-of-experts models have constants of their own where
 * fitted. The A100 law P/TDP = 0.31 + 0.69*u_m of busy decode steps is the same form at a = 1.
 * The server's other draw (host, fans, network) is not here. Sources: docs/modelling.md, devices. Units: watts, joules, seconds.
 */

import { classDefaults, clockResponse, type DeviceEntry } from '@infersim/catalog';
import type { GradeTrail } from './grade-trail.js';
import { USE_CELLS, Use } from './step-model.js';

/** Share of TDP at which devices hold themselves: a power limit from here on changes nothing. */
export const CAP_SHARE_OF_TDP = 0.97;
const SOFTMIN_WIDTH_W = 20;
const SOFTMIN_WIDTH_SHARE = 0.03;
/** Exponent of the arithmetic term. */
const COMPUTE_EXPONENT = 0.7;

/** Places of the constants in their cells. */
const Const = {
  DEVICES: 0,
  BANDWIDTH_BPS: 1,
  LOADED_W: 2,
  INTERCEPT_W: 3,
  ACTIVE_W: 4,
  MEMORY_W: 5,
  COMPUTE_W: 6,
  CAP_W: 7,
  WIDTH_W: 8,
} as const;
const CONSTANTS = 9;

const own = new Float64Array(USE_CELLS);

/** Power of `devices` equal devices that run one batch together at clock ratio `clockRatio`. Immutable. */
export class DevicePower {
  readonly idleW: number;
  readonly maxW: number;
  readonly #cells = new Float64Array(CONSTANTS);

  constructor(device: DeviceEntry, devices: number, isMoe: boolean, trail: GradeTrail, clockRatio = 1) {
    const tdpW = trail.take('tdpW', device.tdpW);
    const law = device.power ?? classDefaults(device).power;
    if (isMoe && law.moe === undefined) trail.note('power.moe', 'assumed');
    const constants = (isMoe ? law.moe : undefined) ?? law.dense;
    const cells = this.#cells;
    cells[Const.INTERCEPT_W] = trail.take('power.idleInterceptW', constants.idleInterceptW);
    const response = clockFactors(clockRatio, trail);
    cells[Const.ACTIVE_W] = trail.take('power.activeW', constants.activeW) * response.active;
    cells[Const.MEMORY_W] = trail.take('power.memoryW', constants.memoryW) * response.memory;
    cells[Const.COMPUTE_W] = trail.take('power.computeW', constants.computeW) * response.compute;
    cells[Const.DEVICES] = devices;
    cells[Const.BANDWIDTH_BPS] = device.pipeline?.sramBandwidthBps.value ?? device.memoryBandwidthBps.value;
    const loadedW = trail.take('idleLoadedW', device.idleLoadedW);
    const capW = CAP_SHARE_OF_TDP * tdpW;
    cells[Const.LOADED_W] = loadedW;
    cells[Const.CAP_W] = capW;
    cells[Const.WIDTH_W] = Math.min(SOFTMIN_WIDTH_W, SOFTMIN_WIDTH_SHARE * tdpW);
    this.idleW = loadedW * devices;
    this.maxW = Math.max(capW, loadedW) * devices;
  }

  /** Watts of one device at the given shares of busy time, memory rate and arithmetic rate. */
  deviceW(activeShare: number, memoryShare: number, computeShare: number): number {
    own[Use.TIME_S] = 1;
    own[Use.KERNEL_S] = activeShare;
    own[Use.BYTES] = memoryShare * this.#cells[Const.BANDWIDTH_BPS]!;
    own[Use.COMPUTE_S] = computeShare;
    this.energyOf(own);
    return own[Use.ENERGY_J]! / this.#cells[Const.DEVICES]!;
  }

  /** Joules of all devices over `timeS`; work is per device. Nothing for no time. */
  energyJ(timeS: number, kernelS: number, bytes: number, computeS: number): number {
    own[Use.TIME_S] = timeS;
    own[Use.KERNEL_S] = kernelS;
    own[Use.BYTES] = bytes;
    own[Use.COMPUTE_S] = computeS;
    this.energyOf(own);
    return own[Use.ENERGY_J]!;
  }

  /** The same from the cells of `Use` into its last one. */
  energyOf(use: Float64Array): void {
    const timeS = use[Use.TIME_S]!;
    if (timeS <= 0) {
      use[Use.ENERGY_J] = 0;
      return;
    }
    const cells = this.#cells;
    // No arithmetic gives exp(-Infinity), which is 0.
    const compute = Math.exp(COMPUTE_EXPONENT * Math.log(use[Use.COMPUTE_S]! / timeS));
    const kernelS = use[Use.KERNEL_S]!;
    const active = kernelS < timeS ? kernelS / timeS : 1;
    const memory = use[Use.BYTES]! / (timeS * cells[Const.BANDWIDTH_BPS]!);
    const raw =
      cells[Const.INTERCEPT_W]! +
      cells[Const.ACTIVE_W]! * active +
      cells[Const.MEMORY_W]! * memory +
      cells[Const.COMPUTE_W]! * compute;
    const capW = cells[Const.CAP_W]!;
    const widthW = cells[Const.WIDTH_W]!;
    const gap = Math.abs(raw - capW) / widthW;
    const soft = (raw < capW ? raw : capW) - widthW * Math.log1p(Math.exp(-gap));
    const loadedW = cells[Const.LOADED_W]!;
    use[Use.ENERGY_J] = (soft > loadedW ? soft : loadedW) * timeS * cells[Const.DEVICES]!;
  }
}

/** What a clock ratio leaves of each power term, for shares of the time that the step takes at that clock. */
function clockFactors(ratio: number, trail: GradeTrail): { active: number; memory: number; compute: number } {
  if (ratio >= 1) return { active: 1, memory: 1, compute: 1 };
  const { activeExponent, memoryFloorShare, computeExponent } = clockResponse;
  const floor = trail.take('clockResponse.memoryFloorShare', memoryFloorShare);
  return {
    active: ratio ** trail.take('clockResponse.activeExponent', activeExponent),
    memory: floor + (1 - floor) * ratio,
    compute: ratio ** (trail.take('clockResponse.computeExponent', computeExponent) - COMPUTE_EXPONENT),
  };
}
