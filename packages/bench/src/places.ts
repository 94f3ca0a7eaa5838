/** Where the built command, the runner's worker and the repository's files are. */

import { fileURLToPath } from 'node:url';

const root = new URL('../../../', import.meta.url);

/** Path of a file of the repository. */
export function repositoryFile(path: string): string {
  return fileURLToPath(new URL(path, root));
}

/** The built `infersim` command. */
export const commandFile = repositoryFile('packages/cli/bin/infersim.js');

/** The built worker of the runner, for `runExperiment`. */
export const workerUrl = new URL('packages/runner/dist/worker.js', root);
