/** `infersim compare`: results side by side; the first is the baseline. */

import { compareResults, comparisonJson, comparisonText, readSavedResults } from '@infersim/report';
import { METRIC_COLUMNS, metricIndex } from '@infersim/runner';
import { nearestName } from '@infersim/scenario';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import type { Terminal } from '../terminal.js';

export interface CompareFlags {
  readonly format: 'text' | 'json';
  readonly metric?: readonly string[];
  readonly scope: string;
  readonly threshold: number;
  readonly gate?: boolean;
}

/** Exits with 8 when there is a regression, unless the gate is off. */
export function compare(paths: readonly string[], flags: CompareFlags, terminal: Terminal): ExitCode {
  if (paths.length < 2) throw new CliError(ExitCode.USAGE, 'compare needs at least two results folders');
  for (const metric of flags.metric ?? [])
    if (metricIndex(metric) < 0) {
      const near = nearestName(
        metric,
        METRIC_COLUMNS.map((column) => column.name),
      );
      throw new CliError(
        ExitCode.USAGE,
        `there is no column \`${metric}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
      );
    }
  const [baseline, ...others] = paths.map((path) => readSavedResults(path));
  const comparisons = others.map((other) => compareResults(baseline!, other, { thresholdPct: flags.threshold }));
  if (flags.format === 'json') terminal.out(comparisonJson(comparisons));
  else {
    const view = { metrics: flags.metric ?? [], scope: flags.scope };
    const style = { color: terminal.outColor, ascii: terminal.ascii };
    terminal.out(comparisons.map((comparison) => comparisonText(comparison, view, style)).join('\n'));
  }
  const isWorse = comparisons.some((comparison) => comparison.regressions.length > 0);
  return isWorse && flags.gate !== false ? ExitCode.REGRESSION : ExitCode.OK;
}
