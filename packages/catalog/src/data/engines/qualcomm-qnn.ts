/**
 * Context binaries for a Hexagon neural engine that the makers of models built themselves, run by the same host as Genie's.
 *
 * Models of like shape take about a fifth longer than through Genie, on prompts and on tokens alike, which is the one constant
 * here. Why is not published; compilers and exports of another age would do it.
 */

import type { EngineEntry } from '../../entries.js';
import { fitted } from '../../grading.js';
import { qualcommNpu } from './qualcomm-npu.js';

/** The profile of the published tables. */
export function qualcommQnn(): EngineEntry {
  return {
    ...qualcommNpu(),
    id: 'qualcomm-qnn',
    name: 'QNN context binaries on a Hexagon NPU',
    kernels: {
      graphTimeFactor: fitted(1.206, '1', 'fit to Qualcomm AI Hub Models perf tables (Snapdragon 8 Elite)', {
        low: 1.05,
        high: 1.35,
      }),
    },
  };
}
