/** The text of an overlay file. That it reads back is tested where files are read, in the scenario package. */

import { describe, expect, it } from 'vitest';
import { overlayText } from '../src/overlay-text.js';

describe('overlayText', () => {
  it('has a line per constant, with its unit as a remark', () => {
    const text = overlayText({
      note: 'fitted to "bench.csv"',
      devices: {
        'h100-sxm': {
          'kernels.gemm.fp16.computeEfficiency': {
            value: 0.79,
            low: 0.75,
            high: 0.83,
            grade: 'fitted',
            source: 'bench',
          },
          'kernels.collectives.4.latencyS': { value: 9e-6, grade: 'measured', source: 'a\nb', note: 'two lines' },
        },
      },
      engines: { vllm: { layerFixedS: { value: 1.25e-7, grade: 'fitted', source: 'bench' } } },
    });
    expect(text).toBe(`schema: infersim.overlay/1
note: "fitted to \\"bench.csv\\""
devices:
  h100-sxm:
    kernels.gemm.fp16.computeEfficiency: { value: 0.79, low: 0.75, high: 0.83, grade: fitted, source: "bench" }
    kernels.collectives.4.latencyS: { value: 0.000009, grade: measured, source: "a\\nb", note: "two lines" }  # s
engines:
  vllm:
    layerFixedS: { value: 1.25e-7, grade: fitted, source: "bench" }  # s
`);
  });

  it('leaves out what is empty', () => {
    expect(overlayText({ devices: { 'h100-sxm': {} }, engines: {} })).toBe('schema: infersim.overlay/1\n');
  });

  it('refuses numbers that no file can hold', () => {
    const change = { value: Number.NaN, grade: 'fitted' as const, source: 'x' };
    expect(() => overlayText({ devices: {}, engines: { vllm: { layerFixedS: change } } })).toThrow(/layerFixedS/);
  });
});
