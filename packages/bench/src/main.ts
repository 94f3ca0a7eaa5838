/**
 * `pnpm bench`: measures speed and memory, prints a table, writes JSON when asked. Never part of the tests.
 *
 *   --quick        a tenth of the work, fewer rounds: to see that it runs, not to quote
 *   --json FILE    the figures as JSON
 *   --traces DIR   folder with azure-2023-conv.csv (default: environment variable INFERSIM_TRACES)
 */

import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchPlan, ownRatePerS, trafficFrom } from './bench-plan.js';
import type { Effort, Figure } from './figure.js';
import { measureMemory } from './peak-memory.js';
import { measureQueue } from './queue-hold.js';
import { measureServing } from './serving-speed.js';
import { measureSingleServer } from './single-server.js';
import { measureStartUp } from './start-up.js';
import { measurePricing } from './step-pricing.js';
import { tableText } from './table.js';

const { values: flags } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' }, traces: { type: 'string' } },
});
const folder = flags.traces ?? process.env['INFERSIM_TRACES'];
const effort: Effort = flags.quick ? { rounds: 3, scale: 0.1 } : { rounds: 5, scale: 1 };
const traffic = trafficFrom(folder);

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

const parts: readonly (() => Figure[])[] = [
  () => measureQueue(effort),
  () => measureSingleServer(effort),
  () => measurePricing(benchPlan(traffic, ownRatePerS, 1000), effort),
  () => measureServing(traffic, effort),
  () => measureStartUp(effort),
  () => measureMemory(traffic, folder, effort),
];
const figures: Figure[] = [];
for (const measure of parts) {
  const measured = measure();
  figures.push(...measured);
  process.stdout.write(tableText(measured));
}

if (flags.json !== undefined) {
  const document = { schema: 'infersim.bench/1', quick: flags.quick, machine, traffic: traffic.title, figures };
  writeFileSync(flags.json, `${JSON.stringify(document, null, 2)}\n`);
}
