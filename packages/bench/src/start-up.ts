/**
 * Start-up time of the built command: `infersim validate` of the three-grid scenario, a whole process each time, beside
 * a Node that does nothing.
 */

import { spawnSync } from 'node:child_process';
import { type Effort, type Figure, figure } from './figure.js';
import { interleave, ratios, secondsOf, spreadOf } from './measure.js';
import { commandFile, repositoryFile } from './places.js';

const LEAST_ROUNDS = 9;
const GROUP = 'start-up';

/** Seconds of one process; throws what it printed when it did not succeed. */
function processSeconds(args: readonly string[]): number {
  return secondsOf(() => {
    const { status, stderr } = spawnSync(process.execPath, [...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`);
  });
}

export function measureStartUp(effort: Effort): Figure[] {
  const scenario = repositoryFile('scenarios/three-grids.yaml');
  const seconds = interleave(
    [
      { name: 'bare', run: () => processSeconds(['-e', '0']) },
      { name: 'validate', run: () => processSeconds([commandFile, 'validate', scenario]) },
    ],
    Math.max(LEAST_ROUNDS, effort.rounds),
  );
  const bare = seconds.get('bare')!;
  const validate = seconds.get('validate')!;
  return [
    figure({ id: 'start_up.bare', group: GROUP, name: 'bare Node', unit: 's' }, spreadOf(bare)),
    figure(
      { id: 'start_up.validate', group: GROUP, name: 'validate of the three-grid scenario', unit: 's' },
      spreadOf(validate),
      {
        gate: { atMost: 0.25 },
        aim: { atMost: 0.15 },
        note: `${ratios(validate, bare).median.toFixed(2)} times bare Node`,
      },
    ),
  ];
}
