/**
 * Values given on the command line, laid over a scenario: `--set grids.cloud.sites.virginia.pools[0].replicas=3`.
 *
 * A path is keys joined by dots; list items by position (`[0]` or `.0`), or by their id (`[virginia]` or `.virginia`);
 * `[+]` adds an item. Keys with other characters stand in brackets: `models[my.model]`. The value is YAML, so lists and
 * maps can be given too; `null` takes a key away. What comes out is checked by the schema like a file, and problems point
 * into the argument.
 */

import { nearestName } from '../nearest-name.js';
import { type Problem, problemAt, quoteGiven } from '../problem.js';
import { type Place, SourceText } from '../source-text.js';
import type { LocatedEntry, LocatedList, LocatedMap, LocatedNode } from '../yaml/located.js';
import { parseYaml } from '../yaml/parse.js';

/** One value from the command line. */
export interface SetValue {
  /** Where it comes from, e.g. `--set` or `--horizon`. */
  readonly origin: string;
  /** `path=value`. */
  readonly assignment: string;
}

interface Step {
  readonly name: string;
  readonly place: Place;
}

const MAX_STEPS = 32;
const MAX_LENGTH = 65_536;

/** Lays values over a scenario in order; later ones win. Values with problems are left out. */
export function applySets(root: LocatedMap, sets: readonly SetValue[]): { root: LocatedMap; problems: Problem[] } {
  const problems: Problem[] = [];
  let result: LocatedNode = root;
  for (const { origin, assignment } of sets) {
    const source = new SourceText(origin, assignment.slice(0, MAX_LENGTH));
    const read = readAssignment(source, assignment.length > MAX_LENGTH);
    if ('problems' in read) {
      problems.push(...read.problems);
      continue;
    }
    const changed = assign(result, read.steps, 0, read.value);
    if ('problem' in changed) problems.push(changed.problem);
    else result = changed.node;
  }
  return { root: result.kind === 'map' ? result : root, problems };
}

type Assignment = { readonly steps: readonly Step[]; readonly value: LocatedNode } | { readonly problems: Problem[] };

function readAssignment(source: SourceText, isTooLong: boolean): Assignment {
  const fault = (start: number, end: number, message: string): Assignment => ({
    problems: [
      problemAt({ source, start, end }, '', {
        code: 'SCENARIO_SET',
        message,
        given: quoteGiven(source.text),
        allowed: ['path=value, e.g. grids.cloud.sites[0].pools[0].replicas=3'],
      }),
    ],
  });
  if (isTooLong) return fault(0, 1, `the value is longer than ${MAX_LENGTH} characters`);
  const equals = equalsSign(source.text);
  if (equals < 0) return fault(0, source.text.length, 'there is no `=`');
  const steps = readSteps(source, equals);
  if (steps === null || steps.length === 0) return fault(0, Math.max(1, equals), 'this is no path');
  if (steps.length > MAX_STEPS) return fault(0, equals, `the path has more than ${MAX_STEPS} steps`);
  const valueText = source.text.slice(equals + 1);
  // Blanks in place of the path keep the value's columns those of the argument.
  const padded = new SourceText(source.label, `${' '.repeat(equals + 1)}${valueText}`);
  const whole: Place = { source, start: equals + 1, end: source.text.length };
  if (valueText.trim() === '') return fault(equals, equals + 1, 'there is no value behind `=`');
  const parsed = parseYaml(padded);
  if (parsed.root === undefined || parsed.problems.length > 0)
    return { problems: parsed.problems.map((problem) => ({ ...problem, excerpt: source.text.split('\n')[0] ?? '' })) };
  return { steps, value: relocate(parsed.root, source, whole) };
}

/** First `=` outside of brackets. */
function equalsSign(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if (c === '[') depth++;
    else if (c === ']') depth--;
    else if (c === '=' && depth <= 0) return at;
  }
  return -1;
}

function readSteps(source: SourceText, end: number): Step[] | null {
  const pattern = /\[([^\]]+)\]|\.?([^.[\]=]+)/y;
  const steps: Step[] = [];
  let at = 0;
  while (at < end) {
    pattern.lastIndex = at;
    const match = pattern.exec(source.text);
    if (!match || match.index + match[0].length > end) return null;
    const name = (match[1] ?? match[2] ?? '').trim();
    if (name === '' || name === '__proto__' || name === 'constructor' || name === 'prototype') return null;
    steps.push({ name, place: { source, start: at, end: at + match[0].length } });
    at += match[0].length;
  }
  return steps;
}

