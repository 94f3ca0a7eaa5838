/**
 * Predicted against measured, as one SVG: a square log-log panel per quantity, a dot per figure coloured by device, the line of
 * equality and a band of 10 % to both sides. Dots on the line are right; above it the program predicts too much.
 *
 * All dots of a device in a panel are one path of zero-length strokes with round caps: about a dozen bytes each. Dots that fall on
 * the same tenth of a pixel are drawn once; nothing else is thinned out. The devices with most dots have colours of their own,
 * the others share grey. Colours come in a light and a dark set on a ground of their own. Coordinates are rounded to a tenth, so
 * that the last bits of numbers do not show. Rows set aside are not drawn.
 */

import { scaleLog } from 'd3-scale';
import type { ErrorRow } from '../errors/error-row.js';
import { summarizeErrors } from '../errors/error-summary.js';
import { METRIC_WORDS, QUANTITY_KINDS, type QuantityKind } from '../errors/metric-words.js';
import { countOf, percentText } from './words.js';

/** What the plot says above its panels. */
export interface PlotWords {
  readonly title: string;
  readonly subtitle: string;
}

const PANEL = 230;
const COLUMNS = 3;
const GAP_X = 56;
const GAP_Y = 92;
const LEFT = 60;
const TOP = 116;
const WIDTH = LEFT + COLUMNS * PANEL + (COLUMNS - 1) * GAP_X + 28;
const LEGEND_COLUMN = 200;
const LEGEND_LINE = 18;
const BAND = 0.1;
/** A panel spans at least this ratio, so that nearly equal values do not look far apart. */
const LEAST_SPAN = 4;
const MOST_TICKS = 6;

const PANEL_TITLES: Readonly<Record<QuantityKind, string>> = {
  latency: 'latency, ms',
  throughput: 'throughput, tokens/s',
  power: 'power, W',
  energy: 'energy, J per output token',
  memory: 'KV cache, blocks',
  kernel: 'kernel time, ms',
  bandwidth: 'bandwidth, GB/s',
};

/** Light and dark colour of each of the devices with most dots; the last pair is for all others. */
const COLOURS = [
  ['#0550ae', '#58a6ff'],
  ['#bc4c00', '#f0883e'],
  ['#1a7f37', '#3fb950'],
  ['#bf3989', '#f778ba'],
  ['#6e40c9', '#a371f7'],
  ['#9a6700', '#d29922'],
  ['#1b7c83', '#39c5cf'],
  ['#cf222e', '#ff7b72'],
  ['#4d2d00', '#e3b341'],
  ['#818b96', '#8b949e'],
] as const;
const OWN_COLOURS = COLOURS.length - 1;

const STYLE = `
  .ground { fill: #ffffff } text { fill: #1f2328; font: 12px system-ui, sans-serif } .title { font-size: 15px; font-weight: 600 }
  .soft { fill: #59636e } .axis { stroke: #9aa3ad; stroke-width: 1; fill: none } .grid { stroke: #d1d9e0; stroke-width: 1; fill: none }
  .equal { stroke: #59636e; stroke-width: 1 } .band { fill: #8c959f; opacity: .2 }
  .dots { fill: none; stroke-width: 4; stroke-linecap: round; stroke-opacity: .7 }
  .key { stroke-width: 9; stroke-linecap: round }
${COLOURS.map(([light], at) => `  .d${at} { stroke: ${light} }`).join('\n')}
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 } text { fill: #e6edf3 } .soft { fill: #9198a1 } .axis { stroke: #57606a } .grid { stroke: #21262d }
    .equal { stroke: #9198a1 }
${COLOURS.map(([, dark], at) => `    .d${at} { stroke: ${dark} }`).join('\n')}
  }
`;

