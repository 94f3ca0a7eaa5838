/**
 * Systems on chip and neural engines: robots, cars, laptops, desktops, phones and small boards.
 *
 * Peak rates are dense; where a vendor prints sparse ones only, these are half. Bandwidths are decimal bytes per second, links
 * per direction. `idleW` is without a process, `idleLoadedW` with a model resident. Blank prices are not sold or not known.
 * More than 400 lines because it is data: one function per device, so that nothing is built before it is looked up.
 */

import type { Builders } from '../builders.js';
import type { DeviceEntry } from '../entries.js';
import { assumed, geometricMiddle, specified } from '../grading.js';
import { GIB, IDLE_SHARE, RECALL, TENSOR_CORE_SPARSITY, USABLE_GIB, USABLE_NOTE } from './sources.js';
import { staticShapes } from './static-shapes.js';

function jetsonOrinNanoSuper(): DeviceEntry {
  const spec = 'brojogopalsapui.com/.../jetson_orin_nano_light.html; github msmcs-robotics/WayfindR-driver';
  const price = 'brojogopalsapui.com/.../jetson_orin_nano_light.html; github msmcs-robotics/WayfindR-driver';
  return {
    id: 'jetson-orin-nano-super',
    name: 'NVIDIA Jetson Orin Nano 8GB Super',
    vendor: 'NVIDIA',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2024,
    memoryBytes: assumed(8 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(8 * GIB, 'B', spec),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: specified(102e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(17e12, 'FLOP/s', spec),
      int8: specified(33e12, 'OP/s', spec),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: specified(102e9, 'B/s', spec),
    smCount: specified(8, 'SMs', 'vendor architecture paper'),
    tdpW: specified(25, 'W', spec),
    idleW: assumed(4, 'W', RECALL),
    idleLoadedW: assumed(5, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 249, 499, 'USD', price),
    notes:
      '67 TOPS is sparse INT8. INT4 decode was measured at 19.1 (Llama-3.1-8B), 43.1 (Llama-3.2-3B) and 21.8 tok/s (Qwen2.5-7B).',
  };
}

function jetsonOrinNx16(): DeviceEntry {
  const spec = 'github.com/.../JETSON-ORIN-NX-DATASHEET.pdf';
  const price = RECALL;
  return {
    id: 'jetson-orin-nx-16',
    name: 'NVIDIA Jetson Orin NX 16GB',
    vendor: 'NVIDIA',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2023,
    memoryBytes: assumed(16 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(16 * GIB, 'B', spec),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: specified(102e9, 'B/s', spec),
    peakFlops: {
      fp16: assumed(15e12, 'FLOP/s', RECALL),
      int8: specified(30e12, 'OP/s', spec),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: specified(102e9, 'B/s', spec),
    smCount: specified(8, 'SMs', 'vendor architecture paper'),
    tdpW: specified(25, 'W', spec),
    idleW: assumed(5, 'W', RECALL),
    idleLoadedW: assumed(6, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 599, 899, 'USD', price),
    notes:
      'The headline of 100 TOPS is sparse and counts the DLAs. The 40 W mode lifts the GPU to about 19 TFLOP/s FP16.',
  };
}

function jetsonAgxOrin64(): DeviceEntry {
  const spec = 'blog.us.fixstars.com; forums.developer.nvidia.com/.../324194';
  const price = 'blog.us.fixstars.com; forums.developer.nvidia.com/.../324194';
  return {
    id: 'jetson-agx-orin-64',
    name: 'NVIDIA Jetson AGX Orin 64GB',
    vendor: 'NVIDIA',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2023,
    memoryBytes: assumed(64 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(64 * GIB, 'B', spec),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: specified(204.8e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(42.5e12, 'FLOP/s', spec),
      int8: specified(85e12, 'OP/s', spec),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: specified(204.8e9, 'B/s', spec),
    smCount: specified(16, 'SMs', 'vendor architecture paper'),
    tdpW: specified(60, 'W', spec),
    idleW: assumed(12, 'W', RECALL),
    idleLoadedW: assumed(14, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 1799, 1999, 'USD', price),
    notes: 'The headline of 275 TOPS is sparse: 170 of the GPU and 105 of the DLAs.',
  };
}

function jetsonAgxThor(): DeviceEntry {
  const spec = 'Hugging Face hardware page jetson-t5000; learnaivisually.com/ai-explained/jetson-thor-edge-blackwell';
  const price = 'Hugging Face hardware page jetson-t5000; learnaivisually.com/ai-explained/jetson-thor-edge-blackwell';
  return {
    id: 'jetson-agx-thor',
    name: 'NVIDIA Jetson AGX Thor (T5000)',
    vendor: 'NVIDIA',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2025,
    memoryBytes: assumed(128 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(128 * GIB, 'B', spec),
    memoryType: 'LPDDR5X unified',
    memoryBandwidthBps: specified(273e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(258e12, 'FLOP/s', spec),
      fp8: specified(517e12, 'FLOP/s', spec),
      int8: specified(517e12, 'OP/s', spec),
      fp4: specified(1.035e15, 'FLOP/s', spec),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['int4', 'int2'],
    interconnect: 'none (4x25GbE)',
    interconnectBps: specified(12.5e9, 'B/s', spec),
    hostLink: 'SoC (unified)',
    hostBps: specified(273e9, 'B/s', spec),
    smCount: specified(20, 'SMs', 'vendor architecture paper'),
    tdpW: specified(130, 'W', spec, { low: 40, high: 130 }),
    idleW: assumed(25, 'W', RECALL),
    idleLoadedW: assumed(30, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 2999, 3499, 'USD', price),
    notes: '2,070 TFLOP/s is sparse FP4. Power can be set from 40 to 130 W.',
  };
}

function driveOrin(): DeviceEntry {
  const spec = 'thedailyscout.com/s/b27tJr8FdQE';
  const price = RECALL;
  return {
    id: 'drive-orin',
    name: 'NVIDIA DRIVE AGX Orin',
    vendor: 'NVIDIA',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2022,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(32 * GIB, 'B', spec),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: specified(204.8e9, 'B/s', spec),
    peakFlops: {
      fp16: assumed(40e12, 'FLOP/s', RECALL),
      int8: assumed(80e12, 'OP/s', RECALL),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['fp8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: specified(204.8e9, 'B/s', spec),
    smCount: specified(16, 'SMs', 'vendor architecture paper'),
    tdpW: specified(60, 'W', spec),
    idleW: assumed(15, 'W', RECALL),
    idleLoadedW: assumed(18, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 500, 1000, 'USD', price),
    notes: '254 TOPS is sparse and counts the DLAs. The price is an estimate for car makers.',
  };
}

function driveThor(): DeviceEntry {
  const spec = 'kvynlim.github.io/.../nvidia-drive-thor; en.wikipedia.org/wiki/Nvidia_Drive';
  const price = RECALL;
  return {
    id: 'drive-thor',
    name: 'NVIDIA DRIVE AGX Thor',
    vendor: 'NVIDIA',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2025,
    memoryBytes: assumed(64 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(64 * GIB, 'B', spec),
    memoryType: 'LPDDR5X unified',
    memoryBandwidthBps: specified(273e9, 'B/s', spec),
    peakFlops: {
      fp16: assumed(250e12, 'FLOP/s', RECALL),
      fp8: specified(500e12, 'FLOP/s', spec),
      int8: specified(500e12, 'OP/s', spec),
      fp4: specified(1e15, 'FLOP/s', spec),
    },
    sparsityRate: TENSOR_CORE_SPARSITY,
    weightOnly: ['int4', 'int2'],
    interconnect: 'NVLink-C2C (dual)',
    scaleUpDevices: specified(2, 'devices', spec),
    hostLink: 'SoC (unified)',
    hostBps: specified(273e9, 'B/s', spec),
    smCount: assumed(20, 'SMs', 'vendor architecture paper'),
    tdpW: specified(130, 'W', spec),
    idleW: assumed(25, 'W', RECALL),
    idleLoadedW: assumed(30, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 1500, 3000, 'USD', price),
    notes: 'The headlines are sparse. The development kit has a 350 W supply.',
  };
}

function teslaHw4(): DeviceEntry {
  const spec = RECALL;
  return {
    id: 'tesla-hw4',
    name: 'Tesla HW4 (AI4) computer',
    vendor: 'Tesla',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2023,
    memoryBytes: assumed(16 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(16 * GIB, 'B', spec),
    memoryType: 'GDDR6',
    memoryBandwidthBps: assumed(224e9, 'B/s', spec),
    peakFlops: {
      int8: assumed(100e12, 'OP/s', spec, { low: 100e12, high: 250e12 }),
    },
    weightOnly: [],
    interconnect: 'none',
    hostLink: 'SoC',
    tdpW: assumed(160, 'W', spec),
    idleW: assumed(17.6, 'W', IDLE_SHARE, { low: 12.8, high: 22.4 }),
    idleLoadedW: assumed(17.6, 'W', IDLE_SHARE, { low: 12.8, high: 22.4 }),
    staticShape: staticShapes['tesla-hw4']!,
    notes: 'Nothing official: two redundant chips, estimates run from 100 to 250 TOPS for the computer. Not sold.',
  };
}

function snapdragonXElite(): DeviceEntry {
  const spec =
    'xda-developers.com/.../intel-amd-have-better-npus-than-qualcomm; faceofit.com/qualcomm-x-elite-vs-intel-lunar-lake/amp';
  const price =
    'xda-developers.com/.../intel-amd-have-better-npus-than-qualcomm; faceofit.com/qualcomm-x-elite-vs-intel-lunar-lake/amp';
  return {
    id: 'snapdragon-x-elite',
    name: 'Qualcomm Snapdragon X Elite (Hexagon NPU)',
    vendor: 'Qualcomm',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2024,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(32 * GIB, 'B', spec),
    memoryType: 'LPDDR5X unified',
    memoryBandwidthBps: specified(135e9, 'B/s', spec),
    peakFlops: {
      int8: specified(45e12, 'OP/s', spec),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(135e9, 'B/s', RECALL),
    tdpW: assumed(30, 'W', RECALL, { low: 23, high: 80 }),
    idleW: assumed(4, 'W', RECALL),
    idleLoadedW: assumed(5, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 900, 1800, 'USD', price),
    staticShape: staticShapes['snapdragon-x-elite']!,
    notes: 'Price is that of a laptop; memory goes to 64 GB. Platform power is 23 to 80 W by model.',
  };
}

function snapdragonX2Elite(): DeviceEntry {
  const spec = 'multicoreperformance.com; localaimaster.com/blog/npu-comparison-2026';
  const price = RECALL;
  return {
    id: 'snapdragon-x2-elite',
    name: 'Qualcomm Snapdragon X2 Elite',
    vendor: 'Qualcomm',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2026,
    memoryBytes: assumed(48 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(48 * GIB, 'B', spec),
    memoryType: 'LPDDR5X unified',
    memoryBandwidthBps: specified(152e9, 'B/s', spec),
    peakFlops: {
      int8: specified(80e12, 'OP/s', spec),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(152e9, 'B/s', RECALL),
    tdpW: assumed(35, 'W', RECALL),
    idleW: assumed(4, 'W', RECALL),
    idleLoadedW: assumed(5, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 1200, 2200, 'USD', price),
    staticShape: staticShapes['snapdragon-x2-elite']!,
    notes: '80 to 85 TOPS; the top model has 228 GB/s.',
  };
}

function lunarLakeNpu4(): DeviceEntry {
  const spec = 'localaimaster.com/blog/npu-comparison-2026';
  const price = 'localaimaster.com/blog/npu-comparison-2026';
  return {
    id: 'lunar-lake-npu4',
    name: 'Intel Core Ultra 200V (NPU 4)',
    vendor: 'Intel',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2024,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(32 * GIB, 'B', spec),
    memoryType: 'LPDDR5X-8533 on package',
    memoryBandwidthBps: specified(136.5e9, 'B/s', spec),
    peakFlops: {
      fp16: assumed(24e12, 'FLOP/s', RECALL),
      int8: specified(48e12, 'OP/s', spec),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(136.5e9, 'B/s', RECALL),
    tdpW: assumed(30, 'W', RECALL),
    idleW: assumed(3, 'W', RECALL),
    idleLoadedW: assumed(4, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 900, 1700, 'USD', price),
    staticShape: staticShapes['lunar-lake-npu4']!,
    notes: '48 TOPS is the top model (40 to 48). The GPU beside it adds 67 TOPS.',
  };
}

function ryzenAi300(): DeviceEntry {
  const spec = 'timebusinessnews.com/.../latest-generation-chips-from-amd-intel-a';
  const price = 'timebusinessnews.com/.../latest-generation-chips-from-amd-intel-a';
  return {
    id: 'ryzen-ai-300',
    name: 'AMD Ryzen AI 9 HX 370 (XDNA 2)',
    vendor: 'AMD',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2024,
    memoryBytes: assumed(32 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(32 * GIB, 'B', spec),
    memoryType: 'LPDDR5X-7500 unified',
    memoryBandwidthBps: specified(120e9, 'B/s', spec),
    peakFlops: {
      fp16: assumed(25e12, 'FLOP/s', RECALL),
      int8: specified(50e12, 'OP/s', spec),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(120e9, 'B/s', RECALL),
    tdpW: assumed(28, 'W', RECALL),
    idleW: assumed(4, 'W', RECALL),
    idleLoadedW: assumed(5, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 1000, 1800, 'USD', price),
    staticShape: staticShapes['ryzen-ai-300']!,
    notes: 'Block FP16 runs at the INT8 rate, plain BF16 at about half.',
  };
}

function ryzenAiMax395(): DeviceEntry {
  const spec = RECALL;
  const price = RECALL;
  return {
    id: 'ryzen-ai-max-395',
    name: 'AMD Ryzen AI Max+ 395 (Strix Halo)',
    vendor: 'AMD',
    class: 'npu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2025,
    memoryBytes: assumed(96 * GIB, 'B', RECALL, { note: 'what one program may take of the shared memory' }),
    physicalMemoryBytes: assumed(128 * GIB, 'B', spec),
    memoryType: 'LPDDR5X-8000 256-bit unified',
    memoryBandwidthBps: assumed(256e9, 'B/s', spec),
    peakFlops: {
      fp16: assumed(59e12, 'FLOP/s', spec),
      int8: assumed(118e12, 'OP/s', spec),
    },
    weightOnly: ['fp4', 'int4', 'int2'],
    interconnect: 'none (USB4/10GbE)',
    hostLink: 'SoC (unified)',
    hostBps: assumed(256e9, 'B/s', spec),
    smCount: specified(40, 'compute units', 'vendor architecture paper'),
    tdpW: assumed(120, 'W', spec),
    idleW: assumed(10, 'W', RECALL),
    idleLoadedW: assumed(12, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 1800, 2800, 'USD', price),
    notes: 'The GPU is meant; the neural engine adds 50 TOPS. The GPU can take about 96 GB.',
  };
}

function appleM2(): DeviceEntry {
  const spec =
    'craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks; locara.dev/docs/notes/mac-hardware-lineup';
  const price =
    'craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks; locara.dev/docs/notes/mac-hardware-lineup';
  return {
    id: 'apple-m2',
    name: 'Apple M2',
    vendor: 'Apple',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2022,
    memoryBytes: assumed(16 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(16 * GIB, 'B', spec),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: specified(100e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(3.6e12, 'FLOP/s', spec),
    },
    auxiliaryOps: specified(15.8e12, 'OP/s', spec, { note: 'neural engine' }),
    weightOnly: ['int8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(100e9, 'B/s', RECALL),
    smCount: specified(10, 'GPU cores', 'vendor architecture paper'),
    tdpW: assumed(20, 'W', RECALL),
    idleW: assumed(3, 'W', RECALL),
    idleLoadedW: assumed(4, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 600, 1300, 'USD', price),
    notes: 'GPU rate. Decode figures on one site exceed the bandwidth bound and were not used.',
  };
}

function appleM3(): DeviceEntry {
  const spec =
    'craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks; locara.dev/docs/notes/mac-hardware-lineup';
  const price =
    'craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks; locara.dev/docs/notes/mac-hardware-lineup';
  return {
    id: 'apple-m3',
    name: 'Apple M3',
    vendor: 'Apple',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2023,
    memoryBytes: assumed(16 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(16 * GIB, 'B', spec),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: specified(100e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(4.1e12, 'FLOP/s', spec),
    },
    auxiliaryOps: specified(18e12, 'OP/s', spec, { note: 'neural engine' }),
    weightOnly: ['int8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(100e9, 'B/s', RECALL),
    smCount: specified(10, 'GPU cores', 'vendor architecture paper'),
    tdpW: assumed(22, 'W', RECALL),
    idleW: assumed(3, 'W', RECALL),
    idleLoadedW: assumed(4, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 1100, 1700, 'USD', price),
    notes: 'GPU rate. Decode figures on one site exceed the bandwidth bound and were not used.',
  };
}

function appleM4(): DeviceEntry {
  const spec =
    'craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks; locara.dev/docs/notes/mac-hardware-lineup';
  const price =
    'craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks; locara.dev/docs/notes/mac-hardware-lineup';
  return {
    id: 'apple-m4',
    name: 'Apple M4',
    vendor: 'Apple',
    class: 'npu',
    execution: 'batched',
    gridFit: ['edge'],
    releaseYear: 2024,
    memoryBytes: assumed(24 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(24 * GIB, 'B', spec),
    memoryType: 'LPDDR5X-7500 unified',
    memoryBandwidthBps: specified(120e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(4.3e12, 'FLOP/s', spec),
    },
    auxiliaryOps: specified(38e12, 'OP/s', spec, { note: 'neural engine' }),
    weightOnly: ['int8', 'fp4', 'int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(120e9, 'B/s', RECALL),
    smCount: specified(10, 'GPU cores', 'vendor architecture paper'),
    tdpW: assumed(25, 'W', RECALL),
    idleW: assumed(3, 'W', RECALL),
    idleLoadedW: assumed(4, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 599, 1500, 'USD', price),
    notes: 'GPU rate. The neural engine figure counts INT8, which doubled it.',
  };
}

function appleM4Max(): DeviceEntry {
  const spec =
    'gpuhunter.io/gpu/m4-max; gamebastion.com/n/apple-s-m4-max-is-the-first-non-ultra/474547; craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks';
  const price =
    'gpuhunter.io/gpu/m4-max; gamebastion.com/n/apple-s-m4-max-is-the-first-non-ultra/474547; craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks';
  return {
    id: 'apple-m4-max',
    name: 'Apple M4 Max (40-core GPU)',
    vendor: 'Apple',
    class: 'npu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2024,
    memoryBytes: assumed(128 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(128 * GIB, 'B', spec),
    memoryType: 'LPDDR5X-8533 unified',
    memoryBandwidthBps: specified(546e9, 'B/s', spec),
    peakFlops: {
      fp16: specified(18.4e12, 'FLOP/s', spec),
    },
    auxiliaryOps: specified(38e12, 'OP/s', spec, { note: 'neural engine' }),
    weightOnly: ['int8', 'fp4', 'int4', 'int2'],
    interconnect: 'Thunderbolt 5',
    interconnectBps: specified(10e9, 'B/s', spec),
    scaleUpDevices: specified(4, 'devices', spec),
    hostLink: 'SoC (unified)',
    hostBps: assumed(546e9, 'B/s', RECALL),
    smCount: specified(40, 'GPU cores', 'vendor architecture paper'),
    tdpW: assumed(140, 'W', RECALL),
    idleW: assumed(8, 'W', RECALL),
    idleLoadedW: assumed(10, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 2500, 4700, 'USD', price),
    notes: 'GPU rate: FP16 runs at the FP32 rate, so one site that prints 34 TFLOP/s is twice too high.',
  };
}

function appleM3Ultra(): DeviceEntry {
  const spec =
    'craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks; locara.dev/docs/notes/mac-hardware-lineup';
  const price =
    'craftrigs.pages.dev/comparisons/apple-silicon-llm-benchmarks; locara.dev/docs/notes/mac-hardware-lineup';
  return {
    id: 'apple-m3-ultra',
    name: 'Apple M3 Ultra',
    vendor: 'Apple',
    class: 'npu',
    execution: 'batched',
    gridFit: ['enterprise', 'edge'],
    releaseYear: 2025,
    memoryBytes: assumed(256 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(256 * GIB, 'B', spec),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: specified(819e9, 'B/s', spec),
    peakFlops: {
      fp16: assumed(28e12, 'FLOP/s', RECALL),
    },
    auxiliaryOps: specified(36e12, 'OP/s', spec, { note: 'neural engine' }),
    weightOnly: ['int8', 'fp4', 'int4', 'int2'],
    interconnect: 'Thunderbolt 5',
    interconnectBps: specified(10e9, 'B/s', spec),
    scaleUpDevices: specified(4, 'devices', spec),
    hostLink: 'SoC (unified)',
    hostBps: assumed(819e9, 'B/s', RECALL),
    smCount: specified(80, 'GPU cores', 'vendor architecture paper'),
    tdpW: assumed(270, 'W', RECALL),
    idleW: assumed(12, 'W', RECALL),
    idleLoadedW: assumed(14, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 4000, 9500, 'USD', price),
    notes: 'GPU rate. Sold with up to 512 GB.',
  };
}

function appleA17Pro(): DeviceEntry {
  const spec = RECALL;
  const price = RECALL;
  return {
    id: 'apple-a17-pro',
    name: 'Apple A17 Pro',
    vendor: 'Apple',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2023,
    memoryBytes: assumed(3.5 * GIB, 'B', RECALL, {
      low: 3 * GIB,
      high: 4 * GIB,
      note: 'what one program may take of the shared memory',
    }),
    physicalMemoryBytes: assumed(8 * GIB, 'B', spec),
    memoryType: 'LPDDR5 unified',
    memoryBandwidthBps: assumed(51.2e9, 'B/s', spec),
    peakFlops: {
      int8: assumed(35e12, 'OP/s', spec),
    },
    auxiliaryOps: assumed(2.1e12, 'FLOP/s', spec, { note: 'GPU, FP16' }),
    weightOnly: ['int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(51.2e9, 'B/s', spec),
    tdpW: assumed(6, 'W', spec),
    idleW: assumed(0.5, 'W', RECALL),
    idleLoadedW: assumed(0.8, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 800, 1100, 'USD', price),
    staticShape: staticShapes['apple-a17-pro']!,
    notes: 'Price is that of a phone. About 3 to 4 of the 8 GB can hold a model; sustained power is 3 to 5 W.',
  };
}

function appleA18Pro(): DeviceEntry {
  const spec = RECALL;
  const price = RECALL;
  return {
    id: 'apple-a18-pro',
    name: 'Apple A18 Pro',
    vendor: 'Apple',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2024,
    memoryBytes: assumed(4 * GIB, 'B', RECALL, { note: 'what one program may take of the shared memory' }),
    physicalMemoryBytes: assumed(8 * GIB, 'B', spec),
    memoryType: 'LPDDR5X-7500 unified',
    memoryBandwidthBps: assumed(60e9, 'B/s', spec),
    peakFlops: {
      int8: assumed(35e12, 'OP/s', spec),
    },
    auxiliaryOps: assumed(2.3e12, 'FLOP/s', spec, { note: 'GPU, FP16' }),
    weightOnly: ['int4', 'int2'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(60e9, 'B/s', spec),
    tdpW: assumed(7, 'W', spec),
    idleW: assumed(0.5, 'W', RECALL),
    idleLoadedW: assumed(0.8, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 900, 1300, 'USD', price),
    staticShape: staticShapes['apple-a18-pro']!,
    notes: 'Price is that of a phone. About 4 of the 8 GB can hold a model.',
  };
}

function snapdragon8Elite(): DeviceEntry {
  const spec = RECALL;
  const price = RECALL;
  return {
    id: 'snapdragon-8-elite',
    name: 'Qualcomm Snapdragon 8 Elite',
    vendor: 'Qualcomm',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2024,
    memoryBytes: assumed(16 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(16 * GIB, 'B', spec),
    memoryType: 'LPDDR5X-10667 unified',
    memoryBandwidthBps: assumed(85.3e9, 'B/s', spec),
    peakFlops: {
      int8: assumed(45e12, 'OP/s', spec, { low: 45e12, high: 80e12 }),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(85.3e9, 'B/s', spec),
    tdpW: assumed(8, 'W', spec),
    idleW: assumed(0.5, 'W', RECALL),
    idleLoadedW: assumed(0.8, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 700, 1300, 'USD', price),
    staticShape: staticShapes['snapdragon-8-elite']!,
    notes: 'The vendor publishes no TOPS; estimates run from 45 to 80. Price is that of a phone.',
  };
}

function googleTensorG5(): DeviceEntry {
  const spec = RECALL;
  const price = RECALL;
  return {
    id: 'google-tensor-g5',
    name: 'Google Tensor G5 (phone TPU)',
    vendor: 'Google',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2025,
    memoryBytes: assumed(16 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: assumed(16 * GIB, 'B', spec),
    memoryType: 'LPDDR5X unified',
    memoryBandwidthBps: assumed(68e9, 'B/s', spec),
    peakFlops: {
      int8: assumed(34e12, 'OP/s', RECALL, {
        low: 15e12,
        high: 45e12,
        note: 'nothing published: half a TOPS per GB/s, as other phone chips have',
      }),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'SoC (unified)',
    hostBps: assumed(68e9, 'B/s', spec),
    tdpW: assumed(7, 'W', spec),
    idleW: assumed(0.5, 'W', RECALL),
    idleLoadedW: assumed(0.8, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 800, 1200, 'USD', price),
    staticShape: staticShapes['google-tensor-g5']!,
    notes: 'No TOPS are published. Price is that of a phone.',
  };
}

function googleCoralEdgeTpu(): DeviceEntry {
  const spec = RECALL;
  const price = RECALL;
  return {
    id: 'google-coral-edge-tpu',
    name: 'Google Edge TPU (Coral)',
    vendor: 'Google',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2019,
    memoryBytes: assumed(8e6, 'B', spec),
    memoryType: '8 MB SRAM',
    memoryBandwidthBps: assumed(64e9, 'B/s', RECALL, {
      low: 16e9,
      high: 128e9,
      note: 'not published; order of magnitude of on-chip weight feeding',
    }),
    peakFlops: {
      int8: assumed(4e12, 'OP/s', spec),
    },
    weightOnly: [],
    interconnect: 'none',
    hostLink: 'PCIe Gen2 x1 / USB3',
    hostBps: assumed(500e6, 'B/s', spec),
    tdpW: assumed(2, 'W', spec),
    idleW: assumed(0.4, 'W', RECALL),
    idleLoadedW: assumed(0.5, 'W', RECALL),
    priceUsd: geometricMiddle('assumed', 25, 60, 'USD', price),
    staticShape: staticShapes['google-coral-edge-tpu']!,
    notes: 'Its 8 MB cannot hold a language model: vision networks only.',
  };
}

function hailo10h(): DeviceEntry {
  const spec =
    'awesomeagents.ai/hardware/hailo-10h; news.lavx.hu/.../raspberry-pi-ai-hat-2-review-8gb-ram-for; theregister.com/2024/04/10/hailo_10h_ai_chip';
  const price =
    'awesomeagents.ai/hardware/hailo-10h; news.lavx.hu/.../raspberry-pi-ai-hat-2-review-8gb-ram-for; theregister.com/2024/04/10/hailo_10h_ai_chip';
  return {
    id: 'hailo-10h',
    name: 'Hailo-10H (Raspberry Pi AI HAT+ 2)',
    vendor: 'Hailo',
    class: 'npu',
    execution: 'static-npu',
    gridFit: ['edge'],
    releaseYear: 2025,
    memoryBytes: assumed(8 * USABLE_GIB, 'B', spec, { note: USABLE_NOTE }),
    physicalMemoryBytes: specified(8 * GIB, 'B', spec),
    memoryType: 'LPDDR4X on module',
    memoryBandwidthBps: assumed(17e9, 'B/s', RECALL),
    peakFlops: {
      int8: specified(20e12, 'OP/s', spec),
      int4: specified(40e12, 'OP/s', spec),
    },
    weightOnly: ['int4'],
    interconnect: 'none',
    hostLink: 'PCIe Gen2 x1 on Pi 5 (Gen3 x4 on M.2)',
    hostBps: specified(500e6, 'B/s', spec),
    tdpW: specified(3, 'W', spec),
    idleW: assumed(0.6, 'W', RECALL),
    idleLoadedW: assumed(1, 'W', RECALL),
    priceUsd: geometricMiddle('specified', 130, 200, 'USD', price),
    staticShape: staticShapes['hailo-10h']!,
    notes:
      'Qwen2-1.5B was measured at 9.45 tok/s, about 9 GB/s in effect. Reviews that call 40 TOPS INT8 or name the 8L are wrong.',
  };
}

/** Builders of the entries of this file. */
export const edgeDevices: Builders<DeviceEntry> = {
  'jetson-orin-nano-super': jetsonOrinNanoSuper,
  'jetson-orin-nx-16': jetsonOrinNx16,
  'jetson-agx-orin-64': jetsonAgxOrin64,
  'jetson-agx-thor': jetsonAgxThor,
  'drive-orin': driveOrin,
  'drive-thor': driveThor,
  'tesla-hw4': teslaHw4,
  'snapdragon-x-elite': snapdragonXElite,
  'snapdragon-x2-elite': snapdragonX2Elite,
  'lunar-lake-npu4': lunarLakeNpu4,
  'ryzen-ai-300': ryzenAi300,
  'ryzen-ai-max-395': ryzenAiMax395,
  'apple-m2': appleM2,
  'apple-m3': appleM3,
  'apple-m4': appleM4,
  'apple-m4-max': appleM4Max,
  'apple-m3-ultra': appleM3Ultra,
  'apple-a17-pro': appleA17Pro,
  'apple-a18-pro': appleA18Pro,
  'snapdragon-8-elite': snapdragon8Elite,
  'google-tensor-g5': googleTensorG5,
  'google-coral-edge-tpu': googleCoralEdgeTpu,
  'hailo-10h': hailo10h,
};
