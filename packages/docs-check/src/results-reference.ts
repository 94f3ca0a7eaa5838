/** `docs/results-reference.md`, made from the column documentation: the files of a results folder and every column. */

import { columnDocsMarkdown } from '@infersim/report';

const HEAD = `# Results reference

<!-- Made by \`pnpm run docs\` from the column documentation; do not edit. -->

A run leaves a folder, \`results/<name>-<hash>\` unless \`--out\` names another:

| file | what is in it |
| --- | --- |
| \`manifest.json\` | version, command, seed, input hashes, wall time; written last: its presence means complete |
| \`scenario.resolved.yaml\` | the scenario with every default filled in |
| \`summary.json\` | objectives, every figure of every scope with its interval, histograms, warnings, inputs |
| \`runs.csv\` | a row per replication and scope (all, grid, site, pool, workload, origin) |
| \`timeseries.csv\` | a row per replication, interval and scope |
| \`requests.csv\` | a row per request, when asked for (\`--requests all\` or \`sample:N\`) |
| \`requests.parquet\` | the same rows and columns, instead of \`requests.csv\`, with \`--requests-format parquet\` |

[Sweeps](sweeps.md) leave other files: \`manifest.json\`, one \`runs.csv\` for all trials, and

| file | what is in it |
| --- | --- |
| \`sweep.json\` | the design, every trial with its status, objectives and figures, the Pareto set |
| \`trials.jsonl\` | the journal: finished trials with checksums; \`--resume\` and \`merge\` read it |

\`summary.json\`, \`sweep.json\` and the CSV files hold nothing that depends on the machine: the same scenario and seed give the same bytes.
Every CSV file has one header row, \`.\` decimals, no comment lines, and an empty cell for "not available" (never 0 or NaN).
New columns may be added at the end. The schema of \`summary.json\`: \`infersim schema summary\`. The tables below: \`infersim schema columns\`.

In \`runs.csv\`, counts of requests run from time zero, so that they add up; latencies, tokens, energy and money count in the
window from warm-up to horizon. \`<stat>\` endings: \`mean\`, \`std\`, \`min\`, \`p50\`, \`p90\`, \`p95\`, \`p99\`, \`max\`, \`n\` (samples).
Percentiles of up to 65,536 samples are exact (R-7); of more they come from a log histogram, within 1/128 (0.79 %) of that.
Gaps between tokens (\`itl\`) are always counted that way. Mean, least and greatest are exact either way.

Rows of requests stand in the order of replication, time sent, id, workload and site of origin. A sample is of the same size in
every replication and does not depend on what happens to requests, so two policies show the same ones. In Parquet whole numbers of tokens, attempts,
preemptions and sites are INT32, everything else that is a number DOUBLE (ids are exact up to 2^53), names are strings from a
dictionary, "not available" is null; pages are compressed with Snappy, a row group has 16,384 rows.

`;

/** The page. */
export function resultsReference(): string {
  return `${HEAD}${columnDocsMarkdown().trimEnd()}\n`;
}
