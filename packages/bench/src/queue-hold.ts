/**
 * Event queue, hold model: take the earliest event out, put one in later, with exponential increments.
 *
 * Timers (the heap with a total order) and in-place events (one per entity, replaced) against flatqueue, which keeps no
 * order among ties: with its default arrays and with fixed capacity. Each variant runs in a process of its own, once per
 * round, rounds interleaved. What is judged is the in-place set, which the engine runs on: nearly all its events are of
 * an entity that has one.
 */

import { childOutput } from './child.js';
import { type Effort, type Figure, figure, scaled } from './figure.js';
import { interleave, ratios, spreadOf } from './measure.js';

const PENDING = [16, 128, 1000] as const;
const OPERATIONS = 4_000_000;
const GROUP = 'event queue, hold';
const VARIANTS = [
  { key: 'timers', name: 'timers' },
  { key: 'in-place', name: 'in-place events' },
  { key: 'flatqueue', name: 'flatqueue' },
  { key: 'flatqueue-fixed', name: 'flatqueue, fixed capacity' },
] as const;
const GATE = { atLeast: 0.9 };
const AIM = { atLeast: 1.2 };

export function measureQueue(effort: Effort): Figure[] {
  const operations = scaled(OPERATIONS, effort);
  return PENDING.flatMap((pending) => {
    const seconds = interleave(
      VARIANTS.map(({ key }) => ({
        name: key,
        run: () => Number(childOutput('queue-hold-child.js', [key, String(pending), String(operations)])),
      })),
      2 * effort.rounds - 1,
    );
    const flat = seconds.get('flatqueue')!;
    const rates = VARIANTS.map(({ key, name }) =>
      figure(
        {
          id: `queue.${key}.${pending}`,
          group: GROUP,
          name: `${name}, ${pending} pending`,
          unit: 'M operations/s',
        },
        spreadOf(seconds.get(key)!.map((time) => operations / time / 1e6)),
      ),
    );
    const compared = (['in-place', 'timers'] as const).map((key) =>
      figure(
        {
          id: `queue.${key}.${pending}.against_flatqueue`,
          group: GROUP,
          name: `${key === 'in-place' ? 'in-place events' : 'timers'} against flatqueue, ${pending} pending`,
          unit: 'times',
        },
        ratios(flat, seconds.get(key)!),
        { gate: GATE, aim: AIM },
      ),
    );
    return [...rates, ...compared];
  });
}
