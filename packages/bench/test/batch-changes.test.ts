import { describe, expect, it } from 'vitest';
import { countBatchChanges } from '../src/batch-changes.js';

const rows = (...of: readonly (readonly [number, number, number, number])[]) => ({
  place: Int32Array.from(of, ([place]) => place),
  admittedS: Float64Array.from(of, ([, admittedS]) => admittedS),
  firstTokenS: Float64Array.from(of, ([, , firstS]) => firstS),
  lastTokenS: Float64Array.from(of, ([, , , lastS]) => lastS),
});

describe('batch changes', () => {
  it('are three for a request alone: it comes, it turns to decoding, it goes', () => {
    expect(countBatchChanges(rows([0, 1, 2, 3]))).toBe(3);
  });

  it('are shared by requests of one replica that change it at the same moment, rounding apart', () => {
    expect(countBatchChanges(rows([0, 1, 2, 3], [0, 2, 3, 4]))).toBe(4);
    expect(countBatchChanges(rows([0, 1, 2, 3], [0, 2 + 1e-12, 3 - 1e-12, 4]))).toBe(4);
  });

  it('are not shared between replicas', () => {
    expect(countBatchChanges(rows([0, 1, 2, 3], [1, 1, 2, 3]))).toBe(6);
  });

  it('are two for an answer of one token, and none for a request that was not served', () => {
    expect(countBatchChanges(rows([0, 1, 2, 2], [0, 5, Number.NaN, Number.NaN]))).toBe(2);
  });
});
