/**
 * Child of the allocation measurement: runs one plan and looks at the heap over its steady stretch, from half of the
 * simulated time to nine tenths of it. Takes a `Stretch` as JSON and prints a `StretchReport`.
 *
 * `count` adds up how much the used heap grows from checkpoint to checkpoint; a checkpoint after which it is smaller
 * (the collector ran) is left out with its events, so the sum is exact. It needs a young generation that holds
 * several checkpoints (the parent sees to it). `sites` runs V8's sampling heap profiler, objects that died
 * included, over the same stretch, and says which functions allocate.
 */

import { readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { fileURLToPath } from 'node:url';
import { getHeapStatistics } from 'node:v8';
import { type AllocationSite, allocationSites, type ProfileNode, placesInBundle } from './allocation-sites.js';
import { benchPlan, scenarioPlan, type Traffic } from './bench-plan.js';
import { serve } from './serve.js';

/** Mean distance between samples, bytes. */
const SAMPLE_EVERY_BYTES = 512;
/** Shares of the horizon between which the run counts as steady. */
const STEADY_FROM = 0.5;
const STEADY_TO = 0.9;

export interface Stretch {
  readonly mode: 'count' | 'sites';
  readonly traffic: Traffic;
  readonly ratePerS: number;
  readonly requests: number;
  /** Scenario file to run instead of the bench workload. */
  readonly scenario?: string;
  /** Its simulated time, where not its own. */
  readonly horizonS?: number;
}

export interface StretchReport {
  /** Events in the stretch that was looked at. */
  readonly events: number;
  readonly simulatedS: number;
  /** Heap bytes allocated in it. */
  readonly heapBytes: number;
  readonly sites: readonly AllocationSite[];
}

interface Mark {
  readonly nowS: number;
  readonly events: number;
}

const stretch = JSON.parse(process.argv[2] ?? '') as Stretch;
const plan =
  stretch.scenario === undefined
    ? benchPlan(stretch.traffic, stretch.ratePerS, stretch.requests)
    : scenarioPlan(stretch.scenario, stretch.horizonS === undefined ? {} : { horizonS: stretch.horizonS });
const steadyFromS = STEADY_FROM * plan.world.horizonS;
const steadyToS = STEADY_TO * plan.world.horizonS;

function counted(): StretchReport {
  // Cells: heap now, events now, simulated time now; sums of heap bytes, events, simulated seconds.
  const cells = new Float64Array(6).fill(Number.NaN, 0, 1);
  const ownBytes = heapBytesOfLooking();
  serve(plan, (nowS, events) => {
    if (nowS < steadyFromS || nowS > steadyToS) return;
    const heap = getHeapStatistics().used_heap_size;
    const grown = heap - cells[0]! - ownBytes;
    if (grown >= -ownBytes) {
      cells[3] = cells[3]! + Math.max(0, grown);
      cells[4] = cells[4]! + events - cells[1]!;
      cells[5] = cells[5]! + nowS - cells[2]!;
    }
    cells[0] = getHeapStatistics().used_heap_size;
    cells[1] = events;
    cells[2] = nowS;
  });
  if (!(cells[4]! > 0)) throw new Error('too short a run: no two checkpoints in its steady stretch');
  return { events: cells[4]!, simulatedS: cells[5]!, heapBytes: cells[3]!, sites: [] };
}

/** What reading the heap's size allocates itself, bytes. */
function heapBytesOfLooking(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 50; round++) {
    const before = getHeapStatistics().used_heap_size;
    const after = getHeapStatistics().used_heap_size;
    if (after >= before) least = Math.min(least, after - before);
  }
  return least;
}

function sampled(): StretchReport {
  const session = new Session();
  session.connect();
  let from: Mark | undefined;
  let last: Mark | undefined;
  let head: ProfileNode | undefined;
  serve(plan, (nowS, events) => {
    if (nowS < steadyFromS || head !== undefined) return;
    if (from === undefined) {
      session.post('HeapProfiler.startSampling', {
        samplingInterval: SAMPLE_EVERY_BYTES,
        includeObjectsCollectedByMajorGC: true,
        includeObjectsCollectedByMinorGC: true,
      } as never);
      from = { nowS, events };
    }
    last = { nowS, events };
    if (nowS < steadyToS) return;
    // Posting to the inspector of the own thread answers before it returns.
    session.post('HeapProfiler.stopSampling', (failure, answer) => {
      if (failure !== null) throw failure;
      head = answer.profile.head;
    });
  });
  if (head === undefined || from === undefined || last === undefined) {
    throw new Error('too short a run: no two checkpoints in its steady stretch');
  }
  const bundle = fileURLToPath(import.meta.url);
  const sites = allocationSites(head, placesInBundle(bundle, readFileSync(bundle, 'utf8').split('\n')));
  return {
    events: last.events - from.events,
    simulatedS: last.nowS - from.nowS,
    heapBytes: sites.reduce((sum, { bytes }) => sum + bytes, 0),
    sites,
  };
}

process.stdout.write(JSON.stringify(stretch.mode === 'count' ? counted() : sampled()));
