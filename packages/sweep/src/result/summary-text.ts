/**
 * What a sweep tells on the terminal: how many trials met how many objectives, the best by each metric, the Pareto set, what
 * failed. At most 80 columns, four significant digits.
 */

import { alignTable, formatDuration, formatFigure, LINE_WIDTH, toAscii, wrapText } from '@infersim/report';
import { metricIndex } from '@infersim/runner';
import type { TrialOutcome } from '../record/journal.js';
import { shardText } from '../run/shard.js';
import { axesWithoutDifference } from './no-difference.js';
import { paretoFigures } from './pareto.js';
import { shortPaths } from './short-paths.js';
import { meetsObjectives, type SweepResult, sweepFingerprint } from './sweep-document.js';

/** What the result does not hold because it depends on the machine. */
export interface SweepFacts {
  /** Wall time of this call; null when not known. */
  readonly wallS: number | null;
  /** Trials that an earlier call had finished. */
  readonly kept: number;
  /** Files written, as the user may open them. */
  readonly files: readonly string[];
}

/** How tables head the columns that are asked for most. */
const LABELS: Readonly<Record<string, string>> = {
  cost_usd_per_1m_output_tokens: 'USD/1M out',
  cost_usd_per_1m_tokens: 'USD/1M all',
  cost_usd_total: 'USD',
  ttft_ms_p95: 'TTFT p95 ms',
  ttft_ms_p99: 'TTFT p99 ms',
  tpot_ms_p95: 'TPOT p95 ms',
  e2e_ms_p95: 'E2E p95 ms',
  power_kw_facility_mean: 'kW mean',
  output_tokens_per_s: 'out tokens/s',
};

/** Most rows of a list before the rest is counted. */
const MAX_ROWS = 20;

/** The text, ending with a line feed. */
export function sweepSummary(result: SweepResult, facts: SweepFacts, options: { readonly ascii: boolean }): string {
  const outcomes = result.entries.map(({ outcome }) => outcome);
  const blocks = [
    headline(result, outcomes),
    objectiveLines(outcomes),
    bestLines(result, outcomes),
    paretoLines(result, outcomes),
    failureLines(outcomes),
    idleLines(result),
    footerLines(result, outcomes, facts),
  ];
  const text = `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
  return options.ascii ? toAscii(text) : text;
}

function headline(result: SweepResult, outcomes: readonly TrialOutcome[]): string[] {
  const { header } = result;
  const failed = outcomes.filter(({ status }) => status === 'failed').length;
  const unstable = outcomes.filter(({ status }) => status === 'unstable').length;
  const parts = [
    `${outcomes.length} of ${result.trials} ${result.trials === 1 ? 'trial' : 'trials'} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(unstable > 0 ? [`${unstable} unstable`] : []),
    ...(header.shard.count > 1 ? [`${shardText(header.shard)} of ${header.trials} trials`] : []),
  ];
  return wrapText(`${header.scenario}: ${parts.join(', ')}`, '  ', LINE_WIDTH, '');
}

function objectiveLines(outcomes: readonly TrialOutcome[]): string[] {
  const judged = outcomes.filter(({ status, objectives }) => status !== 'failed' && objectives.length > 0);
  if (judged.length === 0) return [];
  const groups = new Map<string, { met: number; trials: number }>();
  for (const { objectives } of judged) {
    const met = objectives.filter(({ passed }) => passed).length;
    const key = `${met} of ${objectives.length}`;
    groups.set(key, { met, trials: (groups.get(key)?.trials ?? 0) + 1 });
  }
  const rows = [...groups].sort(([, a], [, b]) => b.met - a.met).map(([key, { trials }]) => [key, String(trials)]);
  return alignTable([['objectives met', 'trials'], ...rows]);
}

function bestLines(result: SweepResult, outcomes: readonly TrialOutcome[]): string[] {
  const lines: string[] = [];
  for (const [index, metric] of result.metrics.entries()) {
    const sign = metric.better === 'lower' ? 1 : -1;
    let best: { outcome: TrialOutcome; value: number } | null = null;
    for (const outcome of outcomes) {
      const value = outcome.status === 'ok' ? outcome.figures[metricIndex(metric.column)] : null;
      if (value === null || value === undefined) continue;
      if (best === null || sign * value < sign * best.value) best = { outcome, value };
    }
    if (index === 0) lines.push('Best by each metric');
    lines.push(`  ${metric.column}: ${best === null ? 'not available' : formatFigure(best.value)}`);
    if (best !== null) lines.push(...wrapText(trialText(best.outcome, result), '    '));
  }
  return lines;
}

