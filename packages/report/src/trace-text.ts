/** What `trace inspect` found in a trace, as text. Lengths are tokens; shares print as per cent. */

import { formatDuration, formatFigure } from './figures.js';
import { alignTable } from './text-layout.js';

/** Length figures of one column. */
export interface LengthFigures {
  readonly count: number;
  readonly mean: number;
  readonly sd: number;
  readonly min: number;
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** The shape of the workload room's trace statistics, as far as the text shows them. */
export interface TraceFigures {
  readonly path: string;
  readonly format: string;
  readonly rowsRead: number;
  readonly emitted: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly arrivals: {
    readonly spanS: number;
    readonly meanRatePerS: number;
    readonly interArrivalCv: number;
    readonly localCv: number;
    readonly dispersion: readonly {
      readonly windowS: number;
      readonly indexOfDispersion: number;
      readonly peakToMean: number;
      readonly emptyShare: number;
    }[];
    readonly bursts: {
      readonly gapThresholdS: number;
      readonly bursts: number;
      readonly onMeanS: number;
      readonly offMeanS: number;
      readonly requestsPerBurst: number;
      readonly onRatePerS: number;
      readonly onShare: number;
    };
  } | null;
  readonly prompt: LengthFigures;
  readonly output: LengthFigures;
  readonly thinking: LengthFigures | null;
  readonly prefix: {
    readonly blocks: number;
    readonly distinctBlocks: number;
    readonly hitBlockShare: number;
    readonly hitTokenShare: number;
    readonly lru: readonly { readonly capacityBlocks: number; readonly hitBlockShare: number }[];
  } | null;
}

const LENGTH_COLUMNS = ['mean', 'sd', 'min', 'p10', 'p50', 'p90', 'p95', 'p99', 'max'] as const;

/** The statistics as text. Counts are whole, everything else has four digits. */
export function traceText(trace: TraceFigures): string {
  const lines = [`${trace.path} (${trace.format})`, ''];
  const dropped = Object.entries(trace.dropped).filter(([, count]) => count > 0);
  const droppedCount = dropped.reduce((sum, [, count]) => sum + count, 0);
  lines.push(`rows read ${trace.rowsRead} = requests ${trace.emitted} + dropped ${droppedCount}`);
  for (const [reason, count] of dropped) lines.push(`  dropped: ${reason} ${count}`);
  lines.push('', ...arrivalLines(trace.arrivals), '');
  const lengths: [string, LengthFigures | null][] = [
    ['prompt', trace.prompt],
    ['output', trace.output],
    ['thinking', trace.thinking],
  ];
  lines.push(
    ...alignTable([
      ['tokens', ...LENGTH_COLUMNS],
      ...lengths
        .filter((row): row is [string, LengthFigures] => row[1] !== null)
        .map(([name, figures]) => [name, ...LENGTH_COLUMNS.map((column) => lengthText(figures[column]))]),
    ]),
  );
  if (trace.prefix !== null) lines.push('', ...prefixLines(trace.prefix));
  return `${lines.join('\n')}\n`;
}

/** Lengths below a hundred thousand are shown as they are: people compare them with tables. */
function lengthText(tokens: number): string {
  return Number.isFinite(tokens) && Math.abs(tokens) < 1e5
    ? String(Math.round(tokens * 10) / 10)
    : formatFigure(tokens);
}

function arrivalLines(arrivals: TraceFigures['arrivals']): string[] {
  if (arrivals === null) return ['no arrival times: a list of lengths'];
  const { bursts } = arrivals;
  return [
    `span ${formatDuration(arrivals.spanS)}, mean rate ${formatFigure(arrivals.meanRatePerS)} requests/s`,
    `CV of gaps ${formatFigure(arrivals.interArrivalCv)}, within 5 min windows ${formatFigure(arrivals.localCv)} (1 for Poisson)`,
    ...alignTable([
      ['window', 'dispersion', 'peak/mean', 'empty'],
      ...arrivals.dispersion.map((row) => [
        formatDuration(row.windowS),
        formatFigure(row.indexOfDispersion),
        formatFigure(row.peakToMean),
        percent(row.emptyShare),
      ]),
    ]),
    `bursts (gaps above ${formatDuration(bursts.gapThresholdS)}): ${bursts.bursts}, ` +
      `${formatFigure(bursts.requestsPerBurst)} requests each, on ${formatDuration(bursts.onMeanS)}, ` +
      `off ${formatDuration(bursts.offMeanS)}, ${formatFigure(bursts.onRatePerS)} requests/s while on, ` +
      `on ${percent(bursts.onShare)} of the time`,
  ];
}

function prefixLines(prefix: NonNullable<TraceFigures['prefix']>): string[] {
  return [
    `prefix blocks ${prefix.blocks}, different ones ${prefix.distinctBlocks}`,
    ...alignTable([
      ['cache, blocks', 'blocks hit', 'prompt tokens hit'],
      ...prefix.lru.map((row) => [String(row.capacityBlocks), percent(row.hitBlockShare), '']),
      ['unlimited', percent(prefix.hitBlockShare), percent(prefix.hitTokenShare)],
    ]),
  ];
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${formatFigure(100 * share)} %` : '-';
}
