/**
 * Inference engines, each at one version: overheads and defaults, one file each under `engines/`.
 *
 * Schedulers are code, these are their numbers. `vllm` is what to use when nothing is known. Defaults bear the names of this
 * catalog; where an engine calls an option otherwise, its notes say how.
 */

import type { EngineEntry } from '../entries.js';
import { fastFlowLm } from './engines/fastflowlm.js';
import { llamaCpp } from './engines/llama-cpp.js';
import { neuron } from './engines/neuron.js';
import { qualcommNpu } from './engines/qualcomm-npu.js';
import { qualcommQnn } from './engines/qualcomm-qnn.js';
import { sglang } from './engines/sglang.js';
import { singleStream } from './engines/single-stream.js';
import { sramPipeline } from './engines/sram-pipeline.js';
import { staticBatch } from './engines/static-batch.js';
import { tgi } from './engines/tgi.js';
import { trtllm, trtllmMaxUtilization } from './engines/trtllm.js';
import { trtllmEngine } from './engines/trtllm-engine.js';
import { trtllmStatic } from './engines/trtllm-static.js';
import { vllm } from './engines/vllm.js';
import { vllm2023Eager } from './engines/vllm-2023-eager.js';
import { vllm2025 } from './engines/vllm-2025.js';

/** Builds the engine entries. */
export function engineEntries(): EngineEntry[] {
  return [
    vllm(),
    vllm2025(),
    vllm2023Eager(),
    sglang(),
    trtllm(),
    trtllmMaxUtilization(),
    trtllmEngine(),
    trtllmStatic(),
    tgi(),
    llamaCpp(),
    staticBatch(),
    neuron(),
    qualcommNpu(),
    qualcommQnn(),
    fastFlowLm(),
    singleStream(),
    sramPipeline(),
  ];
}
