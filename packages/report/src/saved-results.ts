/** Reads a results folder back: the summary, the manifest where there is one, and the rows of runs.csv. */

import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseCsvRecords } from './csv-reader.js';
import { ResultsError, systemReason } from './results-error.js';
import { SUMMARY_SCHEMA, type SummaryDocument } from './summary-document.js';

/** What the manifest tells about a saved run; absent when the folder was never completed. */
export interface SavedManifest {
  readonly events: number;
  readonly wallS: number | null;
  readonly files: readonly string[];
}

export interface SavedResults {
  readonly path: string;
  /** Last part of the path, to tell results apart. */
  readonly label: string;
  readonly summary: SummaryDocument;
  readonly manifest: SavedManifest | null;
}

/** The folder a user means: the folder itself, or the one of a file of results that was named. */
export function resultsPath(path: string): string {
  try {
    return statSync(path).isDirectory() ? path : dirname(path);
  } catch (error) {
    throw new ResultsError('RESULTS_READ', path, `cannot read ${path}: ${systemReason(error)}`);
  }
}

/** Reads summary and manifest. Throws `ResultsError` RESULTS_READ with what is wrong and where. */
export function readSavedResults(path: string): SavedResults {
  const folder = resultsPath(path);
  const summary = readJson(join(folder, 'summary.json')) as Partial<SummaryDocument> | null;
  if (summary === null || typeof summary !== 'object' || summary.schema !== SUMMARY_SCHEMA)
    throw new ResultsError(
      'RESULTS_READ',
      folder,
      `${join(folder, 'summary.json')} is not a summary of this version: its schema is ` +
        `${JSON.stringify(summary?.schema ?? null)}, expected "${SUMMARY_SCHEMA}"`,
    );
  for (const key of ['scopes', 'objectives', 'limits', 'runs', 'assumed', 'warnings', 'thin_percentiles'] as const)
    if (!Array.isArray(summary[key]))
      throw new ResultsError('RESULTS_READ', folder, `${join(folder, 'summary.json')} has no list \`${key}\``);
  return { path: folder, label: basename(folder), summary: summary as SummaryDocument, manifest: readManifest(folder) };
}

function readManifest(folder: string): SavedManifest | null {
  const path = join(folder, 'manifest.json');
  try {
    statSync(path);
  } catch {
    return null;
  }
  const manifest = readJson(path) as Record<string, unknown> | null;
  const files = manifest?.['files'];
  return {
    events: typeof manifest?.['events'] === 'number' ? manifest['events'] : Number.NaN,
    wallS: typeof manifest?.['wall_s'] === 'number' ? manifest['wall_s'] : null,
    files: Array.isArray(files) ? files.filter((file): file is string => typeof file === 'string') : [],
  };
}

/** The rows of runs.csv as text by column name. */
export function readSavedRuns(folder: string): { header: string[]; records: Record<string, string>[] } {
  const path = join(folder, 'runs.csv');
  try {
    return parseCsvRecords(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ResultsError('RESULTS_READ', path, `cannot read ${path}: ${systemReason(error)}`);
  }
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ResultsError('RESULTS_READ', path, `cannot read ${path}: ${systemReason(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ResultsError('RESULTS_READ', path, `${path} is not JSON: ${(error as Error).message}`);
  }
}
