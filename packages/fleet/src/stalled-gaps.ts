/**
 * Inter-token gaps where an engine computes prompts in steps of their own: sequences that stood still meanwhile get their next
 * token late by that time, once, at the first step of the segment that follows.
 */

import { Segment, type SegmentReport, segmentCells } from '@infersim/serving';
import type { LogHistogram } from '@infersim/stats';

/** Gaps of the segment being reported, of which some sequences had stood still before its first step, while prompts were computed alone. */
export function addStalledGaps(itlS: LogHistogram, segment: SegmentReport, traffic: number, decodes: number): void {
  const stepS = segmentCells[Segment.STEP_S]!;
  const growthS = segmentCells[Segment.GROWTH_S]!;
  const { steps, stalls, stallS, stalledByWorkload } = segment;
  const workloads = segment.decodesByWorkload.length;
  let stalled = 0;
  for (let group = 0; group < stalls; group++) {
    const sequences = stalledByWorkload[group * workloads + traffic]!;
    if (sequences > 0) itlS.addProgression(stepS + stallS[group]!, 0, 1, sequences);
    stalled += sequences;
  }
  if (decodes > stalled) itlS.addProgression(stepS, 0, 1, decodes - stalled);
  if (steps > 1) itlS.addProgression(stepS + growthS, growthS, steps - 1, decodes);
}
