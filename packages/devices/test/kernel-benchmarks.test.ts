import { type DeviceEntry, findDevice, vendorDefaults, vendorRamp, warmCache } from '@infersim/catalog';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernelAllReduceS, kernelDecodeAttentionS, kernelSendS } from '../src/single-kernels.js';

function device(id: string): DeviceEntry {
  const entry = findDevice(id);
  if (entry === undefined) throw new Error(id);
  return entry;
}

const heads = { heads: 32, kvHeads: 8, headDim: 128, kv: 'fp16' } as const;

/** Constants of the device that the formula needs, as plain numbers. */
function decodeNumbers(entry: DeviceEntry) {
  const kernels = entry.kernels!;
  const cold = kernels.decodeAttention.fp16;
  return {
    bandwidthBps: kernels.gemm.fp16.bandwidthBps.value * cold.bandwidthEfficiency.value,
    fixedS: cold.fixedS.value,
    computeS: (cold.computeInefficiency.value * 4) / kernels.gemm.fp16.peakFlops.value,
    warm: kernels.benchmarks!.warmDecode!.fp16!,
    cacheBytes: kernels.benchmarks!.cacheBytes!.value,
  };
}

describe('repeated decode attention', () => {
  const h100 = device('h100-sxm');

  it('reads what the cache holds at its rate, worked by hand', () => {
    const { bandwidthBps, fixedS, computeS, warm, cacheBytes } = decodeNumbers(h100);
    const tokens = 8 * 1024;
    const bytes = tokens * 2 * 8 * 128 * 2;
    const hit = 1 / (1 + (bytes / (warmCache.share.value * cacheBytes)) ** warmCache.exponent.value);
    const read = (bytes / bandwidthBps) * (1 - hit + hit / warm.cacheSpeedup.value);
    const kernel = { sequences: 8, contextTokens: 1024, ...heads };
    expect(kernelDecodeAttentionS(h100, { ...kernel, repeated: true })).toBeCloseTo(
      fixedS + read + computeS * tokens * 32 * 128,
      12,
    );
    expect(hit).toBeGreaterThan(0.5);
    expect(kernelDecodeAttentionS(h100, { ...kernel, sequences: 0, repeated: true })).toBe(0);
  });

  it('takes as long as the chain of one sequence where few blocks share the work', () => {
    const { fixedS, computeS, warm } = decodeNumbers(h100);
    const kernel = { sequences: 1, contextTokens: 32768, heads: 8, kvHeads: 1, headDim: 128, kv: 'fp16' } as const;
    const chain = (32768 * warm.chainTokenS.value) / warm.chainsPerSequence.value;
    expect(kernelDecodeAttentionS(h100, { ...kernel, repeated: true })).toBeCloseTo(
      fixedS + chain + computeS * 32768 * 8 * 128,
      12,
    );
  });

  it('does not cut sequences on A100 where every head has its own KV', () => {
    const a100 = device('a100-80-sxm');
    const single = { sequences: 1, contextTokens: 16384, headDim: 128, kv: 'fp16', repeated: true } as const;
    const grouped = kernelDecodeAttentionS(a100, { ...single, heads: 32, kvHeads: 8 });
    const apart = kernelDecodeAttentionS(a100, { ...single, heads: 8, kvHeads: 8 });
    expect(apart).toBeGreaterThan(4 * grouped);
  });

  it('is the cold kernel far beyond the cache and on devices without such constants', () => {
    const large = { sequences: 256, contextTokens: 8192, ...heads };
    expect(kernelDecodeAttentionS(h100, { ...large, repeated: true })).toBeCloseTo(
      kernelDecodeAttentionS(h100, large),
      9,
    );
    const card = device('rtx-pro-6000');
    const small = { sequences: 4, contextTokens: 1024, ...heads };
    expect(kernelDecodeAttentionS(card, { ...small, repeated: true })).toBe(kernelDecodeAttentionS(card, small));
  });

  it('never falls with more sequences or longer contexts', () => {
    const ids = ['a100-80-sxm', 'h100-sxm', 'h200-sxm', 'b200-sxm', 'l40s'];
    fc.assert(
      fc.property(
        fc.constantFrom(...ids),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 40000 }),
        fc.constantFrom(1, 8),
        fc.constantFrom('fp16' as const, 'fp8' as const),
        (id, sequences, contextTokens, kvHeads, kv) => {
          const entry = device(id);
          const kernel = { sequences, contextTokens, heads: 8, kvHeads, headDim: 128, kv, repeated: true };
          const base = kernelDecodeAttentionS(entry, kernel);
          const slack = 1 - 1e-12;
          expect(kernelDecodeAttentionS(entry, { ...kernel, sequences: sequences + 1 })).toBeGreaterThanOrEqual(
            base * slack,
          );
          expect(kernelDecodeAttentionS(entry, { ...kernel, contextTokens: contextTokens + 1 })).toBeGreaterThanOrEqual(
            base * slack,
          );
        },
      ),
    );
  });
});

