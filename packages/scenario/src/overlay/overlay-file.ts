/**
 * Overlay files: constants of catalog devices and engines that measurements of a user's own have changed.
 *
 *     schema: infersim.overlay/1
 *     note: fitted to bench.csv
 *     devices:
 *       h100-sxm:
 *         kernels.gemm.fp16.computeEfficiency: { value: 0.79, low: 0.75, high: 0.83, grade: fitted, source: bench.csv }
 *     engines:
 *       vllm: { layerFixedS: 12.5e-6 }
 *
 * Constants are named by their paths (catalog, overlay); a path may also be written as nested maps. A plain number is a value
 * that the file itself vouches for. Values are in the constant's own unit. Everything that is wrong becomes a problem with
 * file, line and column; nothing is thrown.
 */

import {
  type CatalogOverlay,
  type ConstantChange,
  type ConstantEntry,
  constantFlaw,
  constantPaths,
  devices,
  engines,
  findDevice,
  findEngine,
  GRADES,
  OVERLAY_SCHEMA,
  readConstant,
} from '@infersim/catalog';
import { nearestName } from '../nearest-name.js';
import { type Problem, type ProblemDetails, problemAt, quoteGiven } from '../problem.js';
import { type Place, SourceText } from '../source-text.js';
import { decodeScenario } from '../yaml/decode.js';
import { type LocatedMap, type LocatedNode, type Path, pathText } from '../yaml/located.js';
import { parseYaml } from '../yaml/parse.js';

/** One changed constant and where its value stands. */
export interface LocatedChange {
  readonly kind: 'devices' | 'engines';
  /** Id of the entry in the catalog; a file may name it by an alias. */
  readonly id: string;
  readonly path: string;
  readonly change: ConstantChange;
  readonly unit: string;
  readonly place: Place;
}

/** An overlay file as read: `overlay` holds what is sound; without problems that is all of it. */
export interface ParsedOverlay {
  readonly overlay: CatalogOverlay;
  /** In the order of the file. */
  readonly changes: readonly LocatedChange[];
  readonly problems: readonly Problem[];
}

const TOP_KEYS = ['schema', 'note', 'devices', 'engines'] as const;
const VALUE_KEYS = ['value', 'low', 'high', 'grade', 'source', 'note'] as const;
const MAX_TEXT = 1000;

/** Reads an overlay file. `label` names it in problems and, without folders, as the source of plain numbers. */
export function parseOverlay(label: string, bytes: Uint8Array | string): ParsedOverlay {
  const decoded = typeof bytes === 'string' ? { text: bytes } : decodeScenario(label, bytes);
  if ('problem' in decoded) return { overlay: { devices: {}, engines: {} }, changes: [], problems: [decoded.problem] };
  const parsed = parseYaml(new SourceText(label, decoded.text));
  const reader = new OverlayReader(label, parsed.problems);
  if (parsed.root !== undefined) reader.read(parsed.root);
  return reader.result();
}

class OverlayReader {
  readonly #problems: Problem[];
  readonly #changes: LocatedChange[] = [];
  readonly #source: string;
  #note: string | undefined;

  constructor(label: string, problems: readonly Problem[]) {
    this.#problems = [...problems];
    this.#source = `overlay ${label.slice(Math.max(label.lastIndexOf('/'), label.lastIndexOf('\\')) + 1)}`;
  }