/** The same tree with places in the argument itself. */
function relocate(node: LocatedNode, source: SourceText, whole: Place): LocatedNode {
  const place: Place = { source, start: node.place.start, end: Math.min(node.place.end, whole.end) };
  if (node.kind === 'scalar') return { ...node, place };
  if (node.kind === 'list')
    return { kind: 'list', items: node.items.map((item) => relocate(item, source, whole)), place };
  const entries = new Map<string, LocatedEntry>();
  for (const [key, entry] of node.entries)
    entries.set(key, {
      keyPlace: { source, start: entry.keyPlace.start, end: entry.keyPlace.end },
      node: relocate(entry.node, source, whole),
    });
  return { kind: 'map', entries, place };
}

type Assigned = { readonly node: LocatedNode } | { readonly problem: Problem };

function assign(node: LocatedNode | undefined, steps: readonly Step[], at: number, value: LocatedNode): Assigned {
  const step = steps[at];
  if (step === undefined) return { node: value };
  if (node?.kind === 'list') return assignItem(node, steps, at, value);
  if (node !== undefined && node.kind !== 'map' && at > 0 && node.value !== null)
    return { problem: setProblem(steps, at, 'a single value has nothing inside', []) };
  const base: LocatedMap = node?.kind === 'map' ? node : { kind: 'map', entries: new Map(), place: step.place };
  const entries = new Map(base.entries);
  const isLast = at === steps.length - 1;
  if (isLast && value.kind === 'scalar' && value.value === null) entries.delete(step.name);
  else {
    const inner = assign(entries.get(step.name)?.node, steps, at + 1, value);
    if ('problem' in inner) return inner;
    entries.set(step.name, { keyPlace: entries.get(step.name)?.keyPlace ?? step.place, node: inner.node });
    if (isLast) entries.set(step.name, { keyPlace: step.place, node: inner.node });
  }
  return { node: { ...base, entries } };
}

function assignItem(list: LocatedList, steps: readonly Step[], at: number, value: LocatedNode): Assigned {
  const step = steps[at];
  if (step === undefined) return { node: list };
  const items = [...list.items];
  const ids = items.map(itemId);
  let position = ids.indexOf(step.name);
  if (position < 0 && /^\d{1,9}$/.test(step.name)) position = Number(step.name);
  if (step.name === '+') position = items.length;
  if (position < 0 || position > items.length || (position === items.length && step.name !== '+')) {
    const names = ids.filter((id): id is string => id !== undefined);
    const range = items.length === 0 ? '[+] to add one' : `[0] to [${items.length - 1}], [+] to add one`;
    return {
      problem: setProblem(steps, at, `the list has no item \`${quoteGiven(step.name)}\``, [...names, range], names),
    };
  }
  if (at === steps.length - 1 && value.kind === 'scalar' && value.value === null) {
    items.splice(position, 1);
    return { node: { ...list, items } };
  }
  const inner = assign(items[position], steps, at + 1, value);
  if ('problem' in inner) return inner;
  items[position] = inner.node;
  return { node: { ...list, items } };
}

function itemId(node: LocatedNode): string | undefined {
  if (node.kind !== 'map') return undefined;
  const id = node.entries.get('id')?.node ?? node.entries.get('name')?.node;
  return id?.kind === 'scalar' && id.value !== null ? String(id.value) : undefined;
}

function setProblem(
  steps: readonly Step[],
  at: number,
  message: string,
  allowed: readonly string[],
  names: readonly string[] = [],
): Problem {
  const step = steps[at] ?? steps[0];
  const place = step?.place ?? { source: new SourceText('--set', ''), start: 0, end: 0 };
  const nearest = step === undefined ? undefined : nearestName(step.name, names);
  return problemAt(place, steps.map((each) => each.name).join('.'), {
    code: 'SCENARIO_SET',
    message,
    allowed,
    ...(nearest === undefined ? {} : { nearest }),
  });
}
