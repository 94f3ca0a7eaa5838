/**
 * YAML 1.2 text to a located tree, safe on hostile input.
 *
 * Order of defence: nesting is bounded before the parser runs (nesting-scan); keys are compared here, not by the
 * parser, whose comparison is quadratic; aliases are expanded here against a bound on nodes; tags, merge keys, several
 * documents and keys that mean something to JavaScript objects are refused. Every fault becomes a problem with its
 * place; nothing is thrown.
 */

import { type Alias, Composer, isAlias, isMap, isScalar, isSeq, Lexer, type Node, type ParsedNode, Parser } from 'yaml';
import { type Problem, type ProblemDetails, problemAt, quoteGiven } from '../problem.js';
import type { Place, SourceText } from '../source-text.js';
import type { LocatedEntry, LocatedNode, Path } from './located.js';
import { pathText } from './located.js';
import { boundedTokens, MAX_DEPTH } from './nesting-scan.js';

/** Most nodes a document may hold after its aliases are expanded. */
export const MAX_NODES = 100_000;
/** Most keys of one map: far above any list of own devices, far below what would be slow. */
export const MAX_KEYS = 1000;
/** Faults reported per document; one broken line often breaks the rest. */
const MAX_FAULTS = 20;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export interface ParsedYaml {
  /** Absent when the text is empty or too broken to read. */
  readonly root?: LocatedNode;
  readonly problems: readonly Problem[];
}

/** Parses one YAML document. Values are YAML 1.2 core: `yes` and `0777` are text and number, dates are text. */
export function parseYaml(source: SourceText): ParsedYaml {
  const problems: Problem[] = [];
  const report = (start: number, end: number, path: Path, details: ProblemDetails) => {
    problems.push(problemAt({ source, start, end }, pathText(path), details));
  };
  const scan = boundedTokens(source.text);
  if ('fault' in scan) {
    report(scan.fault.offset, scan.fault.offset + 1, [], {
      code: 'SCENARIO_TOO_DEEP',
      message: `nested more than ${MAX_DEPTH} levels deep`,
      allowed: [`at most ${MAX_DEPTH} levels`],
    });
    return { problems };
  }
  const list = parseDocuments(scan.tokens);
  const first = list[0];
  if (first === undefined || (first.contents === null && first.errors.length === 0)) {
    report(0, 1, [], { code: 'SCENARIO_EMPTY', message: 'the document is empty', hint: 'a scenario is a map of keys' });
    return { problems };
  }
  for (const error of first.errors.slice(0, MAX_FAULTS)) {
    const details = syntaxDetails(error.code, error.message);
    const isQuote = error.code === 'MISSING_CHAR' && /quote/.test(error.message);
    const start = isQuote ? lastQuote(source.text) : error.pos[0];
    report(start, isQuote ? start + 1 : Math.max(start + 1, error.pos[1]), [], details);
  }
  if (problems.length > 0) return { problems };
  for (const warning of first.warnings.slice(0, MAX_FAULTS))
    report(warning.pos[0], warning.pos[1], [], syntaxDetails(warning.code, warning.message));
  const second = list[1];
  if (second !== undefined) {
    const at = second.range[0];
    const marker = source.text.lastIndexOf('---', at);
    report(marker < 0 ? at : marker, (marker < 0 ? at : marker) + 3, [], {
      code: 'SCENARIO_MULTIPLE_DOCUMENTS',
      message: 'a second document starts here',
      allowed: ['one document per file; use extends for variants'],
    });
  }
  const builder = new TreeBuilder(source, report);
  const contents = first.contents;
  const root = contents === null ? undefined : builder.build(contents as ParsedNode, []);
  return root === undefined || builder.isFull ? { problems } : { root, problems };
}

