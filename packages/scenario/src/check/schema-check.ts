/**
 * Checks a located document against the schema. When parts are wrong, they are reported and left out, and what remains
 * is checked again, so that later checks (names, memory) can report on the sound parts in the same pass.
 */

import type * as z from 'zod';
import type { Problem } from '../problem.js';
import { type Scenario, scenarioFields } from '../schema/scenario-fields.js';
import { isOptional, schemaAt } from '../schema/schema-walk.js';
import { type LocatedNode, type Path, plainValue } from '../yaml/located.js';
import { schemaFindings } from './zod-problems.js';

export interface CheckedDocument {
  readonly problems: readonly Problem[];
  /** The scenario, or what is left of it without its faulty parts; absent when too little is left. */
  readonly scenario?: Scenario;
  /** Whether parts were left out: conclusions from absence would be wrong then. */
  readonly isPartial: boolean;
  /** For each list that lost items: which of the document's items the scenario's items are. */
  readonly kept: ListPositions;
}

/** Maps positions in the checked scenario's lists back to positions in the document. */
export class ListPositions {
  readonly #removed = new Map<string, number[]>();

  remove(path: Path): void {
    const last = path[path.length - 1];
    if (typeof last !== 'number') return;
    const key = JSON.stringify(path.slice(0, -1));
    const positions = this.#removed.get(key) ?? [];
    positions.push(last);
    this.#removed.set(
      key,
      positions.sort((a, b) => a - b),
    );
  }

  /** Path in the document of a path in the checked scenario. */
  original(path: Path): Path {
    const result: (string | number)[] = [];
    for (const step of path) {
      if (typeof step !== 'number') {
        result.push(step);
        continue;
      }
      let position = step;
      for (const removed of this.#removed.get(JSON.stringify(result)) ?? []) if (removed <= position) position++;
      result.push(position);
    }
    return result;
  }
}

const MAX_ROUNDS = 8;

/** What stands in for faulty values that nothing works without, so that the rest can be checked. Never part of a plan. */
const STAND_INS: Readonly<Record<string, unknown>> = {
  schema_version: 1,
  name: 'unnamed',
  horizon: 3600,
  warmup: 0,
  grids: {},
};

/** Checks a document; nothing is thrown. */
export function checkDocument(root: LocatedNode): CheckedDocument {
  const document = plainValue(root);
  const kept = new ListPositions();
  const first = scenarioFields.safeParse(document);
  if (first.success) return { problems: [], scenario: first.data, isPartial: false, kept };
  const problems = schemaFindings(scenarioFields, root, document, first.error).map((finding) => finding.problem);
  let rest: unknown = document;
  let error: z.ZodError = first.error;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const bad = faultyPaths(error, rest);
    if (bad === null) return { problems, isPartial: true, kept };
    rest = without(rest, bad, kept);
    const again = scenarioFields.safeParse(rest);
    if (again.success) return { problems, scenario: again.data, isPartial: true, kept };
    error = again.error;
  }
  return { problems, isPartial: true, kept };
}

/** Paths to leave out so that the rest may pass: unknown keys, optional values, else the map or item around them. */
function faultyPaths(error: z.ZodError, document: unknown): Path[] | null {
  const paths: Path[] = [];
  for (const issue of error.issues) {
    const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) paths.push([...path, key]);
      continue;
    }
    const target = droppable(path, document);
    if (target === null) return null;
    paths.push(target);
  }
  return paths;
}

function droppable(path: Path, document: unknown): Path | null {
  for (let length = path.length; length > 0; length--) {
    const at = path.slice(0, length);
    if (typeof at[length - 1] === 'number') return at;
    if (length === 1 && Object.hasOwn(STAND_INS, String(at[0]))) return at;
    const parent = schemaAt(scenarioFields, at.slice(0, -1), document);
    const schema = schemaAt(scenarioFields, at, document);
    if (schema === null && parent === null) continue;
    if (schema !== null && isOptional(schema)) return at;
    if (parent !== null && valueAt(document, at) !== undefined && schema === null) return at;
  }
  return null;
}

function valueAt(document: unknown, path: Path): unknown {
  let value: unknown = document;
  for (const step of path) value = isContainer(value) ? (value as Record<string, unknown>)[step] : undefined;
  return value;
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** A copy of the document without some paths; list positions that move are recorded. */
function without(document: unknown, paths: readonly Path[], kept: ListPositions): unknown {
  const copy: unknown = structuredClone(document);
  const lists = new Map<unknown[], Map<number, Path>>();
  for (const path of paths) {
    const parent = valueAt(copy, path.slice(0, -1));
    const last = path[path.length - 1];
    if (Array.isArray(parent) && typeof last === 'number') {
      const drops = lists.get(parent) ?? new Map<number, Path>();
      drops.set(last, path);
      lists.set(parent, drops);
      continue;
    }
    if (!isContainer(parent) || last === undefined) continue;
    const standIn = path.length === 1 ? STAND_INS[String(last)] : undefined;
    if (standIn === undefined) delete (parent as Record<string, unknown>)[String(last)];
    else (parent as Record<string, unknown>)[String(last)] = standIn;
  }
  for (const [list, drops] of lists) {
    const positions = [...drops.keys()].sort((a, b) => b - a);
    for (const position of positions) {
      const path = drops.get(position);
      if (path) kept.remove(kept.original(path));
      list.splice(position, 1);
    }
  }
  return copy;
}
