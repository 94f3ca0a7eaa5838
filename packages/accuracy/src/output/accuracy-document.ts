/**
 * The accuracy document: everything that the terminal text, the page and the stored record show, as plain data.
 *
 * Schema `infersim.accuracy/1`. Errors are in percent, rounded to 1e-4 of a percentage point so that the last bits of a machine's
 * arithmetic do not show; measured and predicted values of single rows keep every digit. Nothing in it depends on the machine:
 * no path (files go by their names), time or job count. Absent is null.
 */

import type { HeadlineVerdict, LimitedFigure } from '../errors/headline.js';

/** Name and major version of the schema. */
export const ACCURACY_SCHEMA = 'infersim.accuracy/1';

/** With which constants: fitted on everything, or without a model family or device. */
export type DocumentSplit = 'in_sample' | 'left_out_model_family' | 'left_out_device';

/** Runs of a model, or single kernels and links. */
export type DocumentLevel = 'run' | 'kernel';

/** Errors of some rows, percent. */
export interface DocumentErrors {
  readonly n: number;
  readonly median_abs_pct: number;
  readonly p90_abs_pct: number;
  readonly worst_abs_pct: number;
  readonly worst_case: string;
  readonly worst_metric: string;
  /** Median of the signed error; positive = predicts too much. */
  readonly bias_pct: number;
}

/** One limit against its figure. */
export interface DocumentJudgement {
  readonly figure: LimitedFigure;
  readonly value_pct: number;
  readonly limit_pct: number;
  readonly met: boolean;
  /** Percentage points left; negative when missed. */
  readonly margin_points: number;
}

/** One line of the headline. */
export interface DocumentHeadline {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly table: string;
  readonly verdict: HeadlineVerdict;
  readonly limits: {
    readonly in_sample_median_pct: number | null;
    readonly in_sample_p90_pct: number | null;
    readonly left_out_median_pct: number | null;
  };
  readonly judgements: readonly DocumentJudgement[];
  readonly in_sample: DocumentErrors | null;
  readonly left_out_model_family: DocumentErrors | null;
  readonly left_out_device: DocumentErrors | null;
}

/** Errors of one group. Keys that the group is not made by are absent. */
export interface DocumentGroup extends DocumentErrors {
  readonly split: DocumentSplit;
  readonly level: DocumentLevel;
  /** Names of the keys, joined by `+`: `device`, `device+metric`. */
  readonly by: string;
  readonly values: Readonly<Record<string, string>>;
}

/** One compared figure, as in `errors.csv`. */
export interface DocumentRow {
  readonly case: string;
  readonly dataset: string;
  readonly source: string;
  readonly device: string;
  readonly model: string;
  readonly family: string;
  readonly precision: string;
  readonly engine: string;
  readonly metric: string;
  readonly measured: number;
  readonly predicted: number;
  readonly signed_error_pct: number;
  readonly split: DocumentSplit;
  /** Group that was left out of the fit; empty in-sample. */
  readonly left_out: string;
  readonly set_aside: string;
}

/** A case that is in no headline, its reason, and the errors it has all the same. */
export interface DocumentSetAside {
  readonly case: string;
  readonly file: string;
  readonly line: number;
  readonly reason: string;
  /** Compared figures, and the median of their absolute errors; null without any. */
  readonly figures: number;
  readonly median_abs_pct: number | null;
}

/** A measured figure that could not be compared. */
export interface DocumentUncompared {
  readonly case: string;
  readonly file: string;
  readonly line: number;
  readonly metric: string;
  readonly reason: string;
}

/** A row that could not be read. */
export interface DocumentProblem {
  readonly file: string;
  readonly line: number;
  readonly column: string;
  readonly code: string;
  readonly message: string;
  readonly given: string;
  readonly allowed: string;
}

/** What the rows of a file came to. */
export interface DocumentFile {
  readonly file: string;
  readonly rows: number;
  readonly cases: number;
  /** Rows that are understood and left out, by reason. */
  readonly left_out: readonly { readonly reason: string; readonly rows: number }[];
}

/** How often measurements lie within their bands. */
export interface DocumentCoverage {
  readonly n: number;
  readonly covered: number;
  /** Measured less, or more, than the band allows. */
  readonly below: number;
  readonly above: number;
  readonly coverage_pct: number | null;
  readonly without_band: number;
}

/** Coverage over all rows of a split and by table and metric. */
export interface DocumentBands {
  readonly nominal_pct: number;
  readonly low_limit_pct: number;
  readonly high_limit_pct: number;
  readonly split: DocumentSplit;
  readonly all: DocumentCoverage;
  readonly groups: readonly (DocumentCoverage & { readonly dataset: string; readonly metric: string })[];
}

export interface AccuracyDocument {
  readonly schema: typeof ACCURACY_SCHEMA;
  readonly files: readonly DocumentFile[];
  readonly counts: {
    /** Rows read = cases + rows left out + rows with a problem, for tables of one case a row. */
    readonly rows: number;
    readonly rows_left_out: number;
    readonly cases: number;
    /** Compared in-sample figures that count; those set aside are apart. */
    readonly figures: number;
    readonly figures_set_aside: number;
    readonly cases_set_aside: number;
    readonly uncompared: number;
    readonly problems: number;
  };
  /** Splits of which there are rows. */
  readonly splits: readonly DocumentSplit[];
  readonly headline: readonly DocumentHeadline[];
  readonly groups: readonly DocumentGroup[];
  /** Worst in-sample rows of runs and of kernels, worst first. */
  readonly worst: readonly (DocumentRow & { readonly level: DocumentLevel })[];
  readonly bands: DocumentBands | null;
  readonly set_aside: readonly DocumentSetAside[];
  readonly uncompared: readonly DocumentUncompared[];
  readonly problems: readonly DocumentProblem[];
  /** Only when asked for. */
  readonly rows?: readonly DocumentRow[];
}
