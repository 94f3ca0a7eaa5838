/**
 * The summary a user reads in the terminal, from the summary document alone, so that saved results print the same text.
 *
 * Order: objectives with value and margin (a failed one with why and where); a table with a column per grid and `all`;
 * bands of model error; where the money goes; what limits each pool; what the result rests on; the footer and the files. At most 80 columns
 * and four significant digits. An interval is shown only where replications give one.
 */

import { createColors } from 'picocolors';
import { bandTable, outsideLines } from './band-lines.js';
import { formatDuration, formatEstimate, formatFigure, NOT_AVAILABLE } from './figures.js';
import { objectiveLines } from './objective-lines.js';
import type { SummaryDocument, SummaryLimits, SummaryMetric, SummaryScope } from './summary-document.js';
import { tallyLines } from './tally-lines.js';
import { alignTable, LINE_WIDTH, toAscii, wrapText } from './text-layout.js';

export interface TerminalOptions {
  readonly color: boolean;
  readonly ascii: boolean;
}

/** What the summary document does not hold because it depends on the machine. */
export interface RunFacts {
  readonly events: number;
  /** Wall time; null when not known. */
  readonly wallS: number | null;
  /** Files written, as the user may open them. */
  readonly files: readonly string[];
}

interface TableRow {
  readonly label: string;
  readonly columns: readonly string[];
  /** Not to be trusted without a steady state. */
  readonly needsStability?: boolean;
}

const TABLE_ROWS: readonly TableRow[] = [
  { label: 'offered', columns: ['requests_offered'] },
  { label: 'completed', columns: ['requests_completed'] },
  { label: 'served %', columns: ['served_pct'] },
  { label: 'out tokens/s', columns: ['output_tokens_per_s'] },
  { label: 'all tokens/s', columns: ['total_tokens_per_s'] },
  { label: 'TTFT p50 ms', columns: ['ttft_ms_p50'], needsStability: true },
  { label: 'TTFT p95 ms', columns: ['ttft_ms_p95'], needsStability: true },
  { label: 'TTFT p99 ms', columns: ['ttft_ms_p99'], needsStability: true },
  { label: 'TPOT mean ms', columns: ['tpot_ms_mean'], needsStability: true },
  { label: 'goodput req/s', columns: ['goodput_requests_per_s'] },
  { label: 'kW mean', columns: ['power_kw_facility_mean'] },
  { label: 'kW peak', columns: ['power_kw_facility_peak_15min', 'power_kw_facility_peak'] },
  { label: 'kWh', columns: ['energy_kwh_facility'] },
  { label: 'kg CO2e', columns: ['carbon_kg'] },
  { label: 'USD', columns: ['cost_usd_total'] },
  { label: 'USD/1M in', columns: ['cost_usd_per_1m_input_tokens'] },
  { label: 'USD/1M out', columns: ['cost_usd_per_1m_output_tokens'] },
  { label: 'USD/1M all', columns: ['cost_usd_per_1m_tokens'] },
];

/** The text, ending with a line feed. */
export function terminalSummary(summary: SummaryDocument, facts: RunFacts, options: TerminalOptions): string {
  const colors = createColors(options.color);
  const lines: string[] = [];
  const fail = summary.objectives.filter((objective) => !objective.passed && objective.severity === 'fail').length;
  lines.push(...wrapText(`${summary.name}: ${verdict(summary, fail)}`, '  ', LINE_WIDTH, ''), '');
  if (summary.objectives.length > 0) lines.push(colors.bold('Objectives'), ...objectiveLines(summary, colors), '');
  lines.push(...tableLines(summary, colors.bold, options.ascii ? '+-' : '±'), '');
  const bands = bandTable(summary);
  if (bands !== undefined) lines.push(colors.bold(bands.title), ...fitTable(bands.rows), '');
  lines.push(...moneyLines(summary), '');
  if (summary.limits.length > 0) lines.push(colors.bold('What limits each pool'), ...limitLines(summary.limits), '');
  lines.push(...noteLines(summary), ...footerLines(summary, facts));
  const text = `${lines.join('\n')}\n`;
  // Colour codes hold an escape character that must survive; there is none without colour.
  return options.ascii ? asciiKeepingColor(text) : text;
}

