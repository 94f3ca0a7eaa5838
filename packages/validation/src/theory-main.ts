/**
 * `pnpm --filter @infersim/validation theory`: simulates every figure known from theory and prints it beside its truth,
 * as the table of docs/validation.md. Exit code 1 when one does not agree.
 */

import { agreementWith } from './acceptance.js';
import { engineChecks } from './engine-checks.js';
import { stationChecks } from './station-checks.js';
import { worldChecks } from './world-checks.js';

const significant = (value: number) => String(Number(value.toPrecision(4)));
process.stdout.write('| figure | theory | simulated | half-width | off by |\n| --- | --- | --- | --- | --- |\n');
for (const check of [...stationChecks(), ...engineChecks(), ...worldChecks()]) {
  for (const { name, truth, unit, estimates, allowance } of check.figures()) {
    const { estimate, halfWidth, agrees, hasPower } = agreementWith(truth, estimates, allowance);
    const offPct = ((100 * (estimate - truth)) / truth).toFixed(2);
    const verdict = agrees && hasPower ? '' : ' **no**';
    const cells = [
      name,
      `${significant(truth)} ${unit}`.trim(),
      significant(estimate),
      significant(halfWidth),
      `${offPct} %${verdict}`,
    ];
    process.stdout.write(`| ${cells.join(' | ')} |\n`);
    if (verdict !== '') process.exitCode = 1;
  }
}
