/**
 * The Pareto set: trials that no other trial beats in every chosen metric.
 *
 * Only trials that ended `ok` and have every chosen figure take part: what is unstable has no mean to speak of. Figures
 * are means over replications; whether a difference is more than chance is not judged. Equal trials stay in together.
 */

import { METRIC_COLUMNS, metricIndex } from '@infersim/runner';
import { nearestName } from '@infersim/scenario';
import type { TrialOutcome } from '../record/journal.js';

/** A metric and which way is better. */
export interface ParetoMetric {
  /** Column of runs.csv. */
  readonly column: string;
  readonly better: 'lower' | 'higher';
}

/** Short names for what is asked for most. */
const ALIASES: Readonly<Record<string, string>> = {
  cost: 'cost_usd_per_1m_output_tokens',
  power_kw: 'power_kw_facility_mean',
  throughput: 'output_tokens_per_s',
};

/** What `--pareto` is without being given. */
export const DEFAULT_PARETO = 'cost,ttft_ms_p95,power_kw';

const MAX_METRICS = 6;

/** Reads `cost,ttft_ms_p95,output_tokens_per_s:max`; why not, when it cannot be. */
export function parsePareto(text: string): readonly ParetoMetric[] | { readonly message: string } {
  const metrics: ParetoMetric[] = [];
  for (const part of text.split(',')) {
    const [given = '', direction, ...rest] = part.trim().split(':');
    const name = ALIASES[given] ?? given;
    const column = METRIC_COLUMNS[metricIndex(name)];
    if (column === undefined) {
      const nearest = nearestName(given, [...Object.keys(ALIASES), ...METRIC_COLUMNS.map((each) => each.name)]);
      return {
        message: `there is no column \`${given}\`${nearest === undefined ? '' : `; did you mean \`${nearest}\`?`}`,
      };
    }
    if (rest.length > 0 || (direction !== undefined && direction !== 'min' && direction !== 'max'))
      return { message: `behind \`${given}\` stands :min or :max` };
    if (direction === undefined && column.better === 'neutral')
      return { message: `which way \`${given}\` is better has to be said: ${given}:min or ${given}:max` };
    const better = direction === undefined ? column.better : direction === 'max' ? 'higher' : 'lower';
    if (metrics.some((metric) => metric.column === name)) return { message: `\`${given}\` is named twice` };
    metrics.push({ column: name, better: better === 'higher' ? 'higher' : 'lower' });
  }
  return metrics.length > MAX_METRICS ? { message: `at most ${MAX_METRICS} metrics` } : metrics;
}

/** Figures of a trial by metric; null when it cannot take part. */
export function paretoFigures(outcome: TrialOutcome, metrics: readonly ParetoMetric[]): number[] | null {
  if (outcome.status !== 'ok') return null;
  const figures = metrics.map(({ column }) => outcome.figures[metricIndex(column)] ?? null);
  return figures.includes(null) ? null : (figures as number[]);
}

/** Numbers of the trials in the Pareto set, ascending. */
export function paretoSet(outcomes: readonly TrialOutcome[], metrics: readonly ParetoMetric[]): number[] {
  const points = outcomes.flatMap((outcome) => {
    const figures = paretoFigures(outcome, metrics);
    // Turned so that less is better.
    const costs = figures?.map((figure, index) => (metrics[index]!.better === 'lower' ? figure : -figure));
    return costs === undefined ? [] : [{ trial: outcome.trial, costs }];
  });
  // In lexicographic order only what stands before a point can beat it, and then a member of the set does.
  points.sort((a, b) => compare(a.costs, b.costs) || a.trial - b.trial);
  const members: typeof points = [];
  for (const point of points) if (!members.some((member) => beats(member.costs, point.costs))) members.push(point);
  return members.map(({ trial }) => trial).sort((a, b) => a - b);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return a[index]! - b[index]!;
  return 0;
}

function beats(a: readonly number[], b: readonly number[]): boolean {
  let isBetter = false;
  for (let index = 0; index < a.length; index++) {
    if (a[index]! > b[index]!) return false;
    if (a[index]! < b[index]!) isBetter = true;
  }
  return isBetter;
}
