/**
 * Axes that change nothing, found before anything runs: two spellings of one place, of which the later is laid over the
 * earlier; a place inside of what another axis replaces; values that come to the same, such as `60s,1m`.
 *
 * The first trial is loaded again with the axis on its other values, and compared by content. What is asked is whether the
 * scenario changes; whether results do is known only once they are there.
 */

import type { Assignment, Axis, Design, DesignProblem, Trial } from '../design/design.js';
import type { SweepSource } from './worker.js';
import type { SweepPool } from './worker-pool.js';

/** Most values of an axis that are tried; drawn axes have as many as there are trials. */
const MOST_VALUES = 64;

/** A problem for each axis whose values do not differ from each other in the scenario they make. */
export async function idleAxes(
  pool: SweepPool,
  source: SweepSource,
  design: Design,
  trials: readonly Trial[],
): Promise<DesignProblem[]> {
  const [first] = trials;
  if (first === undefined) return [];
  const axes = design.dimensions.flat();
  const probe = new Probe(pool, source);
  const found = await Promise.all(axes.map((axis, index) => idleProblem(probe, axes, axis, index, first, trials)));
  return found.filter((problem) => problem !== null);
}

async function idleProblem(
  probe: Probe,
  axes: readonly Axis[],
  axis: Axis,
  index: number,
  first: Trial,
  trials: readonly Trial[],
): Promise<DesignProblem | null> {
  const { assignments } = first;
  const own = assignments[index]!.text;
  const others = new Set<string>();
  for (const trial of trials) {
    const { text } = trial.assignments[index]!;
    if (text !== own) others.add(text);
    if (others.size === MOST_VALUES) break;
  }
  if (others.size === 0) return null;
  for (const text of others) if (!(await probe.isSame(assignments, withText(assignments, index, text)))) return null;
  const [other] = others;
  for (const over of axes.keys()) {
    if (over === index) continue;
    const without = (list: readonly Assignment[]) => list.filter((_, at) => at !== over);
    if (await probe.isSame(without(assignments), without(withText(assignments, index, other!)))) continue;
    return { where: axis.origin, message: `changes nothing: \`${axes[over]!.path}\` is laid over the same place` };
  }
  return { where: axis.origin, message: `changes nothing: its ${others.size + 1} values make the same scenario` };
}

function withText(assignments: readonly Assignment[], index: number, text: string): Assignment[] {
  return assignments.map((assignment, at) => (at === index ? { ...assignment, text } : assignment));
}

/** Compares what sets of values make of the scenario. */
class Probe {
  readonly #pool: SweepPool;
  readonly #source: SweepSource;
  readonly #hashes = new Map<string, Promise<string | null>>();

  constructor(pool: SweepPool, source: SweepSource) {
    this.#pool = pool;
    this.#source = source;
  }

  /** Whether both make the same scenario; one that cannot be loaded is like no other. */
  async isSame(a: readonly Assignment[], b: readonly Assignment[]): Promise<boolean> {
    const [hashOfA, hashOfB] = await Promise.all([this.#hash(a), this.#hash(b)]);
    return hashOfA !== null && hashOfA === hashOfB;
  }

  #hash(assignments: readonly Assignment[]): Promise<string | null> {
    const key = JSON.stringify(assignments);
    const known = this.#hashes.get(key);
    if (known !== undefined) return known;
    const hash = this.#pool
      .check({ kind: 'check', source: this.#source, assignments })
      .then((reply) => (reply.ok ? reply.hash : null));
    this.#hashes.set(key, hash);
    return hash;
  }
}
