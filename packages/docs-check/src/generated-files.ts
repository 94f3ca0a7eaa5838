/**
 * What `generate` writes: the reference pages, the picture, and the outputs that pages show.
 *
 * Everything is made in memory; tests compare it with what lies in the repository.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PageFolder, type PageRun } from './page-run.js';
import { resultsReference } from './results-reference.js';
import { scenarioReference } from './scenario-reference.js';
import { excerpt } from './shown-output.js';
import { threeGridsPicture } from './three-grids-picture.js';

/** Path of the picture from the root. */
export const PICTURE = 'docs/three-grids.svg';

/** Pages made from code, by path from the root. */
export const REFERENCE_PAGES: Readonly<Record<string, () => string>> = {
  'docs/scenario-reference.md': scenarioReference,
  'docs/results-reference.md': resultsReference,
};

/** Runs the main job in a folder of its own and draws its picture. */
export async function drawPicture(): Promise<string> {
  const folder = new PageFolder();
  try {
    const ended = await folder.sh('infersim run scenarios/three-grids.yaml -o out --format none --quiet');
    const [timeseries, summary] = ['timeseries.csv', 'summary.json'].map((name) => join(folder.path, 'out', name));
    if (ended.exitCode !== 0 || !existsSync(timeseries!) || !existsSync(summary!))
      throw new Error(`the main job ended with ${ended.exitCode}:\n${ended.stderr}`);
    return threeGridsPicture({
      timeseriesCsv: readFileSync(timeseries!, 'utf8'),
      summaryJson: readFileSync(summary!, 'utf8'),
    });
  } finally {
    folder.remove();
  }
}

/** The page with each shown output replaced by what was printed. */
export function withOutputs(text: string, run: PageRun): string {
  const lines = text.split('\n');
  for (const { block, shown, output } of [...run.showings].reverse())
    lines.splice(block.line, block.lines.length, ...excerpt(output, shown));
  return lines.join('\n');
}
