/** Figures and places in the words of the accuracy outputs. */

import { formatFigure, NOT_AVAILABLE } from '@infersim/report';
import type { DocumentErrors, DocumentFile } from './accuracy-document.js';

/** `1 run`, `2 stretches`. */
export function countOf(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** A percentage with one decimal, without decimals from 100 on; no sign of percent. `-` where there is none. */
export function percentText(pct: number | null | undefined): string {
  if (pct === null || pct === undefined || !Number.isFinite(pct)) return NOT_AVAILABLE;
  const size = Math.abs(pct);
  if (size >= 9999.5) return formatFigure(pct, 3);
  // Never -0.0.
  return size < 0.05 ? '0.0' : pct.toFixed(size >= 99.95 ? 0 : 1);
}

/** As `percentText`, with a plus where it is above zero. */
export function signedText(pct: number | null | undefined): string {
  const text = percentText(pct);
  return pct !== null && pct !== undefined && pct >= 0.05 ? `+${text}` : text;
}

/** Median and 90th percentile: `2.9 (7.1)`. */
export function errorText(errors: DocumentErrors | null | undefined): string {
  if (errors === null || errors === undefined) return NOT_AVAILABLE;
  return `${percentText(errors.median_abs_pct)} (${percentText(errors.p90_abs_pct)})`;
}

/** Room left to a limit, percentage points: two decimals near it, so that a narrow miss does not read -0.0. */
export function marginText(points: number | null): string {
  if (points === null) return NOT_AVAILABLE;
  const size = Math.abs(points);
  const text = size >= 99.95 ? points.toFixed(0) : points.toFixed(size < 0.095 ? 2 : 1);
  return points > 0 ? `+${text}` : text;
}

/** Stretches of lines that a place names; more are counted. */
const NAMED_STRETCHES = 12;

/** Lines of files in stretches: `a.csv:3-5, 9; b.csv:2`. Lines need not be in order; of many stretches the first are named. */
export function placesText(places: readonly { readonly file: string; readonly line: number }[]): string {
  const byFile = new Map<string, number[]>();
  for (const { file, line } of places) {
    const lines = byFile.get(file);
    if (lines === undefined) byFile.set(file, [line]);
    else lines.push(line);
  }
  return [...byFile].map(([file, lines]) => `${file}:${linesText(lines)}`).join('; ');
}

function linesText(lines: readonly number[]): string {
  const sorted = [...new Set(lines)].sort((a, b) => a - b);
  const stretches: [number, number][] = [];
  for (const line of sorted) {
    const last = stretches.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else stretches.push([line, line]);
  }
  const named = stretches.slice(0, NAMED_STRETCHES).map(([from, to]) => (from === to ? String(from) : `${from}-${to}`));
  const more = stretches.slice(NAMED_STRETCHES).reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return named.join(', ') + (more > 0 ? ` and ${countOf(more, 'more line')}` : '');
}

/** Items that share a reason, in the order in which the reasons first appear. */
export function itemsByReason<Item extends { readonly reason: string }>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const byReason = new Map<string, Item[]>();
  for (const item of items) {
    const own = byReason.get(item.reason);
    if (own === undefined) byReason.set(item.reason, [item]);
    else own.push(item);
  }
  return byReason;
}

/** Rows that were understood and left out, by reason, over all files. */
export function leftOutReasons(files: readonly DocumentFile[]): readonly (readonly [string, number])[] {
  const rows = new Map<string, number>();
  for (const file of files)
    for (const item of file.left_out) rows.set(item.reason, (rows.get(item.reason) ?? 0) + item.rows);
  return [...rows];
}
