/** The files of one run, and the name of the folder they go to. */

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import {
  manifestJson,
  type ResultFile,
  type RowsTold,
  requestsCsv,
  requestsParquet,
  runsCsv,
  type SummaryInput,
  summaryJson,
  timeseriesCsv,
} from '@infersim/report';
import type { ExperimentResult } from '@infersim/runner';
import type { LoadedScenario } from '@infersim/scenario';
import { VERSION } from './version.js';

/** What only this run on this machine knows. */
export interface RunCircumstances {
  readonly argv: readonly string[];
  readonly jobs: number;
  readonly startedAt: string;
  readonly wallS: number;
}

/** `<name>-<hash8>`: the hash covers the resolved scenario and every input file, so that variants do not collide. */
export function resultsFolderName(loaded: LoadedScenario): string {
  const hash = createHash('sha256').update(loaded.resolvedYamlText);
  for (const input of loaded.inputs) hash.update(`\n${input.sha256}`);
  return `${loaded.plan.name}-${hash.digest('hex').slice(0, 8)}`;
}

/** Inputs as results name them: without folders, which differ between machines. */
export function summaryInputs(loaded: LoadedScenario): SummaryInput[] {
  return loaded.inputs.map(({ path, sha256 }) => ({ name: basename(path), sha256 }));
}

/** The file of request rows in the format that the scenario asks for; null when none were recorded. */
export async function requestsFile(result: ExperimentResult, told?: RowsTold): Promise<ResultFile | null> {
  if (result.plan.record.requestsFormat === 'parquet') {
    const chunks = await requestsParquet(result, told);
    return chunks === null ? null : { name: 'requests.parquet', chunks };
  }
  const chunks = requestsCsv(result, told);
  return chunks === null ? null : { name: 'requests.csv', chunks };
}

/** What `resultFiles` says of a run. */
export interface ResultFiles {
  readonly files: readonly ResultFile[];
  /** Names of all files in the order in which they are told, those written ahead included. */
  readonly names: readonly string[];
}

/** Every file of the run but those written ahead, manifest included. */
export function resultFiles(
  result: ExperimentResult,
  loaded: LoadedScenario,
  circumstances: RunCircumstances,
  ahead: readonly ResultFile['name'][],
): ResultFiles {
  const files: ResultFile[] = [
    { name: 'scenario.resolved.yaml', chunks: [loaded.resolvedYamlText] },
    { name: 'summary.json', chunks: [summaryJson(result, summaryInputs(loaded))] },
    { name: 'runs.csv', chunks: runsCsv(result) },
  ];
  const timeseries = timeseriesCsv(result);
  if (timeseries !== null) files.push({ name: 'timeseries.csv', chunks: timeseries });
  const names = [...files.map((file) => file.name), ...ahead];
  const manifest = manifestJson({
    version: VERSION,
    nodeVersion: process.version,
    platform: `${process.platform} ${process.arch}`,
    command: ['infersim', ...circumstances.argv],
    scenario: result.plan.name,
    seed: result.plan.seed,
    replications: result.replications.length,
    jobs: circumstances.jobs,
    status: result.interrupted ? 'interrupted' : 'complete',
    fingerprint: result.fingerprint,
    startedAt: circumstances.startedAt,
    wallS: circumstances.wallS,
    events: result.replications.reduce((sum, replication) => sum + replication.events, 0),
    steps: result.replications.reduce((sum, replication) => sum + replication.steps, 0),
    inputs: loaded.inputs.map(({ path, sha256 }) => ({ path, sha256 })),
    files: names,
  });
  return { files: [...files, { name: 'manifest.json', chunks: [manifest] }], names: [...names, 'manifest.json'] };
}
