/**
 * A design as a YAML file, for what does not fit on a command line:
 *
 *     axes:
 *       - { path: workloads.chat.arrivals.rate_per_s, from: 5, to: 40, count: 4, scale: log }
 *       - { path: grids.cloud.sites.virginia.power.limit, values: [20kW, 40kW] }
 *       - zip:
 *           - { path: grids.cloud.sites.virginia.pools.chat.device, values: [h100-sxm, b200-sxm] }
 *           - { path: grids.cloud.sites.virginia.pools.chat.replicas, values: [4, 2] }
 *     draw: { method: lhs, trials: 50, seed: 1 }      # left out: a grid
 *
 * Everything wrong comes back at once with line and column; nothing is thrown. Values may be any YAML.
 */

import { nearestName } from '@infersim/scenario';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, stringify, visit, type YAMLMap } from 'yaml';
import { valueFlaw } from './axis-text.js';
import type { Axis, AxisValues, Design, DesignProblem, Dimension, Draw } from './design.js';
import { parseRange, rangeFlaw, type ValueRange } from './value-range.js';

const MAX_BYTES = 4 * 1024 * 1024;
const TOP_KEYS = ['axes', 'draw'] as const;
const AXIS_KEYS = ['path', 'values', 'from', 'to', 'count', 'scale', 'whole', 'zip'] as const;
const DRAW_KEYS = ['method', 'trials', 'seed'] as const;

/** A design file as read; `design` holds what is sound. */
export interface ParsedDesign {
  readonly design: Design;
  readonly problems: readonly DesignProblem[];
}

/** Reads a design file; `label` names it in messages. */
export function parseDesignFile(label: string, text: string): ParsedDesign {
  return new DesignReader(label, text).read();
}

class DesignReader {
  readonly #label: string;
  readonly #text: string;
  readonly #lines = new LineCounter();
  readonly #problems: DesignProblem[] = [];

  constructor(label: string, text: string) {
    this.#label = label;
    this.#text = text;
  }

