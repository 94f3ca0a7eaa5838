/**
 * `pnpm bench`: measures speed and memory, prints a table beside gates and aims. Never part of the tests.
 *
 *   --quick          a tenth of the work, one or few rounds: to see that it runs, not to quote
 *   --full           also what takes many minutes: memory at 100 million requests
 *   --only A,B       some parts only, by name (`PARTS` below); the projection takes what it needs from them
 *   --json FILE      the figures as JSON (infersim.bench/2)
 *   --doc FILE       the table as markdown between the markers in a page
 *   --from FILE      take the figures of an earlier run from its JSON and measure nothing
 *   --traces DIR     folder with azure-2023-conv.csv (default: environment variable INFERSIM_TRACES)
 *   --scenario FILE  what the part `allocation` profiles, instead of the bench workload
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAllocation } from './allocation.js';
import { type BenchDocument, judged, pageWithFigures, readDocument, SCHEMA, writeDocument } from './bench-document.js';
import { trafficFrom } from './bench-plan.js';
import type { Effort, Figure } from './figure.js';
import { measureFleetSizes } from './fleet-size.js';
import { measureLeaping } from './leap-gain.js';
import { projectionInput, projectionLines } from './projection.js';
import { measureQueue } from './queue-hold.js';
import { measureMemory } from './resident-memory.js';
import { saturationPerS } from './saturation.js';
import { measureServing } from './serving-speed.js';
import { measureSingleServer } from './single-server.js';
import { measureStartUp } from './start-up.js';
import { measurePricing } from './step-pricing.js';
import { tableText } from './table.js';
import { measureWorkers } from './worker-gain.js';

/** What a part hands back: figures, and lines to print below them. */
interface Measured {
  readonly figures: Figure[];
  readonly lines: readonly string[];
}

const PARTS = [
  'start-up',
  'queue',
  'kernel',
  'pricing',
  'allocation',
  'serving',
  'leaping',
  'fleet',
  'workers',
  'memory',
] as const;
type Part = (typeof PARTS)[number];

/** System load above which a rate says little. */
const QUIET_LOAD = 0.7;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
    doc: { type: 'string' },
    from: { type: 'string' },
    traces: { type: 'string' },
    scenario: { type: 'string' },
  },
});
/** Package managers run scripts in the package's folder and say here where the user is. */
const from = process.env['INIT_CWD'] ?? process.cwd();
const given = (path: string | undefined) => (path === undefined ? undefined : resolve(from, path));
const files = {
  json: given(flags.json),
  doc: given(flags.doc),
  from: given(flags.from),
  traces: given(flags.traces ?? process.env['INFERSIM_TRACES']),
  scenario: given(flags.scenario),
};
const print = (text: string) => process.stdout.write(text);

const document = files.from === undefined ? measureAll() : readDocument(files.from);
if (files.from !== undefined) {
  print(tableText(document.figures.map((one) => ({ ...one, value: one.value ?? Number.NaN }))));
}
if (document.projection.length > 0) {
  print(`\nprojection\n${document.projection.map((line) => `  ${line}\n`).join('')}`);
}
if (files.json !== undefined) writeDocument(files.json, document);
if (files.doc !== undefined) writeFileSync(files.doc, pageWithFigures(readFileSync(files.doc, 'utf8'), document));

function measureAll(): BenchDocument {
  const chosen = chosenParts();
  const effort: Effort = flags.quick
    ? { rounds: 3, longRounds: 1, scale: 0.1, isFull: flags.full }
    : { rounds: 5, longRounds: 3, scale: 1, isFull: flags.full };
  const traffic = trafficFrom(files.traces);
  const cpu = cpus()[0]?.model.trim() ?? 'unknown';
  const loadBefore = loadavg()[0]!;
  const date = new Date().toISOString().slice(0, 16);
  print(`${cpu}, ${cpus().length} cores, load ${loadBefore.toFixed(2)}, Node ${process.version}\n${traffic.title}\n`);
  if (flags.quick) print('quick: too short to quote\n');
  if (loadBefore > QUIET_LOAD) print('the machine is busy: ratios and counters only\n');

  const folder = mkdtempSync(join(tmpdir(), 'infersim-bench-'));
  let saturation: number | undefined;
  const saturated = () => {
    saturation ??= saturationPerS(traffic);
    return saturation;
  };
  const plain = (figures: Figure[]): Measured => ({ figures, lines: [] });
  const measures: Record<Part, () => Measured> = {
    'start-up': () => plain(measureStartUp(effort)),
    queue: () => plain(measureQueue(effort)),
    kernel: () => plain(measureSingleServer(effort)),
    pricing: () => plain(measurePricing(traffic, effort)),
    allocation: () => measureAllocation(traffic, effort, files.scenario),
    serving: () => plain(measureServing(traffic, saturated(), effort)),
    leaping: () => plain(measureLeaping(traffic, saturated(), folder, effort)),
    fleet: () => plain(measureFleetSizes(traffic, saturated(), effort)),
    workers: () => plain(measureWorkers(traffic, saturated(), folder, effort)),
    memory: () => plain(measureMemory(traffic, effort)),
  };
  const figures: Figure[] = [];
  const sites: string[] = [];
  try {
    for (const part of chosen) {
      const measured = measures[part]();
      figures.push(...measured.figures);
      sites.push(...measured.lines);
      print(tableText(measured.figures));
      for (const line of measured.lines) print(`  ${line}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const input = projectionInput(figures);
  const isWhole = chosen.length === PARTS.length;
  if ('length' in input && isWhole) print(`\nno projection: not available are ${input.join(', ')}\n`);
  return {
    schema: SCHEMA,
    date,
    quick: flags.quick,
    machine: {
      cpu,
      cores: cpus().length,
      memory_gib: totalmem() / 2 ** 30,
      node: process.version,
      load_before: loadBefore,
      load_after: loadavg()[0]!,
    },
    traffic: traffic.title,
    figures: figures.map(judged),
    allocation_sites: sites,
    projection: 'length' in input ? [] : projectionLines(input),
  };
}

function chosenParts(): readonly Part[] {
  if (flags.only === undefined) return PARTS;
  return flags.only.split(',').map((name) => {
    const part = PARTS.find((one) => one === name);
    if (part === undefined) throw new Error(`--only ${name}: there is no such part; there are ${PARTS.join(', ')}`);
    return part;
  });
}
