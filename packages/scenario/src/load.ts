/**
 * From a scenario file to a run plan, or to all problems in it.
 *
 * read and parse every layer -> lay values from the command line over it -> check against the schema -> look up names,
 * fit memory, fill in defaults. Nothing is thrown for what a user may get wrong, and nothing is written.
 */

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { RunPlan } from '@infersim/runner';
import { type ByteReader, type OpenBytes, scanTrace, type TraceFile, type TraceScan } from '@infersim/workload';
import { checkDocument } from './check/schema-check.js';
import { type ExplainedValue, explainedValues } from './explain.js';
import { type ReadBytes, readLayers } from './layer/extends.js';
import { applySets, type SetValue } from './layer/set-values.js';
import { type Problem, sortProblems } from './problem.js';
import { type FileAccess, ResolveContext } from './resolve/context.js';
import { resolvePlan } from './resolve/plan.js';
import { resolvedYaml } from './resolved-yaml.js';
import type { Scenario } from './schema/scenario-fields.js';
import type { TraceMemory } from './trace-memory.js';
import { MAX_FILE_BYTES } from './yaml/decode.js';

/** Values of common flags, by what they change; each counts as if set in the file. */
export interface Overrides {
  readonly seed?: number;
  readonly replications?: number;
  readonly horizonS?: number | string;
  readonly warmupS?: number | string;
  /** `none`, `all` or `sample:N`. */
  readonly requests?: string;
  /** `csv` or `parquet`. */
  readonly requestsFormat?: string;
  /** Seconds per row, text with a unit, or `off`. */
  readonly timeseries?: number | string;
  readonly stepByStep?: boolean;
}

export interface LoadOptions {
  /** Values as given to `--set`: `path=value`. Later ones win, and win over `overrides`. */
  readonly sets?: readonly string[];
  readonly overrides?: Overrides;
  /** Folder that relative paths of scenarios start from; default the process's. */
  readonly cwd?: string;
  /** Reads a file whole; default from disk. */
  readonly readBytes?: ReadBytes;
  /** Opens a file for streaming; default from disk. */
  readonly openBytes?: OpenBytes;
  /** What traces hold, for callers that load many scenarios from disk. */
  readonly traces?: TraceMemory;
}

/** A file that a plan was made from. */
export interface ScenarioInputFile {
  readonly path: string;
  readonly sha256: string;
}

export interface LoadedScenario {
  readonly ok: true;
  readonly plan: RunPlan;
  /** The scenario with every default filled in, as plain data. */
  readonly resolved: Readonly<Record<string, unknown>>;
  /** Made on first use. */
  readonly resolvedYamlText: string;
  /** Where every value comes from; made on first use. */
  readonly explained: readonly ExplainedValue[];
  /** Scenario files, what they extend, overlays, traces, model configurations; each once, in order of use. Made on first use. */
  readonly inputs: readonly ScenarioInputFile[];
  /** Problems of severity `warning`. */
  readonly warnings: readonly Problem[];
}

export interface RefusedScenario {
  readonly ok: false;
  /** All problems, errors and warnings, by file in order of use, then line and column. */
  readonly problems: readonly Problem[];
}

/** Loads a scenario. Files are read synchronously; the caller's readers decide from where. */
export function loadScenario(path: string, options: LoadOptions = {}): LoadedScenario | RefusedScenario {
  const inputs = new InputFiles(options);
  const layered = readLayers(path, inputs.readBytes);
  const files = layered.files.map((file) => file.path);
  const refuse = (problems: readonly Problem[]): RefusedScenario => ({
    ok: false,
    problems: sortProblems(problems, files),
  });
  if (layered.root === undefined) return refuse(layered.problems);
  const set = applySets(layered.root, [...overrideSets(options.overrides ?? {}), ...setValues(options.sets ?? [])]);
  const before = [...layered.problems, ...set.problems];
  const checked = checkDocument(set.root);
  const found = layered.isComplete
    ? checked.problems
    : checked.problems.filter((problem) => problem.code !== 'SCENARIO_MISSING_KEY');
  const problems = [...before, ...found];
  if (checked.scenario === undefined) return refuse(problems);
  const access = inputs.access(path);
  const ctx = new ResolveContext(
    checked.scenario,
    set.root,
    checked.kept,
    checked.isPartial || before.length > 0,
    access,
  );
  const plan = resolvePlan(ctx, set.root);
  const all = [...problems, ...ctx.problems];
  if (plan === null || all.some((problem) => problem.severity === 'error')) return refuse(all);
  relocateFiles(ctx, checked.scenario, path);
  // Text, origins and hashes cost as much as the plan itself, and checking a scenario needs none of them.
  let resolvedYamlText: string | undefined;
  let explained: readonly ExplainedValue[] | undefined;
  let inputList: readonly ScenarioInputFile[] | undefined;
  return {
    ok: true,
    plan: deepFreeze(plan),
    resolved: ctx.resolved,
    get resolvedYamlText() {
      resolvedYamlText ??= resolvedYaml(ctx.resolved);
      return resolvedYamlText;
    },
    get explained() {
      explained ??= explainedValues(ctx, ctx.resolved);
      return explained;
    },
    get inputs() {
      inputList ??= inputs.list();
      return inputList;
    },
    warnings: sortProblems(ctx.problems, files),
  };
}

/** All problems of a scenario, without a plan; empty when it could run (warnings may be there). */
export function validateScenario(path: string, options: LoadOptions = {}): readonly Problem[] {
  const loaded = loadScenario(path, options);
  return loaded.ok ? loaded.warnings : loaded.problems;
}

