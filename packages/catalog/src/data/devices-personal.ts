/**
 * Macs, phones and laptop neural engines that measured tables name, beside those of `devices-edge.ts`.
 *
 * Figures are from general knowledge, so all are graded assumed. Apple entries mean the GPU; memory and rates are those of the
 * configuration that the tables used.
 */

import type { Builders } from '../builders.js';
import type { DeviceEntry } from '../entries.js';
import { assumed, geometricMiddle } from '../grading.js';
import { llamaCppFits } from './llama-cpp-kernels.js';
import { GIB, RECALL, USABLE_GIB, USABLE_NOTE } from './sources.js';
import { staticShapes } from './static-shapes.js';

function appleM1(): DeviceEntry {
  return {
    id: 'apple-m1',
    name: 'Apple M1 (7-core GPU)',
    vendor: 'Apple',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2020,
    memoryBytes: assumed(8 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(8 * GIB, 'B', RECALL),
    memoryType: 'LPDDR4X unified',
    memoryBandwidthBps: assumed(68.3e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(2.3e12, 'FLOP/s', RECALL),
    },
    auxiliaryOps: assumed(11e12, 'OP/s', RECALL, { note: 'neural engine' }),
    weightOnly: ['int8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(68.3e9, 'B/s', RECALL),
    smCount: assumed(7, 'GPU cores', RECALL),
    tdpW: assumed(20, 'W', RECALL),
    idleW: assumed(3, 'W', RECALL),
    idleLoadedW: assumed(4, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 500, 999, 'USD', RECALL),
    notes: 'GPU rate.',
  };
}

function appleM1Max(): DeviceEntry {
  return {
    id: 'apple-m1-max',
    name: 'Apple M1 Max (32-core GPU)',
    vendor: 'Apple',
    class: 'npu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2021,
    memoryBytes: assumed(64 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(64 * GIB, 'B', RECALL),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: assumed(400e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(10.4e12, 'FLOP/s', RECALL),
    },
    auxiliaryOps: assumed(11e12, 'OP/s', RECALL, { note: 'neural engine' }),
    weightOnly: ['int8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(400e9, 'B/s', RECALL),
    smCount: assumed(32, 'GPU cores', RECALL),
    tdpW: assumed(60, 'W', RECALL),
    idleW: assumed(8, 'W', RECALL),
    idleLoadedW: assumed(10, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 1200, 3500, 'USD', RECALL),
    kernels: llamaCppFits['apple-m1-max']!,
    notes: 'GPU rate.',
  };
}

function appleM2Ultra(): DeviceEntry {
  return {
    id: 'apple-m2-ultra',
    name: 'Apple M2 Ultra (76-core GPU)',
    vendor: 'Apple',
    class: 'npu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2023,
    memoryBytes: assumed(192 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(192 * GIB, 'B', RECALL),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: assumed(800e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(27.2e12, 'FLOP/s', RECALL),
    },
    auxiliaryOps: assumed(31.6e12, 'OP/s', RECALL, { note: 'neural engine' }),
    weightOnly: ['int8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(800e9, 'B/s', RECALL),
    smCount: assumed(76, 'GPU cores', RECALL),
    tdpW: assumed(200, 'W', RECALL),
    idleW: assumed(8, 'W', RECALL),
    idleLoadedW: assumed(10, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 3500, 6600, 'USD', RECALL),
    notes: 'GPU rate.',
  };
}

function appleM3Max(): DeviceEntry {
  return {
    id: 'apple-m3-max',
    name: 'Apple M3 Max (40-core GPU)',
    vendor: 'Apple',
    class: 'npu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2023,
    memoryBytes: assumed(64 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(64 * GIB, 'B', RECALL),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: assumed(400e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(14.2e12, 'FLOP/s', RECALL),
    },
    auxiliaryOps: assumed(18e12, 'OP/s', RECALL, { note: 'neural engine' }),
    weightOnly: ['int8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(400e9, 'B/s', RECALL),
    smCount: assumed(40, 'GPU cores', RECALL),
    tdpW: assumed(78, 'W', RECALL),
    idleW: assumed(8, 'W', RECALL),
    idleLoadedW: assumed(10, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 2500, 4000, 'USD', RECALL),
    notes: 'GPU rate.',
  };
}

function ryzenAiMax395Npu(): DeviceEntry {
  return {
    id: 'ryzen-ai-max-395-npu',
    name: 'AMD Ryzen AI Max+ 395 neural engine (XDNA 2)',
    vendor: 'AMD',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2025,
    memoryBytes: assumed(128 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(128 * GIB, 'B', RECALL),
    memoryType: 'LPDDR5X-8000 256-bit unified',
    memoryBandwidthBps: assumed(256e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(25e12, 'FLOP/s', RECALL),
      int8: assumed(50e12, 'OP/s', RECALL),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(256e9, 'B/s', RECALL),
    tdpW: assumed(30, 'W', RECALL),
    idleW: assumed(4, 'W', RECALL),
    idleLoadedW: assumed(5, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 1800, 2800, 'USD', RECALL),
    staticShape: staticShapes['ryzen-ai-max-395-npu']!,
    notes:
      'The neural engine alone; the GPU of the same chip is an entry of its own. The engine reaches a small part of the bandwidth that the chip has.',
  };
}

function snapdragon8Gen3(): DeviceEntry {
  return {
    id: 'snapdragon-8-gen3',
    name: 'Qualcomm Snapdragon 8 Gen 3',
    vendor: 'Qualcomm',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2023,
    memoryBytes: assumed(12 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(12 * GIB, 'B', RECALL),
    memoryType: 'LPDDR5X-9600 unified',
    memoryBandwidthBps: assumed(76.8e9, 'B/s', RECALL),
    peakFlops: {
      int8: assumed(34e12, 'OP/s', RECALL),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(76.8e9, 'B/s', RECALL),
    tdpW: assumed(7, 'W', RECALL),
    idleW: assumed(0.5, 'W', RECALL),
    idleLoadedW: assumed(0.8, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 500, 1000, 'USD', RECALL),
    staticShape: staticShapes['snapdragon-8-gen3']!,
    notes: 'The vendor publishes no TOPS. Price is that of a phone.',
  };
}

function snapdragon8EliteGen5(): DeviceEntry {
  return {
    id: 'snapdragon-8-elite-gen5',
    name: 'Qualcomm Snapdragon 8 Elite Gen 5',
    vendor: 'Qualcomm',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2025,
    memoryBytes: assumed(16 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(16 * GIB, 'B', RECALL),
    memoryType: 'LPDDR5X-10667 unified',
    memoryBandwidthBps: assumed(85.3e9, 'B/s', RECALL),
    peakFlops: {
      int8: assumed(60e12, 'OP/s', RECALL),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(85.3e9, 'B/s', RECALL),
    tdpW: assumed(8, 'W', RECALL),
    idleW: assumed(0.5, 'W', RECALL),
    idleLoadedW: assumed(0.8, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 800, 1300, 'USD', RECALL),
    staticShape: staticShapes['snapdragon-8-elite-gen5']!,
    notes:
      'The vendor publishes no TOPS, only that the engine is a third faster than the last. Price is that of a phone.',
  };
}

/** Builders of the entries of this file. */
export const personalDevices: Builders<DeviceEntry> = {
  'apple-m1': appleM1,
  'apple-m1-max': appleM1Max,
  'apple-m2-ultra': appleM2Ultra,
  'apple-m3-max': appleM3Max,
  'ryzen-ai-max-395-npu': ryzenAiMax395Npu,
  'snapdragon-8-gen3': snapdragon8Gen3,
  'snapdragon-8-elite-gen5': snapdragon8EliteGen5,
};
