import { type Replica, ServiceColumns } from '@infersim/serving';
import { RequestTable } from '@infersim/workload';
import { describe, expect, it } from 'vitest';
import { Pool } from '../src/pool.js';
import { engine, pool } from './small-world.js';

const SILENT = {
  onFirstToken: () => {},
  onFinished: () => {},
  onPreempted: () => {},
  onRefused: () => {},
  onCancelled: () => {},
  onSegment: () => {},
};

function poolOf(replicas: number) {
  const table = new RequestTable(64);
  const plan = { ...pool(), replicas };
  const made = new Pool({
    plan: { ...plan, engine: engine(plan.deployment, { firstStepS: 1 }) },
    index: 0,
    sites: 1,
    laneOf: new Uint8Array(1),
    table,
    columns: new ServiceColumns(64),
    listener: SILENT,
    workloads: 1,
    stepByStep: false,
    seed: 1,
    isForetold: false,
  });
  const request = () => {
    const slot = table.allocate();
    table.promptTokens[slot] = 100;
    table.outputTokens[slot] = 20;
    table.workload[slot] = 0;
    table.prefix[slot] = null;
    return slot;
  };
  return { bank: made.bank, request };
}

/** Serves one request on a replica from `nowS` on; how long it takes. */
function serve(replica: Replica, slot: number, nowS: number): number {
  replica.enqueue(slot, nowS);
  let endS = nowS;
  while (replica.boundaryS < Number.POSITIVE_INFINITY) {
    endS = replica.boundaryS;
    replica.onBoundary(endS);
  }
  return endS - nowS;
}

describe('a bank of replicas', () => {
  it('of 10,000 has an object for each that works, and 8 bytes for each that rests', () => {
    const { bank, request } = poolOf(10_000);
    expect(bank.objects).toBe(0);
    for (let index = 0; index < 10_000; index += 7) {
      expect(bank.present(index)).toBeNull();
      bank.at(index).replica.enqueue(request(), 0);
      bank.rest(index);
      expect(bank.present(index)).not.toBeNull();
      while (bank.at(index).replica.boundaryS < Number.POSITIVE_INFINITY)
        bank.at(index).replica.onBoundary(bank.at(index).replica.boundaryS);
      bank.rest(index);
      expect(bank.present(index)).toBeNull();
    }
    expect(bank.objects).toBe(1);
    expect(bank.columnBytes).toBe(8 * 10_000);
  });

  it('reads a replica without an object as one where nothing is', () => {
    const { bank, request } = poolOf(3);
    serve(bank.at(1).replica, request(), 0);
    bank.rest(1);
    for (const index of [0, 1, 2]) {
      const { outstandingRequests, waitingRequests, runningRequests, usedBlocks, contextTokens } = bank.reading(index);
      const readings = [outstandingRequests, waitingRequests, runningRequests, usedBlocks, contextTokens];
      expect(readings).toEqual([0, 0, 0, 0, 0]);
    }
  });

  it('keeps for each what it remembers: the first step is long once a replica, whichever object takes it', () => {
    const { bank, request } = poolOf(2);
    const taken = [0, 1, 0, 1].map((index, turn) => {
      const tookS = serve(bank.at(index).replica, request(), 100 * turn);
      bank.rest(index);
      return tookS;
    });
    expect(bank.objects).toBe(1);
    expect(taken[0]! - taken[2]!).toBeCloseTo(1, 9);
    expect(taken[1]! - taken[3]!).toBeCloseTo(1, 9);
    expect(taken[1]).toBeCloseTo(taken[0]!, 9);
  });
});
