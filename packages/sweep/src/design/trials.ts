/**
 * From a design to its trials: a grid in which the last axis varies fastest, or seeded draws.
 *
 * A Latin hypercube cuts every dimension into as many strata as there are trials and draws once from each; strata are
 * matched by a permutation of each dimension. Draws of a dimension hang on the seed and its paths only, so an added
 * dimension does not change the others. Listed values are drawn with equal shares.
 */

import { RandomStream } from '@infersim/kernel';
import type { Assignment, Axis, Design, DesignProblem, Dimension, Draw, Trial } from './design.js';
import { drawnText, rangeTexts } from './value-range.js';

/** All that is wrong with a design, before any scenario is looked at. */
export function checkDesign(design: Design, maxTrials: number): DesignProblem[] {
  const problems: DesignProblem[] = [];
  const seen = new Map<string, string>();
  if (design.dimensions.length === 0)
    problems.push({ where: 'the design', message: 'there is no axis: give --axis path=v1,v2 or path=a..b:n' });
  for (const axis of design.dimensions.flat()) {
    const place = pathPlace(axis.path);
    const known = seen.get(place);
    if (known !== undefined) {
      const spelled = known === axis.path ? '' : `, spelled \`${known}\``;
      problems.push({ where: axis.origin, message: `\`${axis.path}\` is an axis already${spelled}` });
    } else seen.set(place, axis.path);
    if (axis.values.kind === 'range' && axis.values.count === undefined && design.draw === null)
      problems.push({
        where: axis.origin,
        message: 'a range of a grid needs the number of its values (1..8:4); --random and --lhs draw them',
      });
  }
  for (const dimension of design.dimensions) problems.push(...joinProblems(dimension, design.draw));
  if (design.draw !== null && design.draw.trials < 1)
    problems.push({ where: 'the design', message: 'at least one trial has to be drawn' });
  if (problems.length > 0) return problems;
  const count = countTrials(design);
  if (count > maxTrials)
    problems.push({
      where: 'the design',
      message: `${count} trials (${countText(design)}) are more than the ${maxTrials} that --max-trials allows`,
    });
  return problems;
}

/** One text for all spellings of a path that need no scenario to be told apart: `a[0].b`, `a.0.b` and `a[0][b]`. */
function pathPlace(path: string): string {
  return JSON.stringify([...path.matchAll(/\[([^\]]+)\]|\.?([^.[\]]+)/g)].map(([, a, b]) => (a ?? b ?? '').trim()));
}

/** Number of trials of a sound design. */
export function countTrials(design: Design): number {
  if (design.draw !== null) return design.draw.trials;
  return design.dimensions.reduce((count, dimension) => count * dimensionLength(dimension), 1);
}

/** How the number of trials comes about: `3 x 4`, or `lhs`. */
export function countText(design: Design): string {
  if (design.draw !== null) return `${design.draw.method}, seed ${design.draw.seed}`;
  return design.dimensions.map(dimensionLength).join(' x ');
}

/** The trials of a sound design, in order. */
export function trialsOf(design: Design): Trial[] {
  return design.draw === null ? gridTrials(design.dimensions) : drawnTrials(design.dimensions, design.draw);
}

function axisTexts(axis: Axis): readonly string[] {
  const { values } = axis;
  return values.kind === 'list' ? values.texts : rangeTexts(values.range, values.count ?? 0);
}

function dimensionLength(dimension: Dimension): number {
  const [axis] = dimension;
  return axis === undefined ? 0 : axisTexts(axis).length;
}

/** Joined axes have as many values each; a bare range in a join has none to count. */
function joinProblems(dimension: Dimension, draw: Draw | null): DesignProblem[] {
  const [first, ...others] = dimension;
  if (first === undefined || others.length === 0) return [];
  const isOpen = (axis: Axis) => axis.values.kind === 'range' && axis.values.count === undefined;
  const open = dimension.filter(isOpen);
  if (open.length > 0)
    return draw === null
      ? []
      : open.map((axis) => ({ where: axis.origin, message: 'joined axes list their values, or count them (1..8:4)' }));
  const length = axisTexts(first).length;
  return others.flatMap((axis) => {
    const own = axisTexts(axis).length;
    return own === length
      ? []
      : [{ where: axis.origin, message: `has ${own} values, \`${first.path}\` that it is joined with has ${length}` }];
  });
}

function gridTrials(dimensions: readonly Dimension[]): Trial[] {
  let points: Assignment[][] = [[]];
  for (const dimension of dimensions) {
    const columns = dimension.map((axis) => ({ path: axis.path, texts: axisTexts(axis) }));
    const length = columns[0]?.texts.length ?? 0;
    points = points.flatMap((point) =>
      Array.from({ length }, (_, index) => [
        ...point,
        ...columns.map(({ path, texts }) => ({ path, text: texts[index]! })),
      ]),
    );
  }
  return points.map((assignments, index) => ({ trial: index + 1, assignments }));
}

function drawnTrials(dimensions: readonly Dimension[], draw: Draw): Trial[] {
  const columns = dimensions.map((dimension) => drawnPoints(dimension, draw));
  return Array.from({ length: draw.trials }, (_, index) => ({
    trial: index + 1,
    assignments: columns.flatMap((points) => points[index]!),
  }));
}

/** The points of one dimension, one per trial. */
function drawnPoints(dimension: Dimension, { method, trials, seed }: Draw): Assignment[][] {
  const stream = new RandomStream(`${seed}/design/${method}/${dimension.map((axis) => axis.path).join('/')}`);
  const shares =
    method === 'lhs' ? stratifiedShares(stream, trials) : Array.from({ length: trials }, () => stream.nextDouble());
  const [first] = dimension;
  if (dimension.length === 1 && first?.values.kind === 'range' && first.values.count === undefined) {
    const { range } = first.values;
    return shares.map((u) => [{ path: first.path, text: drawnText(range, u) }]);
  }
  const columns = dimension.map((axis) => ({ path: axis.path, texts: axisTexts(axis) }));
  return shares.map((u) =>
    columns.map(({ path, texts }) => ({
      path,
      text: texts[Math.min(texts.length - 1, Math.floor(u * texts.length))]!,
    })),
  );
}

/** One share in each of n equal strata of [0, 1), in an order drawn too (Fisher and Yates). */
function stratifiedShares(stream: RandomStream, n: number): number[] {
  const order = Array.from({ length: n }, (_, index) => index);
  for (let last = n - 1; last > 0; last--) {
    const other = stream.nextInt(last + 1);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  // A share just below the next stratum may round up into it; it is kept inside.
  return order.map((stratum) => Math.min((stratum + stream.nextDouble()) / n, ((stratum + 1) / n) * (1 - 2 ** -52)));
}
