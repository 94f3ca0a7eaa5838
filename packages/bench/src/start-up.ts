/**
 * Start-up time of the built command: `infersim validate` of the three-grid scenario, a whole process each time, beside
 * a Node that does nothing.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Effort, type Figure, figure } from './figure.js';
import { interleave, medianRatio, secondsOf, spreadOf } from './measure.js';

const LEAST_ROUNDS = 7;
const root = new URL('../../../', import.meta.url);
const command = fileURLToPath(new URL('packages/cli/bin/infersim.js', root));
const scenario = fileURLToPath(new URL('scenarios/three-grids.yaml', root));

/** Seconds of one process; throws what it printed when it did not succeed. */
function processSeconds(args: readonly string[]): number {
  return secondsOf(() => {
    const { status, stderr } = spawnSync(process.execPath, [...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  });
}

export function measureStartUp(effort: Effort): Figure[] {
  const variants = [
    { name: 'bare node', run: () => processSeconds(['-e', '0']) },
    { name: 'validate three-grids.yaml', run: () => processSeconds([command, 'validate', scenario]) },
  ];
  const seconds = interleave(variants, Math.max(LEAST_ROUNDS, effort.rounds));
  const bare = seconds.get('bare node')!;
  return variants.map(({ name }) => {
    const taken = seconds.get(name)!;
    const compared = name === 'bare node' ? {} : { against: 'bare node', ratio: medianRatio(taken, bare) };
    return figure('start-up', name, 'ms', spreadOf(taken.map((time) => 1000 * time)), compared);
  });
}
