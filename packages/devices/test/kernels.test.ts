import { allReduceShape, type DeviceEntry, findDevice } from '@infersim/catalog';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkArea, windowChunkArea } from '../src/attention.js';
import { allReduceS, halfAllReduceS } from '../src/collective.js';
import { type GemmRates, gemmS, pNorm } from '../src/gemm.js';
import { glueBytesPerToken, glueS } from '../src/glue.js';
import { GradeTrail } from '../src/grade-trail.js';
import { resolveCollective, resolveKernels } from '../src/kernel-resolution.js';
import { distinctExperts, type MoeLayer, type MoeRates, moeBytes, moeS, ratesForExpertSize } from '../src/moe.js';

function device(id: string): DeviceEntry {
  const entry = findDevice(id);
  if (entry === undefined) throw new Error(id);
  return entry;
}

const H100: GemmRates = {
  peakFlops: 989e12,
  bandwidthBps: 3.35e12,
  fixedS: 3.8e-6,
  computeEfficiency: 0.812,
  memoryEfficiency: 0.875,
  kneeExponent: 3.13,
  halfEfficiencyTokens: 0,
  quantisationFactor: 0,
  activationBytes: 2,
};

describe('gemmS', () => {
  it('is worked by hand for one token: 4096 x 4096 in fp16 on H100', () => {
    const memory = (4096 * 4096 * 2 + 4096 * 2 + 2 * 4096) / (3.35e12 * 0.875);
    const compute = (2 * 4096 * 4096) / (989e12 * 0.812);
    const expected = 3.8e-6 + (memory ** 3.13 + compute ** 3.13) ** (1 / 3.13);
    expect(gemmS(H100, 1, 4096, 4096, 2)).toBeCloseTo(expected, 12);
    expect(expected * 1e6).toBeCloseTo(15.25, 1);
  });

  it('approaches the compute rate with many tokens', () => {
    const seconds = gemmS(H100, 16384, 8192, 8192, 2);
    const flops = (2 * 16384 * 8192 * 8192) / seconds;
    expect(flops / (989e12 * 0.812)).toBeGreaterThan(0.97);
  });

  it('takes no time for no tokens', () => {
    expect(gemmS(H100, 0, 4096, 4096, 2)).toBe(0);
  });

  it('never falls with more tokens, columns or weight bytes, nor rises with bandwidth', () => {
    const size = fc.integer({ min: 1, max: 20000 });
    fc.assert(
      fc.property(size, size, size, fc.double({ min: 1, max: 9, noNaN: true }), (m, n, k, p) => {
        const rates = { ...H100, kneeExponent: p, halfEfficiencyTokens: 40 };
        const base = gemmS(rates, m, n, k, 1);
        const slack = 1 + 1e-12;
        expect(gemmS(rates, m + 1, n, k, 1) * slack).toBeGreaterThanOrEqual(base);
        expect(gemmS(rates, m, n + 1, k, 1) * slack).toBeGreaterThanOrEqual(base);
        expect(gemmS(rates, m, n, k, 2) * slack).toBeGreaterThanOrEqual(base);
        expect(gemmS({ ...rates, bandwidthBps: 2 * rates.bandwidthBps }, m, n, k, 1)).toBeLessThanOrEqual(base * slack);
      }),
    );
  });

  it('bounds the p-norm by its larger side and its sum', () => {
    expect(pNorm(3, 4, 2)).toBeCloseTo(5, 12);
    expect(pNorm(3, 4, 1)).toBeCloseTo(7, 12);
    expect(pNorm(0, 0, 2)).toBe(0);
  });
});

describe('chunk areas', () => {
  it('telescope: chunked prefill does the attention of the whole prompt', () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 4000 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        chunks,
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 1, max: 4096 }),
        (sizes, start, window) => {
          let cached = start;
          let area = 0;
          let windowed = 0;
          for (const size of sizes) {
            area += chunkArea(size, cached);
            windowed += windowChunkArea(size, cached, window);
            cached += size;
          }
          expect(area).toBe(chunkArea(cached - start, start));
          expect(windowed).toBeCloseTo(windowChunkArea(cached - start, start, window), 3);
          expect(windowed).toBeLessThanOrEqual(area);
        },
      ),
    );
  });
});