  result(): ParsedOverlay {
    const overlay: { devices: Record<string, Record<string, ConstantChange>>; engines: typeof overlay.devices } = {
      devices: {},
      engines: {},
    };
    for (const { kind, id, path, change } of this.#changes) {
      overlay[kind][id] ??= {};
      (overlay[kind][id] as Record<string, ConstantChange>)[path] = change;
    }
    const note = this.#note === undefined ? {} : { note: this.#note };
    return { overlay: { ...note, ...overlay }, changes: this.#changes, problems: this.#problems };
  }

  read(root: LocatedNode): void {
    if (root.kind !== 'map') {
      this.#report(placeOf(root), [], {
        code: 'OVERLAY_TYPE',
        message: 'an overlay is a map of keys',
        allowed: [`\`schema: ${OVERLAY_SCHEMA}\`, then \`devices\` or \`engines\``],
      });
      return;
    }
    this.#checkKeys(root, [], TOP_KEYS);
    const schema = root.entries.get('schema');
    if (schema?.node.kind !== 'scalar' || schema.node.value !== OVERLAY_SCHEMA)
      this.#report(
        schema === undefined ? firstPlace(root) : placeOf(schema.node),
        schema === undefined ? [] : ['schema'],
        {
          code: 'OVERLAY_SCHEMA',
          message: schema === undefined ? 'missing key `schema`' : 'this is no overlay of a known version',
          ...(schema?.node.kind === 'scalar' ? { given: quoteGiven(String(schema.node.value)) } : {}),
          allowed: [`schema: ${OVERLAY_SCHEMA}`],
        },
      );
    const note = root.entries.get('note');
    if (note !== undefined) this.#note = this.#text(note.node, ['note']);
    const deviceIds = () => devices().map(({ id }) => id);
    const engineIds = () => engines().map(({ id }) => id);
    this.#readEntries(root, 'devices', findDevice, deviceIds);
    this.#readEntries(root, 'engines', findEngine, engineIds);
  }

  #readEntries(
    root: LocatedMap,
    kind: 'devices' | 'engines',
    find: (id: string) => ConstantEntry | undefined,
    ids: () => string[],
  ): void {
    const section = root.entries.get(kind);
    if (section === undefined) return;
    if (!this.#isMap(section.node, [kind], 'a map of ids')) return;
    for (const [id, { keyPlace, node }] of section.node.entries) {
      const entry = find(id);
      if (entry === undefined) {
        const allowed = ids();
        this.#unknown(keyPlace, [kind], kind === 'devices' ? 'device' : 'engine', id, allowed, kind);
        continue;
      }
      if (this.#isMap(node, [kind, id], 'a map from constants to values'))
        this.#readConstants(kind, entry, constantPaths(entry), node, '', [kind, id]);
    }
  }

  #readConstants(
    kind: 'devices' | 'engines',
    entry: ConstantEntry,
    paths: readonly string[],
    map: LocatedMap,
    prefix: string,
    at: Path,
  ): void {
    for (const [key, { keyPlace, node }] of map.entries) {
      const path = prefix + key;
      const here: Path = [...at, key];
      if (paths.includes(path)) {
        const change = this.#readChange(path, node, here);
        const unit = readConstant(entry, path)?.unit ?? '';
        const place = node.kind === 'scalar' ? node.place : keyPlace;
        if (change !== null) this.#changes.push({ kind, id: entry.id, path, change, unit, place });
      } else if (node.kind === 'map' && paths.some((each) => each.startsWith(`${path}.`))) {
        this.#readConstants(kind, entry, paths, node, `${path}.`, here);
      } else {
        const near = siblings(path, paths);
        this.#unknown(
          keyPlace,
          at,
          'constant',
          path,
          near.length > 0 ? near : paths,
          `constants of ${entry.id}`,
          paths,
        );
      }
    }
  }

  #readChange(path: string, node: LocatedNode, at: Path): ConstantChange | null {
    if (node.kind === 'scalar') {
      const value = this.#value(path, node, at);
      return value === null ? null : { value, grade: 'specified', source: this.#source };
    }
    if (!this.#isMap(node, at, 'a number, or a map with `value`')) return null;
    this.#checkKeys(node, at, VALUE_KEYS);
    const given = node.entries.get('value');
    if (given === undefined) {
      this.#report(firstPlace(node), at, {
        code: 'OVERLAY_VALUE',
        message: `\`${path}\` has no \`value\``,
        allowed: [...VALUE_KEYS],
      });
      return null;
    }
    const value = this.#value(path, given.node, [...at, 'value']);
    const low = this.#bound(path, node, 'low', at);
    const high = this.#bound(path, node, 'high', at);
    const grade = this.#grade(node, at);
    const source = node.entries.get('source');
    const note = node.entries.get('note');
    const sourceText = source === undefined ? this.#source : this.#text(source.node, [...at, 'source']);
    const noteText = note === undefined ? undefined : this.#text(note.node, [...at, 'note']);
    if (value === null || low === null || high === null || grade === null || sourceText === undefined) return null;
    if ((low ?? value) > value || (high ?? value) < value) {
      this.#report(placeOf(given.node), [...at, 'value'], {
        code: 'OVERLAY_RANGE',
        message: `the value ${value} of \`${path}\` lies outside its own range`,
        given: String(value),
        allowed: [`from low (${low ?? 'none'}) to high (${high ?? 'none'})`],
      });
      return null;
    }
    return {
      value,
      grade,
      source: sourceText,
      ...(low === undefined ? {} : { low }),
      ...(high === undefined ? {} : { high }),
      ...(noteText === undefined ? {} : { note: noteText }),
    };
  }

  #bound(path: string, map: LocatedMap, key: 'low' | 'high', at: Path): number | undefined | null {
    const entry = map.entries.get(key);
    return entry === undefined ? undefined : this.#value(path, entry.node, [...at, key]);
  }

  #value(path: string, node: LocatedNode, at: Path): number | null {
    const value = node.kind === 'scalar' ? node.value : undefined;
    if (typeof value !== 'number') {
      this.#report(placeOf(node), at, {
        code: 'OVERLAY_VALUE',
        message: `\`${path}\` is a number`,
        ...(node.kind === 'scalar' ? { given: quoteGiven(String(node.value)) } : {}),
        allowed: ['a number in the unit that the catalog has for it'],
      });
      return null;
    }
    const flaw = constantFlaw(path, value);
    if (flaw === null) return value;
    this.#report(placeOf(node), at, {
      code: 'OVERLAY_RANGE',
      message: `${value} is out of range for \`${path}\``,
      given: String(value),
      allowed: [flaw],
    });
    return null;
  }

  #grade(map: LocatedMap, at: Path): ConstantChange['grade'] | null {
    const entry = map.entries.get('grade');
    if (entry === undefined) return 'specified';
    const given = entry.node.kind === 'scalar' ? String(entry.node.value) : '';
    const grade = GRADES.find((each) => each === given);
    if (grade !== undefined) return grade;
    this.#unknown(placeOf(entry.node), [...at, 'grade'], 'grade', given, GRADES, 'grades');
    return null;
  }

  #text(node: LocatedNode, at: Path): string | undefined {
    const value = node.kind === 'scalar' ? node.value : undefined;
    if (typeof value === 'string' && value.length > 0 && value.length <= MAX_TEXT) return value;
    this.#report(placeOf(node), at, {
      code: 'OVERLAY_VALUE',
      message: `\`${String(at[at.length - 1])}\` is text`,
      ...(node.kind === 'scalar' ? { given: quoteGiven(String(node.value)) } : {}),
      allowed: [`1 to ${MAX_TEXT} characters`],
    });
    return undefined;
  }

  #isMap(node: LocatedNode, at: Path, what: string): node is LocatedMap {
    if (node.kind === 'map') return true;
    this.#report(placeOf(node), at, {
      code: 'OVERLAY_TYPE',
      message: `\`${pathText(at)}\` is ${what}`,
      ...(node.kind === 'scalar' ? { given: quoteGiven(String(node.value)) } : {}),
      allowed: [what],
    });
    return false;
  }

  #checkKeys(map: LocatedMap, at: Path, allowed: readonly string[]): void {
    for (const [key, { keyPlace }] of map.entries) {
      if (allowed.includes(key)) continue;
      const nearest = nearestName(key, allowed);
      this.#report(keyPlace, at, {
        code: 'OVERLAY_UNKNOWN_KEY',
        message: `unknown key \`${quoteGiven(key)}\``,
        given: quoteGiven(key),
        allowed,
        allowedTitle: 'allowed here',
        nearest,
      });
    }
  }

  #unknown(
    place: Place,
    at: Path,
    kind: string,
    given: string,
    allowed: readonly string[],
    listing: string,
    candidates: readonly string[] = allowed,
  ): void {
    const nearest = nearestName(given, candidates);
    this.#report(place, at, {
      code: `OVERLAY_UNKNOWN_${kind.toUpperCase()}`,
      message: `there is no ${kind} \`${quoteGiven(given)}\``,
      given: quoteGiven(given),
      allowed: nearest === undefined ? allowed : [nearest, ...allowed.filter((name) => name !== nearest)],
      allowedTitle: listing,
      nearest,
    });
  }

  #report(place: Place, at: Path, details: ProblemDetails): void {
    this.#problems.push(problemAt(place, pathText(at), details));
  }
}

/** Constants that share the longest beginning of a path with it. */
function siblings(path: string, paths: readonly string[]): readonly string[] {
  for (let cut = path.lastIndexOf('.'); cut > 0; cut = path.lastIndexOf('.', cut - 1)) {
    const found = paths.filter((each) => each.startsWith(path.slice(0, cut + 1)));
    if (found.length > 0) return found;
  }
  return [];
}

/** A collection is marked at its first key, never over many lines. */
function firstPlace(map: LocatedMap): Place {
  const first = map.entries.values().next();
  return first.done ? { ...map.place, end: Math.min(map.place.end, map.place.start + 1) } : first.value.keyPlace;
}

function placeOf(node: LocatedNode): Place {
  if (node.kind === 'scalar') return node.place;
  return node.kind === 'map'
    ? firstPlace(node)
    : { ...node.place, end: Math.min(node.place.end, node.place.start + 1) };
}
