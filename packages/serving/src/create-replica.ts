/** One replica of any scheduler kind. */

import { ContinuousReplica } from './continuous-replica.js';
import type { Replica } from './replica.js';
import type { ReplicaSetup } from './replica-core.js';
import { checkEngineSettings } from './settings-check.js';
import { SglangReplica } from './sglang-replica.js';
import { SlotReplica } from './slot-replica.js';
import { StaticReplica } from './static-replica.js';
import { TgiReplica } from './tgi-replica.js';
import { TrtllmReplica } from './trtllm-replica.js';

/** Builds a replica after checking its settings; throws a RangeError that names a setting no engine would start with. */
export function createReplica(setup: ReplicaSetup): Replica {
  const settings = setup.settings;
  checkEngineSettings(settings);
  switch (settings.scheduler) {
    case 'vllm':
      return new ContinuousReplica(setup, false);
    case 'sglang':
      return new SglangReplica(setup);
    case 'trtllm-no-evict':
      return new TrtllmReplica(setup, false);
    case 'trtllm-max-utilization':
      return new TrtllmReplica(setup, true);
    case 'tgi':
      return new TgiReplica(setup);
    case 'pipeline':
      return new ContinuousReplica(setup, true);
    case 'static-batch':
      return new StaticReplica(setup);
    case 'llama-cpp':
      return new SlotReplica(setup, settings.maxNumSeqs, settings.ubatchTokens);
    case 'single-stream':
      return new SlotReplica(setup, 1, 0);
  }
}
