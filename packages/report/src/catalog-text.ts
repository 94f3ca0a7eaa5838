/**
 * Catalog entries as text: a list with the figures that tell entries apart, and one entry with every number, its unit,
 * range, grade and source. JSON holds the entries as they are.
 */

import type { DeviceEntry, EngineEntry, Grade, ModelEntry, Quantity, RackEntry, RegionEntry } from '@infersim/catalog';
import { worstGradeWithin } from './confidence-grade.js';
import { formatBytes, formatFigure, NOT_AVAILABLE } from './figures.js';
import { jsonText } from './json-text.js';
import { alignTable, wrapText } from './text-layout.js';

/** Kinds of entries, by the command that shows them. */
export interface CatalogEntries {
  readonly devices: DeviceEntry;
  readonly models: ModelEntry;
  readonly engines: EngineEntry;
  readonly racks: RackEntry;
  readonly regions: RegionEntry;
}
export type CatalogKind = keyof CatalogEntries;

type Column<T> = readonly [heading: string, cell: (entry: T) => string];

function amount(quantity: Quantity | undefined, factor = 1): string {
  return quantity === undefined ? NOT_AVAILABLE : formatFigure(quantity.value * factor);
}

function gradeOf(...parts: readonly unknown[]): string {
  const grade: Grade | undefined = worstGradeWithin(parts);
  return grade ?? NOT_AVAILABLE;
}

/**
 * Grade of what sets the device's pace: its 16-bit matrix products, pipeline stages or compiled graphs. A device without
 * constants of its own runs on the defaults of its class, which are assumed.
 */
function speedGrade(entry: DeviceEntry): Grade {
  return worstGradeWithin([entry.kernels?.gemm.fp16, entry.pipeline, entry.staticShape]) ?? 'assumed';
}

const COLUMNS: { readonly [K in CatalogKind]: readonly Column<CatalogEntries[K]>[] } = {
  devices: [
    ['id', (entry) => entry.id],
    ['class', (entry) => entry.class],
    ['grids', (entry) => entry.gridFit.join(',')],
    ['memory', (entry) => formatBytes(entry.memoryBytes.value)],
    ['TB/s', (entry) => amount(entry.memoryBandwidthBps, 1e-12)],
    ['fp16 TFLOP/s', (entry) => amount(entry.peakFlops.fp16, 1e-12)],
    ['W', (entry) => amount(entry.tdpW)],
    ['speed', (entry) => speedGrade(entry)],
  ],
  models: [
    ['id', (entry) => entry.id],
    ['org', (entry) => entry.org],
    ['params', (entry) => amount(entry.cardParams)],
    ['active', (entry) => amount(entry.cardActiveParams)],
    ['layers', (entry) => String(entry.architecture.layers)],
    ['context', (entry) => String(entry.architecture.contextTokens)],
    ['precision', (entry) => entry.nativePrecision],
  ],
  engines: [
    ['id', (entry) => entry.id],
    ['version', (entry) => entry.version],
    ['scheduler', (entry) => entry.scheduler],
    ['max seqs', (entry) => String(entry.defaults.maxNumSeqs)],
    ['max tokens', (entry) => String(entry.defaults.maxNumBatchedTokens)],
    ['API ms', (entry) => amount(entry.apiS, 1000)],
    ['grade', (entry) => gradeOf(entry)],
  ],
  racks: [
    ['id', (entry) => entry.id],
    ['kind', (entry) => entry.kind],
    ['device', (entry) => entry.deviceId ?? 'any'],
    ['devices', (entry) => amount(entry.deviceCount)],
    ['kW max', (entry) => amount(entry.maxPowerW, 1e-3)],
    ['cooling', (entry) => entry.cooling],
    ['USD', (entry) => amount(entry.priceUsd)],
  ],
  regions: [
    ['id', (entry) => entry.id],
    ['zones', (entry) => entry.zones.join(',')],
    ['USD/kWh', (entry) => amount(entry.electricityUsdPerKwh)],
    ['USD/kW month', (entry) => amount(entry.demandUsdPerKwMonth)],
    ['g CO2e/kWh', (entry) => amount(entry.carbonGPerKwh)],
    ['grade', (entry) => gradeOf(entry.electricityUsdPerKwh, entry.carbonGPerKwh, entry.demandUsdPerKwMonth)],
  ],
};

const RIGHT_ALIGNED = /^(memory|TB\/s|fp16|W$|params|active|layers|context|max |API|devices|kW|USD|g CO2e)/;

/** A table of the entries, in the order given. */
export function catalogListText<K extends CatalogKind>(kind: K, entries: readonly CatalogEntries[K][]): string {
  const columns = COLUMNS[kind] as readonly Column<CatalogEntries[K]>[];
  const rows = [columns.map(([heading]) => heading), ...entries.map((entry) => columns.map(([, cell]) => cell(entry)))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        RIGHT_ALIGNED.test(columns[column]![0]) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** One entry: what is exact as `name  value`, what is known as a number with unit, range, grade and source. */
export function catalogEntryText<K extends CatalogKind>(entry: CatalogEntries[K]): string {
  const facts: string[][] = [];
  const figures: [string, Quantity][] = [];
  collect('', entry, facts, figures);
  const lines = alignTable(facts, { leftColumns: 2 }).flatMap((line, index) =>
    line.length <= 100 ? [line] : wrapText(`${facts[index]![0]}: ${facts[index]![1]}`, '  ', 100, ''),
  );
  if (figures.length > 0) {
    const table = alignTable(
      [
        ['figure', 'value', 'unit', 'low - high', 'grade'],
        ...figures.map(([path, quantity]) => [
          path,
          formatFigure(quantity.value, 6),
          quantity.unit,
          quantity.low === undefined && quantity.high === undefined
            ? ''
            : `${formatFigure(quantity.low)} - ${formatFigure(quantity.high)}`,
          quantity.grade,
        ]),
      ],
      { leftColumns: 5 },
    );
    lines.push('', table[0]!);
    figures.forEach(([, quantity], index) => {
      lines.push(table[index + 1]!, ...wrapText(`source: ${quantity.source}`, '      ', 100, '    '));
      if (quantity.note !== undefined) lines.push(...wrapText(`note: ${quantity.note}`, '      ', 100, '    '));
    });
  }
  return `${lines.join('\n')}\n`;
}

function isQuantity(value: object): value is Quantity {
  return 'grade' in value && 'value' in value && 'unit' in value && 'source' in value;
}

function collect(path: string, value: unknown, facts: string[][], figures: [string, Quantity][]): void {
  if (value === undefined) return;
  if (value === null || typeof value !== 'object') {
    facts.push([path, String(value)]);
    return;
  }
  if (isQuantity(value)) {
    figures.push([path, value]);
    return;
  }
  if (Array.isArray(value)) {
    if (value.every((item) => item === null || typeof item !== 'object')) facts.push([path, value.join(', ')]);
    else for (const [index, item] of value.entries()) collect(`${path}[${index}]`, item, facts, figures);
    return;
  }
  for (const [key, item] of Object.entries(value)) collect(path === '' ? key : `${path}.${key}`, item, facts, figures);
}

/** Entries as JSON: a list, or one entry. */
export function catalogJson(value: unknown): string {
  return jsonText(value);
}
