/** A comparison as text for the terminal, and as JSON. */

import { createColors } from 'picocolors';
import { type ComparedMetric, type Comparison, HEADLINE_METRICS } from './comparison.js';
import { formatFigure } from './figures.js';
import { jsonText } from './json-text.js';
import type { TerminalOptions } from './terminal-summary.js';
import { alignTable, toAscii, wrapText } from './text-layout.js';

/** Name and major version of the schema of `compare --format json`. */
export const COMPARISON_SCHEMA = 'infersim.comparison/1';

/** What of a comparison to show as text; JSON always holds everything. */
export interface ComparisonView {
  /** Columns of runs.csv; empty = the headline figures. */
  readonly metrics: readonly string[];
  /** `all`, or `kind/id` as in `grid/cloud`. */
  readonly scope: string;
}

/** Every comparison with the baseline, as one JSON object. */
export function comparisonJson(comparisons: readonly Comparison[]): string {
  return jsonText({ schema: COMPARISON_SCHEMA, comparisons });
}

/** One comparison: objectives whose verdict changed, the chosen figures, notes, and the overall word. */
export function comparisonText(comparison: Comparison, view: ComparisonView, options: TerminalOptions): string {
  const colors = createColors(options.color);
  const lines = [
    ...wrapText(`A = ${comparison.a}`, '  ', 80, ''),
    ...wrapText(`B = ${comparison.b}`, '  ', 80, ''),
    '',
  ];
  const names = view.metrics.length > 0 ? view.metrics : HEADLINE_METRICS;
  const chosen = comparison.metrics.filter(
    (item) => scopeName(item) === view.scope && names.includes(item.metric) && (item.a !== null || item.b !== null),
  );
  const percent = formatFigure(100 * comparison.confidence);
  const table = alignTable([
    ['metric', 'A', 'B', 'B - A', `± ${percent} %`, 'change', 'verdict'],
    ...chosen.map((item) => [
      item.metric,
      formatFigure(item.a),
      formatFigure(item.b),
      formatFigure(item.delta),
      item.ci_half_width === null ? item.basis : formatFigure(item.ci_half_width, 2),
      item.delta_pct === null ? '-' : `${formatFigure(item.delta_pct, 3)} %`,
      item.verdict,
    ]),
  ]);
  if (chosen.length === 0) lines.push(`no figures of ${view.scope} in both`);
  else {
    lines.push(colors.bold(table[0]!));
    chosen.forEach((item, index) => {
      const line = table[index + 1]!;
      if (item.verdict === 'worse') lines.push(colors.red(line));
      else lines.push(item.verdict === 'better' ? colors.green(line) : line);
    });
  }
  lines.push('');
  for (const item of comparison.objectives)
    if (item.verdict !== 'same')
      lines.push(`objective ${item.name}: ${passedWord(item.a)} in A, ${passedWord(item.b)} in B (${item.verdict})`);
  for (const note of comparison.notes) lines.push(...wrapText(`note: ${note}`, '  ', 80, ''));
  lines.push(
    `${comparison.common_worlds} pairs of replications with the same seed; differences up to ${formatFigure(comparison.threshold_pct)} % count as none`,
  );
  lines.push(
    ...wrapText(
      comparison.regressions.length === 0 ? 'no regression' : `regression: ${comparison.regressions.join(', ')}`,
      '  ',
      80,
      '',
    ),
  );
  const text = `${lines.join('\n')}\n`;
  return options.ascii && !options.color ? toAscii(text) : text;
}

function scopeName(item: ComparedMetric): string {
  return item.scope === 'all' ? 'all' : `${item.scope}/${item.scope_id}`;
}

function passedWord(passed: boolean | null): string {
  if (passed === null) return 'absent';
  return passed ? 'met' : 'missed';
}
