/**
 * Files of a scenario: the one named, and those it extends, read, parsed and laid over each other.
 *
 * `extends` names a file relative to the file that says it. Cycles and long chains are refused. Paths inside a file
 * (traces, config.json) stay relative to the file they stand in.
 */

import { dirname, isAbsolute, join, normalize } from 'node:path';
import { type Problem, problemAt, problemOfFile, quoteGiven } from '../problem.js';
import { SourceText } from '../source-text.js';
import { decodeScenario } from '../yaml/decode.js';
import type { LocatedMap, LocatedNode } from '../yaml/located.js';
import { parseYaml } from '../yaml/parse.js';
import { mergeNodes } from './merge.js';

/** Longest chain of `extends`. */
export const MAX_EXTENDS = 8;

/** Reads a file whole; throws with a `code` as node's file functions do. */
export type ReadBytes = (path: string) => Uint8Array;

/** A file that went into a scenario, as read. */
export interface InputFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface LayeredScenario {
  readonly root?: LocatedMap;
  readonly problems: readonly Problem[];
  /** Whether every file was read: else keys may seem missing that a lost file has. */
  readonly isComplete: boolean;
  /** The named file first, then what it extends. */
  readonly files: readonly InputFile[];
}

/** Reads a scenario and what it extends. Labels of places are the paths as given or as joined. */
export function readLayers(path: string, readBytes: ReadBytes): LayeredScenario {
  const problems: Problem[] = [];
  const files: InputFile[] = [];
  const layers: LocatedMap[] = [];
  const seen: string[] = [];
  let isComplete = false;
  let at: string | undefined = path;
  let whence: { problem: (message: string, allowed: readonly string[]) => Problem } | null = null;
  while (at !== undefined) {
    const label: string = at;
    if (seen.includes(label)) {
      problems.push(
        whence?.problem(`\`${quoteGiven(label)}\` extends itself: ${[...seen, label].join(' -> ')}`, [
          'files that do not lead back to themselves',
        ]) ?? problemOfFile(label, { code: 'SCENARIO_EXTENDS', message: 'extends itself' }),
      );
      break;
    }
    if (seen.length > MAX_EXTENDS && whence !== null) {
      problems.push(whence.problem(`more than ${MAX_EXTENDS} files extend each other`, [`at most ${MAX_EXTENDS}`]));
      break;
    }
    seen.push(label);
    let bytes: Uint8Array;
    try {
      bytes = readBytes(label);
    } catch (error) {
      const message = fileMessage(label, error);
      problems.push(
        whence?.problem(message, ['a readable file']) ?? problemOfFile(label, { code: 'SCENARIO_FILE', message }),
      );
      break;
    }
    files.push({ path: label, bytes });
    const decoded = decodeScenario(label, bytes);
    if ('problem' in decoded) {
      problems.push(decoded.problem);
      break;
    }
    const parsed = parseYaml(new SourceText(label, decoded.text));
    problems.push(...parsed.problems);
    if (parsed.root === undefined) break;
    if (parsed.root.kind !== 'map') {
      problems.push(
        problemAt(headOf(parsed.root), '', {
          code: 'SCENARIO_TYPE',
          message: 'a scenario is a map of keys',
          allowed: ['`schema_version: 1`, `name: ...`, `grids: ...`'],
        }),
      );
      break;
    }
    const entry = parsed.root.entries.get('extends');
    const entries = new Map(parsed.root.entries);
    entries.delete('extends');
    layers.push({ ...parsed.root, entries });
    if (entry === undefined) {
      isComplete = true;
      break;
    }
    const node = entry.node;
    const place = node.kind === 'scalar' ? node.place : entry.keyPlace;
    whence = {
      problem: (message, allowed) => problemAt(place, 'extends', { code: 'SCENARIO_EXTENDS', message, allowed }),
    };
    if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '') {
      problems.push(whence.problem('`extends` names one file', ['a path such as `base.yaml`']));
      break;
    }
    at = isAbsolute(node.value) ? normalize(node.value) : join(dirname(label), node.value);
  }
  const [first, ...rest] = layers;
  if (first === undefined) return { problems, files, isComplete };
  let root: LocatedNode = rest.length > 0 ? (rest[rest.length - 1] ?? first) : first;
  for (let index = layers.length - 2; index >= 0; index--) {
    const over = layers[index];
    if (over !== undefined) root = mergeNodes(root, over);
  }
  return root.kind === 'map' ? { root, problems, files, isComplete } : { problems, files, isComplete };
}

function headOf(node: LocatedNode) {
  return { source: node.place.source, start: node.place.start, end: node.place.start + 1 };
}

/** What went wrong with a file, in words, without a stack. */
export function fileMessage(path: string, error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  const name = quoteGiven(path);
  if (code === 'ENOENT') return `there is no file \`${name}\``;
  if (code === 'EISDIR') return `\`${name}\` is a folder, not a file`;
  if (code === 'EACCES' || code === 'EPERM') return `\`${name}\` may not be read`;
  if (code === 'ENAMETOOLONG') return `\`${name}\` is too long a path`;
  return `\`${name}\` cannot be read${typeof code === 'string' ? ` (${code})` : ''}`;
}