function paretoLines(result: SweepResult, outcomes: readonly TrialOutcome[]): string[] {
  const { metrics, pareto } = result;
  const inSet = new Set(pareto);
  const candidates = outcomes.filter((outcome) => paretoFigures(outcome, metrics) !== null).length;
  if (candidates === 0) return [];
  const members = outcomes.filter(({ trial }) => inSet.has(trial));
  const names = shortPaths(result.header.axes.map(({ path }) => path));
  const rows = members
    .slice(0, MAX_ROWS)
    .map((outcome) => [
      String(outcome.trial),
      ...metrics.map(({ column }) => formatFigure(outcome.figures[metricIndex(column)])),
      `${outcome.objectives.filter(({ passed }) => passed).length}/${outcome.objectives.length}`,
      ...outcome.params.map(({ text }) => text),
    ]);
  const heads = ['trial', ...metrics.map(({ column }) => LABELS[column] ?? column), 'slo', ...names];
  const table = fittingTable(heads, rows);
  const rest = members.length - rows.length;
  const title = `Pareto set: ${members.length} of ${candidates} ${candidates === 1 ? 'trial' : 'trials'}`;
  return [title, ...table, ...(rest > 0 ? [`  ... and ${rest} more`] : [])];
}

/** Columns that do not fit beside each other get a letter, and a legend that says what it stands for. */
function fittingTable(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const plain = alignTable([heads, ...rows], { indent: '  ' });
  if (plain.every((line) => line.length <= LINE_WIDTH)) return plain;
  const legend: string[] = [];
  const short = heads.map((head, column) => {
    const width = Math.max(...rows.map((row) => row[column]!.length));
    if (head.length <= Math.max(5, width)) return head;
    const letter = String.fromCharCode('A'.charCodeAt(0) + (legend.length % 26)) + (legend.length >= 26 ? "'" : '');
    legend.push(`${letter} ${head}`);
    return letter;
  });
  const lines = alignTable([short, ...rows], { indent: '  ' }).flatMap((line) =>
    line.length <= LINE_WIDTH ? [line] : wrapText(line.trim().replace(/ {2,}/g, ', '), '      ', LINE_WIDTH, '  '),
  );
  return [...lines, ...wrapText(legend.join('; '), '  ')];
}

function failureLines(outcomes: readonly TrialOutcome[]): string[] {
  const failed = outcomes.filter(({ status }) => status === 'failed');
  if (failed.length === 0) return [];
  const lines = ['Failed'];
  for (const { trial, error } of failed.slice(0, MAX_ROWS))
    lines.push(...wrapText(`trial ${trial}: ${error}`, '    ', LINE_WIDTH, '  '));
  if (failed.length > MAX_ROWS) lines.push(`  ... and ${failed.length - MAX_ROWS} more`);
  return lines;
}

function idleLines(result: SweepResult): string[] {
  const paths = axesWithoutDifference(result);
  if (paths.length === 0) return [];
  const names = shortPaths(result.header.axes.map(({ path }) => path));
  const idle = paths.map((path) => names[result.header.axes.findIndex((axis) => axis.path === path)]!);
  return wrapText(
    `No difference made: ${idle.join(', ')}. Trials that differ in nothing else came to the same`,
    '  ',
    LINE_WIDTH,
    '',
  );
}

function footerLines(result: SweepResult, outcomes: readonly TrialOutcome[], facts: SweepFacts): string[] {
  const events = outcomes.reduce((sum, outcome) => sum + outcome.events, 0);
  const parts = [
    `fingerprint ${sweepFingerprint(result)}`,
    `${formatFigure(events)} events${facts.wallS === null ? '' : ` in ${formatDuration(facts.wallS)}`}`,
    ...(facts.kept > 0 ? [`${facts.kept} of the trials kept`] : []),
  ];
  return [...wrapText(parts.join(', '), '  ', LINE_WIDTH, ''), ...facts.files.map((file) => `wrote ${file}`)];
}

function trialText(outcome: TrialOutcome, result: SweepResult): string {
  const names = shortPaths(result.header.axes.map(({ path }) => path));
  const params = outcome.params.map(({ text }, index) => `${names[index]}=${text}`).join(', ');
  return `trial ${outcome.trial}${meetsObjectives(outcome) ? '' : ' (misses objectives)'}: ${params}`;
}
