/**
 * The headline figures: for every line of the targets its rows in-sample and left out, and whether each limit is kept.
 *
 * Rows set aside never count. A limit is kept when the figure is not above it; there is no rounding in its favour. A line is
 * missed when any limit that could be judged is missed; limits whose figure is not there (nothing left out in this run) are
 * not judged, and a line of which none could be judged is neither met nor missed.
 */

import type { ErrorRow, LeaveOutKind } from './error-row.js';
import { type ErrorSummary, summarizeErrors } from './error-summary.js';
import { HEADLINE_TARGETS, type HeadlineTarget, type RowSelector } from './targets.js';

/** Figures that a limit may bound. */
export const LIMITED_FIGURES = ['in-sample median', 'in-sample p90', 'left-out median'] as const;

/** Which figure a limit bounds. */
export type LimitedFigure = (typeof LIMITED_FIGURES)[number];

/** One limit against its figure, in percent; the margin is positive when the limit is kept. */
export interface LimitJudgement {
  readonly figure: LimitedFigure;
  readonly valuePct: number;
  readonly limitPct: number;
  readonly isMet: boolean;
  readonly marginPct: number;
}

export type HeadlineVerdict = 'met' | 'missed' | 'no target' | 'no data';

/** One line of the headline. */
export interface HeadlineFigure {
  readonly target: HeadlineTarget;
  readonly inSample: ErrorSummary | null;
  readonly leftOut: Readonly<Record<LeaveOutKind, ErrorSummary | null>>;
  readonly judgements: readonly LimitJudgement[];
  readonly verdict: HeadlineVerdict;
}

/** Whether a row belongs to a line; rows set aside belong to none. */
export function isSelected(row: ErrorRow, select: RowSelector): boolean {
  return (
    row.setAside === '' &&
    select.datasets.includes(row.dataset) &&
    select.metrics.includes(row.metric) &&
    (select.runKinds === undefined || select.runKinds.includes(row.runKind)) &&
    (select.kernelFormats === undefined ||
      (row.kernelFormat !== '' && select.kernelFormats.includes(row.kernelFormat))) &&
    (select.isMoe === undefined || select.isMoe === row.isMoe) &&
    (select.isWarm === undefined || select.isWarm === row.isWarm) &&
    (select.engines === undefined || select.engines.includes(row.engineId)) &&
    !(select.exceptEngines?.includes(row.engineId) ?? false)
  );
}

/** All lines, in the order of the targets; also those without a row. Rows of all splits are taken together and told apart here. */
export function headlineFigures(
  rows: readonly ErrorRow[],
  targets: readonly HeadlineTarget[] = HEADLINE_TARGETS,
): HeadlineFigure[] {
  return targets.map((target) => {
    const selected = rows.filter((row) => isSelected(row, target.select));
    const leftOutBy = (by: LeaveOutKind) =>
      summarizeErrors(selected.filter((row) => row.split.kind === 'left-out' && row.split.by === by));
    const inSample = summarizeErrors(selected.filter((row) => row.split.kind === 'in-sample'));
    const leftOut = { 'model-family': leftOutBy('model-family'), device: leftOutBy('device') };
    const judgements = judge(target, inSample, leftOut['model-family']);
    const hasData = inSample !== null || leftOut['model-family'] !== null || leftOut.device !== null;
    return { target, inSample, leftOut, judgements, verdict: verdictOf(target, judgements, hasData) };
  });
}

function judge(
  { limits }: HeadlineTarget,
  inSample: ErrorSummary | null,
  leftOut: ErrorSummary | null,
): LimitJudgement[] {
  const pairs: readonly (readonly [LimitedFigure, number | undefined, number | null])[] = [
    ['in-sample median', inSample?.medianAbs, limits.inSampleMedianPct],
    ['in-sample p90', inSample?.p90Abs, limits.inSampleP90Pct],
    ['left-out median', leftOut?.medianAbs, limits.leftOutMedianPct],
  ];
  return pairs.flatMap(([figure, value, limitPct]) => {
    if (value === undefined || limitPct === null) return [];
    // A part in 1e9 pays for binary fractions: a tenth of ten runs must not miss 10 %.
    const isMet = 100 * value <= limitPct * (1 + 1e-9);
    return [{ figure, valuePct: 100 * value, limitPct, isMet, marginPct: limitPct - 100 * value }];
  });
}

function verdictOf(
  { limits }: HeadlineTarget,
  judgements: readonly LimitJudgement[],
  hasData: boolean,
): HeadlineVerdict {
  if (!hasData) return 'no data';
  if (Object.values(limits).every((limit) => limit === null)) return 'no target';
  if (judgements.length === 0) return 'no data';
  return judgements.every((judgement) => judgement.isMet) ? 'met' : 'missed';
}

/** The limit with the least room, in percentage points; null where none was judged. */
export function tightestMarginPct(judgements: readonly Pick<LimitJudgement, 'marginPct'>[]): number | null {
  return judgements.length === 0 ? null : Math.min(...judgements.map((judgement) => judgement.marginPct));
}