describe('allReduceS', () => {
  const nvlink = { ranks: 8, latencyS: 4.8e-6, busBps: 468e9, midSizeSlowdown: true };

  const [kernel, library, barrier] = [
    allReduceShape.kernelShare.value,
    allReduceShape.libraryShare.value,
    allReduceShape.barrierShare.value,
  ];

  it('is worked by hand for one pass, two passes, the library and the full rate over 8 ranks', () => {
    expect(allReduceS(nvlink, 1e5)).toBeCloseTo(4.8e-6 + (1e5 * 7) / (kernel * 468e9), 12);
    expect(allReduceS(nvlink, 4e6)).toBeCloseTo(4.8e-6 * (1 + barrier) + (4e6 * 1.75) / (kernel * 468e9), 12);
    expect(allReduceS(nvlink, 64e6)).toBeCloseTo(4.8e-6 + (64e6 * 1.75) / (library * 468e9), 12);
    expect(allReduceS(nvlink, 1e9)).toBeCloseTo(4.8e-6 + (1e9 * 1.75) / 468e9, 12);
    expect(allReduceS({ ...nvlink, ranks: 1 }, 1e9)).toBe(0);
  });

  it('needs no second barrier between two ranks', () => {
    const pair = { ...nvlink, ranks: 2 };
    expect(allReduceS(pair, 4e6)).toBeCloseTo(4.8e-6 + 4e6 / (kernel * 468e9), 12);
    expect(allReduceS({ ...pair, midSizeSlowdown: false }, 4e6)).toBeCloseTo(4.8e-6 + 4e6 / 468e9, 12);
  });

  it('is half of two passes for a gather, whatever the size', () => {
    expect(halfAllReduceS(nvlink, 1e5)).toBeCloseTo(2.4e-6 + (1e5 * 1.75) / (kernel * 468e9) / 2, 12);
    expect(halfAllReduceS(nvlink, 1e9)).toBeCloseTo(allReduceS(nvlink, 1e9) / 2, 12);
  });

  it('never falls with a larger message, across all thresholds', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(2, 4, 8, 16),
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 1, max: 2, noNaN: true }),
        (ranks, exponent, f) => {
          const rates = { ...nvlink, ranks };
          const bytes = Math.exp(exponent);
          expect(allReduceS(rates, bytes * f)).toBeGreaterThanOrEqual(allReduceS(rates, bytes));
        },
      ),
    );
  });

  it('takes the host-staged row where devices cannot reach each other', () => {
    const card = device('rtx-pro-6000');
    const direct = resolveCollective(card, 2, true, new GradeTrail());
    const staged = resolveCollective(card, 2, false, new GradeTrail());
    expect(staged.busBps).toBeLessThan(direct.busBps / 2);
    expect(staged.latencyS).toBeGreaterThan(direct.latencyS);
  });
});

describe('glueS', () => {
  it('moves ten hidden widths and three of heads and FFN per token', () => {
    const bytes = glueBytesPerToken(4096, 14336, 6144);
    expect(bytes).toBe(2 * (40960 + 43008 + 18432));
    expect(glueS(14e-6, 100, bytes, 3.35e12)).toBeCloseTo(14e-6 + (100 * bytes) / (0.8 * 3.35e12), 15);
  });
});

