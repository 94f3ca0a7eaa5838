import { Segment, type SegmentReport, segmentCells } from '@infersim/serving';
import { LogHistogram } from '@infersim/stats';
import { describe, expect, it } from 'vitest';
import { addStalledGaps } from '../src/stalled-gaps.js';

/** A decode segment of three steps of 10, 11, 12 ms for five sequences of one workload. */
function segment(groups: readonly { stallS: number; sequences: number }[]): SegmentReport {
  segmentCells[Segment.STEP_S] = 0.01;
  segmentCells[Segment.GROWTH_S] = 0.001;
  return {
    replica: 0,
    steps: 3,
    decodes: 5,
    decodesByWorkload: Int32Array.of(5),
    stalls: groups.length,
    stallS: Float64Array.from(groups, ({ stallS }) => stallS),
    stalledByWorkload: Int32Array.from(groups, ({ sequences }) => sequences),
  };
}

describe('gaps of sequences that stood still', () => {
  it('makes the first gap of each group longer by its stall and leaves the others as they are', () => {
    // 2 sequences waited 100 ms, 1 waited 40 ms, 2 not at all; then 11 and 12 ms for all five.
    const gaps = new LogHistogram();
    addStalledGaps(
      gaps,
      segment([
        { stallS: 0.1, sequences: 2 },
        { stallS: 0.04, sequences: 1 },
      ]),
      0,
      5,
    );
    const total = 2 * 0.11 + 0.05 + 2 * 0.01 + 5 * 0.011 + 5 * 0.012;
    expect(gaps.count).toBe(15);
    expect(gaps.mean).toBeCloseTo(total / 15, 12);
    expect(gaps.max).toBeCloseTo(0.11, 12);
  });

  it('adds nothing of its own where all sequences of a step stood still alike', () => {
    const gaps = new LogHistogram();
    addStalledGaps(gaps, segment([{ stallS: 0.02, sequences: 5 }]), 0, 5);
    expect(gaps.count).toBe(15);
    expect(gaps.min).toBeCloseTo(0.011, 12);
    expect(gaps.max).toBeCloseTo(0.03, 12);
  });
});
