/**
 * `docs/accuracy.md`: the accuracy document as a page. It leads with errors on what had no part in the fit.
 *
 * Every figure comes from the document; prose that needs none stands in `method-text.ts`, published figures of others in
 * `peers.ts`, explanations of misses in `misses.ts`.
 */

import { formatFigure } from '@infersim/report';
import type { AccuracyDocument, DocumentErrors, DocumentHeadline, DocumentSetAside } from './accuracy-document.js';
import { groupSection } from './group-tables.js';
import { verdictCounts } from './headline-lines.js';
import { markdownTable } from './markdown-table.js';
import { DRIVE_TEXT, METHOD_PARAGRAPHS, NOT_VALIDATED } from './method-text.js';
import { MISSES, type MissExplanations } from './misses.js';
import { PEERS } from './peers.js';
import {
  countOf,
  errorText,
  itemsByReason,
  leftOutReasons,
  marginText,
  percentText,
  placesText,
  signedText,
} from './words.js';

export interface PageOptions {
  readonly misses?: MissExplanations;
  /** Picture beside the page; null = none. */
  readonly picture?: string | null;
}

/** The page as Markdown, with a final line feed. */
export function accuracyPage(document: AccuracyDocument, options: PageOptions = {}): string {
  const misses = options.misses ?? MISSES;
  const picture = options.picture === undefined ? 'accuracy.svg' : options.picture;
  const sections: (readonly string[])[] = [
    ['# Accuracy', '', '<!-- Made by `infersim accuracy --doc`; do not edit. -->'],
    introduction(document),
    leftOutSection(document),
    inSampleSection(document, picture),
    missSection(document, misses),
    bandSection(document),
    methodSection(document),
    groupSection(document, 'device', 'By device'),
    groupSection(document, 'family', 'By model family'),
    groupSection(document, 'engine', 'By engine'),
    groupSection(document, 'precision', 'By precision'),
    groupSection(document, 'source', 'By source'),
    worstSection(document),
    ['## How others do', '', ...peerLines()],
    ['## Not validated', '', ...NOT_VALIDATED.map((item) => `- ${item}`)],
    asideSection(document.set_aside),
    unreadSection(document),
    REPRODUCE,
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** Ids of missed lines that have no explanation, and of explanations whose line is not missed. */
export function unexplainedMisses(
  document: Pick<AccuracyDocument, 'headline'>,
  misses: MissExplanations = MISSES,
): { readonly unexplained: readonly string[]; readonly stale: readonly string[] } {
  const missed = document.headline.filter((line) => line.verdict === 'missed').map((line) => line.id);
  return {
    unexplained: missed.filter((id) => misses[id] === undefined),
    stale: Object.keys(misses).filter((id) => !missed.includes(id)),
  };
}

function introduction(document: AccuracyDocument): string[] {
  const { counts } = document;
  const { met, judged } = verdictCounts(document.headline);
  return [
    `How far predictions are from measurements on real hardware: ${countOf(counts.cases, 'measured row')} of ` +
      `${countOf(document.files.length, 'table')}, ${countOf(counts.figures, 'compared figure')}. ` +
      `Of ${judged} targets that could be judged, ${met} are met. All errors are in percent: median of the absolute error, and in brackets the 90th percentile.`,
  ];
}

function leftOutSection(document: AccuracyDocument): string[] {
  const lines = ['## On what had no part in the fit', ''];
  const families = document.headline.filter((line) => line.left_out_model_family !== null);
  const devices = document.headline.filter((line) => line.left_out_device !== null);
  if (families.length === 0 && devices.length === 0)
    return [...lines, 'Nothing was left out in the run that made this page: only in-sample errors are known.'];
  if (families.length > 0)
    lines.push(
      'Model families left out of the fit, one at a time:',
      '',
      ...markdownTable(
        ['data', 'metric', 'figures', 'left-out', 'target', 'margin', 'bias'],
        families.map((line) => {
          const errors = line.left_out_model_family!;
          const limit = line.limits.left_out_median_pct;
          return [
            line.group,
            line.label,
            String(errors.n),
            errorText(errors),
            limit === null ? '' : String(limit),
            limitMargin(errors, limit),
            signedText(errors.bias_pct),
          ];
        }),
        2,
      ),
    );
  if (families.length > 0 && devices.length > 0) lines.push('');
  if (devices.length > 0)
    lines.push(
      'Devices left out of the fit, one at a time, and then run on the constants of their class (no targets set):',
      '',
      ...markdownTable(
        ['data', 'metric', 'figures', 'left-out', 'bias'],
        devices.map((line) => {
          const errors = line.left_out_device!;
          return [line.group, line.label, String(errors.n), errorText(errors), signedText(errors.bias_pct)];
        }),
        2,
      ),
    );
  return lines;
}

function limitMargin(errors: DocumentErrors, limitPct: number | null): string {
  if (limitPct === null) return '';
  const text = marginText(limitPct - errors.median_abs_pct);
  return errors.median_abs_pct > limitPct ? `**${text}**` : text;
}

function inSampleSection(document: AccuracyDocument, picture: string | null): string[] {
  const shown = document.headline.filter((line) => line.in_sample !== null);
  const lines = ['## On what the constants were fitted to', ''];
  if (shown.length === 0) return [...lines, 'No row of the tables that were read belongs to a target.'];
  lines.push(
    ...markdownTable(
      ['data', 'metric', 'figures', 'in-sample', 'target', 'verdict', 'bias', 'worst'],
      shown.map((line) => [
        line.group,
        line.label,
        String(line.in_sample!.n),
        errorText(line.in_sample),
        targetText(line),
        line.verdict === 'missed' ? '**missed**' : line.verdict === 'met' ? 'met' : '',
        signedText(line.in_sample!.bias_pct),
        percentText(line.in_sample!.worst_abs_pct),
      ]),
      2,
    ),
    '',
    'The verdict covers the limits on left-out families too.',
  );
  if (picture !== null) lines.push('', `![Predicted against measured values, one panel per quantity](${picture})`);
  return lines;
}

function targetText({ limits }: DocumentHeadline): string {
  if (limits.in_sample_median_pct === null) return '';
  const p90 = limits.in_sample_p90_pct === null ? '' : ` (${limits.in_sample_p90_pct})`;
  return `${limits.in_sample_median_pct}${p90}`;
}

function missSection(document: AccuracyDocument, misses: MissExplanations): string[] {
  const missed = document.headline.filter((line) => line.verdict === 'missed');
  if (missed.length === 0) return [];
  return [
    '## Where targets are missed',
    ...missed.flatMap((line) => [
      '',
      `**${line.group}, ${line.label}**: ${line.judgements
        .filter((judgement) => !judgement.met)
        .map(
          (judgement) =>
            `${judgement.figure} ${percentText(judgement.value_pct)} % for a target of ${judgement.limit_pct} %, over by ` +
            `${marginText(judgement.margin_points).replace('-', '')} points`,
        )
        .join('; ')}. ${misses[line.id] ?? 'The cause is not known.'}`,
    ]),
  ];
}

function bandSection({ bands }: AccuracyDocument): string[] {
  if (bands === null) return [];
  const { all } = bands;
  const on = bands.split === 'in_sample' ? 'in-sample figures' : 'figures of left-out model families';
  return [
    '## Error bands',
    '',
    `Results carry a nominal ${bands.nominal_pct} % band. On ${countOf(all.n, 'figure')} (${on}) it holds ` +
      `**${percentText(all.coverage_pct)} %** of the measurements (wanted: ${bands.low_limit_pct} to ${bands.high_limit_pct} %); ` +
      `${all.below} were measured below it and ${all.above} above.` +
      (all.without_band > 0 ? ` ${countOf(all.without_band, 'figure')} had no band.` : ''),
    '',
    ...markdownTable(
      ['data', 'metric', 'figures', 'held %', 'below', 'above'],
      bands.groups
        .filter((group) => group.n > 0)
        .map((group) => [
          datasetName(group.dataset),
          group.metric,
          String(group.n),
          percentText(group.coverage_pct),
          String(group.below),
          String(group.above),
        ]),
      2,
    ),
  ];
}

function methodSection(document: AccuracyDocument): string[] {
  const datasets = new Set(document.groups.map((group) => group.values['dataset']));
  const used = Object.entries(DRIVE_TEXT).filter(([id]) => datasets.has(id));
  return [
    '## Method',
    '',
    METHOD_PARAGRAPHS.join('\n\n'),
    ...(used.length === 0 ? [] : ['', ...used.map(([, { name, drive }]) => `- **${name}**: ${drive}`)]),
  ];
}

function datasetName(id: string): string {
  return (DRIVE_TEXT as Readonly<Record<string, { readonly name: string }>>)[id]?.name ?? id;
}

function worstSection(document: AccuracyDocument): string[] {
  if (document.worst.length === 0) return [];
  return [
    '## Worst figures',
    '',
    ...markdownTable(
      ['row', 'device', 'what', 'metric', 'measured', 'predicted', 'error %'],
      document.worst.map((row) => [
        row.case,
        row.device,
        row.level === 'kernel' ? row.family : row.model,
        row.metric,
        formatFigure(row.measured, 3),
        formatFigure(row.predicted, 3),
        signedText(row.signed_error_pct),
      ]),
      4,
    ),
  ];
}

function peerLines(): string[] {
  return [
    'Published figures of others. Their rows are not these rows: read them as a scale, not as a race.',
    '',
    ...markdownTable(
      ['tool', 'needs', 'median error', 'source'],
      PEERS.map(({ name, needs, figures, source }) => [name, needs, figures, source]),
      4,
    ),
  ];
}

function asideSection(setAside: readonly DocumentSetAside[]): string[] {
  if (setAside.length === 0) return [];
  return [
    '## Rows set aside',
    '',
    'Read, run and listed, but in no headline, group or fit, for a physical reason. Their own median error is in the last column.',
    '',
    ...markdownTable(
      ['reason', 'rows', 'where', 'median error %'],
      [...itemsByReason(setAside)].map(([reason, items]) => {
        const errors = items.flatMap((item) => (item.median_abs_pct === null ? [] : [item.median_abs_pct]));
        return [reason, String(items.length), placesText(items), rangeText(errors)];
      }),
      3,
    ),
  ];
}

/** One figure, or the least and the greatest. */
function rangeText(values: readonly number[]): string {
  if (values.length === 0) return '';
  const low = percentText(Math.min(...values));
  const high = percentText(Math.max(...values));
  return low === high ? low : `${low} to ${high}`;
}

function unreadSection(document: AccuracyDocument): string[] {
  const { uncompared, problems } = document;
  const leftOut = leftOutReasons(document.files);
  if (uncompared.length === 0 && problems.length === 0 && leftOut.length === 0) return [];
  return [
    '## Rows without an error',
    '',
    ...[...itemsByReason(uncompared)].map(
      ([reason, items]) =>
        `- ${countOf(items.length, 'figure or row', 'figures or rows')} not compared: ${reason} (${placesText(items)})`,
    ),
    ...leftOut.map(([reason, rows]) => `- ${countOf(rows, 'row')} understood and left out: ${reason}`),
    ...problems.map((problem) => `- ${problem.file}:${problem.line} not read: ${problem.message}`),
  ];
}

const REPRODUCE: readonly string[] = [
  '## Reproduce',
  '',
  'With the reference table that the product carries, or with tables of your own that have the same columns:',
  '',
  '<!-- not run: minutes of work, and the second line needs tables that are not part of the repository -->',
  '```sh',
  'npx infersim accuracy --leave-out model-family',
  'npx infersim accuracy --data measured/ --leave-out model-family --out accuracy --doc accuracy.md',
  '```',
  '',
  '`--out` writes `errors.csv` (a row per figure), `summary.csv` (a row per group), `accuracy.json` and `accuracy.svg`. ' +
    '`--check` compares the headline with stored figures and exits with 8 when one has grown by more than a tenth.',
];
