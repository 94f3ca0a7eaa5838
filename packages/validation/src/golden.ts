/**
 * Golden runs: what each shipped scenario gave when somebody last looked and agreed.
 *
 * Per scenario the fingerprint, the event count and ten headline figures, in one CSV that a review can read. Figures are
 * compared at 1e-9 relative; fingerprints and event counts exactly, and only on the pinned Node major, because `exp`,
 * `log` and `pow` are not fixed to the bit by the language. `pnpm golden --update` writes the file anew.
 */

import { METRIC_COLUMNS, mergeReplications, metricIndex, openFileBytes, runReplication } from '@infersim/runner';
import { SHIPPED, shortPlan } from './shipped-scenarios.js';

/** Node major whose fingerprints the file holds. */
export const PINNED_NODE_MAJOR = 20;
/** Relative tolerance of figures. */
export const GOLDEN_TOLERANCE = 1e-9;

/** The ten figures, columns of runs.csv over the whole fleet. */
export const HEADLINES = [
  'requests_offered',
  'requests_completed',
  'tokens_output',
  'ttft_ms_p95',
  'tpot_ms_p50',
  'e2e_ms_mean',
  'power_kw_facility_mean',
  'energy_kwh_it',
  'cost_usd_total',
  'cost_usd_per_1m_tokens',
] as const;

const HEADER = ['scenario', 'fingerprint', 'events', ...HEADLINES].join(',');

/** One line of the file. */
export interface GoldenRow {
  readonly scenario: string;
  readonly fingerprint: string;
  readonly events: number;
  /** Figures in the order of `HEADLINES`; mean over replications. */
  readonly figures: readonly number[];
}

/** Runs a shipped scenario with the short horizon. @throws Error when the run breaks a conservation law. */
export function goldenRow(scenario: string): GoldenRow {
  const plan = shortPlan(scenario);
  const replications = Array.from({ length: plan.replications }, (_, index) =>
    runReplication(plan, index + 1, { openBytes: openFileBytes }),
  );
  const result = mergeReplications(plan, replications);
  if (!result.conserved) throw new Error(`${scenario} breaks a conservation law:\n${result.warnings.join('\n')}`);
  return {
    scenario,
    fingerprint: result.fingerprint,
    events: replications.reduce((sum, { events }) => sum + events, 0),
    figures: HEADLINES.map((name) => {
      const estimate = result.estimates[metricIndex(name)];
      if (estimate === undefined) throw new Error(`no figure ${name} among ${METRIC_COLUMNS.length} columns`);
      return estimate.mean;
    }),
  };
}

/** All shipped scenarios. */
export function goldenRows(): GoldenRow[] {
  return SHIPPED.map(goldenRow);
}

/** The file's text; figures with all digits, so that nothing is lost. */
export function goldenText(rows: readonly GoldenRow[]): string {
  const lines = rows.map(({ scenario, fingerprint, events, figures }) =>
    [scenario, fingerprint, events, ...figures].join(','),
  );
  return `${[HEADER, ...lines].join('\n')}\n`;
}

/** Reads the file's text. @throws Error when its header is not today's. */
export function parseGolden(text: string): GoldenRow[] {
  const [header, ...lines] = text.trimEnd().split('\n');
  if (header !== HEADER) throw new Error('the golden file has other columns: write it anew with pnpm golden --update');
  return lines.map((line) => {
    const [scenario = '', fingerprint = '', events = '', ...figures] = line.split(',');
    return { scenario, fingerprint, events: Number(events), figures: figures.map(Number) };
  });
}

/** What differs between an agreed row and today's, one line each; empty when nothing does. */
export function goldenDifferences(agreed: GoldenRow, today: GoldenRow, isPinnedNode: boolean): string[] {
  const differences: string[] = [];
  const say = (what: string, was: unknown, is: unknown) =>
    differences.push(`${agreed.scenario}: ${what} was ${String(was)}, is ${String(is)}`);
  if (isPinnedNode && agreed.fingerprint !== today.fingerprint)
    say('fingerprint', agreed.fingerprint, today.fingerprint);
  if (isPinnedNode && agreed.events !== today.events) say('event count', agreed.events, today.events);
  HEADLINES.forEach((name, index) => {
    const was = agreed.figures[index]!;
    const is = today.figures[index]!;
    if (!(Math.abs(is - was) <= GOLDEN_TOLERANCE * Math.abs(was))) say(name, was, is);
  });
  return differences;
}
