import { describe, expect, test } from 'vitest';
import { classDefaults, deviceClasses, deviceClassOf } from '../src/class-defaults.js';
import { deviceAliases } from '../src/data/device-aliases.js';
import type { DeviceEntry, GemmConstants } from '../src/entries.js';
import { devices, findDevice } from '../src/lookup.js';

const device = (id: string): DeviceEntry => {
  const found = findDevice(id);
  if (found === undefined) throw new Error(`no device ${id}`);
  return found;
};

describe('devices', () => {
  test('carry well-known figures in base units', () => {
    const h100 = device('h100-sxm');
    expect(h100.memoryBytes).toMatchObject({ value: 85520809984, unit: 'B', grade: 'measured' });
    expect(h100.memoryBandwidthBps.value).toBe(3.35e12);
    expect(h100.peakFlops.fp16?.value).toBe(989e12);
    expect(h100.peakFlops.fp8?.value).toBe(1979e12);
    expect(h100.tdpW.value).toBe(700);
    expect(h100.idleLoadedW.value).toBe(115);
    expect(h100.interconnectBps?.value).toBe(450e9);
    expect(h100.cloudUsdPerH).toMatchObject({ value: 3.5, low: 2.4, high: 6.88 });
    expect(device('b200-sxm').memoryBandwidthBps.value).toBe(7.7e12);
    expect(device('mi300x').memoryBytes.value).toBe(192 * Math.floor(2 ** 30 * 0.985));
    expect(device('groq-lpu-v1').memoryBytes.value).toBe(230e6);
    expect(device('apple-m4-max').peakFlops.fp16?.value).toBe(18.4e12);
  });

  test('fit at least one grid and every grid has some of each kind it needs', () => {
    for (const { id, gridFit } of devices()) expect(gridFit.length, id).toBeGreaterThan(0);
    for (const grid of ['cloud', 'enterprise', 'edge'] as const) {
      expect(devices().filter(({ gridFit }) => gridFit.includes(grid)).length).toBeGreaterThan(10);
    }
    expect(new Set(devices().map(({ class: kind }) => kind))).toEqual(new Set(['gpu', 'asic', 'npu']));
  });

  test('state at least one arithmetic rate, positive rates, and watts in order', () => {
    for (const d of devices()) {
      expect(Object.keys(d.peakFlops).length, d.id).toBeGreaterThan(0);
      expect(d.memoryBandwidthBps.value, d.id).toBeGreaterThan(0);
      expect(d.memoryBytes.value, d.id).toBeGreaterThan(0);
      expect(Number.isInteger(d.memoryBytes.value), d.id).toBe(true);
      expect(d.idleLoadedW.value, d.id).toBeGreaterThanOrEqual(d.idleW.value);
      expect(d.tdpW.value, d.id).toBeGreaterThan(d.idleLoadedW.value);
      if (d.physicalMemoryBytes) expect(d.physicalMemoryBytes.value, d.id).toBeGreaterThanOrEqual(d.memoryBytes.value);
    }
  });

  test('leave absent what does not exist or is not sold, and never say zero for it', () => {
    for (const d of devices()) {
      for (const q of [d.interconnectBps, d.hostBps, d.priceUsd, d.cloudUsdPerH, d.scaleUpDevices, d.smCount]) {
        if (q !== undefined) expect(q.value, d.id).toBeGreaterThan(0);
      }
    }
    for (const id of ['tpu-v5e', 'trainium2', 'inferentia2', 'tesla-hw4']) expect(device(id).priceUsd).toBeUndefined();
    expect(device('l4').interconnectBps).toBeUndefined();
  });

  test('list weight-only formats beside, not among, the native 8- and 4-bit float and 8-bit integer rates', () => {
    for (const d of devices()) {
      for (const format of d.weightOnly) {
        if (format === 'fp8' || format === 'int8' || format === 'fp4')
          expect(d.peakFlops[format], d.id).toBeUndefined();
      }
    }
    expect(device('a100-80-sxm').weightOnly).toContain('fp8');
    expect(device('h100-sxm').weightOnly).toContain('int4');
  });

  test('have the constants their way of execution needs, and no others', () => {
    for (const d of devices()) {
      expect(d.pipeline !== undefined, d.id).toBe(d.execution === 'sram-pipeline');
      expect(d.staticShape !== undefined, d.id).toBe(d.execution === 'static-npu');
      if (d.kernels) expect(d.execution).toBe('batched');
    }
    expect(devices().filter((d) => d.execution === 'sram-pipeline')).toHaveLength(3);
    expect(devices().filter((d) => d.execution === 'static-npu')).toHaveLength(14);
  });

  test('keep the slow INT8 units of Blackwell Ultra', () => {
    expect(device('b300-sxm').peakFlops.int8!.value / device('b200-sxm').peakFlops.int8!.value).toBeLessThan(0.04);
    expect(device('b300-sxm').kernels?.gemm.int8?.peakFlops.value).toBe(155e12);
  });
});

