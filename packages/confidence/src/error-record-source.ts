/**
 * The shipped record as source text, `data/error-record.ts`: the same rows give the same bytes, formatted as the linter
 * wants them.
 */

import type { ErrorGroup } from './error-groups.js';
import { buildErrorRecord } from './error-record.js';
import type { ErrorRow } from './error-row.js';
import type { MeasuredRange } from './measured-range.js';

const LINE_WIDTH = 120;

/** The text of `data/error-record.ts` for some errors, ending with a line feed. */
export function errorRecordSource(rows: readonly ErrorRow[]): string {
  const { groups, ranges, widths } = buildErrorRecord(rows);
  const imports = [
    ...(groups.length > 0 ? ["import { errors } from '../error-groups.js';"] : []),
    "import type { ErrorRecord } from '../error-record.js';",
    ...(ranges.length > 0 ? ["import { range } from '../measured-range.js';"] : []),
  ];
  return [
    '/**',
    ' * How far predictions were from measurements when the model family was left out of the fit: quantiles 10 %, 50 % and',
    ' * 90 % of ln(measured/predicted). Made by `errorRecordSource` from the errors of a leave-out run; do not edit.',
    ' */',
    '',
    ...imports,
    '',
    '/** The record that ships. */',
    'export const ERROR_RECORD: ErrorRecord = {',
    ...list('groups', groups.map(groupText)),
    ...list('ranges', ranges.map(rangeText)),
    '  widths: {',
    ...Object.entries(widths).map(([level, width]) => `    ${propertyName(level)}: ${width},`),
    '  },',
    '};',
    '',
  ].join('\n');
}

function propertyName(text: string): string {
  return /^[a-z]+$/.test(text) ? text : `'${text}'`;
}

function list(name: string, calls: readonly Call[]): string[] {
  if (calls.length === 0) return [`  ${name}: [],`];
  return [`  ${name}: [`, ...calls.flatMap(callLines), '  ],'];
}

interface Call {
  readonly name: string;
  readonly args: readonly string[];
}

function callLines({ name, args }: Call): string[] {
  const line = `    ${name}(${args.join(', ')}),`;
  if (line.length <= LINE_WIDTH) return [line];
  return [`    ${name}(`, ...args.map((arg) => `      ${arg},`), '    ),'];
}

function groupText(group: ErrorGroup): Call {
  const { deviceId, deviceClass, family, isMoe, engineId, metricKind, n, q10, q50, q90 } = group;
  const names = [deviceId, deviceClass, family, isMoe ? 'moe' : 'dense', engineId, metricKind];
  return { name: 'errors', args: [...names.map(quoted), ...[n, q10, q50, q90].map(String)] };
}

function rangeText(range: MeasuredRange): Call {
  const { deviceId, engineId, maxBatch, maxContextTokens, minTp, maxTp, minParams, maxParams } = range;
  return {
    name: 'range',
    args: [
      quoted(deviceId),
      quoted(engineId),
      String(maxBatch),
      String(maxContextTokens),
      `[${minTp}, ${maxTp}]`,
      `[${millions(minParams)}, ${millions(maxParams)}]`,
      `[${range.weightPrecisions.map(quoted).join(', ')}]`,
    ],
  };
}

/** Parameters to a million, in the form the linter leaves alone: `8030e6`. */
function millions(params: number): string {
  return params < 1e6 ? String(Math.round(params)) : `${Math.round(params / 1e6)}e6`;
}

function quoted(text: string): string {
  // Ids of the catalog are plain; anything else would be a defect of the caller, and a way to write code.
  if (!/^[\w.+-]+$/.test(text)) throw new RangeError(`not an id of the catalog: ${JSON.stringify(text)}`);
  return `'${text}'`;
}
