/**
 * Runs the fits of the catalog's own constants on measured tables, and prints what they found. For those who add a device, an
 * engine or a formula; what is printed is then written into the catalog's data by hand, with its source.
 *
 *   node packages/calibration/fit-catalog.mjs DATA_FOLDER [id of a fit ...]
 */

import { availableParallelism } from 'node:os';
import { CasePredictor, measuredFiles, readMeasuredTables } from '@infersim/accuracy';
import { CATALOG_FITS, runCatalogFit } from './dist/index.js';

const [folder, ...ids] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node packages/calibration/fit-catalog.mjs DATA_FOLDER [id ...]\n');
  process.exit(2);
}
const { cases } = await readMeasuredTables(await measuredFiles(folder));
const predictor = new CasePredictor({
  jobs: availableParallelism(),
  workerUrl: new URL(import.meta.resolve('@infersim/accuracy/worker')),
});
const quantile = (values, share) => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
};
const print = (text) => process.stdout.write(`${text}\n`);
const percent = (value) => `${(100 * value).toFixed(1)} %`;

let constants = {};
for (const fit of CATALOG_FITS.filter(({ id }) => ids.length === 0 || ids.includes(id))) {
  const started = Date.now();
  const {
    rows,
    cases: used,
    result,
  } = await runCatalogFit(fit, cases, {
    predict: (asked, set) => predictor.predict(asked, set),
    constants,
  });
  constants = { ...constants, ...result.constants };
  print(
    `\n${fit.id}: ${used.length} cases, ${rows.length} figures, ${result.reason}, ${((Date.now() - started) / 1000).toFixed(0)} s`,
  );
  for (const [path, value] of Object.entries(result.constants)) print(`  ${path} ${value.toPrecision(4)}`);
  const groups = new Map();
  rows.forEach(({ caseIndex, metric }, i) => {
    const { dataset, family, deviceId, engineId, precision } = used[caseIndex];
    for (const key of [
      `${dataset} ${metric}`,
      `${dataset} ${metric} ${family} ${deviceId} ${engineId} ${precision.weights}`,
    ]) {
      if (!groups.has(key)) groups.set(key, { before: [], after: [], signed: [] });
      const group = groups.get(key);
      group.before.push(Math.abs(Math.expm1(result.residualsBefore[i])));
      group.after.push(Math.abs(Math.expm1(result.residuals[i])));
      group.signed.push(Math.expm1(result.residuals[i]));
    }
  });
  for (const [key, { before, after, signed }] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    print(
      `  ${key}: ${after.length} rows, median ${percent(quantile(before, 0.5))} -> ${percent(quantile(after, 0.5))},` +
        ` p90 ${percent(quantile(before, 0.9))} -> ${percent(quantile(after, 0.9))}, bias ${percent(quantile(signed, 0.5))}`,
    );
  }
}
await predictor.close();
