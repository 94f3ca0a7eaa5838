/** JSON Schema of `summary.json`, for editors and for programs that read results. */

import { BAND_BASES } from '@infersim/confidence';
import { COST_COLUMNS, METRIC_COLUMNS } from '@infersim/runner';
import { SUMMARY_SCHEMA } from './summary-document.js';

type Schema = Readonly<Record<string, unknown>>;

const text: Schema = { type: 'string' };
const number: Schema = { type: 'number' };
const count: Schema = { type: 'integer', minimum: 0 };
const flag: Schema = { type: 'boolean' };
const maybe: Schema = { type: ['number', 'null'] };
const scopeKind: Schema = { enum: ['all', 'grid', 'site', 'pool', 'workload', 'origin'] };
const grade: Schema = { enum: ['measured', 'specified', 'fitted', 'assumed'] };

const basis: Schema = {
  enum: [...BAND_BASES, 'load'],
  description:
    'measured neighbours that bands rest on; none: nothing alike was measured; load: the load sets the figure',
};

function object(properties: Readonly<Record<string, Schema>>, optional: readonly string[] = []): Schema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key));
  return { type: 'object', properties, required };
}

function list(items: Schema): Schema {
  return { type: 'array', items };
}

/** The JSON Schema (draft 2020-12) of the summary; unknown keys are allowed, since later versions may add some. */
export function summarySchema(): Schema {
  const band = {
    ...object({ low: number, high: number, nominal: number, basis, grade }),
    description: 'where the real figure lies in a nominal share of cases: model error, not run-to-run spread',
  };
  const metric = object({ value: maybe, ci_half_width: maybe, n: count, unit: text, band }, ['band']);
  const cost = object({
    unit: { const: 'USD per 1M tokens' },
    total: maybe,
    parts: object(Object.fromEntries(COST_COLUMNS.map(([part]) => [part, maybe]))),
  });
  const metrics = Object.fromEntries(
    METRIC_COLUMNS.map(({ name, unit, meaning }) => [name, { ...metric, description: `${meaning} [${unit}]` }]),
  );
  const properties = {
    schema: { const: SUMMARY_SCHEMA },
    name: text,
    status: { enum: ['complete', 'interrupted'] },
    passed: { ...flag, description: 'false when an objective of severity fail was missed' },
    objectives: list(
      object(
        {
          name: text,
          passed: flag,
          severity: { enum: ['fail', 'warn'] },
          metric: text,
          stat: text,
          column: text,
          unit: text,
          scope: scopeKind,
          scope_id: text,
          actual: maybe,
          judged: maybe,
          bound: { enum: ['max', 'min'] },
          limit: number,
          margin_pct: maybe,
          site_share: number,
          site_limit: number,
          why: text,
        },
        ['site_share', 'site_limit'],
      ),
    ),
    replications: count,
    replications_planned: count,
    seed: number,
    confidence: number,
    deterministic: flag,
    stability: object({ stable: flag, unstable_replications: list(count) }),
    horizon_s: number,
    warmup_s: number,
    fingerprint: text,
    runs: list(object({ replication: count, seed: number, status: text, reached_s: number, fingerprint: text })),
    scopes: list(
      object(
        {
          scope: scopeKind,
          scope_id: text,
          confidence_grade: { enum: ['measured', 'specified', 'fitted', 'assumed', null] },
          band_basis: basis,
          metrics: object(metrics),
          load_factor_pct: maybe,
          cost_per_1m_tokens: object({ input: cost, output: cost, all: cost }),
        },
        ['band_basis'],
      ),
    ),
    limits: list(
      object({
        pool: text,
        busy_pct: maybe,
        kv_full_pct: maybe,
        batch_full_pct: maybe,
        queue_non_empty_pct: maybe,
        memory_bound_pct: maybe,
        compute_bound_pct: maybe,
      }),
    ),
    conservation: object({
      passed: flag,
      statement: text,
      checks: list(
        object({
          name: text,
          passed: flag,
          meaning: text,
          replication: count,
          left: number,
          right: number,
          relative: number,
          tolerance: number,
        }),
      ),
    }),
    assumed: list(object({ where: text, name: text, value: number, unit: text, grade })),
    outside_measured: {
      ...list(object({ pool: text, text })),
      description: 'where pools lie outside everything measured, with the constant that is taken on trust',
    },
    tallies: { type: 'object', additionalProperties: number },
    thin_percentiles: list(object({ scope: scopeKind, scope_id: text, column: text, replications: count })),
    warnings: list(text),
    inputs: list(object({ name: text, sha256: text })),
    histograms: list(
      object({
        scope: scopeKind,
        scope_id: text,
        metric: text,
        lower_ms: list(number),
        upper_ms: list(number),
        count: list(number),
      }),
    ),
  };
  // Results of the time before bands do not have it.
  const root = object(properties, ['outside_measured']);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: `Results of an infersim run (${SUMMARY_SCHEMA})`,
    ...root,
  };
}