describe('collectives of the vendor', () => {
  const h100 = device('h100-sxm');
  const vendor = h100.kernels!.benchmarks!.vendorCollectives!;

  it('are worked by hand: 64 MB over 8 devices, and a send', () => {
    const row = vendor.allReduce.find(({ ranks }) => ranks === 8)!;
    const wire = (64e6 * 1.75) / row.busBps.value;
    const onDevices =
      row.latencyS.value + wire * (1 + vendorRamp.share.value / (1 + 64e6 / vendorRamp.halfBytes.value));
    const p = vendorRamp.kneeExponent.value;
    const expected = (vendor.launchS.value ** p + onDevices ** p) ** (1 / p);
    expect(kernelAllReduceS(h100, { ranks: 8, bytes: 64e6, library: 'vendor' })).toBeCloseTo(expected, 12);
    expect(kernelAllReduceS(h100, { ranks: 1, bytes: 64e6, library: 'vendor' })).toBe(0);
    expect(kernelSendS(h100, 64e6)).toBeCloseTo(vendor.send!.latencyS.value + 64e6 / vendor.send!.linkBps.value, 12);
    expect(kernelSendS(h100, 0)).toBe(0);
  });

  it('take the launch of the host for a small message, where the engine has a graph', () => {
    const small = { ranks: 8, bytes: 4096 };
    expect(kernelAllReduceS(h100, { ...small, library: 'vendor' })).toBeGreaterThanOrEqual(vendor.launchS.value);
    expect(kernelAllReduceS(h100, small)).toBeLessThan(vendor.launchS.value / 4);
  });

  it('borrow the bus rate of the engine kernels on devices where nobody measured them', () => {
    const b200 = device('b200-sxm');
    const bus = b200.kernels!.collectives.find(({ ranks }) => ranks === 8)!.busBps.value;
    const bytes = 64e9;
    const wire = (bytes * 1.75) / bus;
    expect(kernelAllReduceS(b200, { ranks: 8, bytes, library: 'vendor' }) / wire).toBeCloseTo(1, 2);
    const link = b200.interconnectBps!.value;
    expect(kernelSendS(b200, 1e9)).toBeCloseTo(
      vendorDefaults.sendLatencyS.value + 1e9 / (vendorDefaults.sendShare.value * link),
      12,
    );
  });

  it('never fall with a larger message', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('h100-sxm', 'a100-80-sxm', 'mi300x', 'gb200-nvl72', 'l4'),
        fc.constantFrom(2, 4, 8),
        fc.double({ min: 0, max: 23, noNaN: true }),
        fc.double({ min: 1, max: 4, noNaN: true }),
        (id, ranks, exponent, factor) => {
          const kernel = { ranks, bytes: Math.exp(exponent), library: 'vendor' } as const;
          expect(kernelAllReduceS(device(id), { ...kernel, bytes: kernel.bytes * factor })).toBeGreaterThanOrEqual(
            kernelAllReduceS(device(id), kernel),
          );
          expect(kernelSendS(device(id), kernel.bytes * factor)).toBeGreaterThanOrEqual(
            kernelSendS(device(id), kernel.bytes),
          );
        },
      ),
    );
  });
});
