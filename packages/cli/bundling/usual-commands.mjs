/** For `write-code-cache.cjs`: runs what usual commands run first, their output thrown away. */

import { fileURLToPath } from 'node:url';

const scenario = fileURLToPath(new URL('../../../scenarios/three-grids.yaml', import.meta.url));

export async function use({ main }) {
  for (const args of [['--help'], ['validate', scenario]]) {
    await main(args);
    if (process.exitCode) throw new Error(`infersim ${args.join(' ')} ended with ${process.exitCode}`);
  }
}