function setValues(sets: readonly string[]): SetValue[] {
  return sets.map((assignment) => ({ origin: '--set', assignment }));
}

function overrideSets(overrides: Overrides): SetValue[] {
  const sets: SetValue[] = [];
  const add = (origin: string, path: string, value: string | number | boolean | undefined) => {
    if (value !== undefined) sets.push({ origin, assignment: `${path}=${value}` });
  };
  add('--seed', 'seed', overrides.seed);
  add('--replications', 'replications', overrides.replications);
  add('--horizon', 'horizon', overrides.horizonS);
  add('--warmup', 'warmup', overrides.warmupS);
  const sample = /^sample:(.+)$/.exec(overrides.requests ?? '');
  add('--requests', 'record.requests', sample === null ? overrides.requests : `{ sample: ${sample[1]} }`);
  add('--requests-format', 'record.requests_format', overrides.requestsFormat);
  add('--timeseries', 'record.timeseries', overrides.timeseries);
  add('--step-by-step', 'step_by_step', overrides.stepByStep === true ? true : undefined);
  return sets;
}

/** Paths in the resolved scenario start from the folder of the named file, whichever file gave them. */
function relocateFiles(ctx: ResolveContext, scenario: Scenario, path: string): void {
  const from = dirname(path);
  const relocate = (at: readonly (string | number)[], file: string | undefined) => {
    if (file === undefined || isAbsolute(file)) return;
    const label = ctx.sourceLabel(at);
    if (label === path || label.startsWith('--')) return;
    ctx.rewrite(at, relative(from, join(dirname(label), file)));
  };
  for (const [index, workload] of scenario.workloads.entries()) {
    relocate(['workloads', index, 'trace', 'file'], workload.trace?.file);
    if (typeof workload.lengths === 'object')
      relocate(['workloads', index, 'lengths', 'from_trace', 'file'], workload.lengths.from_trace?.file);
  }
  for (const [index, file] of (scenario.catalog ?? []).entries()) relocate(['catalog', index], file);
  for (const [id, model] of Object.entries(scenario.models)) relocate(['models', id, 'config'], model.config);
}

/** Reads files, and keeps what was read for the manifest: path and hash. */
class InputFiles {
  readonly #cwd: string | undefined;
  readonly #read: ReadBytes;
  readonly #open: OpenBytes;
  readonly #traces: TraceMemory | undefined;
  /** Hash of each file that was read, by its path; worked out when the files are listed. */
  readonly #hashes = new Map<string, () => string>();

  constructor(options: LoadOptions) {
    this.#cwd = options.cwd;
    this.#read = options.readBytes ?? readWholeFile;
    this.#open = options.openBytes ?? openFile;
    this.#traces = options.traces;
  }

  readonly readBytes: ReadBytes = (path) => {
    const bytes = this.#read(this.#located(path));
    if (!this.#hashes.has(path)) this.#hashes.set(path, () => createHash('sha256').update(bytes).digest('hex'));
    return bytes;
  };

  /** Opens a file for streaming; its hash is known once it was read to the end. */
  readonly openBytes: OpenBytes = (path) => {
    const reader = this.#open(path);
    const hash = createHash('sha256');
    return {
      read: (into) => {
        const count = reader.read(into);
        if (count > 0) hash.update(into.subarray(0, count));
        else if (!this.#hashes.has(path)) {
          const digest = hash.copy().digest('hex');
          this.#hashes.set(path, () => digest);
        }
        return count;
      },
      close: () => reader.close(),
    };
  };

  access(scenarioPath: string): FileAccess {
    return {
      readBytes: this.readBytes,
      openBytes: this.openBytes,
      scanTrace: (file) => this.#scanTrace(file),
      resolvePath: (file, label) => {
        if (isAbsolute(file)) return file;
        const base = label.startsWith('--') ? scenarioPath : label;
        return this.#located(join(dirname(base), file));
      },
    };
  }

  #scanTrace(file: TraceFile): TraceScan {
    let scan: TraceScan | null = null;
    const known = this.#traces?.scan(file, () => {
      scan = scanTrace(this.openBytes, file);
      const sha256 = this.#hashes.get(file.path)?.();
      return scan.usable && sha256 !== undefined ? { scan, sha256 } : null;
    });
    if (known === undefined || known === null) return scan ?? scanTrace(this.openBytes, file);
    this.#hashes.set(file.path, () => known.sha256);
    return known.scan;
  }

  list(): ScenarioInputFile[] {
    return [...this.#hashes].map(([path, digest]) => ({ path, sha256: digest() }));
  }

  #located(path: string): string {
    return this.#cwd === undefined || isAbsolute(path) ? path : resolve(this.#cwd, path);
  }
}

/** Reads a file, refusing more than a scenario or a model configuration can have before it is in memory. */
function readWholeFile(path: string): Uint8Array {
  const limit = Math.max(MAX_FILE_BYTES, 4 * 1024 * 1024) + 1;
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.alloc(65_536);
    const parts: Buffer[] = [];
    let total = 0;
    while (total < limit) {
      const count = readSync(file, chunk, 0, chunk.length, null);
      if (count === 0) break;
      parts.push(Buffer.from(chunk.subarray(0, count)));
      total += count;
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(file);
  }
}

function openFile(path: string): ByteReader {
  const file = openSync(path, 'r');
  let isOpen = true;
  return {
    read: (into) => readSync(file, into, 0, into.length, null),
    close: () => {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const item of Object.values(value)) deepFreeze(item);
  }
  return value;
}
