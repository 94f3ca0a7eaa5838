/**
 * Leaves one group of rows out at a time: fit on the rest, judge on the group.
 *
 * The honest error of a model on what it has not seen. A group is whatever shares what the fit could memorise: a model family,
 * a device, a laboratory.
 */

/** One fold: who was left out, what the fit without it gave, how it did on it. */
export interface Fold<M, E> {
  readonly group: string;
  readonly left: readonly number[];
  readonly model: M;
  readonly evaluation: E;
}

/**
 * Runs one fold after the other in the groups' order. `fit` sees only indices outside the group, `evaluate` only those in it.
 * Fits that can run at the same time are the caller's business.
 */
export async function leaveOut<M, E>(
  groups: ReadonlyMap<string, readonly number[]>,
  fit: (kept: readonly number[], group: string) => M | Promise<M>,
  evaluate: (model: M, left: readonly number[], group: string) => E | Promise<E>,
): Promise<readonly Fold<M, E>[]> {
  const folds: Fold<M, E>[] = [];
  for (const [group, left] of groups) {
    const kept = [...groups].flatMap(([key, members]) => (key === group ? [] : members)).sort((a, b) => a - b);
    const model = await fit(kept, group);
    folds.push({ group, left, model, evaluation: await evaluate(model, left, group) });
  }
  return folds;
}