/** The plot of rows that are not set aside, as SVG text. Rows that a log scale cannot show (a prediction of 0) are counted below it. */
export function accuracyPlot(rows: readonly ErrorRow[], words: PlotWords): string {
  const counted = rows.filter((row) => row.setAside === '');
  const drawn = counted.filter((row) => row.measured > 0 && row.predicted > 0);
  const devices = rankedDevices(drawn);
  const panels = QUANTITY_KINDS.flatMap((quantity) => {
    const own = drawn.filter((row) => METRIC_WORDS[row.metric].quantity === quantity);
    return own.length === 0 ? [] : [{ quantity, rows: own }];
  });
  const panelLines = Math.max(1, Math.ceil(panels.length / COLUMNS));
  const legendTop = TOP + panelLines * (PANEL + GAP_Y) - 28;
  const legend = legendEntries(devices);
  const perLine = Math.floor((WIDTH - LEFT) / LEGEND_COLUMN);
  const legendLines = Math.ceil(legend.length / perLine);
  const hidden = counted.length - drawn.length;
  const height = legendTop + legendLines * LEGEND_LINE + (hidden > 0 ? 34 : 16);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">${escaped(words.title)}</title>`,
    `<desc id="desc">${escaped(describe(panels))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}" rx="6"/>`,
    text(LEFT, 26, words.title, 'title'),
    text(LEFT, 45, words.subtitle, 'soft'),
    text(LEFT, 63, 'line: predicted = measured; band: 10 % to both sides; both axes logarithmic', 'soft'),
    ...panels.flatMap((panel, at) =>
      panelShapes(
        panel.quantity,
        panel.rows,
        devices,
        LEFT + (at % COLUMNS) * (PANEL + GAP_X),
        TOP + Math.floor(at / COLUMNS) * (PANEL + GAP_Y),
      ),
    ),
    ...legend.flatMap(({ colour, label }, at) => {
      const x = LEFT + (at % perLine) * LEGEND_COLUMN;
      const y = legendTop + Math.floor(at / perLine) * LEGEND_LINE;
      return [`<path class="key d${colour}" d="M${tenth(x + 4)},${tenth(y - 4)}h0"/>`, text(x + 13, y, label, 'soft')];
    }),
    ...(hidden > 0
      ? [text(LEFT, height - 14, `${hidden} with a prediction of 0 cannot be shown on a logarithmic scale`, 'soft')]
      : []),
    '</svg>',
    '',
  ].join('\n');
}

/** Device ids, those with most dots first; ties by id. */
function rankedDevices(rows: readonly ErrorRow[]): string[] {
  const dots = new Map<string, number>();
  for (const row of rows) dots.set(row.deviceId, (dots.get(row.deviceId) ?? 0) + 1);
  return [...dots].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([device]) => device);
}

function legendEntries(devices: readonly string[]): { colour: number; label: string }[] {
  // One device more than there are colours: it may as well be named as "1 other".
  const named = devices.slice(0, devices.length === COLOURS.length ? COLOURS.length : OWN_COLOURS);
  const entries = named.map((label, colour) => ({ colour, label }));
  const others = devices.length - named.length;
  return others > 0 ? [...entries, { colour: OWN_COLOURS, label: `${others} other devices` }] : entries;
}

function describe(panels: readonly { readonly quantity: QuantityKind; readonly rows: readonly ErrorRow[] }[]): string {
  const parts = panels.map(({ quantity, rows }) => {
    const { n, medianAbs } = summarizeErrors(rows)!;
    return `${PANEL_TITLES[quantity]}: ${n} dots, median error ${percentText(100 * medianAbs)} %`;
  });
  return `Predicted against measured values, one panel per quantity. ${parts.join('; ')}.`;
}

