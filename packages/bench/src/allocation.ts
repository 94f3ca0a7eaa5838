/**
 * Bytes allocated on the heap per event in the steady stretch of a run, and the functions that allocate them.
 *
 * The least object takes 16 bytes, so less than a byte per event means that hardly any event allocates. What remains is
 * per request or per block of a file (trace parsing) and the growth of tables. Counted exactly in one child; a second
 * child samples the same stretch to name the functions, and its total is noted to show how far the samples agree.
 */

import type { Stretch, StretchReport } from './allocation-child.js';
import { ownRatePerS, type Traffic } from './bench-plan.js';
import { childOutput } from './child.js';
import { type Effort, type Figure, scaled } from './figure.js';

const REQUESTS = 200_000;
/** A run shorter than this has too few checkpoints to look at. */
const LEAST_REQUESTS = 40_000;
/** A young generation that no stretch between two checkpoints fills, MiB. */
const YOUNG_MIB = 256;
const SITES_SHOWN = 25;

/** What is profiled: the bench workload, or a scenario file instead. */
export interface AllocationSubject {
  readonly traces: string | undefined;
  readonly scenario: string | undefined;
}

export function measureAllocation(
  traffic: Traffic,
  subject: AllocationSubject,
  effort: Effort,
): { figures: Figure[]; lines: string[] } {
  const requests = Math.max(LEAST_REQUESTS, scaled(REQUESTS, effort));
  const stretch = (mode: Stretch['mode']): StretchReport => {
    const { traces, scenario } = subject;
    const request: Stretch = {
      mode,
      ratePerS: ownRatePerS,
      requests,
      ...(traces === undefined ? {} : { traces }),
      ...(scenario === undefined ? {} : { scenario }),
    };
    const flags = [`--min-semi-space-size=${YOUNG_MIB}`, `--max-semi-space-size=${YOUNG_MIB}`];
    return JSON.parse(childOutput('allocation-child.js', [JSON.stringify(request)], flags)) as StretchReport;
  };
  const counted = stretch('count');
  const sampled = stretch('sites');
  const what = subject.scenario ?? `${traffic.title}, own rate`;
  const figures: Figure[] = [
    {
      id: 'allocation.bytes_per_event',
      group: 'allocation in steady state',
      name: 'heap bytes per event',
      value: counted.heapBytes / counted.events,
      unit: 'bytes',
      gate: { atMost: 1 },
      note: `${counted.events} events of ${what}; ${(sampled.heapBytes / sampled.events).toFixed(2)} by samples`,
    },
  ];
  const lines = sampled.sites
    .slice(0, SITES_SHOWN)
    .map(({ site, bytes }) => `  ${(bytes / sampled.events).toFixed(3).padStart(9)} bytes/event  ${site}`);
  return { figures, lines };
}
