/** Where the built command, its worker, its bundler and the repository's files are. */

import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** Path of a file of the repository. */
export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** The built `infersim` command. */
export const commandFile = repositoryFile('packages/cli/bin/infersim.js');

/** The built command's worker, for `runExperiment`. */
export const workerUrl = new URL('packages/cli/dist/worker.js', root);

/** What bundles the simulation for the command. */
export const bundlerUrl = new URL('packages/cli/bundling/one-scope.mjs', root);