function asciiKeepingColor(text: string): string {
  const codeStart = String.fromCharCode(27);
  return text.split(codeStart).map(toAscii).join(codeStart);
}

function verdict(summary: SummaryDocument, failed: number): string {
  const state = summary.status === 'interrupted' ? ' (interrupted: partial results)' : '';
  const warned = summary.objectives.filter((objective) => !objective.passed && objective.severity === 'warn').length;
  const warning = warned > 0 ? `, ${warned} missed that only warn` : '';
  if (summary.objectives.length === 0) return `no objectives${state}`;
  if (failed > 0) return `${failed} of ${summary.objectives.length} objectives missed${warning}${state}`;
  if (warned > 0) return `every gating objective met${warning}${state}`;
  return `every objective met${state}`;
}

function tableLines(summary: SummaryDocument, bold: (text: string) => string, plusMinus: string): string[] {
  const scopes: SummaryScope[] = summary.scopes.filter((scope) => scope.scope === 'grid');
  scopes.push(...summary.scopes.filter((scope) => scope.scope === 'all'));
  const thin = new Set(summary.thin_percentiles.map((cell) => `${cell.scope} ${cell.scope_id} ${cell.column}`));
  let hasThin = false;
  const rows: string[][] = [['', ...scopes.map((scope) => scope.scope_id)]];
  for (const { label, columns, needsStability } of TABLE_ROWS) {
    const cells = scopes.map((scope) => {
      const column = columns.find((name) => (scope.metrics[name]?.value ?? null) !== null) ?? columns[0]!;
      const metric = scope.metrics[column];
      if (metric === undefined || metric.value === null) return NOT_AVAILABLE;
      if (needsStability === true && !summary.stability.stable) return 'unstable';
      const isThin = thin.has(`${scope.scope} ${scope.scope_id} ${column}`);
      hasThin ||= isThin;
      return cellText(metric, plusMinus) + (isThin ? '*' : '');
    });
    rows.push([label, ...cells]);
  }
  const lines = fitTable(rows);
  lines[0] = bold(lines[0]!);
  if (hasThin) lines.push('* a percentile of too few samples (fewer than 100/(1-q) in a replication)');
  return lines;
}

function cellText(metric: SummaryMetric, plusMinus: string): string {
  return formatEstimate(metric.value, metric.ci_half_width, plusMinus);
}

/** The table within the line width: closer columns first, then those that do not fit in a second table below. */
function fitTable(rows: readonly (readonly string[])[]): string[] {
  const align = (columns: number, gap: string) => alignTable(cut(rows, 1, columns), { indent: '  ', gap });
  const fits = (lines: readonly string[]) => lines.every((line) => line.length <= LINE_WIDTH);
  const all = rows[0]!.length;
  for (const gap of ['  ', ' ']) {
    const lines = align(all, gap);
    if (fits(lines)) return lines;
  }
  let columns = all - 1;
  while (columns > 2 && !fits(align(columns, '  '))) columns--;
  if (columns < 2) return align(all, ' ');
  return [...align(columns, '  '), '', ...fitTable(rows.map((row) => [row[0]!, ...row.slice(columns)]))];
}

function cut(rows: readonly (readonly string[])[], from: number, to: number): string[][] {
  return rows.map((row) => [row[0]!, ...row.slice(from, to)]);
}