  read(): ParsedDesign {
    const none: Design = { dimensions: [], draw: null };
    if (this.#text.length > MAX_BYTES) {
      this.#problems.push({ where: this.#label, message: `larger than ${MAX_BYTES} bytes` });
      return { design: none, problems: this.#problems };
    }
    const document = parseDocument(this.#text, { lineCounter: this.#lines, prettyErrors: false, schema: 'core' });
    for (const error of [...document.errors, ...document.warnings])
      this.#problems.push({ where: this.#place(error.pos[0]), message: error.message });
    visit(document, { Alias: (_, alias) => this.#problem(alias, 'aliases are not used in designs') });
    if (this.#problems.length > 0) return { design: none, problems: this.#problems };
    const root = document.contents;
    if (!isMap(root)) {
      this.#problem(root, 'a design is a map with `axes`');
      return { design: none, problems: this.#problems };
    }
    this.#checkKeys(root, TOP_KEYS);
    const axes = root.get('axes', true);
    const dimensions: Dimension[] = [];
    if (!isSeq(axes)) this.#problem(axes ?? root, '`axes` is a list of axes');
    else for (const item of axes.items) dimensions.push(...this.#dimension(item));
    return { design: { dimensions, draw: this.#draw(root) }, problems: this.#problems };
  }

  #dimension(item: unknown): Dimension[] {
    if (!isMap(item)) {
      this.#problem(item, 'an axis is a map with `path` and `values`, or `from`, `to` and `count`');
      return [];
    }
    this.#checkKeys(item, AXIS_KEYS);
    const zip = item.get('zip', true);
    if (zip === undefined) {
      const axis = this.#axis(item);
      return axis === null ? [] : [[axis]];
    }
    if (!isSeq(zip) || item.items.length > 1) {
      this.#problem(zip, '`zip` stands alone and is a list of axes');
      return [];
    }
    const axes = zip.items.flatMap((inner) => {
      if (!isMap(inner) || inner.has('zip')) {
        this.#problem(inner, 'a zipped axis is a map with `path` and `values`');
        return [];
      }
      this.#checkKeys(inner, AXIS_KEYS);
      return this.#axis(inner) ?? [];
    });
    return axes.length === 0 ? [] : [axes];
  }

  #axis(map: YAMLMap): Axis | null {
    const path = map.get('path');
    if (typeof path !== 'string' || path.trim() === '') {
      this.#problem(map.get('path', true) ?? map, '`path` is a path of the scenario, as --set takes it');
      return null;
    }
    const values = map.has('values') ? this.#list(map) : this.#range(map);
    return values === null ? null : { path: path.trim(), values, origin: this.#placeOf(map) };
  }

  #list(map: YAMLMap): AxisValues | null {
    const values = map.get('values', true);
    for (const key of ['from', 'to', 'count', 'scale', 'whole'])
      if (map.has(key)) this.#problem(map, `an axis has \`values\` or \`${key}\`, not both`);
    if (!isSeq(values) || values.items.length === 0) {
      this.#problem(values ?? map, '`values` is a list of at least one value');
      return null;
    }
    const texts = values.items.map((item) => {
      const text = valueText(item);
      const flaw = valueFlaw(text);
      if (flaw !== null) this.#problem(item, flaw);
      return text;
    });
    const repeated = texts.findIndex((text, index) => texts.indexOf(text) !== index);
    if (repeated >= 0) this.#problem(values.items[repeated], `the value \`${texts[repeated]}\` is given twice`);
    return { kind: 'list', texts };
  }

  #range(map: YAMLMap): AxisValues | null {
    const ends = ['from', 'to'].map((key) => map.get(key));
    if (ends.some((end) => typeof end !== 'number' && typeof end !== 'string')) {
      this.#problem(map, 'an axis has `values`, or `from` and `to`');
      return null;
    }
    const parsed = parseRange(`${ends[0]}..${ends[1]}`);
    if ('message' in parsed) {
      this.#problem(map, parsed.message);
      return null;
    }
    const scale = map.get('scale') ?? 'linear';
    if (scale !== 'linear' && scale !== 'log') this.#problem(map.get('scale', true), '`scale` is linear or log');
    const whole = map.get('whole') ?? false;
    if (typeof whole !== 'boolean') this.#problem(map.get('whole', true), '`whole` is true or false');
    const count = map.get('count');
    if (count !== undefined && !Number.isSafeInteger(count))
      this.#problem(map.get('count', true), '`count` is a whole number');
    const range: ValueRange = { ...parsed.range, scale: scale === 'log' ? 'log' : 'linear', whole: whole === true };
    const flaw = rangeFlaw(range, typeof count === 'number' ? count : undefined);
    if (flaw !== null) this.#problem(map, flaw);
    return { kind: 'range', range, ...(typeof count === 'number' ? { count } : {}) };
  }

  #draw(root: YAMLMap): Draw | null {
    const draw = root.get('draw', true);
    if (draw === undefined) return null;
    if (!isMap(draw)) {
      this.#problem(draw, '`draw` is a map with `method` and `trials`');
      return null;
    }
    this.#checkKeys(draw, DRAW_KEYS);
    const method = draw.get('method');
    const trials = draw.get('trials');
    const seed = draw.get('seed') ?? 1;
    if (method !== 'random' && method !== 'lhs') this.#problem(draw, '`method` is random or lhs');
    if (typeof trials !== 'number' || !Number.isSafeInteger(trials) || trials < 1)
      this.#problem(draw, '`trials` is a whole number of at least 1');
    if (typeof seed !== 'number' || !Number.isSafeInteger(seed) || seed < 0)
      this.#problem(draw, '`seed` is a whole number');
    return { method: method === 'lhs' ? 'lhs' : 'random', trials: Number(trials), seed: Number(seed) };
  }

  #checkKeys(map: YAMLMap, allowed: readonly string[]): void {
    for (const { key } of map.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      if (allowed.includes(name)) continue;
      const nearest = nearestName(name, allowed);
      const hint = nearest === undefined ? `allowed are ${allowed.join(', ')}` : `did you mean \`${nearest}\`?`;
      this.#problem(key, `unknown key \`${name}\`; ${hint}`);
    }
  }

  #problem(node: unknown, message: string): void {
    this.#problems.push({ where: this.#placeOf(node), message });
  }

  #placeOf(node: unknown): string {
    const range = (node as Node | null | undefined)?.range;
    return range === null || range === undefined ? this.#label : this.#place(range[0]);
  }

  #place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#label}:${line}:${col}`;
  }
}

/** The value as one line of YAML; scalars as they were written. */
function valueText(node: unknown): string {
  if (isScalar(node) && node.source !== undefined && (node.type === 'PLAIN' || node.source === '')) return node.source;
  const value = (node as { toJSON?: () => unknown } | null)?.toJSON?.() ?? null;
  return stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
  }).trim();
}