describe('fitted constants', () => {
  const fitted = devices().filter((d) => d.kernels !== undefined);

  test('come with prefill grids, collectives and 16-bit products of a plausible efficiency', () => {
    expect(fitted.length).toBeGreaterThanOrEqual(26);
    for (const { id, kernels } of fitted) {
      expect(kernels!.gemm.fp16.computeEfficiency.value, id).toBeGreaterThan(0.4);
      expect(
        kernels!.collectives.every(({ ranks }) => [2, 4, 8, 16].includes(ranks)),
        id,
      ).toBe(true);
      expect(kernels!.smCount.value, id).toBeGreaterThan(2);
    }
  });

  test('stand in for the class where only they were measured, and nowhere else', () => {
    const mi300x = device('mi300x').kernels!;
    expect(mi300x.gemm.fp8?.computeEfficiency).toMatchObject({ grade: 'fitted', value: 0.42 });
    expect(mi300x.gemm.fp8?.memoryEfficiency.grade).toBe('assumed');
    expect(mi300x.gemm.fp16.computeEfficiency.value).toBeCloseTo(0.49, 12);
    expect(mi300x.benchmarks?.vendorCollectives?.allReduce).toHaveLength(1);
    expect(device('a40').kernels!.gemm.fp16.computeEfficiency.grade).toBe('fitted');
    expect(device('a40').kernels!.gemm.int8?.computeEfficiency.grade).toBe('assumed');
    expect(device('mi250x').kernels).toBeUndefined();
  });

  test('of benchmarks name a cache and a library wherever they are', () => {
    for (const { id, kernels } of fitted) {
      const benchmarks = kernels!.benchmarks;
      if (benchmarks?.warmDecode !== undefined) expect(benchmarks.cacheBytes!.value, id).toBeGreaterThan(30e6);
      for (const { busBps } of benchmarks?.vendorCollectives?.allReduce ?? []) {
        expect(busBps.value, id).toBeGreaterThan(150e9);
        expect(busBps.value, id).toBeLessThan(1e12);
      }
    }
  });

  test('take the fused rule for FP8 and keep the separate kernel beside it', () => {
    for (const id of ['h100-sxm', 'h200-sxm', 'b200-sxm']) {
      const { gemm, gemmSeparateQuantisation } = device(id).kernels!;
      expect(gemm.fp8).toMatchObject({
        fixedS: { value: 4.5e-6 },
        kneeExponent: { value: 2 },
        quantisationFactor: { value: 0.5 },
      });
      expect(gemmSeparateQuantisation?.fp8?.quantisationFactor.value).toBeGreaterThan(
        gemm.fp8!.quantisationFactor.value,
      );
    }
  });

  test('reproduce a known latency: one token through a 4096 x 14336 product on H100 is bandwidth-bound', () => {
    const g = device('h100-sxm').kernels!.gemm.fp16;
    const seconds = gemmSeconds(g, 1, 4096, 14336, 2);
    const ideal = (4096 * 14336 * 2) / g.bandwidthBps.value;
    expect(seconds / ideal).toBeGreaterThan(1.1);
    expect(seconds / ideal).toBeLessThan(1.4);
  });

  test('give mixture-of-experts models a power tuple of their own where one was fitted', () => {
    expect(device('h100-sxm').power?.dense.memoryW).toMatchObject({ value: 428, grade: 'fitted' });
    expect(device('h100-sxm').power?.moe?.activeW.value).toBe(343);
    expect(device('b200-sxm').power?.dense.computeW.value).toBe(603);
    expect(device('gb200-nvl72').power?.dense.computeW).toMatchObject({ value: 1.2 * 603, grade: 'assumed' });
  });
});

function gemmSeconds(g: GemmConstants, m: number, k: number, n: number, weightBytes: number): number {
  const compute =
    ((2 * m * n * k) / (g.peakFlops.value * g.computeEfficiency.value)) * (1 + g.halfEfficiencyTokens.value / m);
  const memory = (n * k * weightBytes + m * k * 2 + 2 * m * n) / (g.bandwidthBps.value * g.memoryEfficiency.value);
  const p = g.kneeExponent.value;
  return g.fixedS.value + (compute ** p + memory ** p) ** (1 / p);
}

