/**
 * GPUs of AMD and Intel.
 *
 * Peak rates are dense; where a vendor prints sparse ones only, these are half. Bandwidths are decimal bytes per second, links
 * per direction. `idleW` is without a process, `idleLoadedW` with a model resident. Blank prices are not sold or not known.
 * More than 400 lines because it is data: one function per device, so that nothing is built before it is looked up.
 */

import type { Builders } from '../builders.js';
import type { DeviceEntry } from '../entries.js';
import { assumed, geometricMiddle, specified } from '../grading.js';
import { kernelFits } from './kernel-fits.js';
import { GIB, IDLE_SHARE, INFERENCEX, RECALL, TENSOR_CORE_SPARSITY, USABLE_GIB, USABLE_NOTE } from './sources.js';

function arcProB60(): DeviceEntry {
  const spec = 'aiconfigurator systems/b60.yaml';
  const price = RECALL;
  return {
    id: 'arc-pro-b60',
    name: 'Intel Arc Pro B60',
    vendor: 'Intel',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2025,
    memoryBytes: assumed(24 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(24 * GIB, 'B', spec),
    memoryType: 'GDDR6',
    memoryBandwidthBps: specified(456e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(98.3e12, 'FLOP/s', spec),
      int8: specified(197e12, 'OP/s', spec),
      int4: assumed(394e12, 'OP/s', RECALL),
    },
    weightOnly: ['fp8', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'PCIe Gen5 x8',
    hostBps: specified(32e9, 'B/s', spec),
    smCount: specified(20, 'Xe cores', 'vendor architecture paper'),
    tdpW: specified(200, 'W', spec),
    idleW: assumed(25, 'W', RECALL),
    idleLoadedW: assumed(40, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 500, 700, 'USD', price),
    kernels: kernelFits['arc-pro-b60']!,
    notes: 'No native FP8. Memory-bound kernels of one engine reached only 48 % of the bandwidth.',
  };
}

function mi250x(): DeviceEntry {
  const spec = 'Epoch AI ML-hardware table; rocm.docs.amd.com/en/docs-7.14.0/_sources/reference/gpu-arch/mi250.md';
  const price = RECALL;
  return {
    id: 'mi250x',
    name: 'AMD Instinct MI250X',
    vendor: 'AMD',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2021,
    memoryBytes: assumed(128 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(128 * GIB, 'B', spec),
    memoryType: 'HBM2e',
    memoryBandwidthBps: specified(3.277e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(383e12, 'FLOP/s', spec),
      int8: specified(383e12, 'OP/s', spec),
      int4: specified(383e12, 'OP/s', spec),
    },
    weightOnly: ['int4', 'int2'],
    interconnect: 'Infinity Fabric 3',
    interconnectBps: specified(400e9, 'B/s', spec),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen4 x16',
    hostBps: specified(32e9, 'B/s', spec),
    smCount: specified(220, 'compute units', 'vendor architecture paper'),
    tdpW: specified(500, 'W', spec),
    idleW: assumed(90, 'W', RECALL),
    idleLoadedW: assumed(100, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 8000, 14500, 'USD', price),
    notes:
      'Two dies of 64 GB that software sees as two devices with half the bandwidth each. Liquid-cooled nodes peak at 560 W.',
  };
}

function mi300x(): DeviceEntry {
  const spec = 'SemiAnalysis InferenceX gpu-specs; Epoch AI ML-hardware table; gpu.blog/gpus/instinct-mi300x-mi300x';
  const price = 'SemiAnalysis InferenceX gpu-specs; Epoch AI ML-hardware table; gpu.blog/gpus/instinct-mi300x-mi300x';
  return {
    id: 'mi300x',
    name: 'AMD Instinct MI300X',
    vendor: 'AMD',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2023,
    memoryBytes: assumed(192 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(192 * GIB, 'B', spec),
    memoryType: 'HBM3',
    memoryBandwidthBps: specified(5.3e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(1.307e15, 'FLOP/s', spec),
      fp8: specified(2.615e15, 'FLOP/s', spec),
      int8: specified(2.615e15, 'OP/s', spec),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'Infinity Fabric full mesh (7x64)',
    interconnectBps: specified(448e9, 'B/s', spec),
    interconnectPairBps: specified(64e9, 'B/s', spec, { note: 'one link of the mesh' }),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: specified(64e9, 'B/s', spec),
    smCount: specified(304, 'compute units', 'vendor architecture paper'),
    tdpW: specified(750, 'W', spec),
    idleW: assumed(140, 'W', RECALL),
    idleLoadedW: assumed(150, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 10000, 15000, 'USD', price),
    cloudUsdPerH: geometricMiddle('specified', 1.71, 6, 'USD/h', price),
    checks: {
      allInKw: specified(1.79, 'kW', INFERENCEX),
      ownerUsdPerH: specified(1.12, 'USD/h', INFERENCEX),
      contractUsdPerH: specified(1.55, 'USD/h', INFERENCEX),
    },
    notes:
      'One pair of devices has a single link of 64 GB/s each way; 448 is all seven together. One site prints 330.6 TFLOP/s FP16, which is wrong.',
  };
}

function mi325x(): DeviceEntry {
  const spec = 'SemiAnalysis InferenceX gpu-specs; Epoch AI ML-hardware table';
  const price = RECALL;
  return {
    id: 'mi325x',
    name: 'AMD Instinct MI325X',
    vendor: 'AMD',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2024,
    memoryBytes: assumed(256 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(256 * GIB, 'B', spec),
    memoryType: 'HBM3e',
    memoryBandwidthBps: specified(6e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(1.307e15, 'FLOP/s', spec),
      fp8: specified(2.615e15, 'FLOP/s', spec),
      int8: specified(2.615e15, 'OP/s', spec),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'Infinity Fabric full mesh (7x64)',
    interconnectBps: specified(448e9, 'B/s', spec),
    interconnectPairBps: specified(64e9, 'B/s', spec, { note: 'one link of the mesh' }),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: specified(64e9, 'B/s', spec),
    smCount: specified(304, 'compute units', 'vendor architecture paper'),
    tdpW: specified(1000, 'W', spec),
    idleW: assumed(155, 'W', RECALL),
    idleLoadedW: assumed(165, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 15000, 20000, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 1.8, 3.5, 'USD/h', price),
    checks: {
      allInKw: specified(2.18, 'kW', INFERENCEX),
      ownerUsdPerH: specified(1.28, 'USD/h', INFERENCEX),
      contractUsdPerH: specified(1.8, 'USD/h', INFERENCEX),
    },
    notes: 'Mesh as in MI300X: one link of 64 GB/s per pair.',
  };
}

function mi350x(): DeviceEntry {
  return {
    id: 'mi350x',
    name: 'AMD Instinct MI350X',
    vendor: 'AMD',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2025,
    memoryBytes: assumed(288 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(288 * GIB, 'B', RECALL),
    memoryType: 'HBM3e',
    memoryBandwidthBps: assumed(8e12, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(2.307e15, 'FLOP/s', RECALL),
      fp8: assumed(4.614e15, 'FLOP/s', RECALL),
      int8: assumed(4.614e15, 'OP/s', RECALL),
      fp4: assumed(9.228e15, 'FLOP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['int4', 'int2'],
    interconnect: 'Infinity Fabric full mesh (7x76.8)',
    interconnectBps: assumed(537.6e9, 'B/s', RECALL),
    interconnectPairBps: assumed(76.8e9, 'B/s', RECALL, { note: 'one link of the mesh' }),
    scaleUpDevices: assumed(8, 'devices', RECALL),
    hostLink: 'PCIe Gen5 x16',
    hostBps: assumed(64e9, 'B/s', RECALL),
    smCount: assumed(256, 'compute units', RECALL),
    tdpW: assumed(1000, 'W', RECALL),
    idleW: assumed(220, 'W', RECALL),
    idleLoadedW: assumed(235, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 18000, 26000, 'USD', RECALL),
    cloudUsdPerH: geometricMiddle('assumed', 2, 4, 'USD/h', RECALL),
    notes: 'The MI355X at an air-cooled limit of 1,000 W and 8 % lower rates.',
  };
}

function mi355x(): DeviceEntry {
  const spec = 'SemiAnalysis InferenceX gpu-specs; SemiAnalysis InferenceX docs; Epoch AI ML-hardware table';
  const price = RECALL;
  return {
    id: 'mi355x',
    name: 'AMD Instinct MI355X',
    vendor: 'AMD',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud', 'enterprise'],
    releaseYear: 2025,
    memoryBytes: assumed(288 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(288 * GIB, 'B', spec),
    memoryType: 'HBM3e',
    memoryBandwidthBps: specified(8e12, 'B/s', spec),
    peakFlops: {
      fp16: specified(2.516e15, 'FLOP/s', spec),
      fp8: specified(5.033e15, 'FLOP/s', spec),
      int8: specified(5.033e15, 'OP/s', spec),
      fp4: specified(10.066e15, 'FLOP/s', spec),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['int4', 'int2'],
    interconnect: 'Infinity Fabric full mesh (7x76.8)',
    interconnectBps: specified(537.6e9, 'B/s', spec),
    interconnectPairBps: specified(76.8e9, 'B/s', spec, { note: 'one link of the mesh' }),
    scaleUpDevices: specified(8, 'devices', spec),
    hostLink: 'PCIe Gen5 x16',
    hostBps: specified(64e9, 'B/s', spec),
    smCount: specified(256, 'compute units', 'vendor architecture paper'),
    tdpW: specified(1400, 'W', spec),
    idleW: assumed(230, 'W', RECALL),
    idleLoadedW: assumed(245, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 22000, 30000, 'USD', price),
    cloudUsdPerH: geometricMiddle('assumed', 2.1, 5, 'USD/h', price),
    checks: {
      allInKw: specified(2.65, 'kW', INFERENCEX),
      ownerUsdPerH: specified(1.48, 'USD/h', INFERENCEX),
      contractUsdPerH: specified(2.1, 'USD/h', INFERENCEX),
    },
    notes: 'Mesh of seven links of 76.8 GB/s; one file of the same source prints 576 GB/s in total instead of 537.6.',
  };
}

function mi455x(): DeviceEntry {
  return {
    id: 'mi455x',
    name: 'AMD Instinct MI455X (UALoE72; per GPU)',
    vendor: 'AMD',
    class: 'gpu',
    execution: 'batched',
    gridFit: ['cloud'],
    releaseYear: 2026,
    memoryBytes: assumed(432 * USABLE_GIB, 'B', RECALL, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(432 * GIB, 'B', RECALL),
    memoryType: 'HBM4',
    memoryBandwidthBps: assumed(19.6e12, 'B/s', RECALL),
    peakFlops: {
      fp16: assumed(5e15, 'FLOP/s', RECALL),
      fp8: assumed(20.1e15, 'FLOP/s', RECALL),
      fp4: assumed(40.3e15, 'FLOP/s', RECALL),
    },
    weightOnly: ['int8', 'int4', 'int2'],
    interconnect: 'UALink over Ethernet',
    interconnectBps: assumed(1.8e12, 'B/s', RECALL),
    scaleUpDevices: assumed(72, 'devices', RECALL),
    hostLink: 'PCIe Gen6 / IF',
    hostBps: assumed(128e9, 'B/s', RECALL),
    tdpW: assumed(2000, 'W', RECALL),
    idleW: assumed(220, 'W', IDLE_SHARE, { low: 160, high: 280 }),
    idleLoadedW: assumed(220, 'W', IDLE_SHARE, { low: 160, high: 280 }),
    notes: 'Announced: samples late in 2026, volume in 2027. Keep it out of default fleets.',
  };
}

/** Builders of the entries of this file. */
export const otherGpuDevices: Builders<DeviceEntry> = {
  'arc-pro-b60': arcProB60,
  mi250x: mi250x,
  mi300x: mi300x,
  mi325x: mi325x,
  mi350x: mi350x,
  mi355x: mi355x,
  mi455x: mi455x,
};
