/** For `write-code-cache.cjs`: simulates a few minutes of the shipped scenario of three grids. */

import { fileURLToPath } from 'node:url';
import { loadScenario } from '../../scenario/dist/index.js';

const scenario = fileURLToPath(new URL('../../../scenarios/three-grids.yaml', import.meta.url));
const SIMULATED_S = 300;

export function use({ runTask }) {
  const loaded = loadScenario(scenario, { overrides: { horizonS: SIMULATED_S, warmupS: 0 } });
  if (!loaded.ok) throw new Error(`${scenario} was refused`);
  const shared = new Float64Array(64);
  const result = runTask({ kind: 'replication', plan: loaded.plan, replication: 1, shared });
  if (!(result?.events > 0)) throw new Error(`${scenario}: nothing was simulated`);
}
