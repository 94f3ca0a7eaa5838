/**
 * An overlay as the text of a file (YAML, schema infersim.overlay/1), in the order given: what `infersim calibrate` writes and a
 * scenario names under `catalog`. The scenario package reads it back to the same changes.
 *
 * One line per constant. Units are those of the catalog's constants and stand behind as a remark; text is quoted as JSON,
 * which YAML contains.
 */

import { findDevice, findEngine } from './lookup.js';
import { type CatalogOverlay, type ConstantChange, type ConstantEntry, readConstant } from './overlay.js';

/** Name and version of the format, the value of `schema` in a file. */
export const OVERLAY_SCHEMA = 'infersim.overlay/1';

/** The text of an overlay file. @throws RangeError for a value that is not finite. */
export function overlayText(overlay: CatalogOverlay): string {
  const lines = [`schema: ${OVERLAY_SCHEMA}`];
  if (overlay.note !== undefined) lines.push(`note: ${quoted(overlay.note)}`);
  section(lines, 'devices', overlay.devices, findDevice);
  section(lines, 'engines', overlay.engines, findEngine);
  return `${lines.join('\n')}\n`;
}

function section(
  lines: string[],
  name: string,
  entries: CatalogOverlay['devices'],
  find: (id: string) => ConstantEntry | undefined,
): void {
  const changed = Object.entries(entries).filter(([, changes]) => Object.keys(changes).length > 0);
  if (changed.length === 0) return;
  lines.push(`${name}:`);
  for (const [id, changes] of changed) {
    const entry = find(id);
    lines.push(`  ${key(id)}:`);
    for (const [path, change] of Object.entries(changes)) {
      const unit = entry === undefined ? undefined : readConstant(entry, path)?.unit;
      const remark = unit === undefined || unit === '1' ? '' : `  # ${unit.replaceAll(/\s+/g, ' ')}`;
      lines.push(`    ${key(path)}: ${flowMap(path, change)}${remark}`);
    }
  }
}

function flowMap(path: string, { value, low, high, grade, source, note }: ConstantChange): string {
  const parts = [
    `value: ${number(path, value)}`,
    ...(low === undefined ? [] : [`low: ${number(path, low)}`]),
    ...(high === undefined ? [] : [`high: ${number(path, high)}`]),
    `grade: ${grade}`,
    `source: ${quoted(source)}`,
    ...(note === undefined ? [] : [`note: ${quoted(note)}`]),
  ];
  return `{ ${parts.join(', ')} }`;
}

function number(path: string, value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`${path} must be finite, got ${value}`);
  return String(value);
}

/** Plain where a YAML reader cannot take it for anything but this text. */
function key(text: string): string {
  return /^[A-Za-z][\w.-]*$/.test(text) && !/^(true|false|null)$/i.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
