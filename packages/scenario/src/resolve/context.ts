/**
 * What resolving needs everywhere: the scenario, the places of its values, and the two lists it fills: problems, and the
 * values that were filled in with where they come from.
 *
 * Paths are those of the checked scenario; they are mapped back to the document for places, since faulty list items may
 * have been left out.
 */

import type { Grade, Quantity } from '@infersim/catalog';
import type { OpenBytes, TraceFile, TraceScan } from '@infersim/workload';
import type { ListPositions } from '../check/schema-check.js';
import type { ReadBytes } from '../layer/extends.js';
import { type Problem, type ProblemDetails, problemAt, problemAtLine, quoteGiven } from '../problem.js';
import type { Scenario } from '../schema/scenario-fields.js';
import { keyPlaceOf, type LocatedNode, nodeAt, type Path, pathText, placeOf } from '../yaml/located.js';
import type { OverlaidConstant } from './overlaid-catalog.js';

/** Where a value that the user did not write comes from. */
export interface Filled {
  readonly path: Path;
  readonly value: unknown;
  readonly unit: string;
  readonly from: 'default' | 'catalog';
  readonly source?: string;
  readonly grade?: Grade;
}

/** How files are reached; paths in plans are made by `resolvePath`. */
export interface FileAccess {
  readonly readBytes: ReadBytes;
  readonly openBytes: OpenBytes;
  /** Reads a trace through, or remembers what it holds. */
  scanTrace(file: TraceFile): TraceScan;
  /** Path of a file named in a scenario file: relative to the folder of the file that names it. */
  resolvePath(file: string, sourceLabel: string): string;
}

/** A constant that the plan rests on; `where` is the path of the part that uses it. */
export interface Constant {
  readonly where: string;
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly grade: Grade;
}

export class ResolveContext {
  readonly scenario: Scenario;
  readonly files: FileAccess;
  /** Whether faulty parts were left out: then nothing may be concluded from absence. */
  isPartial: boolean;
  readonly problems: Problem[] = [];
  readonly constants: Constant[] = [];
  /** Constants that overlay files change, each once, in order of use. */
  readonly overlaid: OverlaidConstant[] = [];
  /** Copy of the scenario in which values that depend on others are filled in. */
  readonly resolved: Record<string, unknown>;
  readonly #filled = new Map<string, Filled>();
  readonly #root: LocatedNode;
  readonly #kept: ListPositions;

  constructor(scenario: Scenario, root: LocatedNode, kept: ListPositions, isPartial: boolean, files: FileAccess) {
    this.scenario = scenario;
    this.files = files;
    this.isPartial = isPartial;
    this.resolved = structuredClone(scenario) as unknown as Record<string, unknown>;
    this.#root = root;
    this.#kept = kept;
  }

  /** Files a problem at a value, or at the nearest place above it that was written. */
  problem(path: Path, details: ProblemDetails): void {
    const original = this.#kept.original(path);
    this.problems.push(problemAt(placeOf(this.#root, original), pathText(original), details));
  }

  /** Files a problem at a key. */
  problemAtKey(path: Path, details: ProblemDetails): void {
    const original = this.#kept.original(path);
    this.problems.push(problemAt(keyPlaceOf(this.#root, original), pathText(original), details));
  }

  /** Files a problem at a path of the document itself, faulty items included. */
  problemAtDocument(path: Path, details: ProblemDetails): void {
    this.problems.push(problemAt(placeOf(this.#root, path), pathText(path), details));
  }

  /** Files a problem in another file (a trace). */
  problemInFile(file: string, line: number, column: number, excerpt: string, details: ProblemDetails): void {
    this.problems.push(problemAtLine(file, line, Math.max(1, column), excerpt, details));
  }

  warn(path: Path, details: ProblemDetails): void {
    this.problem(path, { ...details, severity: 'warning' });
  }

  /** Whether the user wrote a value at this path. */
  isWritten(path: Path): boolean {
    return nodeAt(this.#root, this.#kept.original(path)) !== undefined;
  }

  /** Text of a value as the user wrote it. */
  givenText(path: Path): string {
    const node = nodeAt(this.#root, this.#kept.original(path));
    return node?.kind === 'scalar' ? quoteGiven(String(node.value)) : '';
  }

  /** Name of the file (or origin) in which a value stands. */
  sourceLabel(path: Path): string {
    return placeOf(this.#root, this.#kept.original(path)).source.label;
  }

  /**
   * Fills a value in where the user gave none: into the resolved scenario, and into the list that `explain` shows.
   * Returns the user's value if there is one.
   */
  fill<T>(path: Path, given: T | undefined, otherwise: T, origin: Omit<Filled, 'path' | 'value'>): T {
    if (given !== undefined) {
      // A number that repeats an assumed one is no better known for it (a resolved scenario repeats them all).
      if (Object.is(given, otherwise)) this.#noteConstant(path, otherwise, origin);
      return given;
    }
    this.#filled.set(JSON.stringify(path), { path, value: otherwise, ...origin });
    this.#write(path, otherwise);
    this.#noteConstant(path, otherwise, origin);
    return otherwise;
  }

  #noteConstant(path: Path, value: unknown, origin: Omit<Filled, 'path' | 'value'>): void {
    if (origin.grade !== 'assumed' || typeof value !== 'number') return;
    this.constants.push({
      where: pathText(path.slice(0, -1)),
      name: String(path[path.length - 1] ?? ''),
      value,
      unit: origin.unit,
      grade: 'assumed',
    });
  }

  /** As `fill`, from a number of the catalog; `scale` turns its unit into the key's. */
  fillFrom(path: Path, given: number | undefined, quantity: Quantity, unit: string, scale = 1): number {
    return this.fill(path, given, quantity.value * scale, {
      unit,
      from: 'catalog',
      source: quantity.source,
      grade: quantity.grade,
    });
  }

  /** Changes the resolved scenario where the user's value is only a short form of it. */
  rewrite(path: Path, value: unknown): void {
    this.#write(path, value);
  }

  filledAt(path: Path): Filled | undefined {
    return this.#filled.get(JSON.stringify(path));
  }

  #write(path: Path, value: unknown): void {
    let at: unknown = this.resolved;
    for (const [index, step] of path.entries()) {
      if (typeof at !== 'object' || at === null) return;
      const container = at as Record<string | number, unknown>;
      if (index === path.length - 1) {
        container[step] = value;
        return;
      }
      container[step] ??= {};
      at = container[step];
    }
  }
}
