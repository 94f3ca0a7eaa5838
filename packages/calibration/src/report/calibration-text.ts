/**
 * A calibration as text of at most 80 columns: what it was for first (error on rows kept out), then constants, then doubts.
 *
 * Errors are medians with the 90th percentile in brackets, of |predicted/measured - 1|.
 */

import type { CalibratedConstant, CalibrationResult, SkippedProblem } from '../calibrate.js';
import type { ErrorSummary } from '../error-summary/error-summary.js';
import type { MetricErrors } from '../error-summary/metric-errors.js';
import { shortName, suspicionText } from '../identifiability/inseparable.js';
import { splitPath } from '../parameters/catalog-constants.js';
import { constantText, intervalText, percentText } from './constant-text.js';

/** How to print. */
export interface CalibrationTextOptions {
  readonly color: boolean;
}

const BOLD = '\u001b[1m';
const GREEN = '\u001b[32m';
const RED = '\u001b[31m';
const PLAIN = '\u001b[0m';
const WIDTH = 80;
const NAME = 30;
const ERROR_WIDTHS = [32, 9, 18, 18] as const;
/** Failures that are named; the rest is counted. */
const NAMED_FAILURES = 5;

/** The report, lines ended by line feeds. */
export function calibrationText(result: CalibrationResult, options: CalibrationTextOptions): string {
  const bold = (text: string): string => (options.color ? `${BOLD}${text}${PLAIN}` : text);
  const sections = [
    verdict(result, options),
    errorLines(result, bold),
    constantLines(result, bold),
    doubtLines(result, bold),
    skippedLines(result, bold),
    failureLines(result, bold),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Median error before and after on one side, or why there is none. */
function verdict({ counts, overall }: CalibrationResult, options: CalibrationTextOptions): string[] {
  const { before, after } = counts.held > 0 ? overall.held : overall.fitted;
  const side = counts.held > 0 ? 'rows kept out of the fit' : 'rows of the fit (none was kept out)';
  const isBetter = (after.median ?? Number.POSITIVE_INFINITY) < (before.median ?? Number.POSITIVE_INFINITY);
  const mark = isBetter ? '✓' : '✗';
  const line = `${mark} median error on ${side}: ${percentText(before.median)} -> ${percentText(after.median)}`;
  const cases =
    `  ${counted(counts.cases, 'case')}: ${counts.fitted} fitted, ${counts.held} kept out` +
    (counts.setAside > 0 ? `, ${counts.setAside} set aside by their table` : '');
  return [options.color ? `${isBetter ? GREEN : RED}${line}${PLAIN}` : line, cases];
}

function errorLines({ errors }: CalibrationResult, bold: (text: string) => string): string[] {
  const lines = [bold(row(['error, median (p90)', 'figures', 'before', 'after'], ERROR_WIDTHS))];
  const side = (name: string, metrics: readonly MetricErrors[]): void => {
    const compared = metrics.filter(({ before, after }) => before.count > 0 || after.count > 0);
    if (compared.length === 0) return;
    lines.push(name);
    for (const { metric, operation, before, after } of compared) {
      const label = `  ${metric}${operation === '' ? '' : ` ${operation}`}`;
      const cells = [String(after.count), pair(before), pair(after)];
      // A long name has a line to itself.
      if (label.length <= ERROR_WIDTHS[0]) lines.push(row([label, ...cells], ERROR_WIDTHS));
      else lines.push(label, row(['', ...cells], ERROR_WIDTHS));
    }
  };
  side('kept out', errors.held);
  side('fitted', errors.fitted);
  return lines;
}

function pair(summary: ErrorSummary): string {
  return `${percentText(summary.median)} (${percentText(summary.p90)})`;
}

/** Left-aligned first cell, the rest right-aligned, one space between; trailing space cut. */
function row(cells: readonly string[], widths: readonly number[]): string {
  const [first, ...rest] = cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]!) : cell.padStart(widths[n]!)));
  return [first, ...rest].join(' ').trimEnd();
}

function constantLines({ constants }: CalibrationResult, bold: (text: string) => string): string[] {
  if (constants.length === 0) return ['No constant moved: no case tells about one.'];
  const widths = [NAME, 9, 9, 19, 9];
  const lines = [bold(row(['constants', 'before', 'fitted', '80 % interval', 'was'], widths))];
  for (const entry of new Set(constants.map(({ path }) => entryOf(path)))) {
    lines.push(entry);
    for (const constant of constants) {
      if (entryOf(constant.path) === entry) lines.push(...constantLine(constant, shortName(constant.path), widths));
    }
  }
  return lines;
}

function constantLine(constant: CalibratedConstant, name: string, widths: readonly number[]): string[] {
  const { before, after, low, high, unit, gradeBefore } = constant;
  const cells = [constantText(before, unit), constantText(after, unit), intervalText(low, high, unit), gradeBefore];
  const title = `  ${name}`;
  if (title.length <= NAME) return [row([title, ...cells], widths)];
  return [title, row(['', ...cells], widths)];
}

function doubtLines({ problems }: CalibrationResult, bold: (text: string) => string): string[] {
  const held = problems.flatMap(({ result }) =>
    result.held
      .filter(({ why }) => why.kind !== 'untouched')
      .map(({ path, why }) => {
        const consequence = why.kind === 'together' ? `: ${shortName(path)} stays` : ' and stays';
        return `${entryOf(path)}: ${suspicionText(why)}${consequence} where it was`;
      }),
  );
  const kept = problems.flatMap(({ result }) =>
    result.remarks.map((remark) => `${entryOf(remark.path)}: ${suspicionText(remark)}; the rows fix it all the same`),
  );
  const lines = [...held, ...kept];
  return lines.length === 0
    ? []
    : [bold('what these rows cannot tell apart'), ...lines.flatMap((line) => wrapped(line))];
}

function entryOf(path: string): string {
  return splitPath(path).id;
}

function skippedLines({ skipped }: CalibrationResult, bold: (text: string) => string): string[] {
  if (skipped.length === 0) return [];
  const lines = skipped.flatMap(({ stage, paths, cases }) => {
    const entries = [...new Set(paths.map(entryOf))].join(', ');
    return wrapped(`${stage} of ${entries}: ${reasonText(cases)}`);
  });
  return [bold(`not fitted: ${skipped.length}`), ...lines];
}

/** Why the cases of a fit have no figures, in a phrase: the first reason with its case, the rest counted. */
export function reasonText(cases: SkippedProblem['cases']): string {
  const [first] = cases;
  if (first === undefined) return 'no case';
  const more = cases.length > 1 ? ` (and ${counted(cases.length - 1, 'case')} more)` : '';
  return `${first.caseId}: ${first.failure}${more}`;
}

/** `1 case`, `2 cases`. */
function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function failureLines({ failures }: CalibrationResult, bold: (text: string) => string): string[] {
  if (failures.length === 0) return [];
  const named = failures.slice(0, NAMED_FAILURES).flatMap(({ caseId, failure }) => wrapped(`${caseId}: ${failure}`));
  const more = failures.length - NAMED_FAILURES;
  return [bold(`not predicted: ${failures.length}`), ...named, ...(more > 0 ? [`  and ${more} more`] : [])];
}

/** A line indented by two and broken at spaces, continued with four. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
