/**
 * Power constants per device: P = idle + active*a + memory*um + compute*uc^0.7, watts, held under 0.97 TDP.
 *
 * `a` is the share of the step in which kernels run, um the share of bandwidth used, uc the share of arithmetic peak.
 * H100 and B200 are fits to ML.ENERGY v3 (vLLM, steady state), dense and mixture-of-experts models apart. The dense ones were
 * fitted here, with the arithmetic of padded decode tiles counted: median error 5 and 3 %. Those of expert models were fitted
 * without that count (10 and 8 %); a coefficient of 50 W sat on its bound there: active and memory power move together. A100
 * comes from three points of 2023 runs. Devices of the same generation scale the sister's tuple by TDP; that is an assumption,
 * because tuples do not carry over from one generation to the next.
 */

import type { PowerConstants } from '../entries.js';
import { assumed } from '../grading.js';
import type { Grade, Quantity } from '../quantity.js';

const ML_ENERGY = 'fit to ML.ENERGY v3 GPU power';
const SPLITWISE = 'fit to three average powers of splitwise-sim';

function watts(grade: Grade, source: string, note?: string): (value: number) => Quantity {
  return (value) => ({ value, unit: 'W', grade, source, ...(note === undefined ? {} : { note }) });
}

function tuple(
  make: (value: number) => Quantity,
  idle: Quantity,
  active: number,
  memory: number,
  compute: number,
): PowerConstants {
  return { idleInterceptW: idle, activeW: make(active), memoryW: make(memory), computeW: make(compute) };
}

const mlEnergy = watts('fitted', ML_ENERGY);
const intercept = (value: number): Quantity =>
  assumed(value, 'W', ML_ENERGY, { note: 'intercept held fixed in the fit' });
const sister = (name: string): ((value: number) => Quantity) =>
  watts('assumed', 'no fit of its own', `fit of ${name} times the ratio of TDP`);

function scaled(name: string, ratio: number, dense: readonly number[], moe: readonly number[]): PowerFit {
  const make = sister(name);
  const of = (t: readonly number[]): PowerConstants =>
    tuple(make, make(t[0]! * ratio), t[1]! * ratio, t[2]! * ratio, t[3]! * ratio);
  return { dense: of(dense), moe: of(moe) };
}

/** Constants of one device; absent `moe` = use `dense`. */
export interface PowerFit {
  readonly dense: PowerConstants;
  readonly moe?: PowerConstants;
}

const H100_DENSE = [72, 51, 428, 544] as const;
const H100_MOE = [75, 343, 50, 1070] as const;
const B200_DENSE = [110, 276, 689, 603] as const;
const B200_MOE = [140, 504, 216, 1440] as const;

const a100 = watts('fitted', SPLITWISE);

/** Constants by device id; a device that is not here gets the defaults of its class. */
export const powerFits: { readonly [deviceId: string]: PowerFit } = {
  'h100-sxm': {
    dense: tuple(mlEnergy, mlEnergy(72), 51, 428, 544),
    moe: tuple(mlEnergy, intercept(75), 343, 50, 1070),
  },
  'h200-sxm': scaled('H100', 1, H100_DENSE, H100_MOE),
  'h100-pcie': scaled('H100', 0.5, H100_DENSE, H100_MOE),
  'h100-nvl': scaled('H100', 400 / 700, H100_DENSE, H100_MOE),
  'b200-sxm': {
    dense: tuple(mlEnergy, mlEnergy(110), 276, 689, 603),
    moe: tuple(mlEnergy, intercept(140), 504, 216, 1440),
  },
  'b300-sxm': scaled('B200', 1.1, B200_DENSE, B200_MOE),
  'gb200-nvl72': scaled('B200', 1.2, B200_DENSE, B200_MOE),
  'gb300-nvl72': scaled('B200', 1.4, B200_DENSE, B200_MOE),
  'a100-80-sxm': {
    dense: {
      idleInterceptW: assumed(55, 'W', SPLITWISE, { note: 'idle watts of the device' }),
      activeW: a100(69),
      memoryW: a100(276),
      computeW: assumed(360, 'W', 'class default of 0.9 TDP', { note: 'prefill was seen at 0.95 to 1.09 of TDP' }),
    },
  },
  'a100-40-sxm': {
    dense: {
      idleInterceptW: assumed(50, 'W', 'no fit of its own', { note: 'idle watts of the device' }),
      activeW: assumed(74, 'W', 'no fit of its own', { note: 'A100 80 GB' }),
      memoryW: assumed(276, 'W', 'no fit of its own', { note: 'A100 80 GB' }),
      computeW: assumed(360, 'W', 'class default of 0.9 TDP'),
    },
  },
};