describe('experts', () => {
  const rates: MoeRates = {
    peakFlops: 989e12,
    bandwidthBps: 3.35e12,
    fixedS: 68e-6,
    computeEfficiency: 0.9,
    memoryEfficiency: 0.58,
    routingSkew: 0.27,
    imbalance: 1,
    paddingTokens: 32,
    activationBytes: 2,
  };
  const layer: MoeLayer = {
    experts: 128,
    expertsPerToken: 8,
    hidden: 2048,
    width: 768,
    weightBytes: 2,
    expertParallel: 1,
  };

  it('touches the chosen experts for one token and nearly all for many', () => {
    expect(distinctExperts(layer, 1, 1)).toBeCloseTo(8, 9);
    expect(distinctExperts(layer, 1, 2)).toBeCloseTo(128 * (1 - (120 / 128) ** 2), 9);
    expect(distinctExperts(layer, 1, 1000)).toBeCloseTo(128, 6);
  });

  it('waits for the slowest rank under expert parallelism', () => {
    const split = { ...layer, expertParallel: 8 };
    expect(distinctExperts(split, 1, 4)).toBeGreaterThan(distinctExperts(layer, 1, 4) / 8);
    expect(distinctExperts(split, 1, 10000)).toBeLessThanOrEqual(16);
  });

  it('moves activations in the format that the experts compute in, and returns 16 bits', () => {
    // 1,000 tokens on 8 experts, imbalance 1: 16,000 pairs; 2,048 in and back, three times 768 between.
    const moved = (bytes: number) => (16_000 * (2048 * (2 + bytes) + 3 * 768 * bytes)) / 3.35e12;
    const narrow = { ...rates, activationBytes: 1 };
    expect(moeS(rates, layer, 1000) - moeS(narrow, layer, 1000)).toBeCloseTo(moved(2) - moved(1), 12);
    expect(moeBytes(rates, layer, 1000) - moeBytes(narrow, layer, 1000)).toBeCloseTo(8000 * (2048 + 3 * 768), 3);
  });

  it('never costs less for more tokens', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9000 }), (tokens) => {
        expect(moeS(rates, layer, tokens + 1)).toBeGreaterThanOrEqual(moeS(rates, layer, tokens));
      }),
    );
  });

  it('moves from the constants of small experts to those of large ones with the logarithm of their size', () => {
    const large = {
      ...rates,
      fixedS: 55e-6,
      computeEfficiency: 0.5,
      memoryEfficiency: 0.84,
      routingSkew: 1,
      imbalance: 0.2,
    };
    const bySize = { small: rates, large, smallBytes: 25e6, largeBytes: 100e6 };
    expect(ratesForExpertSize(bySize, 25e6)).toBe(rates);
    expect(ratesForExpertSize(bySize, 100e6)).toBe(large);
    const middle = ratesForExpertSize(bySize, 50e6);
    expect(middle.fixedS).toBeCloseTo((68e-6 + 55e-6) / 2, 12);
    expect(middle.routingSkew).toBeCloseTo(0.635, 12);
    expect(middle.memoryEfficiency).toBeCloseTo(0.71, 12);
  });
});

describe('resolveKernels', () => {
  const fp16 = { weight: 'fp16', kv: 'fp16', activation: 'fp16' } as const;

  it('reads the fitted constants of H100 without assuming any', () => {
    const kernels = resolveKernels(device('h100-sxm'), fp16);
    expect(kernels.linear).toMatchObject({ peakFlops: 989e12, computeEfficiency: 0.775, memoryEfficiency: 0.884 });
    expect(kernels.assumed).toEqual([]);
    expect(kernels.grade).not.toBe('assumed');
  });

  it('falls back on the class of a device without fits, and says so', () => {
    const kernels = resolveKernels(device('mi250x'), fp16);
    expect(kernels.grade).toBe('assumed');
    expect(kernels.assumed).toContain('kernels.gemm.fp16.computeEfficiency');
    expect(kernels.linear.peakFlops).toBe(device('mi250x').peakFlops.fp16!.value);
  });

  it('runs weight-only formats at fp16 with less efficiency', () => {
    const plain = resolveKernels(device('h100-sxm'), fp16);
    const w4 = resolveKernels(device('h100-sxm'), { ...fp16, weight: 'int4' });
    expect(w4.linear.peakFlops).toBe(plain.linear.peakFlops);
    expect(w4.linear.computeEfficiency).toBeCloseTo(0.82 * plain.linear.computeEfficiency, 12);
    expect(w4.fp16).toEqual(plain.fp16);
  });

  it('refuses arithmetic that the device does not have and names what it has', () => {
    expect(() => resolveKernels(device('a100-80-sxm'), { weight: 'fp8', kv: 'fp16', activation: 'fp8' })).toThrow(
      /a100-80-sxm: activation precision is fp8; allowed: fp16/,
    );
  });
});
