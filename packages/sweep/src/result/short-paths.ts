/** Scenario paths as short as they stay distinct: `replicas` for `grids.cloud.sites.virginia.pools.chat.replicas`. */

/** Shortest tails, in steps, that tell the paths apart; in the order given. */
export function shortPaths(paths: readonly string[]): string[] {
  const steps = paths.map((path) => path.split(/\.|(?=\[)/));
  return steps.map((own, index) => {
    for (let length = 1; length < own.length; length++) {
      const tail = own.slice(-length).join('.');
      const isTaken = steps.some((other, at) => at !== index && other.slice(-length).join('.') === tail);
      // A tail that is a position says nothing by itself.
      if (!isTaken && !/^\[?\d/.test(tail)) return tail.replaceAll('.[', '[');
    }
    return paths[index]!;
  });
}
