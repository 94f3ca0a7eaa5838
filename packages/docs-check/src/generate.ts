/** Writes what is made: `pnpm run docs`. Exits with 1 when a command of a page does not end as the page says. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawPicture, PICTURE, REFERENCE_PAGES, withOutputs } from './generated-files.js';
import { PageFolder, runPage } from './page-run.js';
import { pages, ROOT, readText } from './repository.js';
import { normalised } from './shown-output.js';

for (const [path, make] of Object.entries(REFERENCE_PAGES)) writeFileSync(join(ROOT, path), make());
writeFileSync(join(ROOT, PICTURE), await drawPicture());
for (const path of pages()) {
  const folder = new PageFolder();
  const before = readText(path);
  const run = await runPage(before, folder, false);
  folder.remove();
  for (const { block, exitCode, expectedExitCode, stderr } of run.ran)
    if (exitCode !== expectedExitCode) {
      process.stderr.write(`${path}:${block.line}: exit code ${exitCode}, not ${expectedExitCode}\n${stderr}`);
      process.exitCode = 1;
    }
  const after = withOutputs(before, run);
  // What only differs in time or hash stays as it is, so that nothing changes from run to run.
  if (normalised(after.split('\n')) !== normalised(before.split('\n'))) writeFileSync(join(ROOT, path), after);
}
