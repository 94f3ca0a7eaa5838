/** Sources, units and a rate that several data files share. */

import { specified } from '../grading.js';

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
