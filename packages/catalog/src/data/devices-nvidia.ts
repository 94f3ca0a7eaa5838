/**
 * NVIDIA GPUs, from data centre to workstation.
 *
 * Peak rates are dense; where a vendor prints sparse ones only, these are half. Bandwidths are decimal bytes per second, links
 * per direction. `idleW` is without a process, `idleLoadedW` with a model resident. Blank prices are not sold or not known.
 * More than 400 lines because it is data: one function per device, so that nothing is built before it is looked up.
 */

import type { Builders } from '../builders.js';
import type { DeviceEntry } from '../entries.js';
import { assumed, fitted, geometricMiddle, measured, specified } from '../grading.js';
import { kernelFits } from './kernel-fits.js';
import { ggufFits, llamaCppFits } from './llama-cpp-kernels.js';
import { powerFits } from './power-fits.js';
import {
  GEFORCE_HALF_SUMS,
  GIB,
  INFERENCEX,
  RECALL,
  TENSOR_CORE_SPARSITY,
  USABLE_GIB,
  USABLE_NOTE,
} from './sources.js';

const GRACE = 'fit to trtllm-bench throughput of Qwen3-30B-A3B on GB200 against B200 (TensorRT-LLM 1.0)';

function a10040Sxm(): DeviceEntry {
  const spec = 'Epoch AI ML-hardware table';
  const price = 'silybench price pages, autumn 2026';
  return {
    id: 'a100-40-sxm',
    name: 'NVIDIA A100 40GB SXM4',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2020,
    memoryBytes: assumed(40 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(40 * GIB, 'B', spec),
    memoryType: 'HBM2',
    memoryBandwidthBps: specified(1.555e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(312e12, 'FLOP/s', spec),
      int8: specified(624e12, 'OP/s', spec),
      int4: specified(1.248e15, 'OP/s', spec),
    },
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'NVLink3',
    interconnectBps: specified(300e9, 'B/s', spec),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen4 x16',
    hostBps: specified(32e9, 'B/s', spec),
    smCount: specified(108, 'SMs', 'vendor architecture paper'),
    tdpW: specified(400, 'W', spec),
    idleW: assumed(50, 'W', RECALL),
    idleLoadedW: assumed(80, 'W', 'arXiv 2605.23918', {
      low: 76,
      high: 100,
      note: 'bare idle plus the metered step of a loaded context (26 to 50 W)',
    }),
    priceUsd: geometricMiddle('specified', 4000, 10000, 'USD', price),
    cloudUsdPerH: geometricMiddle('specified', 1.29, 1.99, 'USD/h', price),
    kernels: kernelFits['a100-40-sxm']!,
    power: powerFits['a100-40-sxm']!,
    notes: 'No FP8 units: FP8 and INT4 weights are expanded to FP16. The 2020 launch price was about 15,000 USD.',
  };
}

function a10080Sxm(): DeviceEntry {
  const spec = 'aiconfigurator systems/a100_sxm.yaml; Epoch AI ML-hardware table';
  const price = 'silybench price pages, autumn 2026';
  return {
    id: 'a100-80-sxm',
    name: 'NVIDIA A100 80GB SXM4',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2020,
    memoryBytes: assumed(80 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(80 * GIB, 'B', spec),
    memoryType: 'HBM2e',
    memoryBandwidthBps: specified(2.039e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(312e12, 'FLOP/s', spec),
      int8: specified(624e12, 'OP/s', spec),
      int4: specified(1.248e15, 'OP/s', spec),
    },
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'NVLink3',
    interconnectBps: specified(300e9, 'B/s', spec),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen4 x16',
    hostBps: specified(32e9, 'B/s', spec),
    smCount: specified(108, 'SMs', 'vendor architecture paper'),
    tdpW: specified(400, 'W', spec),
    idleW: assumed(55, 'W', RECALL),
    idleLoadedW: assumed(90, 'W', 'arXiv 2605.23918', {
      low: 81,
      high: 105,
      note: 'bare idle plus the metered step of a loaded context (26 to 50 W)',
    }),
    priceUsd: geometricMiddle('specified', 7000, 15000, 'USD', price),
    cloudUsdPerH: geometricMiddle('specified', 1.39, 2.79, 'USD/h', price),
    kernels: kernelFits['a100-80-sxm']!,
    power: powerFits['a100-80-sxm']!,
    notes: 'No FP8 units.',
  };
}

function h100Sxm(): DeviceEntry {
  const spec = 'aiconfigurator systems/h100_sxm.yaml; SemiAnalysis InferenceX gpu-specs';
  const price =
    'silybench price pages, autumn 2026; host360.ai/blog/blog-h100-h200-b200-gpu-benchmarks-pricing-guide-2026';
  return {
    id: 'h100-sxm',
    name: 'NVIDIA H100 80GB SXM5',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2022,
    memoryBytes: measured(85520809984, 'B', spec, { note: 'bytes the driver or the engine reports' }),
    physicalMemoryBytes: specified(80 * GIB, 'B', spec),
    memoryType: 'HBM3',
    memoryBandwidthBps: specified(3.35e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(989e12, 'FLOP/s', spec),
      fp8: specified(1.979e15, 'FLOP/s', spec),
      int8: specified(1.979e15, 'OP/s', spec),
    },
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'NVLink4',
    interconnectBps: specified(450e9, 'B/s', spec),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: specified(64e9, 'B/s', spec),
    smCount: specified(132, 'SMs', 'vendor architecture paper'),
    tdpW: specified(700, 'W', spec),
    idleW: assumed(70, 'W', RECALL),
    idleLoadedW: assumed(115, 'W', 'arXiv 2605.23918', {
      low: 96,
      high: 120,
      note: 'bare idle plus the metered step of a loaded context (26 to 50 W)',
    }),
    priceUsd: geometricMiddle('specified', 25000, 40000, 'USD', price),
    cloudUsdPerH: specified(3.5, 'USD/h', price, {
      low: 2.4,
      high: 6.88,
      note: 'on demand; middle chosen among autumn 2026 offers, long contracts are near 2',
    }),
    checks: {
      allInKw: specified(1.73, 'kW', INFERENCEX),
      ownerUsdPerH: specified(1.3, 'USD/h', INFERENCEX),
      contractUsdPerH: specified(1.3, 'USD/h', INFERENCEX),
    },
    kernels: kernelFits['h100-sxm']!,
    power: powerFits['h100-sxm']!,
    notes:
      'The datasheet prints sparse rates only; these are half. Hyperscaler list prices (10.98 and 12.29 USD/h) lie above the range. Serving draw was seen from 267 to 680 W.',
  };
}

function h100Pcie(): DeviceEntry {
  const spec = 'aiconfigurator systems/h100_pcie.yaml; Epoch AI ML-hardware table';
  const price = 'silybench price pages, autumn 2026';
  return {
    id: 'h100-pcie',
    name: 'NVIDIA H100 80GB PCIe',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2022,
    memoryBytes: assumed(80 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(80 * GIB, 'B', spec),
    memoryType: 'HBM2e',
    memoryBandwidthBps: specified(2e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(756e12, 'FLOP/s', spec),
      fp8: specified(1.513e15, 'FLOP/s', spec),
      int8: specified(1.513e15, 'OP/s', spec),
    },
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'NVLink bridge (pairs)',
    interconnectBps: specified(300e9, 'B/s', spec),
    scaleUpDevices: specified(2, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: specified(64e9, 'B/s', spec),
    smCount: specified(114, 'SMs', 'vendor architecture paper'),
    tdpW: specified(350, 'W', spec),
    idleW: assumed(48, 'W', RECALL),
    idleLoadedW: assumed(80, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 22000, 30000, 'USD', price),
    cloudUsdPerH: geometricMiddle('specified', 1.99, 3.29, 'USD/h', price),
    power: powerFits['h100-pcie']!,
    notes: 'Bandwidth is printed as 2.0 or 2.04 TB/s. Pairs need a bridge; without it only PCIe joins cards.',
  };
}

function h100Nvl(): DeviceEntry {
  const spec = 'Epoch AI ML-hardware table';
  const price = 'silybench price pages, autumn 2026';
  return {
    id: 'h100-nvl',
    name: 'NVIDIA H100 NVL 94GB',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2023,
    memoryBytes: assumed(94 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(94 * GIB, 'B', spec),
    memoryType: 'HBM3',
    memoryBandwidthBps: specified(3.938e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(835e12, 'FLOP/s', spec),
      fp8: specified(1.671e15, 'FLOP/s', spec),
      int8: specified(1.671e15, 'OP/s', spec),
    },
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'NVLink bridge (pairs)',
    interconnectBps: specified(300e9, 'B/s', spec),
    scaleUpDevices: specified(2, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: specified(64e9, 'B/s', spec),
    smCount: specified(132, 'SMs', 'vendor architecture paper'),
    tdpW: specified(400, 'W', spec),
    idleW: assumed(60, 'W', RECALL),
    idleLoadedW: assumed(95, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 25000, 33000, 'USD', price),
    cloudUsdPerH: geometricMiddle('specified', 2.59, 3.19, 'USD/h', price),
    power: powerFits['h100-nvl']!,
    notes: 'Figures are for one card, not for the bridged pair.',
  };
}

function h200Sxm(): DeviceEntry {
  const spec =
    'aiconfigurator systems/h200_sxm.yaml; SemiAnalysis InferenceX gpu-specs; Hugging Face hardware page h200';
  const price = 'silybench price pages, autumn 2026';
  return {
    id: 'h200-sxm',
    name: 'NVIDIA H200 141GB SXM',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2024,
    memoryBytes: measured(150754820096, 'B', spec, { note: 'bytes the driver or the engine reports' }),
    physicalMemoryBytes: specified(141 * GIB, 'B', spec),
    memoryType: 'HBM3e',
    memoryBandwidthBps: specified(4.8e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(989e12, 'FLOP/s', spec),
      fp8: specified(1.979e15, 'FLOP/s', spec),
      int8: specified(1.979e15, 'OP/s', spec),
    },
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'NVLink4',
    interconnectBps: specified(450e9, 'B/s', spec),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: specified(64e9, 'B/s', spec),
    smCount: specified(132, 'SMs', 'vendor architecture paper'),
    tdpW: specified(700, 'W', spec),
    idleW: measured(77, 'W', 'serialalice.pt ALICE benchmark; conservemode.com case studies', {
      low: 73.7,
      high: 80.3,
      note: 'middle of two readings',
    }),
    idleLoadedW: assumed(120, 'W', 'arXiv 2605.23918', {
      low: 103,
      high: 127,
      note: 'bare idle plus the metered step of a loaded context (26 to 50 W)',
    }),
    priceUsd: geometricMiddle('specified', 30000, 40000, 'USD', price),
    cloudUsdPerH: geometricMiddle('specified', 3.59, 4.59, 'USD/h', price),
    checks: {
      allInKw: specified(1.73, 'kW', INFERENCEX),
      ownerUsdPerH: specified(1.41, 'USD/h', INFERENCEX),
      contractUsdPerH: specified(1.6, 'USD/h', INFERENCEX),
    },
    kernels: kernelFits['h200-sxm']!,
    power: powerFits['h200-sxm']!,
    notes: 'Serving draw was seen at 517 W (batch 128, small model) and 593 W peak; FP8 and BF16 draw alike.',
  };
}

function b200Sxm(): DeviceEntry {
  const spec =
    'aiconfigurator systems/b200_sxm.yaml; SemiAnalysis InferenceX gpu-specs; github.com/pytorch/ao/pull/4002';
  const price = 'silybench price pages, autumn 2026';
  return {
    id: 'b200-sxm',
    name: 'NVIDIA B200 180GB SXM (HGX/DGX)',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2025,
    memoryBytes: measured(191501854310, 'B', spec, { note: 'bytes the driver or the engine reports' }),
    physicalMemoryBytes: specified(180 * GIB, 'B', spec),
    memoryType: 'HBM3e',
    memoryBandwidthBps: specified(7.7e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(2.25e15, 'FLOP/s', spec),
      fp8: specified(4.5e15, 'FLOP/s', spec),
      int8: specified(4.5e15, 'OP/s', spec),
      fp4: specified(9e15, 'FLOP/s', spec),
    },
    weightOnly: ['int4', 'int2'],
    interconnect: 'NVLink5',
    interconnectBps: specified(900e9, 'B/s', spec),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen5/6 x16',
    hostBps: specified(64e9, 'B/s', spec),
    smCount: specified(148, 'SMs', 'vendor architecture paper'),
    tdpW: specified(1000, 'W', spec),
    idleW: assumed(145, 'W', RECALL),
    idleLoadedW: assumed(195, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 32000, 50000, 'USD', price),
    cloudUsdPerH: geometricMiddle('specified', 5.98, 7.15, 'USD/h', price),
    checks: {
      allInKw: specified(2.17, 'kW', INFERENCEX),
      ownerUsdPerH: specified(1.95, 'USD/h', INFERENCEX),
      contractUsdPerH: specified(2.9, 'USD/h', INFERENCEX),
    },
    kernels: kernelFits['b200-sxm']!,
    power: powerFits['b200-sxm']!,
    notes:
      'Launch slides say 8.0 TB/s; the HGX sheet says 7.7 and driver clocks give 7.67. Some pages print the sparse 9,000 TFLOP/s FP8 as dense. 192 GB is the raw chip.',
  };
}

function gb200Nvl72(): DeviceEntry {
  const spec =
    'aiconfigurator systems/gb200.yaml; SemiAnalysis InferenceX gpu-specs; github mlcommons/inference_results_v6.1';
  const price = 'signwl.com/articles/gpu-market-pulse-week-of-2026-04-06; general knowledge';
  return {
    id: 'gb200-nvl72',
    name: 'NVIDIA GB200 NVL72 (per GPU)',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2025,
    memoryBytes: measured(198674743296, 'B', spec, { note: 'bytes the driver or the engine reports' }),
    physicalMemoryBytes: specified(186 * GIB, 'B', spec),
    memoryType: 'HBM3e',
    memoryBandwidthBps: specified(8e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(2.5e15, 'FLOP/s', spec),
      fp8: specified(5e15, 'FLOP/s', spec),
      int8: specified(5e15, 'OP/s', spec),
      fp4: specified(10e15, 'FLOP/s', spec),
    },
    weightOnly: ['int4', 'int2'],
    interconnect: 'NVLink5 switch',
    interconnectBps: specified(900e9, 'B/s', spec),
    scaleUpDevices: specified(72, 'devices', spec),
    hostLink: 'NVLink-C2C to Grace (450/dir)',
    hostBps: specified(450e9, 'B/s', spec),
    hostTimeFactor: fitted(1.94, '1', GRACE, { low: 1.2, high: 2.2, note: 'ten runs of one model' }),
    smCount: assumed(148, 'SMs', 'vendor architecture paper'),
    tdpW: specified(1200, 'W', spec),
    idleW: assumed(160, 'W', RECALL, { note: 'estimated from B200, not metered' }),
    idleLoadedW: assumed(220, 'W', RECALL, { note: 'estimated from B200, not metered' }),
    priceUsd: geometricMiddle('assumed', 42000, 54000, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 6, 12.47, 'USD/h', price),
    checks: {
      allInKw: specified(2.1, 'kW', INFERENCEX),
      ownerUsdPerH: specified(2.21, 'USD/h', INFERENCEX),
      contractUsdPerH: specified(3.3, 'USD/h', INFERENCEX),
    },
    kernels: kernelFits['gb200-nvl72']!,
    power: powerFits['gb200-nvl72']!,
    notes: 'Price is the rack divided by 72. Memory is printed as 186 or 192 GB.',
  };
}

function b300Sxm(): DeviceEntry {
  const spec = 'aiconfigurator systems/b300_sxm.yaml; SemiAnalysis InferenceX gpu-specs; Epoch AI ML-hardware table';
  const price = 'signwl.com/articles/gpu-market-pulse-week-of-2026-04-06; general knowledge';
  return {
    id: 'b300-sxm',
    name: 'NVIDIA B300 SXM (Blackwell Ultra)',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2025,
    memoryBytes: measured(288400343040, 'B', spec, { note: 'bytes the driver or the engine reports' }),
    memoryType: 'HBM3e',
    memoryBandwidthBps: specified(7.75e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(2.25e15, 'FLOP/s', spec),
      fp8: specified(4.5e15, 'FLOP/s', spec),
      int8: specified(155e12, 'OP/s', spec, { low: 153.5e12, high: 157.5e12 }),
      fp4: specified(13.5e15, 'FLOP/s', spec, { low: 13.5e15, high: 14e15 }),
    },
    weightOnly: ['int4', 'int2'],
    interconnect: 'NVLink5',
    interconnectBps: specified(900e9, 'B/s', spec),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen6 x16',
    hostBps: specified(128e9, 'B/s', spec),
    smCount: assumed(148, 'SMs', 'vendor architecture paper'),
    tdpW: assumed(1100, 'W', RECALL),
    idleW: assumed(165, 'W', RECALL, { note: 'estimated from B200, not metered' }),
    idleLoadedW: assumed(215, 'W', RECALL, { note: 'estimated from B200, not metered' }),
    priceUsd: geometricMiddle('assumed', 40000, 55000, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 6.5, 10.31, 'USD/h', price),
    checks: {
      allInKw: specified(2.17, 'kW', INFERENCEX),
      ownerUsdPerH: assumed(2.34, 'USD/h', INFERENCEX),
      contractUsdPerH: assumed(3.48, 'USD/h', INFERENCEX),
    },
    kernels: kernelFits['b300-sxm']!,
    power: powerFits['b300-sxm']!,
    notes:
      'INT8 was cut to about 1/29 of B200 (153 to 158 TOPS): an INT8 model is slow here. FP4 is printed as 13.5 or 14 PFLOP/s, memory as 268, 270 or 288 GB. The owner cost is a placeholder of 1.2 times B200.',
  };
}

function gb300Nvl72(): DeviceEntry {
  const spec = 'aiconfigurator systems/gb300.yaml; SemiAnalysis InferenceX gpu-specs; Epoch AI ML-hardware table';
  const price = 'epium.com/.../nvidia-gb300-blackwell-ultra-nvl72-liqui; general knowledge';
  return {
    id: 'gb300-nvl72',
    name: 'NVIDIA GB300 NVL72 (per GPU)',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2025,
    memoryBytes: measured(298013687808, 'B', spec, { note: 'bytes the driver or the engine reports' }),
    physicalMemoryBytes: specified(279 * GIB, 'B', spec),
    memoryType: 'HBM3e',
    memoryBandwidthBps: specified(8e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(2.5e15, 'FLOP/s', spec),
      fp8: specified(5e15, 'FLOP/s', spec),
      int8: specified(165e12, 'OP/s', spec),
      fp4: specified(15e15, 'FLOP/s', spec),
    },
    weightOnly: ['int4', 'int2'],
    interconnect: 'NVLink5 switch',
    interconnectBps: specified(900e9, 'B/s', spec),
    scaleUpDevices: specified(72, 'devices', spec),
    hostLink: 'NVLink-C2C to Grace (450/dir)',
    hostBps: specified(450e9, 'B/s', spec),
    hostTimeFactor: assumed(1.94, '1', GRACE, { low: 1.2, high: 2.2, note: 'as GB200' }),
    smCount: assumed(148, 'SMs', 'vendor architecture paper'),
    tdpW: specified(1400, 'W', spec),
    idleW: assumed(180, 'W', RECALL, { note: 'estimated from B200, not metered' }),
    idleLoadedW: assumed(240, 'W', RECALL, { note: 'estimated from B200, not metered' }),
    priceUsd: geometricMiddle('assumed', 50000, 65000, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 7, 12.32, 'USD/h', price),
    checks: {
      allInKw: specified(2.1, 'kW', INFERENCEX),
      ownerUsdPerH: assumed(2.652, 'USD/h', INFERENCEX),
      contractUsdPerH: assumed(3.96, 'USD/h', INFERENCEX),
    },
    kernels: kernelFits['gb300-nvl72']!,
    power: powerFits['gb300-nvl72']!,
    notes: 'INT8 as slow as on B300. The vendor prints 288 GB. The owner cost is a placeholder of 1.2 times GB200.',
  };
}

function vr200Nvl72(): DeviceEntry {
  const price = RECALL;
  return {
    id: 'vr200-nvl72',
    name: 'NVIDIA Rubin R200 (Vera Rubin NVL72; per GPU)',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2026,
    memoryBytes: assumed(288 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(288 * GIB, 'B', RECALL),
    memoryType: 'HBM4',
    memoryBandwidthBps: assumed(22e12, 'B/s', RECALL),
    peakFlops: {
      fp8: assumed(17.5e15, 'FLOP/s', RECALL),
      fp4: assumed(35e15, 'FLOP/s', RECALL, { low: 25e15, high: 50e15 }),
    },
    weightOnly: ['int8', 'int4', 'int2'],
    interconnect: 'NVLink6 switch',
    interconnectBps: assumed(1.8e12, 'B/s', RECALL),
    scaleUpDevices: assumed(72, 'devices', RECALL),
    hostLink: 'NVLink-C2C to Vera (900/dir)',
    hostBps: assumed(900e9, 'B/s', RECALL),
    tdpW: assumed(1800, 'W', RECALL, { low: 1800, high: 2300 }),
    idleW: assumed(250, 'W', RECALL, { note: 'estimated, not metered' }),
    idleLoadedW: assumed(330, 'W', RECALL, { note: 'estimated, not metered' }),
    priceUsd: geometricMiddle('assumed', 55000, 90000, 'USD', price),
    notes:
      'Announced. Sources disagree whether 50 PFLOP/s FP4 is sparse (then dense is 25) or an inference figure (35 for training), and on TDP (1.8 to 2.3 kW). No FP16 figure was trusted.',
  };
}

function l4(): DeviceEntry {
  const spec = 'aiconfigurator systems/l4.yaml; Epoch AI ML-hardware table';
  const price = RECALL;
  return {
    id: 'l4',
    name: 'NVIDIA L4',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise', 'edge'],
    releaseYear: 2023,
    memoryBytes: assumed(24 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(24 * GIB, 'B', spec),
    memoryType: 'GDDR6',
    memoryBandwidthBps: specified(300e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(121e12, 'FLOP/s', spec),
      fp8: specified(242e12, 'FLOP/s', spec),
      int8: specified(242e12, 'OP/s', spec),
      int4: specified(484e12, 'OP/s', spec),
    },
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen4 x16',
    hostBps: specified(32e9, 'B/s', spec),
    smCount: specified(58, 'SMs', 'vendor architecture paper'),
    tdpW: specified(72, 'W', spec),
    idleW: assumed(13, 'W', RECALL),
    idleLoadedW: assumed(30, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 2300, 3000, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 0.44, 0.8, 'USD/h', price),
  };
}

function l40s(): DeviceEntry {
  const spec = 'aiconfigurator systems/l40s.yaml';
  const price = 'silybench price pages, autumn 2026';
  return {
    id: 'l40s',
    name: 'NVIDIA L40S',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2023,
    memoryBytes: measured(48305799168, 'B', spec, { note: 'bytes the driver or the engine reports' }),
    physicalMemoryBytes: specified(48 * GIB, 'B', spec),
    memoryType: 'GDDR6',
    memoryBandwidthBps: specified(864e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(362e12, 'FLOP/s', spec),
      fp8: specified(733e12, 'FLOP/s', spec),
      int8: specified(733e12, 'OP/s', spec),
      int4: specified(733e12, 'OP/s', spec),
    },
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen4 x16',
    hostBps: specified(32e9, 'B/s', spec),
    smCount: specified(142, 'SMs', 'vendor architecture paper'),
    tdpW: specified(350, 'W', spec),
    idleW: assumed(35, 'W', RECALL),
    idleLoadedW: assumed(101, 'W', 'arXiv 2605.23918', {
      note: 'bare idle plus the metered step of a loaded context (66 W)',
    }),
    priceUsd: geometricMiddle('specified', 7000, 9500, 'USD', price),
    cloudUsdPerH: geometricMiddle('specified', 0.79, 1.55, 'USD/h', price),
    kernels: { ...kernelFits['l40s']!, gguf: ggufFits['l40s']! },
  };
}

function a10g(): DeviceEntry {
  const spec = 'Epoch AI ML-hardware table; Cloud Carbon Footprint AWS constants';
  const price = RECALL;
  return {
    id: 'a10g',
    name: 'NVIDIA A10G (AWS g5)',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2021,
    memoryBytes: assumed(24 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(24 * GIB, 'B', RECALL),
    memoryType: 'GDDR6',
    memoryBandwidthBps: assumed(600e9, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(70e12, 'FLOP/s', RECALL),
      int8: assumed(140e12, 'OP/s', RECALL),
      int4: assumed(280e12, 'OP/s', RECALL),
    },
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen4 x16',
    hostBps: specified(32e9, 'B/s', spec),
    smCount: specified(80, 'SMs', 'vendor architecture paper'),
    tdpW: assumed(300, 'W', RECALL, { low: 150, high: 300 }),
    idleW: assumed(16, 'W', RECALL),
    idleLoadedW: assumed(58, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 2500, 3500, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 1.01, 1.62, 'USD/h', price),
    notes:
      'A cut of the A10 (125 TFLOP/s FP16) that one cloud uses. TDP is listed as 150 W, but its power cap reads 300 W.',
  };
}

function rtx4090(): DeviceEntry {
  const spec = 'Epoch AI ML-hardware table; gist.github.com/mikasenghaas/d63ded03f1f0417b1677627119bacc0d';
  const price = 'silybench price pages, autumn 2026';
  return {
    id: 'rtx-4090',
    name: 'NVIDIA GeForce RTX 4090',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2022,
    memoryBytes: assumed(24 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(24 * GIB, 'B', spec),
    memoryType: 'GDDR6X',
    memoryBandwidthBps: specified(1.008e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(165.2e12, 'FLOP/s', spec),
      fp8: specified(330.3e12, 'FLOP/s', spec),
      int8: specified(660.6e12, 'OP/s', spec),
      int4: specified(1.321e15, 'OP/s', spec),
    },
    halfSumRate: GEFORCE_HALF_SUMS,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'none (P2P disabled)',
    hostLink: 'PCIe Gen4 x16',
    hostBps: specified(32e9, 'B/s', spec),
    smCount: specified(128, 'SMs', 'vendor architecture paper'),
    tdpW: specified(450, 'W', spec),
    idleW: assumed(20, 'W', RECALL),
    idleLoadedW: assumed(55, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 1599, 2900, 'USD', price),
    cloudUsdPerH: geometricMiddle('specified', 0.34, 0.74, 'USD/h', price),
    kernels: llamaCppFits['rtx-4090']!,
    notes:
      '165 TFLOP/s is with FP32 accumulation, which language models use; 330 is with FP16 accumulation. The driver switches peer access off.',
  };
}

function rtxPro6000(): DeviceEntry {
  const spec = 'aiconfigurator systems/rtx_pro_6000_server.yaml';
  const price = 'signwl.com/articles/gpu-market-pulse-week-of-2026-04-06; general knowledge';
  return {
    id: 'rtx-pro-6000',
    name: 'NVIDIA RTX PRO 6000 Blackwell Workstation',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2025,
    memoryBytes: measured(102641958912, 'B', spec, { note: 'bytes the driver or the engine reports' }),
    physicalMemoryBytes: specified(96 * GIB, 'B', spec),
    memoryType: 'GDDR7',
    memoryBandwidthBps: specified(1.792e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(468e12, 'FLOP/s', spec),
      fp8: specified(936e12, 'FLOP/s', spec),
      int8: specified(936e12, 'OP/s', spec),
      fp4: specified(1.871e15, 'FLOP/s', spec),
    },
    weightOnly: ['int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen5 x16',
    hostBps: specified(64e9, 'B/s', spec),
    smCount: specified(188, 'SMs', 'vendor architecture paper'),
    tdpW: specified(600, 'W', spec),
    idleW: assumed(28, 'W', RECALL),
    idleLoadedW: assumed(80, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 8000, 10500, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 0.54, 2.5, 'USD/h', price),
    kernels: kernelFits['rtx-pro-6000']!,
    notes:
      'Rates scaled to the clock that was observed (2,430 MHz); the headline of 4,000 TOPS is sparse FP4. The kernel fit is of the server edition, which is an entry of its own.',
  };
}

function dgxSparkGb10(): DeviceEntry {
  const spec = 'unanswered.io/guide/nvidia-dgx-power-consumption-watts';
  const price = RECALL;
  return {
    id: 'dgx-spark-gb10',
    name: 'NVIDIA DGX Spark (GB10)',
    vendor: 'NVIDIA',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2025,
    memoryBytes: assumed(128 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(128 * GIB, 'B', spec),
    memoryType: 'LPDDR5X unified',
    memoryBandwidthBps: specified(273e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(125e12, 'FLOP/s', spec),
      fp8: specified(250e12, 'FLOP/s', spec),
      int8: specified(250e12, 'OP/s', spec),
      fp4: specified(500e12, 'FLOP/s', spec),
    },
    weightOnly: ['int4', 'int2'],
    interconnect: 'ConnectX-7 2x200G',
    interconnectBps: specified(25e9, 'B/s', spec),
    scaleUpDevices: specified(2, 'devices', spec),
    hostLink: 'NVLink-C2C (unified)',
    hostBps: assumed(300e9, 'B/s', RECALL),
    smCount: assumed(48, 'SMs', 'vendor architecture paper'),
    tdpW: specified(140, 'W', spec),
    idleW: measured(22, 'W', 'unanswered.io DGX power page', { note: 'whole box' }),
    idleLoadedW: measured(45, 'W', 'unanswered.io DGX power page', { note: 'whole box' }),
    priceUsd: geometricMiddle('assumed', 3999, 4700, 'USD', price),
    notes:
      'A whole box with a 240 W supply; language models were seen to draw 60 to 90 W. The headline petaflop is sparse FP4.',
  };
}

const WITHOUT_SPARSITY: Builders<DeviceEntry> = {
  'a100-40-sxm': a10040Sxm,
  'a100-80-sxm': a10080Sxm,
  'h100-sxm': h100Sxm,
  'h100-pcie': h100Pcie,
  'h100-nvl': h100Nvl,
  'h200-sxm': h200Sxm,
  'b200-sxm': b200Sxm,
  'gb200-nvl72': gb200Nvl72,
  'b300-sxm': b300Sxm,
  'gb300-nvl72': gb300Nvl72,
  'vr200-nvl72': vr200Nvl72,
  l4: l4,
  l40s: l40s,
  a10g: a10g,
  'rtx-4090': rtx4090,
  'rtx-pro-6000': rtxPro6000,
  'dgx-spark-gb10': dgxSparkGb10,
};

/** Builders of the entries of this file. */
export const nvidiaDevices: Builders<DeviceEntry> = Object.fromEntries(
  Object.entries(WITHOUT_SPARSITY).map(([id, build]) => [
    id,
    () => ({ ...build(), sparsityRate: TENSOR_CORE_SPARSITY }),
  ]),
);
