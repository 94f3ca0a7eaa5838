/** Sources, units and rates that several data files share. */

import { assumed, specified } from '../grading.js';

/** Stands where nobody checked a number: widely known, but from memory. */
export const RECALL = 'general knowledge, not checked';

/** Third-party cost model that our own cost is compared with. */
export const INFERENCEX = 'SemiAnalysis InferenceX constants';

/** Used where no idle power is published. */
export const IDLE_SHARE = 'nothing published: 8 to 14 % of TDP';

export const GIB = 2 ** 30;

/** Whole bytes an engine sees per GiB of the datasheet, where no driver figure was found. */
export const USABLE_GIB = Math.floor(0.985 * GIB);

export const USABLE_NOTE = '98.5 % of the specified size: no driver figure was found';

/** Two of four weights zero: rate of NVIDIA tensor cores from Ampere on and of AMD matrix cores from CDNA3 on. */
export const TENSOR_CORE_SPARSITY = specified(2, '1', 'vendor architecture papers: 2:4 structured sparsity');

/** GeForce cards halve the rate of 16-bit products that sum in 32 bits; their `peakFlops` states the halved one. */
export const GEFORCE_HALF_SUMS = assumed(2, '1', RECALL, { note: 'tensor cores with FP16 accumulation over FP32' });
