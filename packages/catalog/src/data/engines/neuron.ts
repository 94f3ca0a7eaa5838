/**
 * Transformers NeuronX on Trainium and Inferentia: compiled graphs of fixed shapes, batches of fixed size.
 *
 * No chunked prefill and no prefix cache: a prompt is padded to a compiled bucket and run whole. One chip has two cores, and
 * the tensor parallelism of published tables counts cores; a device here is a chip. On 16 chips, small messages between chips
 * and launches per layer weigh more than the memory time of a 70B model.
 */

import type { EngineEntry } from '../../entries.js';
import { assumed, fitted } from '../../grading.js';
import { RECALL } from '../sources.js';
import { experts, zero } from './shared.js';

const NEURON = 'fit to AWS Neuron SDK benchmarks of two 70B models on sixteen Trainium1 chips (SDK 2.18)';

/** The profile of Neuron SDK 2.18. */
export function neuron(): EngineEntry {
  return {
    id: 'neuron',
    name: 'Transformers NeuronX',
    version: 'Neuron SDK 2.18',
    date: '2024-04',
    scheduler: 'static-batch',
    layerFixedS: fitted(37.9e-6, 's', NEURON, { low: 20e-6, high: 60e-6 }),
    stepFixedS: assumed(1e-3, 's', RECALL, { low: 0.2e-3, high: 4e-3 }),
    stepPerSequenceS: assumed(10e-6, 's', RECALL, { low: 0, high: 50e-6 }),
    hostFixedS: assumed(0.5e-3, 's', RECALL, { low: 0.2e-3, high: 3e-3 }),
    hostPerSequenceS: assumed(20e-6, 's', RECALL, { low: 0, high: 100e-6 }),
    hostOverlap: false,
    samplingBytesPerLogit: { greedy: assumed(16, 'B', RECALL), topP: assumed(64, 'B', RECALL) },
    apiS: fitted(10.3e-3, 's', NEURON, {
      low: 3e-3,
      high: 15e-3,
      note: 'once per request: from prompt to token graph',
    }),
    asyncScheduling: false,
    ...experts,
    memoryOverheadBytes: assumed(2e9, 'B', RECALL, { low: 0.5e9, high: 6e9 }),
    defaults: {
      gpuMemoryUtilization: 0.95,
      blockSizeTokens: 1,
      maxNumSeqs: 8,
      maxNumBatchedTokens: 65_536,
      enableChunkedPrefill: false,
      enablePrefixCaching: false,
      maxGraphBatch: 8,
    },
    batchWaitS: zero('s', 'the batch is handed over whole'),
  };
}
