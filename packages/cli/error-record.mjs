/**
 * Writes the record of errors that bands are made from (packages/confidence/src/data/error-record.ts): predicts the rows of
 * measured tables by constants that were fitted without each row's family. For those who have changed a formula, a fit or the
 * catalog; build first.
 *
 *   node packages/cli/error-record.mjs DATA_FOLDER [FILE]
 */

import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { errorRows, measuredFiles, readMeasuredTables } from '@infersim/accuracy';
import { errorRecordSource } from '@infersim/confidence';
import { engineAccuracyModel } from './build/engine-accuracy-model.js';
import { knownErrors } from './build/error-bands.js';

const [folder, file] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node packages/cli/error-record.mjs DATA_FOLDER [FILE]\n');
  process.exit(2);
}
const { cases } = await readMeasuredTables(await measuredFiles(folder));
const model = engineAccuracyModel(new URL(import.meta.resolve('@infersim/accuracy/worker')));
const groups = await model.predictLeftOut(
  { by: 'model-family', fitted: cases, predicted: cases },
  { jobs: availableParallelism(), signal: new AbortController().signal, onProgress: () => undefined },
);
await model.close();
const predictions = groups.flatMap((group) => group.predictions);
const isPredicted = new Set(predictions.map(({ caseId }) => caseId));
const { rows } = errorRows(
  cases.filter(({ id }) => isPredicted.has(id)),
  predictions,
);
const target = file ?? fileURLToPath(new URL('../confidence/src/data/error-record.ts', import.meta.url));
writeFileSync(target, errorRecordSource(knownErrors(rows, cases)));
process.stdout.write(`${rows.length} errors of ${groups.length} groups left out, written to ${target}\n`);
