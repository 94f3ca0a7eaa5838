/**
 * Accelerators that are not GPUs: TPU, Trainium, Gaudi, and machines that keep weights in SRAM.
 *
 * Peak rates are dense; where a vendor prints sparse ones only, these are half. Bandwidths are decimal bytes per second, links
 * per direction. `idleW` is without a process, `idleLoadedW` with a model resident. Blank prices are not sold or not known.
 * More than 400 lines because it is data: one function per device, so that nothing is built before it is looked up.
 */

import type { Builders } from '../builders.js';
import type { DeviceEntry } from '../entries.js';
import { assumed, geometricMiddle, specified } from '../grading.js';
import { pipelineConstants } from './pipelines.js';
import { GIB, IDLE_SHARE, RECALL, USABLE_GIB, USABLE_NOTE } from './sources.js';
import { trainiumFits } from './trainium-kernels.js';

function tpuV4(): DeviceEntry {
  const spec = 'Epoch AI ML-hardware table';
  const price = 'Epoch AI ML-hardware table';
  return {
    id: 'tpu-v4',
    name: 'Google TPU v4',
    vendor: 'Google',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2021,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(32 * GIB, 'B', spec),
    memoryType: 'HBM2',
    memoryBandwidthBps: specified(1.228e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(275e12, 'FLOP/s', spec),
      int8: specified(275e12, 'OP/s', spec),
    },
    weightOnly: ['fp8', 'int4'],
    interconnect: 'ICI 3D torus (6 links)',
    interconnectBps: assumed(300e9, 'B/s', RECALL),
    scaleUpDevices: specified(4096, 'devices', spec),
    hostLink: 'PCIe Gen3 x16',
    hostBps: assumed(16e9, 'B/s', RECALL),
    tdpW: assumed(192, 'W', RECALL),
    idleW: assumed(90, 'W', RECALL),
    idleLoadedW: assumed(121, 'W', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 3.22, 3.22, 'USD/h', price),
    notes:
      'Rented only. The metered chip drew 121 / 170 / 192 W (minimum, mean, maximum); one table prints the mean as TDP.',
  };
}