function moneyLines(summary: SummaryDocument): string[] {
  const all = summary.scopes.find((scope) => scope.scope === 'all');
  const cost = all?.cost_per_1m_tokens.all;
  if (all === undefined || cost === undefined || cost.total === null)
    return ['Cost per token: no tokens in this window'];
  const parts = Object.entries(cost.parts)
    .filter((part): part is [string, number] => part[1] !== null && part[1] !== 0)
    .map(([name, value]) => `${name} ${formatFigure(value, 3)}`);
  const factor = all.load_factor_pct === null ? '' : `; load factor ${formatFigure(all.load_factor_pct, 3)} %`;
  const windowS = Math.max(0, Math.min(...summary.runs.map((run) => run.reached_s)) - summary.warmup_s);
  return wrapText(
    `CPT in this window of ${formatDuration(windowS)}, USD per 1M tokens: ${formatFigure(cost.total)} = ` +
      `${parts.join(' + ')}${factor}`,
    '  ',
    LINE_WIDTH,
    '',
  );
}

const LIMIT_WORDS: readonly (readonly [keyof SummaryLimits, string])[] = [
  ['kv_full_pct', 'KV cache full'],
  ['batch_full_pct', 'batch full'],
  ['queue_non_empty_pct', 'requests waiting'],
];

function limitLines(limits: readonly SummaryLimits[]): string[] {
  return limits.flatMap((limit) => {
    const held = LIMIT_WORDS.map(([key, words]) => [words, limit[key] as number | null] as const)
      .filter((item): item is readonly [string, number] => item[1] !== null && item[1] >= 0.05)
      .sort((a, b) => b[1] - a[1])
      .map(([words, pct]) => `${words} ${formatFigure(pct, 3)} % of the time`);
    const what = held.length > 0 ? held.join(', ') : 'nothing: no queue, room in batch and KV cache';
    return wrapText(
      `${limit.pool}: ${what}; busy ${formatFigure(limit.busy_pct, 3)} %${bound(limit)}`,
      '    ',
      LINE_WIDTH,
      '  ',
    );
  });
}

function bound(limit: SummaryLimits): string {
  const memory = limit.memory_bound_pct ?? 0;
  const compute = limit.compute_bound_pct ?? 0;
  if (!(memory > 0) && !(compute > 0)) return '';
  return memory >= compute
    ? `, mostly bound by memory bandwidth (${formatFigure(memory, 3)} %)`
    : `, mostly bound by arithmetic (${formatFigure(compute, 3)} %)`;
}

function noteLines(summary: SummaryDocument): string[] {
  const notes: string[] = [];
  if (!summary.stability.stable)
    notes.push('unstable: queues only grew, there is no steady state; latencies have no mean to speak of');
  if (summary.deterministic) notes.push('deterministic: nothing is random, replications would be copies');
  else if (summary.replications < 2) notes.push('no intervals: n/a (1 replication)');
  else
    notes.push(
      `± is the half-width of a ${formatFigure(100 * summary.confidence)} % interval: run-to-run spread, not model error`,
    );
  notes.push(summary.conservation.statement);
  if (summary.assumed.length > 0) {
    const constants = summary.assumed.length === 1 ? 'constant' : 'constants';
    notes.push(`rests on ${summary.assumed.length} assumed ${constants}, see explain`);
  }
  notes.push(...outsideLines(summary));
  for (const warning of summary.warnings) notes.push(`warning: ${warning}`);
  notes.push(...tallyLines(summary.tallies, summary.replications));
  return notes.flatMap((note) => wrapText(note, '  ', LINE_WIDTH, ''));
}

function footerLines(summary: SummaryDocument, facts: RunFacts): string[] {
  const planned = summary.replications_planned;
  const isCut = summary.status === 'interrupted' && summary.replications < planned;
  const many = isCut ? `${summary.replications} of ${planned}` : `${summary.replications}`;
  const replications = many === '1' ? '1 replication' : `${many} replications`;
  const time = facts.wallS === null ? '' : ` in ${formatDuration(facts.wallS)}`;
  const lines = wrapText(
    `${replications}, warm-up ${formatDuration(summary.warmup_s)}, seed ${summary.seed}, ` +
      `fingerprint ${summary.fingerprint}, ${formatFigure(facts.events)} events${time}`,
    '  ',
    LINE_WIDTH,
    '',
  );
  // A path is never broken: it is there to be copied.
  for (const file of facts.files) lines.push(`wrote ${file}`);
  return lines;
}
