/** Figures and places in the words of the accuracy outputs. */

import { formatFigure, NOT_AVAILABLE } from '@infersim/report';
import type { DocumentErrors } from './accuracy-document.js';

/** `1 run`, `2 runs`. */
export function countOf(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** A percentage with one decimal, without decimals from 100 on; no sign of percent. `-` where there is none. */
export function percentText(pct: number | null | undefined): string {
  if (pct === null || pct === undefined || !Number.isFinite(pct)) return NOT_AVAILABLE;
  const size = Math.abs(pct);
  if (size >= 9999.5) return formatFigure(pct, 3);
  return pct.toFixed(size >= 99.95 ? 0 : 1);
}

/** As `percentText`, with a plus where it is above zero. */
export function signedText(pct: number | null | undefined): string {
  const text = percentText(pct);
  return pct !== null && pct !== undefined && pct > 0 ? `+${text}` : text;
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

/** Lines of files in runs: `a.csv:3-5, 9; b.csv:2`. Lines need not be in order. */
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
  const runs: [number, number][] = [];
  for (const line of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && line === last[1] + 1) last[1] = line;
    else runs.push([line, line]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(', ');
}
