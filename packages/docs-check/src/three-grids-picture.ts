/**
 * The picture of the README: the three grids over time, and what a token costs in each, drawn from a results folder.
 *
 * Per grid: output tokens per second and facility power in each minute of replication 1, on a scale of its own; below,
 * USD per million tokens (input and output) in parts, means over replications, on one scale. Colours come in a light and
 * a dark set, chosen by the viewer's preference, with a ground of their own, so that the text is readable on any page.
 * Coordinates are rounded to a tenth, so the last bits of numbers do not show.
 */

import { parseCsvRecords } from '@infersim/report';

/** What is drawn from. */
export interface PictureData {
  /** Text of `timeseries.csv`. */
  readonly timeseriesCsv: string;
  /** Text of `summary.json`. */
  readonly summaryJson: string;
}

interface Summary {
  readonly warmup_s: number;
  readonly horizon_s: number;
  readonly replications: number;
  readonly scopes: readonly {
    readonly scope: string;
    readonly scope_id: string;
    readonly metrics: Readonly<Record<string, { readonly value: number | null }>>;
  }[];
}

const GRIDS = ['cloud', 'enterprise', 'edge'] as const;
const PARTS = ['device', 'facility', 'energy', 'cooling', 'demand', 'network', 'operations'] as const;
const WIDTH = 860;
const HEIGHT = 498;
const LEFT = 64;
const PANEL_WIDTH = 230;
const PANEL_GAP = 36;
const PANEL_HEIGHT = 96;
const ROW_TOPS = [74, 212] as const;
const BARS_TOP = 366;

const STYLE = `
  .ground { fill: #ffffff } text { fill: #1f2328; font: 12px system-ui, sans-serif } .title { font-size: 15px; font-weight: 600 }
  .soft { fill: #59636e } .axis { stroke: #9aa3ad; stroke-width: 1 } .warm { fill: #8c959f; opacity: .14 }
  .line { fill: none; stroke: #0550ae; stroke-width: 1.6 } .power { stroke: #bc4c00 }
  .device { fill: #0550ae } .facility { fill: #6e40c9 } .energy { fill: #bc4c00 } .cooling { fill: #1b7c83 }
  .demand { fill: #9a6700 } .network { fill: #bf3989 } .operations { fill: #57606a }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #e6edf3 } .soft { fill: #9198a1 } .axis { stroke: #57606a }
    .line { stroke: #58a6ff } .power { stroke: #f0883e }
    .device { fill: #58a6ff } .facility { fill: #a371f7 } .energy { fill: #f0883e } .cooling { fill: #39c5cf }
    .demand { fill: #d29922 } .network { fill: #f778ba } .operations { fill: #8b949e }
  }
`;

