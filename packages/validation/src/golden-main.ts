/**
 * `pnpm golden`: compares the shipped scenarios with the agreed runs; with `--update` writes them as they are today.
 * Exit code 1 when they differ.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { goldenDifferences, goldenRows, goldenText, PINNED_NODE_MAJOR, parseGolden } from './golden.js';

const file = fileURLToPath(new URL('../golden/shipped-scenarios.csv', import.meta.url));
const rows = goldenRows();
if (process.argv.includes('--update')) {
  writeFileSync(file, goldenText(rows));
  process.stdout.write(`${rows.length} scenarios written\n`);
} else {
  const isPinned = Number(process.versions.node.split('.')[0]) === PINNED_NODE_MAJOR;
  const agreed = parseGolden(readFileSync(file, 'utf8'));
  const differences = rows.flatMap((row) => {
    const same = agreed.find(({ scenario }) => scenario === row.scenario);
    return same === undefined ? [`${row.scenario}: not in the file`] : goldenDifferences(same, row, isPinned);
  });
  process.stdout.write(
    differences.length === 0 ? `${rows.length} scenarios as agreed\n` : `${differences.join('\n')}\n`,
  );
  if (differences.length > 0) process.exitCode = 1;
}
