/** A closed loop whose users send their next request from inside the report of the last, into the slot just released. */

import { RequestTable } from '@infersim/workload';
import { describe, expect, it } from 'vitest';
import {
  createReplica,
  type Replica,
  type ReplicaListener,
  Segment,
  ServiceColumns,
  segmentCells,
} from '../src/index.js';
import { REAL_SHIFT, Real, WHOLE_SHIFT, Whole } from '../src/service-columns.js';
import { DYADIC, LinearModel } from './linear-model.js';
import { SETTINGS } from './world.js';

interface Finished {
  readonly request: number;
  readonly timeS: number;
  readonly energyJ: number;
  readonly preemptions: number;
}

function closedLoop(users: number, requests: number, stepByStep: boolean) {
  const table = new RequestTable(2);
  const columns = new ServiceColumns(2);
  const finished: Finished[] = [];
  let sent = 0;
  let segmentsJ = 0;
  const send = (nowS: number) => {
    if (sent === requests) return;
    const slot = table.allocate();
    table.requestId[slot] = sent;
    table.promptTokens[slot] = 3 + ((sent * 7) % 23);
    table.outputTokens[slot] = 1 + ((sent * 13) % 31);
    table.workload[slot] = 0;
    sent++;
    replica.enqueue(slot, nowS);
  };
  const listener: ReplicaListener = {
    onFirstToken: () => undefined,
    onFinished: (_replica, slot, timeS) => {
      const request = table.requestId[slot]!;
      finished.push({
        request,
        timeS,
        energyJ: columns.real[(slot << REAL_SHIFT) | Real.ENERGY_J]!,
        preemptions: columns.whole[(slot << WHOLE_SHIFT) | Whole.PREEMPTIONS]!,
      });
      table.release(slot);
      send(timeS);
    },
    onPreempted: () => undefined,
    onRefused: () => undefined,
    onCancelled: () => undefined,
    onSegment: () => {
      segmentsJ += segmentCells[Segment.ENERGY_J]!;
    },
  };
  const settings = { ...SETTINGS, numBlocks: 30, maxNumBatchedTokens: 24, enablePrefixCaching: true };
  const model = new LinearModel(DYADIC);
  const replica: Replica = createReplica({
    index: 0,
    settings,
    model,
    table,
    columns,
    listener,
    workloads: 1,
    stepByStep,
  });
  for (let user = 0; user < users; user++) send(0);
  while (replica.boundaryS < Number.POSITIVE_INFINITY) replica.onBoundary(replica.boundaryS);
  return { finished, segmentsJ, capacity: table.capacity };
}

describe('slot reuse', () => {
  it('keeps requests apart that follow each other in one slot', () => {
    const leaping = closedLoop(6, 400, false);
    expect(closedLoop(6, 400, true)).toEqual(leaping);
    expect(leaping.finished.length).toBe(400);
    expect(new Set(leaping.finished.map((entry) => entry.request)).size).toBe(400);
    expect(leaping.finished.some((entry) => entry.preemptions > 0)).toBe(true);
    expect(leaping.capacity).toBe(8);
    const requestsJ = leaping.finished.reduce((sum, entry) => sum + entry.energyJ, 0);
    expect(Math.abs(requestsJ / leaping.segmentsJ - 1)).toBeLessThan(1e-9);
  });
});