describe('sister kernels', () => {
  test('keep the efficiencies of the sister, take the rates of the device, and are assumed throughout', () => {
    const sxm = device('a100-80-sxm').kernels!;
    const pcie = device('a100-80-pcie').kernels!;
    expect(pcie.gemm.fp16.computeEfficiency.value).toBe(sxm.gemm.fp16.computeEfficiency.value);
    expect(pcie.gemm.fp16.bandwidthBps).toBe(device('a100-80-pcie').memoryBandwidthBps);
    expect(pcie.gemm.fp16.peakFlops.value).toBe(sxm.gemm.fp16.peakFlops.value);
    for (const q of [pcie.gemm.fp16.fixedS, pcie.gemm.int8!.kneeExponent, pcie.decodeAttention.fp16.perHeadS]) {
      expect(q.grade).toBe('assumed');
      expect(q.note).toContain('A100');
    }
    expect(pcie.collectiveMidSizeSlowdown).toBe(false);
    expect(pcie.collectives[0]!.busBps.value).toBeLessThan(sxm.collectives[0]!.busBps.value);
  });

  test('scale every peak by one ratio and keep ranks and links where none are given', () => {
    const h100 = device('h100-sxm').kernels!;
    const h20 = device('h20').kernels!;
    expect(h20.gemm.fp16.peakFlops.value).toBeCloseTo(148e12, -9);
    expect(h20.gemm.fp8!.peakFlops.value / h100.gemm.fp8!.peakFlops.value).toBeCloseTo(148 / 989, 9);
    expect(h20.collectives.map(({ ranks, busBps }) => [ranks, busBps.value])).toEqual(
      h100.collectives.map(({ ranks, busBps }) => [ranks, busBps.value]),
    );
    expect(Object.keys(h20.decodeAttention).sort()).toEqual(Object.keys(h100.decodeAttention).sort());
  });
});

describe('aliases', () => {
  test('find the devices that measured tables name, in any case', () => {
    const names = {
      H100: 'h100-sxm',
      h100_sxm: 'h100-sxm',
      'H100-SXM-80GB': 'h100-sxm',
      'NVIDIA A100-SXM4-80GB': 'a100-80-sxm',
      'A100-PCIE-80GB': 'a100-80-pcie',
      GB200: 'gb200-nvl72',
      'RTX PRO 6000 Blackwell Server Edition': 'rtx-pro-6000-server',
      '3090 24GB': 'rtx-3090',
      'Apple M1 Max 32-core GPU 64GB': 'apple-m1-max',
      'AMD Ryzen AI MAX+ PRO 395 NPU (XDNA2)': 'ryzen-ai-max-395-npu',
      'Snapdragon 8 Elite QRD': 'snapdragon-8-elite',
      'Trainium1 (trn1.32xlarge, 16 chips / 32 NeuronCores)': 'trainium1',
    };
    for (const [name, id] of Object.entries(names)) expect(findDevice(name)?.id, name).toBe(id);
  });

  test('belong to devices that exist, one each', () => {
    const seen = new Map<string, string>(devices().map(({ id }) => [id, id]));
    for (const [id, aliases] of Object.entries(deviceAliases)) {
      expect(device(id).aliases, id).toBe(aliases);
      for (const alias of aliases) {
        expect([undefined, id], alias).toContain(seen.get(alias.toLowerCase()));
        seen.set(alias.toLowerCase(), id);
      }
    }
  });
});

