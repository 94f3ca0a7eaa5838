/** One replica of any scheduler kind. */

import { ContinuousScheduler } from './continuous-scheduler.js';
import type { Replica } from './replica.js';
import { type ReplicaSetup, ScheduledReplica } from './scheduled-replica.js';
import type { Scheduler } from './scheduler.js';
import { checkEngineSettings } from './settings-check.js';
import { SglangScheduler } from './sglang-scheduler.js';
import { SlotScheduler } from './slot-scheduler.js';
import { StaticScheduler } from './static-scheduler.js';
import { TgiScheduler } from './tgi-scheduler.js';
import { TrtllmScheduler } from './trtllm-scheduler.js';

/** Builds a replica after checking its settings; throws a RangeError that names a setting no engine would start with. */
export function createReplica(setup: ReplicaSetup): Replica {
  const settings = setup.settings;
  checkEngineSettings(settings);
  return new ScheduledReplica(setup, schedulerOf);
}

function schedulerOf(core: ScheduledReplica): Scheduler {
  const { settings } = core;
  switch (settings.scheduler) {
    case 'vllm':
      return new ContinuousScheduler(core, false);
    case 'sglang':
      return new SglangScheduler(core);
    case 'trtllm-no-evict':
      return new TrtllmScheduler(core, false);
    case 'trtllm-max-utilization':
      return new TrtllmScheduler(core, true);
    case 'tgi':
      return new TgiScheduler(core);
    case 'pipeline':
      return new ContinuousScheduler(core, true);
    case 'static-batch':
      return new StaticScheduler(core);
    case 'llama-cpp':
      return new SlotScheduler(core, settings.maxNumSeqs, settings.ubatchTokens);
    case 'single-stream':
      return new SlotScheduler(core, 1, 0);
  }
}
