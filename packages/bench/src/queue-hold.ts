/**
 * Event queue, hold model: take the earliest event out, put one in later, with exponential increments.
 *
 * Timers (the heap with a total order) and in-place events (one per entity, replaced) against flatqueue, which keeps no
 * order among ties: with its default arrays and with fixed capacity. Each variant runs in a process of its own, once per
 * round, rounds interleaved.
 */

import { childOutput } from './child.js';
import { type Effort, type Figure, figure, scaled } from './figure.js';
import { interleave, medianRatio, spreadOf } from './measure.js';

const PENDING = [16, 128, 1000] as const;
const OPERATIONS = 4_000_000;
const VARIANTS = [
  { key: 'timers', name: 'timers' },
  { key: 'in-place', name: 'in-place events' },
  { key: 'flatqueue', name: 'flatqueue' },
  { key: 'flatqueue-fixed', name: 'flatqueue, fixed capacity' },
] as const;

export function measureQueue(effort: Effort): Figure[] {
  const operations = scaled(OPERATIONS, effort);
  return PENDING.flatMap((pending) => {
    const seconds = interleave(
      VARIANTS.map(({ key, name }) => ({
        name,
        run: () => Number(childOutput('queue-hold-child.js', [key, String(pending), String(operations)])),
      })),
      effort.rounds,
    );
    const flat = seconds.get('flatqueue')!;
    return VARIANTS.map(({ name }) => {
      const taken = seconds.get(name)!;
      const rates = spreadOf(taken.map((time) => operations / time / 1e6));
      const compared = name === 'flatqueue' ? {} : { against: 'flatqueue', ratio: medianRatio(flat, taken) };
      return figure('event queue, hold', `${name}, ${pending} pending`, 'M operations/s', rates, compared);
    });
  });
}
