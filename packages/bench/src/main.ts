/**
 * `pnpm bench`: measures speed and memory, prints a table, writes JSON when asked. Never part of the tests.
 *
 *   --quick          a tenth of the work, fewer rounds: to see that it runs, not to quote
 *   --only A,B       some parts only (names below); the projection needs the parts it computes from
 *   --json FILE      the figures as JSON
 *   --traces DIR     folder with azure-2023-conv.csv (default: environment variable INFERSIM_TRACES)
 *   --scenario FILE  what the part `allocation` profiles, instead of the bench workload
 */

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAllocation } from './allocation.js';
import { benchPlan, ownRatePerS, trafficFrom } from './bench-plan.js';
import type { Effort, Figure } from './figure.js';
import { measureQueue } from './queue-hold.js';
import { measureSingleServer } from './single-server.js';
import { measureStartUp } from './start-up.js';
import { measurePricing } from './step-pricing.js';
import { tableText } from './table.js';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
    traces: { type: 'string' },
    scenario: { type: 'string' },
  },
});
const folder = flags.traces ?? process.env['INFERSIM_TRACES'];
const effort: Effort = flags.quick
  ? { rounds: 3, longRounds: 1, scale: 0.1, isFull: false }
  : { rounds: 5, longRounds: 3, scale: 1, isFull: flags.full };
const traffic = trafficFrom(folder);

/** What a part hands back: figures, and lines to print below them. */
interface Measured {
  readonly figures: Figure[];
  readonly lines?: readonly string[];
}
const parts: Readonly<Record<string, () => Measured>> = {
  queue: () => ({ figures: measureQueue(effort) }),
  kernel: () => ({ figures: measureSingleServer(effort) }),
  pricing: () => ({ figures: measurePricing(benchPlan(traffic, ownRatePerS, 1000), effort) }),
  allocation: () => measureAllocation(traffic, { traces: folder, scenario: flags.scenario }, effort),
  'start-up': () => ({ figures: measureStartUp(effort) }),
};
const chosen = flags.only?.split(',') ?? Object.keys(parts);
for (const name of chosen) {
  if (!(name in parts)) throw new Error(`--only ${name}: no such part; there are ${Object.keys(parts).join(', ')}`);
}

const machine = {
  node: process.version,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  load_before: loadavg()[0],
};
process.stdout.write(
  `${machine.cpu}, ${machine.cores} cores, load ${machine.load_before?.toFixed(2)}, Node ${machine.node}\n`,
);
if (flags.quick) process.stdout.write('quick: too short to quote\n');

const figures: Figure[] = [];
for (const name of chosen) {
  const measured = parts[name]!();
  figures.push(...measured.figures);
  process.stdout.write(tableText(measured.figures));
  for (const line of measured.lines ?? []) process.stdout.write(`${line}\n`);
}

if (flags.json !== undefined) {
  const document = { schema: 'infersim.bench/2', quick: flags.quick, machine, traffic: traffic.title, figures };
  writeFileSync(flags.json, `${JSON.stringify(document, null, 2)}\n`);
}
