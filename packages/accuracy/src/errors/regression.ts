/**
 * The gate: headline figures of today against stored ones.
 *
 * A figure may grow by a tenth of what it was, or by 0.1 percentage points where a tenth is less than that (below that, growth is
 * noise of rounding). A figure that got better never fails. So that nobody passes by measuring less, a stored line that is gone
 * fails too, and a line over fewer rows than stored is named. New lines are named and do not fail.
 */

/** Growth that counts as none: a share of the stored figure, or percentage points, whichever is more. */
export const ALLOWED_GROWTH = { share: 0.1, points: 0.1 } as const;

/** Median and p90 of the absolute error of one split, percent. */
export interface RecordedErrors {
  readonly n: number;
  readonly medianAbsPct: number;
  readonly p90AbsPct: number;
}

/** What is stored of a headline line. A split that was not computed is null. */
export interface RecordedHeadline {
  readonly id: string;
  readonly inSample: RecordedErrors | null;
  readonly leftOutModelFamily: RecordedErrors | null;
  readonly leftOutDevice: RecordedErrors | null;
}

/** A figure that grew too much. Percent. */
export interface Regression {
  readonly id: string;
  readonly figure: string;
  readonly storedPct: number;
  readonly allowedPct: number;
  readonly nowPct: number;
}

/** A stored line or split that is gone, or over fewer rows. */
export interface LostRows {
  readonly id: string;
  readonly split: string;
  readonly storedRows: number;
  readonly nowRows: number;
}

export interface GateResult {
  /** No regression and nothing missing. */
  readonly passed: boolean;
  readonly regressions: readonly Regression[];
  /** Stored with rows, now without any. */
  readonly missing: readonly LostRows[];
  /** Fewer rows than stored; does not fail by itself. */
  readonly fewer: readonly LostRows[];
  /** Ids of lines that have rows now and are not stored. */
  readonly added: readonly string[];
  /** Splits that this run did not compute and that were therefore not compared. */
  readonly notComputed: readonly string[];
}

/** What of the stored figures this run was to compute; the rest is not compared. */
export interface GateScope {
  /** Lines this run could have rows for; absent = all of them. */
  readonly ids?: readonly string[];
}

const SPLITS: readonly (readonly [string, 'inSample' | 'leftOutModelFamily' | 'leftOutDevice'])[] = [
  ['in-sample', 'inSample'],
  ['left-out model family', 'leftOutModelFamily'],
  ['left-out device', 'leftOutDevice'],
];

/** Compares line by line in the order stored. A split of which no line has figures now counts as not computed. */
export function compareHeadlines(
  stored: readonly RecordedHeadline[],
  now: readonly RecordedHeadline[],
  scope: GateScope = {},
): GateResult {
  const nowById = new Map(now.map((line) => [line.id, line]));
  const inScope = stored.filter((line) => scope.ids === undefined || scope.ids.includes(line.id));
  const regressions: Regression[] = [];
  const missing: LostRows[] = [];
  const fewer: LostRows[] = [];
  const notComputed: string[] = [];
  for (const [split, key] of SPLITS) {
    if (!inScope.some((line) => line[key] !== null)) continue;
    // In-sample errors are always computed: without them the whole run is empty, which must not pass.
    if (key !== 'inSample' && !now.some((line) => line[key] !== null)) {
      notComputed.push(split);
      continue;
    }
    for (const line of inScope) {
      const before = line[key];
      if (before === null) continue;
      const after = nowById.get(line.id)?.[key] ?? null;
      const rows = { id: line.id, split, storedRows: before.n, nowRows: after?.n ?? 0 };
      if (after === null) missing.push(rows);
      else {
        if (after.n < before.n) fewer.push(rows);
        regressions.push(...grown(line.id, split, before, after));
      }
    }
  }
  const known = new Set(stored.map((line) => line.id));
  const added = now
    .filter((line) => !known.has(line.id) && SPLITS.some(([, key]) => line[key] !== null))
    .map((line) => line.id);
  return { passed: regressions.length === 0 && missing.length === 0, regressions, missing, fewer, added, notComputed };
}

function grown(id: string, split: string, before: RecordedErrors, after: RecordedErrors): Regression[] {
  const figures = [
    ['median', before.medianAbsPct, after.medianAbsPct],
    ['p90', before.p90AbsPct, after.p90AbsPct],
  ] as const;
  return figures.flatMap(([name, storedPct, nowPct]) => {
    const allowedPct = storedPct + Math.max(ALLOWED_GROWTH.share * storedPct, ALLOWED_GROWTH.points);
    // Stored figures are rounded to 1e-4; the last digit must not decide.
    return nowPct <= allowedPct + 1e-4 ? [] : [{ id, figure: `${split} ${name}`, storedPct, allowedPct, nowPct }];
  });
}