function tpuV5e(): DeviceEntry {
  const spec = 'docs.cloud.google.com/tpu/docs/v5e; Epoch AI ML-hardware table; clawbot.ai/wiki/devops/google-tpu.html';
  const price =
    'docs.cloud.google.com/tpu/docs/v5e; Epoch AI ML-hardware table; clawbot.ai/wiki/devops/google-tpu.html';
  return {
    id: 'tpu-v5e',
    name: 'Google TPU v5e',
    vendor: 'Google',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2023,
    memoryBytes: assumed(16 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(16 * GIB, 'B', spec),
    memoryType: 'HBM2e',
    memoryBandwidthBps: specified(819e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(197e12, 'FLOP/s', spec),
      int8: specified(393e12, 'OP/s', spec),
    },
    weightOnly: ['fp8', 'int4'],
    interconnect: 'ICI 2D torus (4 links)',
    interconnectBps: specified(200e9, 'B/s', spec),
    scaleUpDevices: specified(256, 'devices', spec),
    hostLink: 'PCIe',
    hostBps: assumed(16e9, 'B/s', RECALL),
    tdpW: assumed(140, 'W', RECALL),
    idleW: assumed(15.4, 'W', IDLE_SHARE, { low: 11.2, high: 19.6 }),
    idleLoadedW: assumed(15.4, 'W', IDLE_SHARE, { low: 11.2, high: 19.6 }),
    cloudUsdPerH: geometricMiddle('specified', 1.2, 1.2, 'USD/h', price),
    notes:
      'Rented only. Bandwidth is printed as 819 GB/s and as 800 GiB/s; the link figure of 400 GB/s counts both directions. Per-core prices on one blog contradict the list price.',
  };
}

function tpuV5p(): DeviceEntry {
  const spec =
    'docs.cloud.google.com/tpu/docs/v5p-training; docs.cloud.google.com/tpu/docs/tpu7x; Epoch AI ML-hardware table';
  const price =
    'docs.cloud.google.com/tpu/docs/v5p-training; docs.cloud.google.com/tpu/docs/tpu7x; Epoch AI ML-hardware table';
  return {
    id: 'tpu-v5p',
    name: 'Google TPU v5p',
    vendor: 'Google',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2023,
    memoryBytes: assumed(95 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(95 * GIB, 'B', spec),
    memoryType: 'HBM2e',
    memoryBandwidthBps: specified(2.765e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(459e12, 'FLOP/s', spec),
      int8: specified(918e12, 'OP/s', spec),
    },
    weightOnly: ['fp8', 'int4'],
    interconnect: 'ICI 3D torus (6 links)',
    interconnectBps: assumed(600e9, 'B/s', RECALL),
    scaleUpDevices: specified(8960, 'devices', spec),
    hostLink: 'PCIe',
    hostBps: assumed(32e9, 'B/s', RECALL),
    tdpW: assumed(450, 'W', RECALL, { low: 350, high: 650 }),
    idleW: assumed(49.5, 'W', IDLE_SHARE, { low: 36, high: 63 }),
    idleLoadedW: assumed(49.5, 'W', IDLE_SHARE, { low: 36, high: 63 }),
    cloudUsdPerH: geometricMiddle('specified', 4.2, 4.2, 'USD/h', price),
    notes: 'Rented only. TDP is unpublished (tables range from 350 to 650 W). FP8 would run at the BF16 rate.',
  };
}

function tpuV6e(): DeviceEntry {
  const spec =
    'docs.cloud.google.com/tpu/docs/v6e.md.txt; docs.cloud.google.com/tpu/docs/tpu7x; Epoch AI ML-hardware table';
  const price = RECALL;
  return {
    id: 'tpu-v6e',
    name: 'Google TPU v6e (Trillium)',
    vendor: 'Google',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2024,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(32 * GIB, 'B', spec),
    memoryType: 'HBM3',
    memoryBandwidthBps: specified(1.638e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(918e12, 'FLOP/s', spec),
      fp8: specified(918e12, 'FLOP/s', spec),
      int8: specified(1.836e15, 'OP/s', spec),
    },
    weightOnly: ['int4'],
    interconnect: 'ICI 2D torus (4 links)',
    interconnectBps: specified(400e9, 'B/s', spec),
    scaleUpDevices: specified(256, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    tdpW: assumed(300, 'W', RECALL),
    idleW: assumed(33, 'W', IDLE_SHARE, { low: 24, high: 42 }),
    idleLoadedW: assumed(33, 'W', IDLE_SHARE, { low: 24, high: 42 }),
    cloudUsdPerH: geometricMiddle('assumed', 2.7, 2.7, 'USD/h', price),
    notes:
      'Rented only. TDP is unpublished. FP8 runs at the BF16 rate. A public data set that halves the arithmetic was rejected.',
  };
}

function tpuV7(): DeviceEntry {
  const spec = 'docs.cloud.google.com/tpu/docs/tpu7x.md.txt; Epoch AI ML-hardware table';
  const price = RECALL;
  return {
    id: 'tpu-v7',
    name: 'Google TPU v7 (Ironwood; TPU7x)',
    vendor: 'Google',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2025,
    memoryBytes: assumed(192 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(192 * GIB, 'B', spec),
    memoryType: 'HBM3e',
    memoryBandwidthBps: specified(7.38e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(2.307e15, 'FLOP/s', spec),
      fp8: specified(4.614e15, 'FLOP/s', spec),
    },
    weightOnly: ['int4'],
    interconnect: 'ICI 3D torus',
    interconnectBps: assumed(600e9, 'B/s', RECALL),
    scaleUpDevices: specified(9216, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    tdpW: assumed(980, 'W', RECALL),
    idleW: assumed(107.8, 'W', IDLE_SHARE, { low: 78.4, high: 137.2 }),
    idleLoadedW: assumed(107.8, 'W', IDLE_SHARE, { low: 78.4, high: 137.2 }),
    cloudUsdPerH: geometricMiddle('assumed', 12, 12, 'USD/h', price),
    notes: 'Rented only. Bandwidth is printed as 7.37 or 7.38 TB/s.',
  };
}

function inferentia2(): DeviceEntry {
  const spec = 'awsdocs-neuron.readthedocs-hosted.com/.../inferentia2.html';
  const price = RECALL;
  return {
    id: 'inferentia2',
    name: 'AWS Inferentia2',
    vendor: 'AWS',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2023,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(32 * GIB, 'B', spec),
    memoryType: 'HBM2e',
    memoryBandwidthBps: specified(880e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(190e12, 'FLOP/s', spec),
      fp8: specified(190e12, 'FLOP/s', spec),
      int8: specified(380e12, 'OP/s', spec),
    },
    weightOnly: [],
    interconnect: 'NeuronLink-v2 ring',
    interconnectBps: assumed(96e9, 'B/s', RECALL),
    scaleUpDevices: specified(12, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    tdpW: assumed(130, 'W', RECALL),
    idleW: assumed(14.3, 'W', IDLE_SHARE, { low: 10.4, high: 18.2 }),
    idleLoadedW: assumed(14.3, 'W', IDLE_SHARE, { low: 10.4, high: 18.2 }),
    cloudUsdPerH: geometricMiddle('assumed', 0.76, 1.08, 'USD/h', price),
    notes: 'Rented only. 820 GiB/s are 880 GB/s; one table keeps 820. FP8 runs at the FP16 rate.',
  };
}

function trainium1(): DeviceEntry {
  const spec = 'awsdocs-neuron.readthedocs-hosted.com/.../trainium.html, from memory';
  return {
    id: 'trainium1',
    name: 'AWS Trainium1',
    vendor: 'AWS',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2022,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(32 * GIB, 'B', spec),
    memoryType: 'HBM2e',
    memoryBandwidthBps: assumed(880e9, 'B/s', spec, { low: 820e9, high: 880e9 }),
    peakFlops: {
      fp16: assumed(190e12, 'FLOP/s', spec),
      fp8: assumed(190e12, 'FLOP/s', spec),
      int8: assumed(380e12, 'OP/s', spec),
    },
    weightOnly: [],
    interconnect: 'NeuronLink-v2 torus',
    interconnectBps: assumed(192e9, 'B/s', RECALL, { low: 96e9, high: 384e9 }),
    scaleUpDevices: assumed(16, 'devices', spec),
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    tdpW: assumed(215, 'W', RECALL, { low: 130, high: 300 }),
    idleW: assumed(23.7, 'W', IDLE_SHARE, { low: 17.2, high: 30.1 }),
    idleLoadedW: assumed(23.7, 'W', IDLE_SHARE, { low: 17.2, high: 30.1 }),
    cloudUsdPerH: geometricMiddle('assumed', 0.8, 1.34, 'USD/h', RECALL),
    kernels: trainiumFits['trainium1']!,
    notes:
      'Rented only: 16 chips a server. A chip has two cores, and tables count tensor parallelism in cores. 820 GiB/s are 880 GB/s.',
  };
}

function trainium2(): DeviceEntry {
  const spec =
    'awsdocs-neuron.readthedocs-hosted.com/.../trainium2.rst; awsdocs-neuron.readthedocs-hosted.com/.../trainium2_arch.html; Epoch AI ML-hardware table';
  const price = RECALL;
  return {
    id: 'trainium2',
    name: 'AWS Trainium2',
    vendor: 'AWS',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2024,
    memoryBytes: assumed(96 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(96 * GIB, 'B', spec),
    memoryType: 'HBM3',
    memoryBandwidthBps: specified(2.9e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(667e12, 'FLOP/s', spec),
      fp8: specified(1.299e15, 'FLOP/s', spec),
    },
    weightOnly: ['int8'],
    interconnect: 'NeuronLink-v3 torus',
    interconnectBps: specified(640e9, 'B/s', spec),
    scaleUpDevices: specified(64, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    tdpW: assumed(500, 'W', RECALL),
    idleW: assumed(55, 'W', IDLE_SHARE, { low: 40, high: 70 }),
    idleLoadedW: assumed(55, 'W', IDLE_SHARE, { low: 40, high: 70 }),
    cloudUsdPerH: geometricMiddle('assumed', 2.2, 2.9, 'USD/h', price),
    notes:
      'Rented only: 16 chips a server, 64 an UltraServer. Bandwidth is 2.9 or 3 TB/s by edition of the manual; 2,563 TFLOP/s is sparse.',
  };
}

function trainium3(): DeviceEntry {
  const spec = 'awsdocs-neuron.readthedocs-hosted.com/.../trainium3.rst; Epoch AI ML-hardware table';
  return {
    id: 'trainium3',
    name: 'AWS Trainium3',
    vendor: 'AWS',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2025,
    memoryBytes: assumed(144 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(144 * GIB, 'B', spec),
    memoryType: 'HBM3e',
    memoryBandwidthBps: specified(4.9e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(671e12, 'FLOP/s', spec),
      fp8: specified(2.517e15, 'FLOP/s', spec),
      fp4: specified(2.517e15, 'FLOP/s', spec),
    },
    weightOnly: ['int8'],
    interconnect: 'NeuronLink-v4 switched',
    interconnectBps: specified(1.28e12, 'B/s', spec),
    scaleUpDevices: assumed(144, 'devices', RECALL),
    hostLink: 'PCIe Gen6 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    tdpW: assumed(700, 'W', RECALL),
    idleW: assumed(77, 'W', IDLE_SHARE, { low: 56, high: 98 }),
    idleLoadedW: assumed(77, 'W', IDLE_SHARE, { low: 56, high: 98 }),
    notes: 'MXFP4 runs at the MXFP8 rate.',
  };
}

function gaudi2(): DeviceEntry {
  const spec = 'Epoch AI ML-hardware table';
  const price = 'pcguia.pt/.../nvidia-e-amd-tem-um-novo-rival-no-mercad; general knowledge';
  return {
    id: 'gaudi2',
    name: 'Intel Gaudi 2',
    vendor: 'Intel',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2022,
    memoryBytes: assumed(96 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(96 * GIB, 'B', spec),
    memoryType: 'HBM2e',
    memoryBandwidthBps: specified(2.45e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(432e12, 'FLOP/s', spec, { low: 432e12, high: 450e12 }),
      fp8: specified(865e12, 'FLOP/s', spec),
    },
    weightOnly: ['int8', 'int4'],
    interconnect: '24x100GbE RoCE (21 intra-node)',
    interconnectBps: specified(262e9, 'B/s', spec),
    interconnectPairBps: specified(37.5e9, 'B/s', spec, { note: '3 of the 21 links inside the node' }),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen4 x16',
    hostBps: specified(32e9, 'B/s', spec),
    tdpW: specified(600, 'W', spec),
    idleW: assumed(110, 'W', RECALL),
    idleLoadedW: assumed(120, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 8125, 11000, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 1.3, 2.5, 'USD/h', price),
    notes: 'BF16 is printed as 432 or 450 TFLOP/s.',
  };
}

function gaudi3(): DeviceEntry {
  const spec =
    'Epoch AI ML-hardware table; blog.squeezebits.com/intel-gaudi-gemm-attention-performance; theregister.com/2024/04/09/intel_gaudi_ai_accelerator';
  const price = 'y-ic.de/.../intel-officially-launches-gaudi3-ai-chip';
  return {
    id: 'gaudi3',
    name: 'Intel Gaudi 3 (OAM)',
    vendor: 'Intel',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2024,
    memoryBytes: assumed(128 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(128 * GIB, 'B', spec),
    memoryType: 'HBM2e',
    memoryBandwidthBps: specified(3.7e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(1.678e15, 'FLOP/s', spec, { low: 1.678e15, high: 1.835e15 }),
      fp8: specified(1.678e15, 'FLOP/s', spec),
    },
    weightOnly: ['int8', 'int4'],
    interconnect: '24x200GbE RoCE (21 intra-node)',
    interconnectBps: specified(525e9, 'B/s', spec),
    interconnectPairBps: specified(75e9, 'B/s', spec, { note: '3 of the 21 links inside the node' }),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: specified(64e9, 'B/s', spec),
    tdpW: specified(900, 'W', spec),
    idleW: assumed(180, 'W', RECALL),
    idleLoadedW: assumed(190, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 15625, 20000, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 1.8, 3.5, 'USD/h', price),
    notes:
      'The whitepaper gives the matrix engine 1,678 TFLOP/s, the headline 1,835; FP8 equals BF16. The PCIe card is 600 W. Throttling under heavy BF16 load was reported.',
  };
}

function groqLpuV1(): DeviceEntry {
  const spec = 'Epoch AI ML-hardware table (GroqChip brief)';
  const price = RECALL;
  return {
    id: 'groq-lpu-v1',
    name: 'Groq LPU v1 (GroqChip/GroqCard)',
    vendor: 'Groq',
    class: 'asic',
    execution: 'sram-pipeline',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2022,
    memoryBytes: specified(230e6, 'B', spec),
    memoryType: 'on-chip SRAM 230 MB',
    memoryBandwidthBps: specified(80e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(188e12, 'FLOP/s', spec),
      int8: specified(750e12, 'OP/s', spec),
    },
    weightOnly: [],
    interconnect: 'RealScale chip-to-chip',
    interconnectBps: assumed(240e9, 'B/s', RECALL),
    scaleUpDevices: specified(576, 'devices', spec),
    hostLink: 'PCIe Gen4 x16',
    hostBps: specified(32e9, 'B/s', spec),
    tdpW: specified(215, 'W', spec, { low: 215, high: 375 }),
    idleW: assumed(23.6, 'W', IDLE_SHARE, { low: 17.2, high: 30.1 }),
    idleLoadedW: assumed(23.6, 'W', IDLE_SHARE, { low: 17.2, high: 30.1 }),
    priceUsd: geometricMiddle('assumed', 15000, 20000, 'USD', price),
    pipeline: pipelineConstants['groq-lpu-v1']!,
    notes:
      'Weights have to fit in SRAM across chips: about 576 chips served Llama-2-70B. The card is 275 W (375 W peak). Pages that print 500 MB mean the next part.',
  };
}

function cerebrasWse3(): DeviceEntry {
  const spec =
    'yobitel.com/knowledge-base/cerebras-wse-3; nextplatform.com/.../cerebras-goes-hyperscale-with-third-gen-; awesomeagents.ai/hardware/cerebras-wse-3';
  const price = RECALL;
  return {
    id: 'cerebras-wse3',
    name: 'Cerebras WSE-3 (CS-3 system)',
    vendor: 'Cerebras',
    class: 'asic',
    execution: 'sram-pipeline',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2024,
    memoryBytes: specified(44e9, 'B', spec),
    memoryType: 'on-wafer SRAM',
    memoryBandwidthBps: specified(21e15, 'B/s', spec),
    peakFlops: {
      fp16: assumed(15.6e15, 'FLOP/s', RECALL),
    },
    weightOnly: ['fp8', 'int8'],
    interconnect: 'SwarmX 12x100GbE',
    interconnectBps: specified(150e9, 'B/s', spec),
    scaleUpDevices: specified(2048, 'devices', spec),
    hostLink: '12x100GbE',
    hostBps: specified(150e9, 'B/s', spec),
    tdpW: specified(23000, 'W', spec),
    idleW: assumed(8000, 'W', RECALL, { note: 'idle draw of the CS-3 system' }),
    idleLoadedW: assumed(8000, 'W', RECALL, { note: 'idle draw of the CS-3 system' }),
    priceUsd: geometricMiddle('assumed', 2000000, 3000000, 'USD', price),
    pipeline: pipelineConstants['cerebras-wse3']!,
    notes:
      'Power and price are of the whole system. 125 PFLOP/s is with eightfold sparsity: 900,000 cores of 8 products at 1.1 GHz give about 15.8 dense. 70 billion FP16 weights need about four wafers.',
  };
}

function sambanovaSn40l(): DeviceEntry {
  const spec = 'aiwiki.ai/wiki/sambanova_sn40l';
  return {
    id: 'sambanova-sn40l',
    name: 'SambaNova SN40L RDU',
    vendor: 'SambaNova',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2023,
    memoryBytes: assumed(64 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(64 * GIB, 'B', spec),
    memoryType: 'HBM3 (+520 MB SRAM +1.5 TB DDR5)',
    memoryBandwidthBps: assumed(2e12, 'B/s', RECALL),
    peakFlops: {
      fp16: specified(638e12, 'FLOP/s', spec),
    },
    weightOnly: ['int8'],
    interconnect: 'peer-to-peer RDU links',
    interconnectBps: assumed(100e9, 'B/s', RECALL),
    scaleUpDevices: specified(16, 'devices', spec),
    hostLink: 'PCIe Gen4',
    hostBps: assumed(32e9, 'B/s', RECALL),
    tdpW: assumed(600, 'W', RECALL),
    idleW: assumed(66, 'W', IDLE_SHARE, { low: 48, high: 84 }),
    idleLoadedW: assumed(66, 'W', IDLE_SHARE, { low: 48, high: 84 }),
    notes:
      'Sold as systems. A rack of 16 was reported at about 10 kW. 520 MB SRAM and 1.5 TB DDR5 stand beside the HBM.',
  };
}

function dmatrixCorsair(): DeviceEntry {
  const spec = RECALL;
  return {
    id: 'dmatrix-corsair',
    name: 'd-Matrix Corsair (PCIe card)',
    vendor: 'd-Matrix',
    class: 'asic',
    execution: 'sram-pipeline',
    gridFit: ['enterprise'],
    releaseYear: 2025,
    memoryBytes: assumed(256 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(256 * GIB, 'B', spec),
    memoryType: 'LPDDR5 (+2 GB in-memory-compute SRAM at 150 TB/s)',
    memoryBandwidthBps: assumed(400e9, 'B/s', spec),
    peakFlops: {
      int8: assumed(2.4e15, 'OP/s', spec),
      int4: assumed(9.6e15, 'OP/s', spec),
    },
    weightOnly: [],
    interconnect: 'DMX bridge / PCIe',
    interconnectBps: assumed(64e9, 'B/s', spec),
    scaleUpDevices: assumed(8, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', spec),
    tdpW: assumed(600, 'W', spec),
    idleW: assumed(66, 'W', IDLE_SHARE, { low: 48, high: 84 }),
    idleLoadedW: assumed(66, 'W', IDLE_SHARE, { low: 48, high: 84 }),
    pipeline: pipelineConstants['dmatrix-corsair']!,
    notes:
      'Here in performance mode, with weights in the 2 GB of in-memory-compute SRAM of each card; capacity mode reads LPDDR5 at 400 GB/s. MXINT8 2,400 and MXINT4 9,600 TOPS.',
  };
}

function qualcommAi100Ultra(): DeviceEntry {
  const price = RECALL;
  return {
    id: 'qualcomm-ai100-ultra',
    name: 'Qualcomm Cloud AI 100 Ultra',
    vendor: 'Qualcomm',
    class: 'asic',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise', 'edge'],
    releaseYear: 2023,
    memoryBytes: assumed(128 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(128 * GIB, 'B', RECALL),
    memoryType: 'LPDDR4X',
    memoryBandwidthBps: assumed(548e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(288e12, 'FLOP/s', RECALL),
      int8: assumed(870e12, 'OP/s', RECALL),
    },
    weightOnly: ['fp4', 'int4'],
    interconnect: 'PCIe',
    interconnectBps: assumed(32e9, 'B/s', RECALL),
    scaleUpDevices: assumed(4, 'devices', RECALL),
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', RECALL),
    tdpW: assumed(150, 'W', RECALL),
    idleW: assumed(16.5, 'W', IDLE_SHARE, { low: 12, high: 21 }),
    idleLoadedW: assumed(16.5, 'W', IDLE_SHARE, { low: 12, high: 21 }),
    priceUsd: geometricMiddle('assumed', 8000, 12000, 'USD', price),
    notes: 'Four chips of 32 GB and 137 GB/s on one card: tensor parallelism inside the card goes over PCIe.',
  };
}

function tenstorrentP150(): DeviceEntry {
  const spec = 'Hugging Face blog codys12/diy-qb';
  const price = 'Hugging Face blog codys12/diy-qb';
  return {
    id: 'tenstorrent-p150',
    name: 'Tenstorrent Blackhole p150',
    vendor: 'Tenstorrent',
    class: 'asic',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2025,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(32 * GIB, 'B', RECALL),
    memoryType: 'GDDR6',
    memoryBandwidthBps: assumed(512e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(194e12, 'FLOP/s', RECALL),
      fp8: specified(774e12, 'FLOP/s', spec),
    },
    weightOnly: ['fp4', 'int4'],
    interconnect: '4x800G QSFP-DD Ethernet',
    interconnectBps: assumed(400e9, 'B/s', RECALL),
    scaleUpDevices: assumed(32, 'devices', RECALL),
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    tdpW: assumed(300, 'W', RECALL),
    idleW: assumed(33, 'W', IDLE_SHARE, { low: 24, high: 42 }),
    idleLoadedW: assumed(33, 'W', IDLE_SHARE, { low: 24, high: 42 }),
    priceUsd: geometricMiddle('specified', 1300, 1450, 'USD', price),
    notes: 'Software is young.',
  };
}

function tenstorrentN300(): DeviceEntry {
  const spec = RECALL;
  const price = RECALL;
  return {
    id: 'tenstorrent-n300',
    name: 'Tenstorrent Wormhole n300',
    vendor: 'Tenstorrent',
    class: 'asic',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2024,
    memoryBytes: assumed(24 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(24 * GIB, 'B', spec),
    memoryType: 'GDDR6',
    memoryBandwidthBps: assumed(576e9, 'B/s', spec),
    peakFlops: {
      fp16: assumed(131e12, 'FLOP/s', spec),
      fp8: assumed(466e12, 'FLOP/s', spec),
    },
    weightOnly: ['fp4', 'int4'],
    interconnect: '2x200G QSFP-DD Ethernet',
    interconnectBps: assumed(50e9, 'B/s', spec),
    scaleUpDevices: assumed(32, 'devices', spec),
    hostLink: 'PCIe Gen4 x16',
    hostBps: assumed(32e9, 'B/s', spec),
    tdpW: assumed(300, 'W', spec),
    idleW: assumed(33, 'W', IDLE_SHARE, { low: 24, high: 42 }),
    idleLoadedW: assumed(33, 'W', IDLE_SHARE, { low: 24, high: 42 }),
    priceUsd: geometricMiddle('assumed', 1400, 1500, 'USD', price),
    notes: 'Two chips on one card.',
  };
}

/** Builders of the entries of this file. */
export const asicDevices: Builders<DeviceEntry> = {
  'tpu-v4': tpuV4,
  'tpu-v5e': tpuV5e,
  'tpu-v5p': tpuV5p,
  'tpu-v6e': tpuV6e,
  'tpu-v7': tpuV7,
  inferentia2: inferentia2,
  trainium1: trainium1,
  trainium2: trainium2,
  trainium3: trainium3,
  gaudi2: gaudi2,
  gaudi3: gaudi3,
  'groq-lpu-v1': groqLpuV1,
  'cerebras-wse3': cerebrasWse3,
  'sambanova-sn40l': sambanovaSn40l,
  'dmatrix-corsair': dmatrixCorsair,
  'qualcomm-ai100-ultra': qualcommAi100Ultra,
  'tenstorrent-p150': tenstorrentP150,
  'tenstorrent-n300': tenstorrentN300,
};