describe('class defaults', () => {
  test('exist for every device, complete and graded assumed', () => {
    for (const d of devices()) {
      const { kernels, power } = classDefaults(d);
      expect(kernels.gemm.fp16.peakFlops.value, d.id).toBeGreaterThan(0);
      expect(kernels.gemm.fp16.computeEfficiency.grade).toBe('assumed');
      expect(kernels.collectives.map(({ ranks }) => ranks)).toEqual([2, 4, 8]);
      for (const { busBps, latencyS } of kernels.collectives) {
        expect(busBps.value).toBeGreaterThan(0);
        expect(latencyS.value).toBeGreaterThan(0);
      }
      expect(power.dense.activeW.value).toBeCloseTo(0.25 * d.tdpW.value, 9);
      const full =
        power.dense.idleInterceptW.value +
        power.dense.activeW.value +
        power.dense.memoryW.value +
        power.dense.computeW.value;
      expect(full, d.id).toBeGreaterThan(d.tdpW.value);
    }
  });

  test('have a tuple for every arithmetic rate the device states', () => {
    for (const d of devices()) {
      const { gemm } = classDefaults(d).kernels;
      for (const dtype of Object.keys(d.peakFlops) as (keyof typeof d.peakFlops)[]) {
        expect(gemm[dtype]?.peakFlops.value, `${d.id} ${dtype}`).toBe(d.peakFlops[dtype]!.value);
      }
    }
  });

  test('put each device into the class one would expect', () => {
    const of = (id: string): string => deviceClassOf(device(id));
    expect(of('mi300x')).toBe('datacentre-gpu');
    expect(of('rtx-4090')).toBe('pcie-gpu');
    expect(of('tpu-v6e')).toBe('batched-asic');
    expect(of('jetson-agx-orin-64')).toBe('unified-soc');
    expect(of('dgx-spark-gb10')).toBe('unified-soc');
    expect(of('apple-m3-ultra')).toBe('unified-soc');
    expect(of('hailo-10h')).toBe('static-npu');
    expect(deviceClasses()).toHaveLength(5);
  });

  test('give a mesh only the links between the ranks that take part', () => {
    const bus = classDefaults(device('mi300x')).kernels.collectives.map(({ busBps }) => busBps.value / 1e9);
    expect(bus[0]).toBeCloseTo(0.68 * 64, 6);
    expect(bus[1]).toBeCloseTo(0.75 * 192, 6);
    expect(bus[2]).toBeCloseTo(0.85 * 448, 6);
  });

  test('fall back to the host where links do not reach: bridged pairs, cards without links', () => {
    const bridged = classDefaults(device('h100-nvl')).kernels.collectives;
    expect(bridged[0]!.busBps.value).toBeGreaterThan(100e9);
    expect(bridged[1]!.busBps.value).toBeLessThan(20e9);
    expect(classDefaults(device('rtx-4090')).kernels.collectives[0]!.busBps.value).toBe(12e9);
  });

  test('refuse a device without any rate, by name', () => {
    expect(() => classDefaults({ ...device('l4'), id: 'blank', peakFlops: {} })).toThrow(/blank/);
  });
});

describe('machines that are not GPUs', () => {
  const tokensPerS = (id: string, layers: number, weightBytes: number): number => {
    const p = device(id).pipeline!;
    const stages = layers * p.stagesPerLayer!.value;
    const stageS = weightBytes / stages / (p.sramBandwidthBps.value * p.bandwidthEfficiency.value) + p.hopS.value;
    return 1 / (stages * stageS);
  };
  const chips = (id: string, weightBytes: number): number => {
    const p = device(id).pipeline!;
    return Math.ceil(weightBytes / (p.sramBytesPerChip.value * p.weightSramShare!.value));
  };

  test('reproduce the published tokens/s per user of Groq and Cerebras under the documented reading', () => {
    expect(tokensPerS('groq-lpu-v1', 80, 70.6e9)).toBeGreaterThan(250);
    expect(tokensPerS('groq-lpu-v1', 80, 70.6e9)).toBeLessThan(300);
    expect(tokensPerS('groq-lpu-v1', 32, 8.03e9)).toBeGreaterThan(750);
    expect(tokensPerS('groq-lpu-v1', 32, 8.03e9)).toBeLessThan(1300);
    expect(tokensPerS('cerebras-wse3', 80, 141.1e9)).toBeCloseTo(450, -1);
    expect(tokensPerS('cerebras-wse3', 32, 16.06e9) / 1800).toBeCloseTo(1, 1);
  });

  test('need the published number of chips', () => {
    expect(Math.abs(chips('groq-lpu-v1', 70.6e9) - 576)).toBeLessThan(6);
    expect(chips('cerebras-wse3', 141.1e9)).toBe(4);
    expect(chips('cerebras-wse3', 16.06e9)).toBe(1);
  });

  test('reproduce the decode rates of two neural engines', () => {
    const rate = (id: string, weightBytes: number, kvBytes: number, layerTokens: number): number => {
      const d = device(id);
      const s = d.staticShape!;
      const bps = d.memoryBandwidthBps.value;
      const kvS = kvBytes / (bps * (s.kvEfficiency ?? s.memoryEfficiency).value);
      const contextS = layerTokens * (s.decodeContextS?.value ?? 0);
      return 1 / (weightBytes / (bps * s.memoryEfficiency.value) + kvS + contextS + s.stepFixedS.value);
    };
    // Half a byte per weight of the layers, 8-bit LM head, 8-bit KV of a context of 4,096.
    const llama8b = rate('snapdragon-8-elite', 6.98e9 / 2 + 0.525e9, 4096 * 65536, 32 * 4096);
    expect(Math.abs(llama8b / 14.4 - 1)).toBeLessThan(0.05);
    const llama3b = rate('snapdragon-8-elite', 2.82e9 / 2 + 0.394e9, 4096 * 57344, 28 * 4096);
    expect(Math.abs(llama3b / 28 - 1)).toBeLessThan(0.07);
    const qwen2 = rate('hailo-10h', 1.54e9 * 0.53, 2048 * 28672, 0);
    expect(Math.abs(qwen2 / 9.45 - 1)).toBeLessThan(0.05);
  });
});
