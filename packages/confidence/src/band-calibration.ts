/**
 * Widths of the levels so that four of five errors fall into the band: each level is tried on errors whose closer
 * neighbours are held back, and gets the least width that covers 80 % of them.
 *
 * `device+family+engine`: every second row of a group is predicted from the others. `device+engine`: a family from the
 * others. `device`: an engine from the device's others. `class`: a device from the others. Rows of a group weigh as in a
 * pool. A farther level never gets less than a closer one; a level with fewer than 30 rows in 3 groups to try keeps the
 * proportion of the default widths.
 */

import {
  type BandQuery,
  type BandWidths,
  bandSides,
  basisOf,
  DEFAULT_WIDTHS,
  NEIGHBOUR_LEVELS,
  type NeighbourErrors,
  type NeighbourLevel,
  neighbourErrors,
} from './band-widths.js';
import { type ErrorGroup, errorGroups, groupKey } from './error-groups.js';
import type { ErrorRow } from './error-row.js';
import { groupWeight } from './pooled-errors.js';

const NOMINAL = 0.8;
const LEAST_TRIED_ROWS = 30;
const LEAST_TRIED_GROUPS = 3;
const NARROWEST = 0.5;
const WIDEST = 4;
/** Widths are kept to a hundredth. */
const STEPS = Math.round((WIDEST - NARROWEST) * 100);

/** Errors of one group and what is known without them. */
interface Trial {
  readonly logErrors: readonly number[];
  readonly known: NeighbourErrors;
}

/** The widths that errors ask for; the default ones where there are none. The order of the rows does not matter. */
export function calibrateWidths(rows: readonly ErrorRow[]): BandWidths {
  const members = new Map<string, ErrorRow[]>();
  for (const row of rows) {
    const key = groupKey(row);
    const list = members.get(key);
    if (list === undefined) members.set(key, [row]);
    else list.push(row);
  }
  const groups = errorGroups(rows);
  const widths: Record<NeighbourLevel, number> = { ...DEFAULT_WIDTHS };
  let closer: NeighbourLevel | null = null;
  for (const level of NEIGHBOUR_LEVELS) {
    const least = closer === null ? NARROWEST : widths[closer];
    const proportion = closer === null ? 1 : DEFAULT_WIDTHS[level] / DEFAULT_WIDTHS[closer];
    const trials = trialsAt(level, groups, members);
    const tried = trials.reduce((sum, trial) => sum + trial.logErrors.length, 0);
    // Farther levels only cap what is added for few rows: they take part with their defaults, widened alike.
    const from = closer === null ? DEFAULT_WIDTHS[level] : Number((least * proportion).toFixed(2));
    for (const farther of NEIGHBOUR_LEVELS)
      widths[farther] = isFarther(farther, level)
        ? Math.max(DEFAULT_WIDTHS[farther], (from * DEFAULT_WIDTHS[farther]) / DEFAULT_WIDTHS[level])
        : widths[farther];
    widths[level] =
      trials.length < LEAST_TRIED_GROUPS || tried < LEAST_TRIED_ROWS ? from : leastWidth(level, trials, widths, least);
    closer = level;
  }
  return widths;
}

function isFarther(level: NeighbourLevel, than: NeighbourLevel): boolean {
  return NEIGHBOUR_LEVELS.indexOf(level) > NEIGHBOUR_LEVELS.indexOf(than);
}

function trialsAt(
  level: NeighbourLevel,
  groups: readonly ErrorGroup[],
  members: ReadonlyMap<string, readonly ErrorRow[]>,
): Trial[] {
  return groups.flatMap((group) => {
    const rows = members.get(groupKey(group))!;
    const [logErrors, known] =
      level === 'device+family+engine'
        ? halvesOf(rows, group, groups)
        : [rows.map((row) => row.logError), groups.filter((other) => !isHeldBack(level, other, group))];
    if (logErrors.length === 0) return [];
    const errors = neighbourErrors(known, group satisfies BandQuery);
    return basisOf(errors) === level ? [{ logErrors, known: errors }] : [];
  });
}

function isHeldBack(level: NeighbourLevel, other: ErrorGroup, group: ErrorGroup): boolean {
  if (level === 'device+engine') return other.family === group.family;
  if (level === 'class') return other.deviceId === group.deviceId;
  return other.deviceId === group.deviceId && other.engineId === group.engineId;
}

/** Every second row, in the order of what was run, is held back. */
function halvesOf(
  rows: readonly ErrorRow[],
  group: ErrorGroup,
  groups: readonly ErrorGroup[],
): readonly [readonly number[], readonly ErrorGroup[]] {
  const sorted = [...rows].sort(
    (a, b) =>
      a.params - b.params ||
      a.tp - b.tp ||
      a.contextTokens - b.contextTokens ||
      a.batch - b.batch ||
      a.logError - b.logError,
  );
  const held = sorted.filter((_, index) => index % 2 === 1).map((row) => row.logError);
  const kept = errorGroups(sorted.filter((_, index) => index % 2 === 0));
  return [held, [...groups.filter((other) => other !== group), ...kept]];
}

function leastWidth(level: NeighbourLevel, trials: readonly Trial[], widths: BandWidths, least: number): number {
  let low = Math.round((least - NARROWEST) * 100);
  let high = STEPS;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (coveredShare(trials, { ...widths, [level]: widthOf(middle) }) >= NOMINAL) high = middle;
    else low = middle + 1;
  }
  return widthOf(high);
}

function widthOf(step: number): number {
  return Number((NARROWEST + step / 100).toFixed(2));
}

function coveredShare(trials: readonly Trial[], widths: BandWidths): number {
  let covered = 0;
  let total = 0;
  for (const { logErrors, known } of trials) {
    const { below, above } = bandSides(known, widths);
    const inside = logErrors.filter((error) => error >= -below && error <= above).length;
    const weight = groupWeight(logErrors.length);
    covered += (weight * inside) / logErrors.length;
    total += weight;
  }
  return covered / total;
}
