/** Bands of model error for people: a table beside the summary's, what lies outside everything measured, and a pool's. */

import { type Band, basisWords, type MetricKind } from '@infersim/confidence';
import { formatFigure, formatRange, NOT_AVAILABLE } from './figures.js';
import type { PoolConfidence } from './pool-confidence.js';
import { type FigureBasis, farthestBasisOf } from './scope-bands.js';
import type { SummaryBand, SummaryDocument, SummaryScope } from './summary-document.js';
import { wrapText } from './text-layout.js';

interface BandRow {
  readonly label: string;
  readonly column: string;
  /** Whether it is an error of speed or of power; cost is of both. */
  readonly of: 'speed' | 'power' | 'both';
  readonly needsStability?: boolean;
}

const BAND_ROWS: readonly BandRow[] = [
  { label: 'out tokens/s', column: 'output_tokens_per_s', of: 'speed' },
  { label: 'TTFT p95 ms', column: 'ttft_ms_p95', of: 'speed', needsStability: true },
  { label: 'TPOT mean ms', column: 'tpot_ms_mean', of: 'speed', needsStability: true },
  { label: 'E2E p95 ms', column: 'e2e_ms_p95', of: 'speed', needsStability: true },
  { label: 'IT kW mean', column: 'power_kw_it_mean', of: 'power' },
  { label: 'USD/1M out', column: 'cost_usd_per_1m_output_tokens', of: 'both' },
];

const SHORT_BASIS: Readonly<Record<FigureBasis, string>> = {
  'device+family+engine': 'same family',
  'device+engine': 'same engine',
  device: 'same device',
  class: 'same class',
  none: 'none',
  load: 'none needed',
};

/** A title and the rows of a table, first row its head; undefined for a summary without bands. */
export function bandTable(summary: SummaryDocument): { title: string; rows: string[][] } | undefined {
  const scopes: SummaryScope[] = summary.scopes.filter((scope) => scope.scope === 'grid');
  scopes.push(...summary.scopes.filter((scope) => scope.scope === 'all'));
  const bandOf = (scope: SummaryScope, column: string) => scope.metrics[column]?.band;
  const shown = BAND_ROWS.filter(({ column }) => scopes.some((scope) => bandOf(scope, column) !== undefined));
  const [first] = shown.flatMap(({ column }) => scopes.flatMap((scope) => bandOf(scope, column) ?? []));
  if (first === undefined) return undefined;
  const rows = shown.map(({ label, column, needsStability }) => [
    label,
    ...scopes.map((scope) => {
      const band = bandOf(scope, column);
      if (band === undefined) return NOT_AVAILABLE;
      return needsStability === true && !summary.stability.stable ? 'unstable' : rangeText(band);
    }),
  ]);
  const nearest = (of: 'speed' | 'power') =>
    scopes.map((scope) => {
      const bands = shown.flatMap((row) => (row.of === of ? (bandOf(scope, row.column) ?? []) : []));
      const basis = farthestBasisOf(bands);
      return basis === undefined ? NOT_AVAILABLE : SHORT_BASIS[basis];
    });
  return {
    title: `Model error: nominal ${formatFigure(100 * first.nominal)} % bands, from the nearest neighbours measured`,
    rows: [
      ['', ...scopes.map((scope) => scope.scope_id)],
      ...rows,
      ['measured: speed', ...nearest('speed')],
      ['measured: power', ...nearest('power')],
    ],
  };
}

/** `268-350` with three digits; what the load sets reads `by load`. */
export function rangeText(band: Pick<SummaryBand, 'low' | 'high' | 'basis'>): string {
  return band.basis === 'load' ? 'by load' : formatRange(band.low, band.high);
}

/** One note per thing said of pools, with the pools it is said of. */
export function outsideLines(summary: SummaryDocument): string[] {
  const pools = new Map<string, string[]>();
  for (const { pool, text } of summary.outside_measured ?? []) {
    const known = pools.get(text);
    if (known === undefined) pools.set(text, [pool]);
    else known.push(pool);
  }
  return [...pools].map(([text, of]) => `outside what was measured: ${of.join(', ')}: ${text}`);
}

const EXPLAINED: readonly (readonly [string, MetricKind])[] = [
  ['TTFT', 'ttft'],
  ['TPOT', 'tpot'],
  ['E2E', 'e2e'],
  ['tokens/s', 'throughput'],
  ['power', 'power'],
  ['J/token', 'energy'],
];

/** A pool's bands and what they rest on, for `explain`; kinds that share a band share an entry. */
export function explainBandLines(known: PoolConfidence | undefined): string[] {
  if (known === undefined) return [];
  const groups = new Map<string, { names: string[]; band: Band }>();
  for (const [name, kind] of EXPLAINED) {
    const band = known.bands[kind];
    const text = percentText(band);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { names: [name], band });
    else group.names.push(name);
  }
  const parts = [...groups].map(([text, { names }]) => `${names.join(', ')} ${text}`);
  return [
    ...wrapText(`model error, nominal 80 % bands: ${parts.join('; ')}`, '    ', 100, '  '),
    ...known.outside.flatMap((text) => wrapText(`outside what was measured: ${text}`, '    ', 100, '  ')),
  ];
}

/** `-12 % to +15 % (measured neighbours: same device and engine, 40 figures)`. */
function percentText({ lowFactor, highFactor, basis, n }: Band): string {
  const percent = (factor: number) => formatFigure(100 * Math.abs(factor - 1), 2);
  const neighbours = n === 0 ? 'none' : `${basisWords(basis)}, ${n} figures`;
  return `-${percent(lowFactor)} to +${percent(highFactor)} % (measured neighbours: ${neighbours})`;
}

/** Whether an objective's limit lies inside the band of its figure, so that the model cannot tell whether it is met. */
export function isLimitWithin(band: SummaryBand | undefined, limit: number): boolean {
  return band !== undefined && band.basis !== 'load' && limit > band.low && limit < band.high;
}
