/** Withdrawals that are asked for from inside the report of another one. */

import { RequestTable } from '@infersim/workload';
import { describe, expect, it } from 'vitest';
import { createReplica, type Replica, type ReplicaListener, ServiceColumns } from '../src/index.js';
import { LinearModel, UNIT } from './linear-model.js';
import { SETTINGS } from './world.js';

const REQUESTS = 7;

describe('a withdrawal from inside the report of another', () => {
  it('takes effect at the next boundary, however many there are', () => {
    const table = new RequestTable(8);
    const columns = new ServiceColumns(8);
    const cancelled: [slot: number, timeS: number][] = [];
    const listener: ReplicaListener = {
      onFirstToken: () => undefined,
      onFinished: () => undefined,
      onPreempted: () => undefined,
      onRefused: () => undefined,
      onCancelled: (_replica, slot, timeS) => {
        cancelled.push([slot, timeS]);
        // The first one's report brings two more, which the list of four has no place for.
        if (slot === 0) for (const other of [4, 5]) replica.cancel(other, timeS);
      },
      onSegment: () => undefined,
    };
    const model = new LinearModel(UNIT);
    const replica: Replica = createReplica({
      index: 0,
      settings: SETTINGS,
      model,
      table,
      columns,
      listener,
      workloads: 1,
      stepByStep: false,
    });
    for (let i = 0; i < REQUESTS; i++) {
      const slot = table.allocate();
      table.promptTokens[slot] = 4;
      table.outputTokens[slot] = 20;
      replica.enqueue(slot, 0);
    }
    while (replica.boundaryS < 3) replica.onBoundary(replica.boundaryS);
    for (let slot = 0; slot < 4; slot++) replica.cancel(slot, 2.5);
    while (replica.boundaryS < Number.POSITIVE_INFINITY) replica.onBoundary(replica.boundaryS);
    expect(cancelled).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 3],
      [4, 4],
      [5, 4],
    ]);
    expect(replica.outstandingTokens).toBe(0);
  });
});
