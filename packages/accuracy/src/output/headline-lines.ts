/** The headline as a terminal table: verdict, rows, errors beside their limits, and the closest margin. */

import { alignTable } from '@infersim/report';
import type { createColors } from 'picocolors';
import type { AccuracyDocument, DocumentHeadline } from './accuracy-document.js';
import { errorText, marginText, percentText } from './words.js';

type Colors = ReturnType<typeof createColors>;

const HEADINGS = ['', '', 'n', 'in-sample %', 'target', 'left-out %', 'target', 'margin'] as const;

/** Lines that could be judged, and how many of them are met. */
export function verdictCounts(headline: readonly DocumentHeadline[]): {
  readonly met: number;
  readonly judged: number;
} {
  const met = headline.filter((line) => line.verdict === 'met').length;
  return { met, judged: met + headline.filter((line) => line.verdict === 'missed').length };
}

/** Lines of the table; those without any row are named in one line below. */
export function headlineLines(document: Pick<AccuracyDocument, 'headline'>, colors: Colors): string[] {
  const shown = document.headline.filter((line) => line.verdict !== 'no data');
  const table = alignTable([HEADINGS, ...shown.map(cells)], { indent: '  ', gap: ' ', leftColumns: 2 });
  const lines = [colors.bold(table[0]!)];
  shown.forEach((line, at) => {
    if (line.group !== shown[at - 1]?.group) lines.push(line.group);
    lines.push(paint(table[at + 1]!, line, colors));
  });
  if (shown.length === 0) lines[0] = 'no row belongs to a target';
  const absent = document.headline.filter((line) => line.verdict === 'no data').map((line) => line.id);
  if (absent.length > 0 && shown.length > 0)
    lines.push(`no rows for ${absent.length} of ${document.headline.length} lines`);
  return lines;
}

/** Errors on devices that had no part in the fit; no limit is set for them. Nothing when no device was left out. */
export function leftOutDeviceLines(
  document: Pick<AccuracyDocument, 'headline'>,
  bold: (text: string) => string,
): string[] {
  const shown = document.headline.filter((line) => line.left_out_device !== null);
  if (shown.length === 0) return [];
  return [
    bold('Left-out devices, no limits set'),
    ...alignTable(
      [
        ['', 'n', 'left-out %', 'in-sample %'],
        ...shown.map((line) => [
          `${line.group}: ${line.label}`,
          String(line.left_out_device!.n),
          errorText(line.left_out_device),
          errorText(line.in_sample),
        ]),
      ],
      { indent: '  ' },
    ),
  ];
}

function cells(line: DocumentHeadline): string[] {
  const margins = line.judgements.map((judgement) => judgement.margin_points);
  const { limits } = line;
  const p90 = limits.in_sample_p90_pct === null ? '' : ` (${limits.in_sample_p90_pct})`;
  return [
    verdictWord(line),
    line.label,
    String((line.in_sample ?? line.left_out_model_family ?? line.left_out_device)?.n ?? 0),
    errorText(line.in_sample),
    limits.in_sample_median_pct === null ? '' : `${limits.in_sample_median_pct}${p90}`,
    percentText(line.left_out_model_family?.median_abs_pct),
    limits.left_out_median_pct === null ? '' : String(limits.left_out_median_pct),
    margins.length === 0 ? '' : marginText(Math.min(...margins)),
  ];
}

function verdictWord(line: DocumentHeadline): string {
  switch (line.verdict) {
    case 'met':
      return 'met';
    case 'missed':
      return 'MISSED';
    default:
      return '';
  }
}

function paint(text: string, line: DocumentHeadline, colors: Colors): string {
  if (line.verdict === 'missed') return text.replace('MISSED', colors.red('MISSED'));
  if (line.verdict === 'met') return text.replace('met', colors.green('met'));
  return text;
}
