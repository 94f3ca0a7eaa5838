/**
 * NVIDIA cards and variants that measured tables name beside the data-centre parts: PCIe, workstation and GeForce cards, the
 * edition for China, and Grace Hopper.
 *
 * Figures are from general knowledge of the datasheets, dense rates with FP32 accumulation, so all are graded assumed. A card
 * whose cores are those of a fitted device takes that device's efficiencies; the others take those of their class. More than 400
 * lines because it is data, one function per device.
 */

import type { Builders } from '../builders.js';
import type { DeviceEntry } from '../entries.js';
import { assumed, geometricMiddle } from '../grading.js';
import { kernelBenchmarks } from './kernel-benchmarks.js';
import { kernelFits, pcieWithoutPeers } from './kernel-fits.js';
import { llamaCppFits } from './llama-cpp-kernels.js';
import { sisterKernels } from './sister-kernels.js';
import { GEFORCE_HALF_SUMS, GIB, RECALL, TENSOR_CORE_SPARSITY, USABLE_GIB, USABLE_NOTE } from './sources.js';

function a10080Pcie(): DeviceEntry {
  const bandwidthBps = assumed(1.935e12, 'B/s', RECALL);
  const smCount = assumed(108, 'SMs', RECALL);
  return {
    id: 'a100-80-pcie',
    name: 'NVIDIA A100 80GB PCIe',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2021,
    memoryBytes: assumed(80 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(80 * GIB, 'B', RECALL),
    memoryType: 'HBM2e',
    memoryBandwidthBps: bandwidthBps,
    peakFlops: {
      fp16: assumed(312e12, 'FLOP/s', RECALL),
      int8: assumed(624e12, 'OP/s', RECALL),
      int4: assumed(1.248e15, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'NVLink bridge (pairs)',
    interconnectBps: assumed(300e9, 'B/s', RECALL),
    scaleUpDevices: assumed(2, 'devices', RECALL),
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    smCount: smCount,
    tdpW: assumed(300, 'W', RECALL),
    idleW: assumed(48, 'W', RECALL),
    idleLoadedW: assumed(80, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 7000, 13000, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 1.1, 1.9, 'USD/h', RECALL),
    kernels: {
      ...sisterKernels(kernelFits['a100-80-sxm']!, {
        sister: 'A100 80 GB SXM',
        bandwidthBps,
        peakRatio: 1,
        smCount,
        collectives: pcieWithoutPeers,
        collectiveMidSizeSlowdown: false,
      }),
      benchmarks: kernelBenchmarks['a100-80-pcie']!,
    },
    notes:
      'Runs into its 300 W limit under full load, so that large products reach less than on SXM. Collectives are those of the host: a bridge joins two cards at most.',
  };
}

function a40(): DeviceEntry {
  return {
    id: 'a40',
    name: 'NVIDIA A40',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2020,
    memoryBytes: assumed(48 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(48 * GIB, 'B', RECALL),
    memoryType: 'GDDR6',
    memoryBandwidthBps: assumed(696e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(149.7e12, 'FLOP/s', RECALL),
      int8: assumed(299.3e12, 'OP/s', RECALL),
      int4: assumed(598.7e12, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'NVLink bridge (pairs)',
    interconnectBps: assumed(56.25e9, 'B/s', RECALL),
    scaleUpDevices: assumed(2, 'devices', RECALL),
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    smCount: assumed(84, 'SMs', RECALL),
    tdpW: assumed(300, 'W', RECALL),
    idleW: assumed(30, 'W', RECALL),
    idleLoadedW: assumed(75, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 3500, 5500, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 0.35, 0.8, 'USD/h', RECALL),
  };
}

function rtxA6000(): DeviceEntry {
  return {
    id: 'rtx-a6000',
    name: 'NVIDIA RTX A6000',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2020,
    memoryBytes: assumed(48 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(48 * GIB, 'B', RECALL),
    memoryType: 'GDDR6',
    memoryBandwidthBps: assumed(768e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(154.8e12, 'FLOP/s', RECALL),
      int8: assumed(309.7e12, 'OP/s', RECALL),
      int4: assumed(619.3e12, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'NVLink bridge (pairs)',
    interconnectBps: assumed(56.25e9, 'B/s', RECALL),
    scaleUpDevices: assumed(2, 'devices', RECALL),
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    smCount: assumed(84, 'SMs', RECALL),
    tdpW: assumed(300, 'W', RECALL),
    idleW: assumed(25, 'W', RECALL),
    idleLoadedW: assumed(70, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 3000, 4800, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 0.45, 0.8, 'USD/h', RECALL),
  };
}

function rtx3090(): DeviceEntry {
  return {
    id: 'rtx-3090',
    name: 'NVIDIA GeForce RTX 3090',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2020,
    memoryBytes: assumed(24 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(24 * GIB, 'B', RECALL),
    memoryType: 'GDDR6X',
    memoryBandwidthBps: assumed(936.2e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(71e12, 'FLOP/s', RECALL),
      int8: assumed(284e12, 'OP/s', RECALL),
      int4: assumed(568e12, 'OP/s', RECALL),
    },
    halfSumRate: GEFORCE_HALF_SUMS,
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'NVLink bridge (pairs)',
    interconnectBps: assumed(56.25e9, 'B/s', RECALL),
    scaleUpDevices: assumed(2, 'devices', RECALL),
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    smCount: assumed(82, 'SMs', RECALL),
    tdpW: assumed(350, 'W', RECALL),
    idleW: assumed(20, 'W', RECALL),
    idleLoadedW: assumed(45, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 700, 1499, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 0.16, 0.4, 'USD/h', RECALL),
    kernels: llamaCppFits['rtx-3090']!,
    notes: '71 TFLOP/s is with FP32 accumulation, which language models use; 142 is with FP16 accumulation.',
  };
}

function rtx4080(): DeviceEntry {
  return {
    id: 'rtx-4080',
    name: 'NVIDIA GeForce RTX 4080',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2022,
    memoryBytes: assumed(16 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(16 * GIB, 'B', RECALL),
    memoryType: 'GDDR6X',
    memoryBandwidthBps: assumed(716.8e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(97.5e12, 'FLOP/s', RECALL),
      fp8: assumed(194.9e12, 'FLOP/s', RECALL),
      int8: assumed(389.9e12, 'OP/s', RECALL),
      int4: assumed(779.8e12, 'OP/s', RECALL),
    },
    halfSumRate: GEFORCE_HALF_SUMS,
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    smCount: assumed(76, 'SMs', RECALL),
    tdpW: assumed(320, 'W', RECALL),
    idleW: assumed(15, 'W', RECALL),
    idleLoadedW: assumed(40, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 900, 1300, 'USD', RECALL),
  };
}

function rtx6000Ada(): DeviceEntry {
  return {
    id: 'rtx-6000-ada',
    name: 'NVIDIA RTX 6000 Ada',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2022,
    memoryBytes: assumed(48 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(48 * GIB, 'B', RECALL),
    memoryType: 'GDDR6',
    memoryBandwidthBps: assumed(960e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(364.2e12, 'FLOP/s', RECALL),
      fp8: assumed(728.5e12, 'FLOP/s', RECALL),
      int8: assumed(728.5e12, 'OP/s', RECALL),
      int4: assumed(1.457e15, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    smCount: assumed(142, 'SMs', RECALL),
    tdpW: assumed(300, 'W', RECALL),
    idleW: assumed(25, 'W', RECALL),
    idleLoadedW: assumed(80, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 6000, 8000, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 0.7, 1.2, 'USD/h', RECALL),
  };
}

function rtx4000Ada(): DeviceEntry {
  return {
    id: 'rtx-4000-ada',
    name: 'NVIDIA RTX 4000 Ada',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise', 'edge'],
    releaseYear: 2023,
    memoryBytes: assumed(20 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(20 * GIB, 'B', RECALL),
    memoryType: 'GDDR6',
    memoryBandwidthBps: assumed(360e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(106.9e12, 'FLOP/s', RECALL),
      fp8: assumed(213.8e12, 'FLOP/s', RECALL),
      int8: assumed(213.8e12, 'OP/s', RECALL),
      int4: assumed(427.6e12, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    smCount: assumed(48, 'SMs', RECALL),
    tdpW: assumed(130, 'W', RECALL),
    idleW: assumed(12, 'W', RECALL),
    idleLoadedW: assumed(40, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 1250, 1600, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 0.2, 0.55, 'USD/h', RECALL),
    notes:
      'Rates are those of the RTX 6000 Ada by cores and clock (48 of 142 units at 2.175 instead of 2.505 GHz), because printed figures for it and for the SFF card contradict each other.',
  };
}

function l40(): DeviceEntry {
  const bandwidthBps = assumed(864e9, 'B/s', RECALL);
  const smCount = assumed(142, 'SMs', RECALL);
  return {
    id: 'l40',
    name: 'NVIDIA L40',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2022,
    memoryBytes: assumed(48_305_799_168, 'B', RECALL, { note: 'as the L40S, which has the same memory' }),
    physicalMemoryBytes: assumed(48 * GIB, 'B', RECALL),
    memoryType: 'GDDR6',
    memoryBandwidthBps: bandwidthBps,
    peakFlops: {
      fp16: assumed(181e12, 'FLOP/s', RECALL),
      fp8: assumed(362e12, 'FLOP/s', RECALL),
      int8: assumed(362e12, 'OP/s', RECALL),
      int4: assumed(724e12, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    smCount: smCount,
    tdpW: assumed(300, 'W', RECALL),
    idleW: assumed(35, 'W', RECALL),
    idleLoadedW: assumed(100, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 5500, 8500, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 0.6, 1.1, 'USD/h', RECALL),
    kernels: sisterKernels(kernelFits['l40s']!, {
      sister: 'L40S',
      bandwidthBps,
      peakRatio: 0.5,
      smCount,
    }),
    notes: 'Chip and memory of the L40S at half its tensor rates and 50 W less.',
  };
}

function rtx5090(): DeviceEntry {
  return {
    id: 'rtx-5090',
    name: 'NVIDIA GeForce RTX 5090',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2025,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(32 * GIB, 'B', RECALL),
    memoryType: 'GDDR7',
    memoryBandwidthBps: assumed(1.792e12, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(209.5e12, 'FLOP/s', RECALL),
      fp8: assumed(419e12, 'FLOP/s', RECALL),
      int8: assumed(838e12, 'OP/s', RECALL),
      fp4: assumed(1.676e15, 'FLOP/s', RECALL),
    },
    halfSumRate: GEFORCE_HALF_SUMS,
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    smCount: assumed(170, 'SMs', RECALL),
    tdpW: assumed(575, 'W', RECALL),
    idleW: assumed(28, 'W', RECALL),
    idleLoadedW: assumed(60, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 1999, 3500, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 0.6, 1.1, 'USD/h', RECALL),
    notes: 'Rates with FP32 accumulation.',
  };
}

function rtxPro6000Server(): DeviceEntry {
  return {
    id: 'rtx-pro-6000-server',
    name: 'NVIDIA RTX PRO 6000 Blackwell Server',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2025,
    memoryBytes: assumed(102_641_958_912, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(96 * GIB, 'B', RECALL),
    memoryType: 'GDDR7',
    memoryBandwidthBps: assumed(1.597e12, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(504e12, 'FLOP/s', RECALL),
      fp8: assumed(1.007e15, 'FLOP/s', RECALL),
      int8: assumed(1.007e15, 'OP/s', RECALL),
      fp4: assumed(2.015e15, 'FLOP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    smCount: assumed(188, 'SMs', RECALL),
    tdpW: assumed(600, 'W', RECALL),
    idleW: assumed(28, 'W', RECALL),
    idleLoadedW: assumed(80, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 8000, 10500, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 0.9, 2.5, 'USD/h', RECALL),
    kernels: kernelFits['rtx-pro-6000']!,
    notes: 'Passively cooled edition with a slower memory clock; the kernel fit was made on it.',
  };
}

function h20(): DeviceEntry {
  const bandwidthBps = assumed(4e12, 'B/s', RECALL);
  const smCount = assumed(78, 'SMs', RECALL);
  return {
    id: 'h20',
    name: 'NVIDIA H20 96GB',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2024,
    memoryBytes: assumed(96 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(96 * GIB, 'B', RECALL),
    memoryType: 'HBM3',
    memoryBandwidthBps: bandwidthBps,
    peakFlops: {
      fp16: assumed(148e12, 'FLOP/s', RECALL),
      fp8: assumed(296e12, 'FLOP/s', RECALL),
      int8: assumed(296e12, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'NVLink4',
    interconnectBps: assumed(450e9, 'B/s', RECALL),
    scaleUpDevices: assumed(8, 'devices', RECALL),
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    smCount: smCount,
    tdpW: assumed(500, 'W', RECALL),
    idleW: assumed(70, 'W', RECALL),
    idleLoadedW: assumed(110, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 12000, 15000, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 1.2, 2.2, 'USD/h', RECALL),
    kernels: sisterKernels(kernelFits['h100-sxm']!, {
      sister: 'H100 SXM',
      bandwidthBps,
      peakRatio: 148 / 989,
      smCount,
    }),
    notes:
      'Memory and links of an H100 and more, with a seventh of its arithmetic; efficiencies of large products are higher than the H100 ones that stand here.',
  };
}

function gh20096(): DeviceEntry {
  const bandwidthBps = assumed(4e12, 'B/s', RECALL);
  const smCount = assumed(132, 'SMs', RECALL);
  return {
    id: 'gh200-96',
    name: 'NVIDIA GH200 96GB (per GPU)',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2023,
    memoryBytes: assumed(96 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(96 * GIB, 'B', RECALL),
    memoryType: 'HBM3',
    memoryBandwidthBps: bandwidthBps,
    peakFlops: {
      fp16: assumed(989e12, 'FLOP/s', RECALL),
      fp8: assumed(1.979e15, 'FLOP/s', RECALL),
      int8: assumed(1.979e15, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'NVLink4',
    interconnectBps: assumed(450e9, 'B/s', RECALL),
    scaleUpDevices: assumed(1, 'devices', RECALL),
    hostLink: 'NVLink-C2C to Grace (450/dir)',
    hostBps: assumed(450e9, 'B/s', RECALL),
    smCount: smCount,
    tdpW: assumed(900, 'W', RECALL),
    idleW: assumed(100, 'W', RECALL),
    idleLoadedW: assumed(140, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 24000, 35000, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 1.5, 3.5, 'USD/h', RECALL),
    kernels: sisterKernels(kernelFits['h200-sxm']!, {
      sister: 'H200 SXM',
      bandwidthBps,
      peakRatio: 1,
      smCount,
    }),
    notes: 'The limit of 900 W is that of the module, Grace included (450 to 1,000 W configurable).',
  };
}

function gh200144(): DeviceEntry {
  const bandwidthBps = assumed(4.9e12, 'B/s', RECALL);
  const smCount = assumed(132, 'SMs', RECALL);
  return {
    id: 'gh200-144',
    name: 'NVIDIA GH200 144GB (per GPU)',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2024,
    memoryBytes: assumed(144 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(144 * GIB, 'B', RECALL),
    memoryType: 'HBM3e',
    memoryBandwidthBps: bandwidthBps,
    peakFlops: {
      fp16: assumed(989e12, 'FLOP/s', RECALL),
      fp8: assumed(1.979e15, 'FLOP/s', RECALL),
      int8: assumed(1.979e15, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'NVLink4',
    interconnectBps: assumed(450e9, 'B/s', RECALL),
    scaleUpDevices: assumed(2, 'devices', RECALL),
    hostLink: 'NVLink-C2C to Grace (450/dir)',
    hostBps: assumed(450e9, 'B/s', RECALL),
    smCount: smCount,
    tdpW: assumed(900, 'W', RECALL),
    idleW: assumed(100, 'W', RECALL),
    idleLoadedW: assumed(140, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 24000, 35000, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 1.5, 3.5, 'USD/h', RECALL),
    kernels: sisterKernels(kernelFits['h200-sxm']!, {
      sister: 'H200 SXM',
      bandwidthBps,
      peakRatio: 1,
      smCount,
    }),
    notes: 'The limit of 900 W is that of the module, Grace included (450 to 1,000 W configurable).',
  };
}

function a10040Pcie(): DeviceEntry {
  const bandwidthBps = assumed(1.555e12, 'B/s', RECALL);
  const smCount = assumed(108, 'SMs', RECALL);
  return {
    id: 'a100-40-pcie',
    name: 'NVIDIA A100 40GB PCIe',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2020,
    memoryBytes: assumed(40 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(40 * GIB, 'B', RECALL),
    memoryType: 'HBM2',
    memoryBandwidthBps: bandwidthBps,
    peakFlops: {
      fp16: assumed(312e12, 'FLOP/s', RECALL),
      int8: assumed(624e12, 'OP/s', RECALL),
      int4: assumed(1.248e15, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'NVLink bridge (pairs)',
    interconnectBps: assumed(300e9, 'B/s', RECALL),
    scaleUpDevices: assumed(2, 'devices', RECALL),
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    smCount: smCount,
    tdpW: assumed(250, 'W', RECALL),
    idleW: assumed(40, 'W', RECALL),
    idleLoadedW: assumed(75, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 4000, 9000, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 0.9, 1.5, 'USD/h', RECALL),
    kernels: sisterKernels(kernelFits['a100-80-sxm']!, {
      sister: 'A100 80 GB SXM',
      bandwidthBps,
      peakRatio: 1,
      smCount,
      collectives: pcieWithoutPeers,
      collectiveMidSizeSlowdown: false,
    }),
    notes:
      'Runs into its 250 W limit under full load, so that large products reach less than on SXM. Collectives are those of the host: a bridge joins two cards at most.',
  };
}

function h200Nvl(): DeviceEntry {
  const bandwidthBps = assumed(4.8e12, 'B/s', RECALL);
  const smCount = assumed(132, 'SMs', RECALL);
  return {
    id: 'h200-nvl',
    name: 'NVIDIA H200 NVL 141GB',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2024,
    memoryBytes: assumed(141 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(141 * GIB, 'B', RECALL),
    memoryType: 'HBM3e',
    memoryBandwidthBps: bandwidthBps,
    peakFlops: {
      fp16: assumed(835e12, 'FLOP/s', RECALL),
      fp8: assumed(1.67e15, 'FLOP/s', RECALL),
      int8: assumed(1.67e15, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'NVLink4 bridge (4)',
    interconnectBps: assumed(450e9, 'B/s', RECALL),
    scaleUpDevices: assumed(4, 'devices', RECALL),
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    smCount: smCount,
    tdpW: assumed(600, 'W', RECALL),
    idleW: assumed(70, 'W', RECALL),
    idleLoadedW: assumed(110, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 26000, 34000, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 2, 3.2, 'USD/h', RECALL),
    kernels: sisterKernels(kernelFits['h200-sxm']!, {
      sister: 'H200 SXM',
      bandwidthBps,
      peakRatio: 835 / 989,
      smCount,
    }),
  };
}

/** Builders of the entries of this file. */
export const nvidiaCards: Builders<DeviceEntry> = {
  'a100-80-pcie': a10080Pcie,
  a40: a40,
  'rtx-a6000': rtxA6000,
  'rtx-3090': rtx3090,
  'rtx-4080': rtx4080,
  'rtx-6000-ada': rtx6000Ada,
  'rtx-4000-ada': rtx4000Ada,
  l40: l40,
  'rtx-5090': rtx5090,
  'rtx-pro-6000-server': rtxPro6000Server,
  h20: h20,
  'gh200-96': gh20096,
  'gh200-144': gh200144,
  'a100-40-pcie': a10040Pcie,
  'h200-nvl': h200Nvl,
};
