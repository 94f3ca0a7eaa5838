export {
  type Agreement,
  type Allowance,
  agreementText,
  agreementWith,
  LEAST_REPLICATIONS,
  overReplications,
  WIDEST_SHARE,
} from './acceptance.js';
export { runProcessorSharing, type SharingResult, type SharingSpec } from './processor-sharing.js';
export { meanOf, type NetworkResult, type NetworkSpec, runNetwork, type StationSpec } from './queue-network.js';
export {
  batchDeathRate,
  birthDeathProbabilities,
  birthDeathSojournS,
  erlangB,
  erlangC,
  mg1WaitS,
  mm1SojournQuantileS,
  mm1SojournS,
  mmcWaitS,
  processorSharingSojournS,
} from './queueing-formulas.js';
