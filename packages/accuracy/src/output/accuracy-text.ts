/**
 * The accuracy document as a terminal shows it: at most 80 columns, the headline first, then errors by device, family and engine,
 * the worst rows with their places, what was set aside or could not be read, and how to read it all.
 *
 * Made from the document alone, so that a stored one prints the same text.
 */

import {
  alignTable,
  formatFigure,
  LINE_WIDTH,
  NOT_AVAILABLE,
  type TerminalOptions,
  toAscii,
  wrapText,
} from '@infersim/report';
import { createColors } from 'picocolors';
import type {
  AccuracyDocument,
  DocumentGroup,
  DocumentLevel,
  DocumentSetAside,
  DocumentUncompared,
} from './accuracy-document.js';
import { headlineLines, leftOutDeviceLines, verdictCounts } from './headline-lines.js';
import { countOf, errorText, itemsByReason, leftOutReasons, percentText, placesText, signedText } from './words.js';

/** What a run of the command adds that the document does not hold. */
export interface AccuracyFacts {
  /** Files written, as the user may open them. */
  readonly files: readonly string[];
}

/** Bad rows named one by one; the rest is counted. */
const NAMED = 10;
/** Longest group name in a table; longer ones are cut. */
const NAME_WIDTH = 26;

/** The text, with a final line feed. */
export function accuracyText(document: AccuracyDocument, facts: AccuracyFacts, options: TerminalOptions): string {
  const colors = createColors(options.color);
  const sections: string[][] = [
    [...wrapText(headText(document), '  ', LINE_WIDTH, '')],
    headlineLines(document, colors),
    leftOutDeviceLines(document, colors.bold),
    groupTable(document, 'device', 'By device', colors.bold),
    groupTable(document, 'family', 'By model family', colors.bold),
    groupTable(document, 'engine', 'By engine', colors.bold),
    worstLines(document, 'run', colors.bold),
    worstLines(document, 'kernel', colors.bold),
    bandLines(document, colors.bold),
    asideLines(document.set_aside, colors.bold),
    leftOutLines(document, colors.bold),
    uncomparedLines(document.uncompared, colors),
    problemLines(document, colors),
    [...readingLines(document), ...facts.files.map((file) => `wrote ${file}`)],
  ];
  const text = `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
  return options.ascii ? asciiKeepingColor(text) : text;
}

/** Colour codes hold an escape character that must survive. */
function asciiKeepingColor(text: string): string {
  const codeStart = String.fromCharCode(27);
  return text.split(codeStart).map(toAscii).join(codeStart);
}

function headText(document: AccuracyDocument): string {
  const { cases, figures } = document.counts;
  const { met, judged } = verdictCounts(document.headline);
  const targets = judged === 0 ? 'no target could be judged' : `${met} of ${judged} targets met`;
  return `accuracy: ${countOf(cases, 'measured row')}, ${countOf(figures, 'figure')} compared; ${targets}`;
}

/** One attribute: all figures of runs together, then medians by quantity; kernels in a column of their own. */
function groupTable(document: AccuracyDocument, key: string, title: string, bold: (text: string) => string): string[] {
  const inSample = document.groups.filter((group) => group.split === 'in_sample');
  const pick = (level: DocumentLevel, by: string) =>
    inSample.filter((group) => group.level === level && group.by === by && group.values[key] !== '');
  const runs = pick('run', key);
  const kernels = key === 'device' ? pick('kernel', key) : [];
  const names = [...new Set([...runs, ...kernels].map((group) => group.values[key]!))].sort();
  if (names.length === 0) return [];
  const byQuantity = pick('run', `${key}+quantity`);
  const median = (name: string, quantity: string) =>
    percentText(
      byQuantity.find((group) => group.values[key] === name && group.values['quantity'] === quantity)?.median_abs_pct,
    );
  const rows = names.map((name) => {
    const run = runs.find((group) => group.values[key] === name);
    return [
      cutName(name),
      run === undefined ? '' : String(run.n),
      run === undefined ? NOT_AVAILABLE : errorText(run),
      signedText(run?.bias_pct),
      median(name, 'latency'),
      median(name, 'throughput'),
      median(name, 'power'),
      ...(kernels.length > 0 ? [percentText(kernelOf(kernels, key, name)?.median_abs_pct)] : []),
    ];
  });
  const head = ['', 'n', 'all %', 'bias', 'latency', 'rate', 'power', ...(kernels.length > 0 ? ['kernels'] : [])];
  return [bold(`${title}, in-sample`), ...alignTable([head, ...rows], { indent: '  ', gap: ' ' })];
}

function kernelOf(groups: readonly DocumentGroup[], key: string, name: string): DocumentGroup | undefined {
  return groups.find((group) => group.values[key] === name);
}

function cutName(name: string): string {
  return name.length <= NAME_WIDTH ? name : `${name.slice(0, NAME_WIDTH - 2)}..`;
}

function worstLines(document: AccuracyDocument, level: DocumentLevel, bold: (text: string) => string): string[] {
  const rows = document.worst.filter((row) => row.level === level);
  if (rows.length === 0) return [];
  const cells = rows.map((row) => [
    signedText(row.signed_error_pct),
    row.metric,
    formatFigure(row.measured, 3),
    formatFigure(row.predicted, 3),
    row.case,
  ]);
  const table = alignTable([['error %', 'metric', 'measured', 'predicted'], ...cells.map((row) => row.slice(0, 4))], {
    indent: '  ',
    leftColumns: 0,
  });
  const title = level === 'run' ? 'Worst figures of runs' : 'Worst figures of kernels';
  const lines = [bold(title), `${table[0]}  at`];
  cells.forEach((row, at) => {
    const line = `${table[at + 1]}  ${row[4]}`;
    // A place is there to be copied: it goes on a line of its own rather than be broken.
    lines.push(...(line.length <= LINE_WIDTH ? [line] : [table[at + 1]!, `      ${row[4]}`]));
  });
  return lines;
}

function bandLines({ bands }: AccuracyDocument, bold: (text: string) => string): string[] {
  if (bands === null) return [];
  const { all } = bands;
  const on = bands.split === 'in_sample' ? 'in-sample rows (nothing was left out)' : 'left-out model families';
  const without = all.without_band > 0 ? `; ${countOf(all.without_band, 'figure')} without a band` : '';
  return [
    bold('Error bands'),
    ...wrapText(
      `nominal ${bands.nominal_pct} % bands hold ${percentText(all.coverage_pct)} % of ${countOf(all.n, 'figure')} on ${on} ` +
        `(wanted: ${bands.low_limit_pct} to ${bands.high_limit_pct} %); ${all.below} measured below, ${all.above} above${without}`,
      '  ',
      LINE_WIDTH,
      '  ',
    ),
  ];
}

function asideLines(setAside: readonly DocumentSetAside[], bold: (text: string) => string): string[] {
  if (setAside.length === 0) return [];
  return [bold(`Set aside: ${countOf(setAside.length, 'row')}, in no headline`), ...reasonLines(setAside)];
}

function leftOutLines({ files, counts }: AccuracyDocument, bold: (text: string) => string): string[] {
  if (counts.rows_left_out === 0) return [];
  return [
    bold(`Understood and left out: ${counts.rows_left_out} of ${countOf(counts.rows, 'row')}`),
    ...leftOutReasons(files).flatMap(([reason, rows]) => wrapText(`${rows}  ${reason}`, '     ', LINE_WIDTH, '  ')),
  ];
}

function uncomparedLines(uncompared: readonly DocumentUncompared[], colors: ReturnType<typeof createColors>): string[] {
  if (uncompared.length === 0) return [];
  return [
    colors.bold(colors.yellow(`Not compared: ${countOf(uncompared.length, 'figure or row', 'figures or rows')}`)),
    ...reasonLines(
      uncompared.map((item) => ({
        ...item,
        reason: item.metric === '' ? item.reason : `${item.metric}: ${item.reason}`,
      })),
    ),
  ];
}

/** A line per reason: how many, why, where. */
function reasonLines(
  items: readonly { readonly file: string; readonly line: number; readonly reason: string }[],
): string[] {
  return [...itemsByReason(items)].flatMap(([reason, own]) =>
    wrapText(`${own.length}  ${reason} (${placesText(own)})`, '     ', LINE_WIDTH, '  '),
  );
}

function problemLines({ problems }: AccuracyDocument, colors: ReturnType<typeof createColors>): string[] {
  if (problems.length === 0) return [];
  return [
    colors.bold(colors.yellow(`Bad rows: ${countOf(problems.length, 'problem')}, the rest was run`)),
    ...problems.slice(0, NAMED).flatMap((problem) => {
      const column = problem.column === '' ? '' : ` ${problem.column}`;
      const given = problem.given === '' ? '' : `; given: ${problem.given}`;
      const allowed = problem.allowed === '' ? '' : `; allowed: ${problem.allowed}`;
      return wrapText(
        `${problem.file}:${problem.line}${column}: ${problem.message}${given}${allowed} [${problem.code}]`,
        '    ',
        LINE_WIDTH,
        '  ',
      );
    }),
    ...moreLine(problems.length),
  ];
}

function moreLine(n: number): string[] {
  return n > NAMED ? [`  and ${n - NAMED} more, all of them in the JSON document`] : [];
}

function readingLines(document: AccuracyDocument): string[] {
  const leftOut = document.splits.includes('left_out_model_family') || document.splits.includes('left_out_device');
  const parts = [
    'error = predicted / measured - 1, in percent; shown is the median of its size (90th percentile in brackets); bias is the ' +
      'median with its sign; margin is what is left to the closest limit, in percentage points',
    leftOut
      ? 'left-out: constants fitted again without the model family (or device) that is then predicted'
      : 'in-sample only (nothing was left out, or nothing could be): only those limits are judged; rows of the tables that the ' +
        'constants were fitted to had a part in that fit',
  ];
  return parts.flatMap((part) => wrapText(part, '  ', LINE_WIDTH, ''));
}