function panelShapes(
  quantity: QuantityKind,
  rows: readonly ErrorRow[],
  devices: readonly string[],
  x: number,
  y: number,
): string[] {
  const values = rows.flatMap((row) => [row.measured, row.predicted]);
  const least = minOf(values);
  const most = maxOf(values);
  const widening = Math.max(1.25, Math.sqrt((LEAST_SPAN * least) / most));
  const low = least / widening;
  const high = most * widening;
  // One scale for both axes: the line of equality is the diagonal.
  const scale = scaleLog().domain([low, high]).range([0, PANEL]);
  const bottom = y + PANEL;
  const shapes: string[] = [text(x, y - 24, PANEL_TITLES[quantity])];
  const median = percentText(100 * summarizeErrors(rows)!.medianAbs);
  shapes.push(text(x, y - 8, `${countOf(rows.length, 'figure')}, median error ${median} %`, 'soft'));
  const ticks = tickValues(low, high);
  const grid = ticks.map((value) => {
    const at = scale(value);
    return `M${tenth(x + at)},${y}V${bottom}M${x},${tenth(bottom - at)}H${x + PANEL}`;
  });
  shapes.push(`<path class="grid" d="${grid.join('')}"/>`);
  shapes.push(`<path class="band" d="${bandPath(scale, low, high, x, bottom)}"/>`);
  shapes.push(`<path class="axis" d="M${x},${y}V${bottom}H${x + PANEL}"/>`);
  for (const value of ticks) {
    const at = scale(value);
    shapes.push(text(x + at, bottom + 15, tickText(value), 'soft', 'middle'));
    shapes.push(text(x - 5, bottom - at + 4, tickText(value), 'soft', 'end'));
  }
  shapes.push(text(x + PANEL / 2, bottom + 32, 'measured', 'soft', 'middle'));
  shapes.push(
    `<text class="soft" text-anchor="middle" transform="translate(${tenth(x - 42)},${tenth(y + PANEL / 2)}) rotate(-90)">predicted</text>`,
  );
  shapes.push(...dotPaths(rows, devices, (value) => scale(value), x, bottom));
  // Above the dots, or a thousand of them would hide it.
  shapes.push(`<path class="equal" d="M${x},${bottom}L${x + PANEL},${y}"/>`);
  return shapes;
}

/** A path per colour, the most frequent device first, so that the rarer ones lie on top. */
function dotPaths(
  rows: readonly ErrorRow[],
  devices: readonly string[],
  at: (value: number) => number,
  x: number,
  bottom: number,
): string[] {
  const colourOf = new Map(devices.map((device, rank) => [device, Math.min(rank, OWN_COLOURS)]));
  const dots: string[][] = COLOURS.map(() => []);
  const seen = new Set<string>();
  for (const row of rows) {
    const colour = colourOf.get(row.deviceId)!;
    const dot = `M${tenth(x + at(row.measured))},${tenth(bottom - at(row.predicted))}h0`;
    const key = `${colour}${dot}`;
    if (seen.has(key)) continue;
    seen.add(key);
    dots[colour]!.push(dot);
  }
  return dots.flatMap((list, colour) =>
    list.length === 0 ? [] : [`<path class="dots d${colour}" d="${list.join('')}"/>`],
  );
}

/** The region between 1 - 10 % and 1 + 10 % of the measured value, cut at the panel. */
function bandPath(scale: (value: number) => number, low: number, high: number, x: number, bottom: number): string {
  const corners: readonly (readonly [number, number])[] = [
    [low, low],
    [low, low * (1 + BAND)],
    [high / (1 + BAND), high],
    [high, high],
    [high, high * (1 - BAND)],
    [low / (1 - BAND), low],
  ];
  return `M${corners.map(([measured, predicted]) => `${tenth(x + scale(measured))},${tenth(bottom - scale(predicted))}`).join('L')}Z`;
}

/** The finest of the usual steps of a decade that gives a few ticks; of many decades every second, third. */
function tickValues(low: number, high: number): number[] {
  const within = (steps: readonly number[]): number[] => {
    const ticks: number[] = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
      for (const step of steps) {
        // Parsed, not multiplied: 5 times 1e-3 need not be 0.005.
        const value = Number(`${step}e${power}`);
        if (value >= low && value <= high) ticks.push(value);
      }
    return ticks;
  };
  for (const steps of [[1, 2, 3, 5, 7], [1, 2, 5], [1, 3], [1]]) {
    const ticks = within(steps);
    if (ticks.length <= MOST_TICKS) return ticks;
  }
  const decades = within([1]);
  const every = Math.ceil(decades.length / MOST_TICKS);
  return decades.filter((_, at) => at % every === 0);
}

function tickText(value: number): string {
  if (value >= 1e6) return `${value / 1e6}M`;
  if (value >= 1e4) return `${value / 1e3}k`;
  return value >= 1e-3 ? String(value) : value.toExponential();
}

function minOf(values: readonly number[]): number {
  return values.reduce((least, value) => (value < least ? value : least));
}

function maxOf(values: readonly number[]): number {
  return values.reduce((most, value) => (value > most ? value : most));
}

function text(x: number, y: number, content: string, style = '', anchor = 'start'): string {
  const attributes = `${style === '' ? '' : ` class="${style}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}`;
  return `<text x="${tenth(x)}" y="${tenth(y)}"${attributes}>${escaped(content)}</text>`;
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}
