/** JSON Schema of the accuracy document, for programs that read it. */

import { LIMITED_FIGURES } from '../errors/headline.js';
import { ACCURACY_SCHEMA } from './accuracy-document.js';
import { DOCUMENT_SPLITS } from './accuracy-json.js';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const number: Schema = { type: 'number' };
const count: Schema = { type: 'integer', minimum: 0 };
const flag: Schema = { type: 'boolean' };
const maybe: Schema = { type: ['number', 'null'] };
const split: Schema = { enum: DOCUMENT_SPLITS };
const level: Schema = { enum: ['run', 'kernel'] };

function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: 'object', properties, required };
}

function orNull(schema: Schema): Schema {
  return { ...schema, type: ['object', 'null'] };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

const errors = {
  n: count,
  median_abs_pct: number,
  p90_abs_pct: number,
  worst_abs_pct: number,
  worst_case: text,
  worst_metric: text,
  bias_pct: { ...number, description: 'median of the signed error; positive: predicts too much' },
};

const row = {
  case: text,
  dataset: text,
  source: text,
  device: text,
  model: text,
  family: text,
  precision: text,
  engine: text,
  metric: text,
  measured: { ...number, description: 'in the unit that the metric ends in' },
  predicted: number,
  signed_error_pct: { ...number, description: '100 (predicted / measured - 1)' },
  split,
  left_out: { ...text, description: 'group that the constants were fitted without; empty in-sample' },
  set_aside: { ...text, description: 'why the row is in no headline; empty for most' },
};

const coverage = { n: count, covered: count, below: count, above: count, coverage_pct: maybe, without_band: count };

const headline = object({
  id: text,
  group: text,
  label: text,
  table: text,
  verdict: { enum: ['met', 'missed', 'no target', 'no data'] },
  limits: object({ in_sample_median_pct: maybe, in_sample_p90_pct: maybe, left_out_median_pct: maybe }),
  judgements: list(
    object({
      figure: { enum: LIMITED_FIGURES },
      value_pct: number,
      limit_pct: number,
      met: flag,
      margin_points: number,
    }),
  ),
  in_sample: orNull(object(errors)),
  left_out_model_family: orNull(object(errors)),
  left_out_device: orNull(object(errors)),
});

/** The JSON Schema (draft 2020-12) of the document; unknown keys are allowed, since later versions may add some. */
export function accuracySchema(): Schema {
  const place = { case: text, file: text, line: count };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'infersim accuracy: predictions against measured runs; errors in percent',
    ...object(
      {
        schema: { const: ACCURACY_SCHEMA },
        files: list(
          object({ file: text, rows: count, cases: count, left_out: list(object({ reason: text, rows: count })) }),
        ),
        counts: object({
          rows: count,
          rows_left_out: count,
          cases: count,
          figures: count,
          figures_set_aside: count,
          cases_set_aside: count,
          uncompared: count,
          problems: count,
        }),
        splits: list(split),
        headline: list(headline),
        groups: list(
          object({
            split,
            level,
            by: { ...text, description: 'keys joined by `+`, e.g. device+metric' },
            values: { type: 'object', additionalProperties: text },
            ...errors,
          }),
        ),
        worst: list(object({ ...row, level })),
        bands: orNull(
          object({
            nominal_pct: number,
            low_limit_pct: number,
            high_limit_pct: number,
            split,
            all: object(coverage),
            groups: list(object({ dataset: text, metric: text, ...coverage })),
          }),
        ),
        set_aside: list(object({ ...place, reason: text, figures: count, median_abs_pct: maybe })),
        uncompared: list(object({ ...place, metric: text, reason: text })),
        problems: list(
          object({
            file: text,
            line: count,
            column: text,
            code: text,
            message: text,
            given: text,
            allowed: text,
          }),
        ),
        rows: list(object(row)),
      },
      ['rows'],
    ),
  };
}