/** Documents of a text's tokens. Stack traces are off meanwhile: broken text can make a hundred thousand errors. */
function parseDocuments(tokens: readonly string[]) {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const composer = new Composer<ParsedNode>({
      version: '1.2',
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      strict: true,
      logLevel: 'silent',
    });
    return [...composer.compose(parsed(tokens))];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function* parsed(tokens: readonly string[]) {
  const parser = new Parser();
  for (const token of tokens) yield* parser.next(token);
  yield* parser.end();
}

type Report = (start: number, end: number, path: Path, details: ProblemDetails) => void;

class TreeBuilder {
  readonly #source: SourceText;
  readonly #report: Report;
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();
  #nodes = 0;
  /** Whether a bound was reached: the rest was not read, so nothing may be concluded from the tree. */
  isFull = false;
  #depth = 0;

  constructor(source: SourceText, report: Report) {
    this.#source = source;
    this.#report = report;
  }

  build(node: Node, path: Path): LocatedNode | undefined {
    if (this.isFull) return undefined;
    const place = this.#place(node);
    if (++this.#nodes > MAX_NODES) {
      this.isFull = true;
      this.#report(place.start, place.end, path, {
        code: 'SCENARIO_TOO_LARGE',
        message: `more than ${MAX_NODES} values, aliases expanded`,
        allowed: [`at most ${MAX_NODES} values`],
      });
      return undefined;
    }
    if (isAlias(node)) return this.#alias(node, path, place);
    const anchor = (node as { anchor?: string }).anchor;
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    if (this.#depth >= MAX_DEPTH) {
      this.#report(place.start, place.start + 1, path, {
        code: 'SCENARIO_TOO_DEEP',
        message: `nested more than ${MAX_DEPTH} levels deep, aliases expanded`,
        allowed: [`at most ${MAX_DEPTH} levels`],
      });
      return undefined;
    }
    this.#open.add(node);
    this.#depth++;
    const built = this.#content(node, path, place);
    this.#depth--;
    this.#open.delete(node);
    return built;
  }

  #content(node: Node, path: Path, place: Place): LocatedNode | undefined {
    if (isScalar(node)) return this.#scalar(node.value, path, place);
    if (isSeq(node)) {
      const items: LocatedNode[] = [];
      for (const [index, item] of node.items.entries()) {
        const built = this.build(item as Node, [...path, index]);
        if (built) items.push(built);
      }
      return { kind: 'list', items, place };
    }
    if (!isMap(node)) return undefined;
    const entries = new Map<string, LocatedEntry>();
    for (const pair of node.items) {
      if (this.isFull) break;
      const keyNode = pair.key as Node | null;
      const key = this.#key(keyNode, path);
      if (key === undefined || keyNode === null) continue;
      const keyPlace = this.#place(keyNode);
      if (entries.size >= MAX_KEYS) {
        this.isFull = true;
        this.#report(keyPlace.start, keyPlace.end, path, {
          code: 'SCENARIO_TOO_LARGE',
          message: `a map of more than ${MAX_KEYS} keys`,
          allowed: [`at most ${MAX_KEYS} keys in a map`],
        });
        break;
      }
      const before = entries.get(key);
      if (before) {
        const line = this.#source.position(before.keyPlace.start).line;
        this.#report(keyPlace.start, keyPlace.end, path, {
          code: 'SCENARIO_DUPLICATE_KEY',
          message: `key \`${quoteGiven(key)}\` is given twice`,
          hint: `first on line ${line}`,
          allowed: ['each key once'],
        });
        continue;
      }
      const value = pair.value as Node | null;
      const built: LocatedNode | undefined =
        value === null ? { kind: 'scalar', value: null, place: keyPlace } : this.build(value, [...path, key]);
      if (built) entries.set(key, { keyPlace, node: built });
    }
    return { kind: 'map', entries, place };
  }

  #scalar(value: unknown, path: Path, place: Place): LocatedNode | undefined {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return { kind: 'scalar', value, place };
    this.#report(place.start, place.end, path, {
      code: 'SCENARIO_TYPE',
      message: 'a value of a kind that no scenario holds',
      allowed: ['text, number, true or false'],
    });
    return undefined;
  }

  #key(node: Node | null, path: Path): string | undefined {
    if (node !== null && isScalar(node) && node.value !== null && typeof node.value !== 'object') {
      const key = String(node.value);
      const place = this.#place(node);
      if (key === '<<') {
        this.#report(place.start, place.end, path, {
          code: 'SCENARIO_MERGE_KEY',
          message: 'merge keys are not part of YAML 1.2',
          allowed: ['`extends: base.yaml` for a variant, or an alias for a whole value'],
        });
        return undefined;
      }
      if (FORBIDDEN_KEYS.has(key)) {
        this.#report(place.start, place.end, path, {
          code: 'SCENARIO_FORBIDDEN_KEY',
          message: `\`${key}\` may not be a key`,
          allowed: ['any other name'],
        });
        return undefined;
      }
      return key;
    }
    const range = node?.range;
    const start = range?.[0] ?? 0;
    this.#report(start, range?.[1] ?? start + 1, path, {
      code: 'SCENARIO_KEY_TYPE',
      message: node === null || (isScalar(node) && node.value === null) ? 'a key is empty' : 'a key is a list or a map',
      allowed: ['plain text as key'],
    });
    return undefined;
  }

  #alias(node: Alias, path: Path, place: Place): LocatedNode | undefined {
    const target = this.#anchors.get(node.source);
    const details = (message: string): ProblemDetails => ({
      code: 'SCENARIO_ALIAS',
      message,
      allowed: ['an anchor defined above, outside of this value'],
    });
    if (target === undefined) {
      this.#report(
        place.start,
        place.end,
        path,
        details(`no anchor \`&${quoteGiven(node.source)}\` before this alias`),
      );
      return undefined;
    }
    if (this.#open.has(target)) {
      this.#report(
        place.start,
        place.end,
        path,
        details(`\`*${quoteGiven(node.source)}\` stands inside its own anchor`),
      );
      return undefined;
    }
    return this.build(target, path);
  }

  #place(node: Node): Place {
    const range = node.range;
    return { source: this.#source, start: range?.[0] ?? 0, end: range?.[1] ?? 0 };
  }
}

/** Where the text that is never closed begins: the parser itself only knows where it ends. */
function lastQuote(text: string): number {
  let offset = 0;
  let found = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '\u0002' || token === '\u0018' || token === '\u001f') continue;
    if (token.startsWith('"') || token.startsWith("'")) found = offset;
    offset += token.length;
  }
  return found;
}

function syntaxDetails(code: string, message: string): ProblemDetails {
  const first = message.split('\n')[0] ?? message;
  if (code === 'TAB_AS_INDENT')
    return { code: 'SCENARIO_SYNTAX', message: 'a tab indents this line', allowed: ['spaces for indentation'] };
  if (code === 'TAG_RESOLVE_FAILED')
    return {
      code: 'SCENARIO_TAG',
      message: first,
      allowed: ['no tags: text, numbers, true, false, lists and maps are recognised as they are'],
    };
  if (code === 'BAD_ALIAS')
    return { code: 'SCENARIO_ALIAS', message: first, allowed: ['an anchor defined above, outside of this value'] };
  const text = first.replace(/ at line \d+, column \d+:?$/, '');
  return { code: 'SCENARIO_SYNTAX', message: `no valid YAML: ${text.charAt(0).toLowerCase()}${text.slice(1)}` };
}
