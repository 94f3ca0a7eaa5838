import { METRIC_COLUMNS } from '@infersim/runner';
import { expect, test } from 'vitest';
import { summaryDocument, summaryJson, summarySchema } from '../src/index.js';
import { FIGURES, fixtureObjective, fixturePlan, fixtureResult, fixtureRun } from './fixture-result.js';

const inputs = [{ name: 'two-grids.yaml', sha256: 'ab'.repeat(32) }];

interface Node {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
}

/** Problems of a value under the subset of JSON Schema that the summary's schema uses, unknown keys included. */
function problems(schema: Node, value: unknown, path = '$'): string[] {
  if (schema.const !== undefined && value !== schema.const) return [`${path} is not ${String(schema.const)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value))
    return [`${path}: ${String(value)} is not in the list`];
  if (schema.type !== undefined) {
    const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    const allowed = [schema.type].flat().map((type) => (type === 'integer' ? 'number' : type));
    if (!allowed.includes(kind)) return [`${path} is ${kind}, not ${allowed.join(' or ')}`];
  }
  if (schema.items !== undefined)
    return (value as unknown[]).flatMap((item, index) => problems(schema.items!, item, `${path}[${index}]`));
  if (schema.properties === undefined) return [];
  const object = value as Record<string, unknown>;
  return [
    ...(schema.required ?? []).filter((key) => !(key in object)).map((key) => `${path}.${key} is missing`),
    ...Object.entries(object).flatMap(([key, item]) => {
      const known = schema.properties![key];
      return known === undefined ? [`${path}.${key} is not in the schema`] : problems(known, item, `${path}.${key}`);
    }),
  ];
}

test('the summary follows its own schema, with and without figures', () => {
  for (const result of [
    fixtureResult(),
    fixtureResult([fixtureRun(0, {}, { limits: [], histograms: [] })], {
      objectives: [fixtureObjective({ actual: null, judged: null, marginPct: null, passed: false })],
    }),
  ])
    expect(problems(summarySchema() as Node, JSON.parse(summaryJson(result, inputs)))).toEqual([]);
});

test('parts of the cost per token add up to the total of each kind of token', () => {
  const second = {
    ...FIGURES,
    cost_usd_device: 80,
    cost_usd_total: 120,
    cost_usd_per_1m_tokens: 0.31,
    cost_usd_per_1m_output_tokens: 0.9,
  };
  const summary = summaryDocument(fixtureResult([fixtureRun(0), fixtureRun(1, second)]), []);
  for (const cost of Object.values(summary.scopes[0]!.cost_per_1m_tokens)) {
    const sum = Object.values(cost.parts).reduce<number>((total, part) => total + part!, 0);
    expect(Math.abs(sum - cost.total!)).toBeLessThanOrEqual(1e-12 * cost.total!);
  }
  expect(summary.scopes[0]!.cost_per_1m_tokens.all.total).toBeCloseTo(0.28, 12);
});

test('what is not available is null, and an interval without spread is none', () => {
  const scope = summaryDocument(fixtureResult(), []).scopes[0]!;
  expect(scope.metrics['itl_ms_p95']).toEqual({ value: null, ci_half_width: null, n: 2, unit: 'ms' });
  expect(scope.metrics['ttft_ms_p95']!.ci_half_width).toBeCloseTo(FIGURES['ttft_ms_p95']! / 50, 12);
  const copies = summaryDocument(fixtureResult(undefined, { deterministic: true }), []).scopes[0]!;
  expect(copies.metrics['ttft_ms_p95']!.ci_half_width).toBeNull();
  expect(Object.keys(scope.metrics)).toEqual(METRIC_COLUMNS.map((column) => column.name));
});

test('histograms of replications are pooled by their bins, tallies added, limits averaged', () => {
  const summary = summaryDocument(fixtureResult(), []);
  expect(summary.histograms).toEqual([
    { scope: 'all', scope_id: 'all', metric: 'ttft', lower_ms: [100, 200], upper_ms: [200, 400], count: [20, 11] },
  ]);
  expect(summary.tallies).toEqual({ 'chat/queue_full': 6 });
  expect(summary.limits[0]).toMatchObject({ pool: 'virginia/chat-70b', busy_pct: 83.21, kv_full_pct: 38.4 });
});

test('conservation reports the worst replication of each identity', () => {
  const run = fixtureRun(1);
  const worse = { ...run.conservation[1]!, relative: 2e-9, passed: false };
  const summary = summaryDocument(
    fixtureResult([fixtureRun(0), { ...run, conservation: [run.conservation[0]!, worse] }], { conserved: false }),
    [],
  );
  expect(summary.conservation.passed).toBe(false);
  expect(summary.conservation.statement).toBe('NOT conserved: energy');
  expect(summary.conservation.checks.find((check) => check.name === 'energy')).toMatchObject({
    replication: 1,
    passed: false,
  });
});

test('a missed objective of severity warn does not fail the run, one of severity fail does', () => {
  const missed = fixtureObjective({ passed: false });
  const warn = { ...missed, objective: { ...missed.objective, severity: 'warn' as const } };
  expect(summaryDocument(fixtureResult(undefined, { objectives: [warn] }), []).passed).toBe(true);
  expect(summaryDocument(fixtureResult(undefined, { objectives: [missed] }), []).passed).toBe(false);
});

test('an objective over like sites is held against the share of sites that meet its bound', () => {
  const plain = fixtureObjective();
  const perSite = fixtureObjective({ actual: 96, judged: 95.5, limit: 95 });
  const summary = summaryDocument(
    fixtureResult(undefined, {
      objectives: [plain, { ...perSite, objective: { ...perSite.objective, siteShare: 0.95 } }],
    }),
    [],
  );
  expect(summary.objectives[0]).toMatchObject({ bound: 'max', limit: 500, unit: 'ms' });
  expect(summary.objectives[1]).toMatchObject({
    bound: 'min',
    limit: 95,
    unit: '%',
    site_share: 0.95,
    site_limit: 500,
  });
});

test('the same result gives the same bytes, and warnings are said once', () => {
  const plan = fixturePlan({ warnings: ['careful'] });
  const text = summaryJson(fixtureResult(undefined, { plan, warnings: ['careful', 'twice'] }), inputs);
  expect(summaryJson(fixtureResult(undefined, { plan, warnings: ['careful', 'twice'] }), inputs)).toBe(text);
  expect((JSON.parse(text) as { warnings: string[] }).warnings).toEqual(['careful', 'twice']);
});