/** The picture as SVG text. Throws when the results hold no grid of a name it draws. */
export function threeGridsPicture(data: PictureData): string {
  const summary = JSON.parse(data.summaryJson) as Summary;
  const { records } = parseCsvRecords(data.timeseriesCsv);
  const body: string[] = [
    text(LEFT, 24, 'Three grids: output, power and cost per token', 'title'),
    text(LEFT, 42, `replication 1 of ${summary.replications}, per minute; grey: warm-up, not in the cost`, 'soft'),
  ];
  GRIDS.forEach((grid, column) => {
    const rows = records.filter(
      (row) => row['replication'] === '1' && row['scope'] === 'grid' && row['scope_id'] === grid,
    );
    if (rows.length === 0) throw new RangeError(`no time series of grid ${grid}`);
    const x = LEFT + column * (PANEL_WIDTH + PANEL_GAP);
    const timeS = rows.map((row) => Number(row['time_s']));
    const spanS = summary.horizon_s;
    const tokens = rows.map((row) => Number(row['tokens_output']) / Number(row['interval_s']));
    const power = rows.map((row) => Number(row['power_kw_facility']));
    const panel = { x, timeS, spanS, warmupS: summary.warmup_s };
    body.push(
      ...linePanel({ ...panel, y: ROW_TOPS[0], label: `${grid}: output tokens/s`, values: tokens, style: 'line' }),
    );
    body.push(
      ...linePanel({ ...panel, y: ROW_TOPS[1], label: `${grid}: facility kW`, values: power, style: 'line power' }),
    );
  });
  body.push(
    text(LEFT + 1.5 * PANEL_WIDTH + PANEL_GAP, ROW_TOPS[1] + PANEL_HEIGHT + 30, 'simulated minutes', 'soft', 'middle'),
  );
  body.push(...costBars(summary));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title desc">`,
    '<title id="title">Output, power and cost per token of cloud, enterprise and edge</title>',
    '<desc id="desc">Lines of output tokens per second and facility kilowatts over simulated minutes for each grid, and bars of USD per million tokens in parts.</desc>',
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

interface Panel {
  readonly x: number;
  readonly y: number;
  readonly label: string;
  readonly timeS: readonly number[];
  readonly values: readonly number[];
  readonly spanS: number;
  readonly warmupS: number;
  readonly style: string;
}

/** One small chart from zero: axis, ticks at zero and the top, warm-up shaded, one line. */
function linePanel(panel: Panel): string[] {
  const { x, y, spanS } = panel;
  const top = niceAbove(Math.max(...panel.values));
  const bottom = y + PANEL_HEIGHT;
  const atX = (timeS: number) => x + (timeS / spanS) * PANEL_WIDTH;
  const stepS = (panel.timeS[1] ?? spanS) - (panel.timeS[0] ?? 0);
  const points = panel.values.map((value, index) => {
    const middleS = panel.timeS[index]! + stepS / 2;
    return `${tenth(atX(middleS))},${tenth(bottom - (value / top) * PANEL_HEIGHT)}`;
  });
  const ticks = [0, spanS / 2, spanS].map((timeS) =>
    text(atX(timeS), bottom + 15, figure(timeS / 60), 'soft', 'middle'),
  );
  return [
    text(x, y - 8, panel.label),
    `<rect class="warm" x="${tenth(x)}" y="${y}" width="${tenth(atX(panel.warmupS) - x)}" height="${PANEL_HEIGHT}"/>`,
    `<path class="axis" fill="none" d="M${tenth(x)},${y} V${bottom} H${tenth(x + PANEL_WIDTH)}"/>`,
    text(x - 5, y + 9, figure(top), 'soft', 'end'),
    text(x - 5, bottom, '0', 'soft', 'end'),
    ...ticks,
    `<polyline class="${panel.style}" points="${points.join(' ')}"/>`,
  ];
}

/** Cost of a million tokens of each grid, in parts, on one scale, with a legend. */
function costBars(summary: Summary): string[] {
  const scopes = GRIDS.map((grid) => {
    const metrics = summary.scopes.find((scope) => scope.scope === 'grid' && scope.scope_id === grid)?.metrics;
    if (metrics === undefined) throw new RangeError(`the summary has no grid ${grid}`);
    const read = (name: string) => metrics[name]?.value ?? 0;
    const perToken = read('cost_usd_per_1m_tokens') / read('cost_usd_total');
    return {
      grid,
      total: read('cost_usd_per_1m_tokens'),
      parts: PARTS.map((part) => read(`cost_usd_${part}`) * perToken),
    };
  });
  const scale = (WIDTH - LEFT - 130) / Math.max(...scopes.map(({ total }) => total));
  const lines = [text(LEFT, BARS_TOP, 'USD per million tokens, input and output together, in parts')];
  scopes.forEach(({ grid, total, parts }, row) => {
    const y = BARS_TOP + 14 + row * 28;
    let x = LEFT + 20;
    lines.push(text(x - 8, y + 14, grid, '', 'end'));
    parts.forEach((usd, index) => {
      lines.push(`<rect class="${PARTS[index]}" x="${tenth(x)}" y="${y}" width="${tenth(usd * scale)}" height="18"/>`);
      x += usd * scale;
    });
    lines.push(text(x + 6, y + 14, `${figure(total)} USD`));
  });
  let x = LEFT + 20;
  for (const part of PARTS) {
    const y = BARS_TOP + 108;
    lines.push(`<rect class="${part}" x="${x}" y="${y}" width="11" height="11"/>`, text(x + 16, y + 10, part, 'soft'));
    x += 36 + part.length * 7;
  }
  return lines;
}

function text(x: number, y: number, content: string, style = '', anchor = 'start'): string {
  const attributes = `${style === '' ? '' : ` class="${style}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${tenth(x)}" y="${tenth(y)}"${attributes}>${content}</text>`;
}

/** The next 1, 2, 2.5 or 5 times a power of ten. */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
