/**
 * Peak resident memory of a process that serves the bench traffic at its own rate with 8 replicas: it follows the
 * requests in flight and must not grow with those seen. One run per length; the longest only when asked for.
 */

import { EIGHT_REPLICAS, ownRatePerS, type Traffic } from './bench-plan.js';
import { type Effort, type Figure, scaled } from './figure.js';
import { serveApart } from './serving-task.js';

const REQUESTS = [1_000_000, 10_000_000] as const;
const FULL_REQUESTS = 100_000_000;
const GATE = { atMost: 150 };
const AIM = { atMost: 100 };
const GROUP = 'resident memory, 8 replicas';

export function measureMemory(traffic: Traffic, effort: Effort): Figure[] {
  const lengths = effort.isFull ? [...REQUESTS, FULL_REQUESTS] : REQUESTS;
  const figures = lengths.map((length): Figure => {
    const requests = scaled(length, effort);
    const { peakMib, seconds, completed } = serveApart({
      traffic,
      fleet: EIGHT_REPLICAS,
      ratePerS: ownRatePerS,
      requests,
    });
    return {
      id: `memory.${length}`,
      group: GROUP,
      name: `peak, ${requests.toLocaleString('en-US')} requests`,
      value: peakMib,
      unit: 'MiB',
      gate: GATE,
      aim: AIM,
      note: `own rate, one run of ${seconds.toFixed(1)} s, ${completed} completed`,
    };
  });
  const longest = figures[figures.length - 1]!;
  return [
    ...figures,
    {
      id: 'memory.growth',
      group: GROUP,
      name: `${longest.name} against the shortest run`,
      value: longest.value / figures[0]!.value,
      unit: 'times',
      gate: { atMost: 1.1 },
      note: 'flat is taken as at most a tenth more',
    },
  ];
}
