/**
 * `manifest.json`: how the results came about. Everything that depends on the machine stands here and nowhere else.
 * It is written last, so its presence means that the folder is complete.
 */

import { jsonText } from './json-text.js';

/** Name and major version of the schema. */
export const MANIFEST_SCHEMA = 'infersim.manifest/1';

export interface Manifest {
  /** Version of infersim. */
  readonly version: string;
  readonly nodeVersion: string;
  readonly platform: string;
  /** The command line, program name first. */
  readonly command: readonly string[];
  readonly scenario: string;
  readonly seed: number;
  readonly replications: number;
  /** Worker threads; 1 = none beside the main one. */
  readonly jobs: number;
  readonly status: 'complete' | 'interrupted';
  readonly fingerprint: string;
  /** Wall clock, ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly wallS: number;
  readonly events: number;
  readonly steps: number;
  readonly inputs: readonly {
    readonly path: string;
    readonly sha256: string;
  }[];
  readonly files: readonly string[];
}

/** The text of manifest.json. */
export function manifestJson(manifest: Manifest): string {
  return jsonText({
    schema: MANIFEST_SCHEMA,
    version: manifest.version,
    node_version: manifest.nodeVersion,
    platform: manifest.platform,
    command: manifest.command,
    scenario: manifest.scenario,
    seed: manifest.seed,
    replications: manifest.replications,
    jobs: manifest.jobs,
    status: manifest.status,
    fingerprint: manifest.fingerprint,
    started_at: manifest.startedAt,
    wall_s: manifest.wallS,
    events: manifest.events,
    events_per_s: manifest.wallS > 0 ? manifest.events / manifest.wallS : 0,
    steps: manifest.steps,
    inputs: manifest.inputs,
    files: manifest.files,
  });
}
