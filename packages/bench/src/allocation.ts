/**
 * Bytes allocated on the heap per event in the steady stretch of a run, and the functions that allocate them.
 *
 * The least object takes 16 bytes, so less than a byte per event means that hardly any event allocates. What remains is
 * per request or per block of a file (trace parsing) and the growth of tables. Counted exactly in one child; a second
 * child samples the same stretch to name the functions, and its total is noted to show how far the samples agree.
 */

import type { Stretch, StretchReport } from './allocation-child.js';
import { benchScenario, ownRatePerS, type Traffic } from './bench-plan.js';
import { childOutput } from './child.js';
import { type Effort, type Figure, scaled } from './figure.js';

/** Enough that what runs once per many thousand requests has been compiled before: interpreted code allocates numbers. */
const REQUESTS = 600_000;
const LEAST_REQUESTS = 150_000;
/** A young generation that no stretch between two checkpoints fills, MiB. */
const YOUNG_MIB = 256;
/** Simulated seconds of the scenario of all kinds: about half a million events. */
const KINDS_S = 1200;
const SITES_SHOWN = 20;
const GROUP = 'allocation in steady state';
const GATE = { atMost: 1 };

/** Figures, and the functions behind them as lines. `scenario` is a file to profile instead of the bench workload. */
export function measureAllocation(
  traffic: Traffic,
  effort: Effort,
  scenario?: string,
): { figures: Figure[]; lines: string[] } {
  const requests = Math.max(LEAST_REQUESTS, scaled(REQUESTS, effort));
  const own = { traffic, ratePerS: ownRatePerS, requests };
  const subjects =
    scenario === undefined
      ? [
          { id: 'own', name: 'own rate', request: own },
          {
            id: 'every_kind',
            name: 'every kind',
            request: { ...own, scenario: benchScenario('every-kind'), horizonS: KINDS_S },
          },
        ]
      : [{ id: 'scenario', name: scenario, request: { ...own, scenario } }];
  const figures: Figure[] = [];
  const lines: string[] = [];
  for (const { id, name, request } of subjects) {
    const counted = stretchOf({ mode: 'count', ...request });
    const sampled = stretchOf({ mode: 'sites', ...request });
    const perEvent = (bytes: number) => bytes / sampled.events;
    figures.push({
      id: `allocation.${id}.bytes_per_event`,
      group: GROUP,
      name: `heap bytes per event, ${name}`,
      value: counted.heapBytes / counted.events,
      unit: 'bytes',
      gate: GATE,
      note: `${counted.events} events counted; ${perEvent(sampled.heapBytes).toFixed(2)} bytes by samples`,
    });
    lines.push(`where, ${name}:`);
    for (const { site, bytes } of sampled.sites.slice(0, SITES_SHOWN)) {
      lines.push(`${perEvent(bytes).toFixed(3).padStart(9)} bytes/event  ${site}`);
    }
  }
  return { figures, lines };
}

function stretchOf(stretch: Stretch): StretchReport {
  const flags = [`--min-semi-space-size=${YOUNG_MIB}`, `--max-semi-space-size=${YOUNG_MIB}`];
  return JSON.parse(childOutput('allocation-child.js', [JSON.stringify(stretch)], flags)) as StretchReport;
}
