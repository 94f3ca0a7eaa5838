/** The JSON of one run (schema infersim.bench/2), and its tables for a page of documentation. */

import { readFileSync, writeFileSync } from 'node:fs';
import { type Figure, type Verdict, verdictOn } from './figure.js';
import { markdownTable } from './table.js';

export const SCHEMA = 'infersim.bench/2';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memory_gib: number;
  readonly node: string;
  /** One-minute load of the system before and after. */
  readonly load_before: number;
  readonly load_after: number;
}

/** A figure with its verdicts; a value that could not be measured is null, which JSON can hold. */
export type JudgedFigure = Omit<Figure, 'value'> & {
  readonly value: number | null;
  readonly verdict: { readonly gate: Verdict; readonly aim: Verdict };
};

export interface BenchDocument {
  readonly schema: typeof SCHEMA;
  readonly date: string;
  readonly quick: boolean;
  readonly machine: Machine;
  readonly traffic: string;
  readonly figures: readonly JudgedFigure[];
  /** The profile of allocations, most first, as printed. */
  readonly allocation_sites: readonly string[];
  readonly projection: readonly string[];
}

export function judged(figure: Figure): JudgedFigure {
  const { value, gate, aim } = figure;
  return {
    ...figure,
    value: Number.isNaN(value) ? null : value,
    verdict: { gate: verdictOn(value, gate), aim: verdictOn(value, aim) },
  };
}

export function writeDocument(path: string, document: BenchDocument): void {
  writeFileSync(path, `${JSON.stringify(document, null, 2)}\n`);
}

/** Reads what `writeDocument` wrote. @throws Error when the file is of another schema. */
export function readDocument(path: string): BenchDocument {
  const document = JSON.parse(readFileSync(path, 'utf8')) as BenchDocument;
  if (document.schema !== SCHEMA) throw new Error(`${path} has schema ${String(document.schema)}, not ${SCHEMA}`);
  return document;
}

const BEGIN = '<!-- bench: figures of one run, written by `pnpm bench --doc`; do not edit -->';
const END = '<!-- bench: end -->';

/** A page with what stands between the two markers replaced. @throws Error when it has not both. */
export function pageWithFigures(page: string, document: BenchDocument): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`the page needs the lines\n${BEGIN}\n${END}`);
  return `${page.slice(0, from + BEGIN.length)}\n\n${documentMarkdown(document)}\n${page.slice(to)}`;
}

function documentMarkdown({ date, quick, machine, traffic, figures, projection }: BenchDocument): string {
  const all = figures.map((one) => ({ ...one, value: one.value ?? Number.NaN }));
  const isJudged = ({ gate, aim }: Figure) => gate !== undefined || aim !== undefined;
  const judgedTable = markdownTable(all.filter(isJudged)).trimEnd();
  const others = markdownTable(all.filter((one) => !isJudged(one))).trimEnd();
  const heading =
    `Run of ${date}${quick ? ' (quick: too short to quote)' : ''} on ${machine.cores} cores of ${machine.cpu}, ` +
    `${Math.round(machine.memory_gib)} GiB, Node ${machine.node}; system load ${machine.load_before.toFixed(1)} ` +
    `before, ${machine.load_after.toFixed(1)} after. Workload: ${traffic}.`;
  const parts = [heading, '', judgedTable, '', 'Beside them, without a gate:', '', others];
  if (projection.length > 0) parts.push('', 'Projection:', '', ...projection.map((line) => `- ${line}`));
  return `${parts.join('\n')}\n`;
}
