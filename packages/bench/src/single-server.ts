/**
 * M/M/1 on the kernel: events per second of the whole loop, with the analytic answer beside the simulated one. Each round
 * runs in a process of its own.
 */

import { childOutput } from './child.js';
import { type Effort, type Figure, figure, scaled } from './figure.js';
import { interleave, spreadOf } from './measure.js';

const LOAD = 0.9;
const CUSTOMERS = 2_000_000;

export function measureSingleServer(effort: Effort): Figure[] {
  const customers = scaled(CUSTOMERS, effort);
  let meanS = 0;
  let events = 0;
  const run = () => {
    const output = JSON.parse(childOutput('single-server-child.js', [String(LOAD), String(customers)])) as {
      seconds: number;
      events: number;
      meanS: number;
    };
    meanS = output.meanS;
    events = output.events;
    return output.seconds;
  };
  const seconds = interleave([{ name: 'M/M/1', run }], effort.rounds).get('M/M/1')!;
  const rates = spreadOf(seconds.map((time) => events / time / 1e6));
  // Mean time in system of M/M/1 with mu = 1: 1 / (1 - lambda).
  const analyticS = 1 / (1 - LOAD);
  const note = `mean time in system ${meanS.toFixed(3)} s, analytic ${analyticS.toFixed(3)} s, ${customers} customers`;
  return [
    figure({ id: 'kernel.single_server', group: 'kernel', name: `M/M/1 at load ${LOAD}`, unit: 'M events/s' }, rates, {
      note,
    }),
  ];
}
