/** What the workers need of the simulation; `one-scope.mjs` bundles it. */

export { runReplication } from '../../runner/dist/run-replication.js';
export { default as runTask } from '../../runner/dist/worker.js';
