/**
 * Constants of an entry by name, and entries with some of them changed: what a calibration fits and an overlay file says.
 *
 * A constant is any `Quantity` of a device or an engine. Its path is the keys to it joined by dots, list items by what
 * tells them apart: `kernels.gemm.fp16.computeEfficiency`, `kernels.collectives.4.busBps` (the row of 4 ranks),
 * `layerFixedS`. Plain numbers of entries (block sizes, batch limits) are settings, not constants, and have no path.
 *
 * A device answers for what stands in for it too: where it has no kernels or power of its own, the constants of its class
 * are readable, and changing one makes it the device's own together with its neighbours that no formula can do without.
 * Factors that are 1 where a device has none (`kernels.moe`) can be changed likewise, each alone.
 *
 * Entries are never changed: a changed one is a copy. Values are in the unit that the constant has.
 */

import { classDefaults } from './class-defaults.js';
import type { DeviceEntry, EngineEntry, KernelConstants } from './entries.js';
import { assumed } from './grading.js';
import type { Grade, Quantity } from './quantity.js';

/** Entries that have constants a measurement can tell. */
export type ConstantEntry = DeviceEntry | EngineEntry;

/** A new value of one constant, in the constant's own unit. */
export interface ConstantChange {
  readonly value: number;
  readonly grade: Grade;
  readonly source: string;
  readonly low?: number;
  readonly high?: number;
  readonly note?: string;
}

/** Changes by path. */
export type ConstantChanges = { readonly [path: string]: ConstantChange };

/** Changes of several entries, by id: the content of an overlay file. */
export interface CatalogOverlay {
  readonly note?: string;
  readonly devices: { readonly [id: string]: ConstantChanges };
  readonly engines: { readonly [id: string]: ConstantChanges };
}

/** A range that a value has to lie in: `above` exclusive, the others inclusive. */
export interface ConstantBounds {
  readonly above?: number;
  readonly min?: number;
  readonly max?: number;
}

type Node = { readonly [key: string]: unknown };

/** Paths of all constants of an entry in its own order, those of its class included. */
export function constantPaths(entry: ConstantEntry): string[] {
  const paths: string[] = [];
  const visit = (node: unknown, path: string): void => {
    if (isQuantity(node)) {
      paths.push(path);
      return;
    }
    for (const [key, child] of childrenOf(node)) visit(child, path === '' ? key : `${path}.${key}`);
  };
  visit(completed(entry), '');
  return paths;
}

/** The constant at a path, or undefined. Where the class of a device stands in for it, the class's. */
export function readConstant(entry: ConstantEntry, path: string): Quantity | undefined {
  const found = nodeAt(completed(entry), path.split('.'));
  return isQuantity(found) ? found : undefined;
}

/**
 * A copy of an entry with some constants changed; units stay. Nothing is shared with the entry.
 *
 * @throws RangeError for a path the entry has no constant at, naming both, and for a value out of its bounds.
 */
export function withConstants<E extends ConstantEntry>(entry: E, changes: ConstantChanges): E {
  const source = completed(entry);
  const copy = structuredClone(entry) as unknown as Node;
  for (const [path, change] of Object.entries(changes)) {
    const steps = path.split('.');
    const before = nodeAt(source, steps);
    if (!isQuantity(before)) throw new RangeError(`${entry.id} has no constant ${path}`);
    const flaw = constantFlaw(path, change.value);
    if (flaw !== null) throw new RangeError(`${entry.id}: ${path} must be ${flaw}, got ${change.value}`);
    write(copy, source, steps, {
      value: change.value,
      unit: before.unit,
      grade: change.grade,
      source: change.source,
      ...(change.low === undefined ? {} : { low: change.low }),
      ...(change.high === undefined ? {} : { high: change.high }),
      ...(change.note === undefined ? {} : { note: change.note }),
    });
  }
  return copy as unknown as E;
}

/** Most that an efficiency may be: fits of kernels whose reference rate is off come out somewhat above 1. */
const MAX_EFFICIENCY = 2;

/** What a constant may be, by its name. Whether a device works with it, only the formulas of the device can tell. */
export function constantBounds(path: string): ConstantBounds {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (/(^e|E)fficiency$/.test(name)) return { above: 0, max: MAX_EFFICIENCY };
  if (/(Bps|Flops|Exponent)$/.test(name) || /^(memoryBytes|tdpW|smCount)$/.test(name)) return { above: 0 };
  return path.startsWith('peakFlops.') ? { above: 0 } : { min: 0 };
}

/** What a value of a constant has to be where this one is not, in words; null when it may be used. */
export function constantFlaw(path: string, value: number): string | null {
  const { above, min, max } = constantBounds(path);
  const isIn = Number.isFinite(value) && value > (above ?? Number.NEGATIVE_INFINITY) && value >= (min ?? value);
  if (isIn && value <= (max ?? value)) return null;
  const low = above === undefined ? `at least ${min ?? 0}` : `above ${above}`;
  return `finite, ${low}${max === undefined ? '' : `, at most ${max}`}`;
}

function isQuantity(node: unknown): node is Quantity {
  if (typeof node !== 'object' || node === null) return false;
  const { value, unit, grade } = node as Partial<Quantity>;
  return typeof value === 'number' && typeof unit === 'string' && typeof grade === 'string';
}

/** Containers in a node with their keys in paths. */
function childrenOf(node: unknown): [string, unknown][] {
  if (Array.isArray(node)) return node.map((item, index) => [itemKey(item, index), item]);
  return typeof node === 'object' && node !== null ? Object.entries(node) : [];
}

/** Rows of collectives are told apart by their ranks, items of any other list by their position. */
function itemKey(item: unknown, index: number): string {
  const ranks = (item as { ranks?: unknown } | null)?.ranks;
  return String(typeof ranks === 'number' ? ranks : index);
}

function childOf(node: unknown, step: string): unknown {
  return childrenOf(node).find(([key]) => key === step)?.[1];
}

function nodeAt(root: unknown, steps: readonly string[]): unknown {
  let node = root;
  for (const step of steps) node = childOf(node, step);
  return node;
}

/** Writes a quantity into a copy; containers that it lacks come from the completed entry, without factors of 1. */
function write(copy: unknown, source: unknown, steps: readonly string[], quantity: Quantity): void {
  let to = copy;
  let from = source;
  for (const [depth, step] of steps.entries()) {
    from = childOf(from, step);
    const isLast = depth === steps.length - 1;
    const before = childOf(to, step);
    if (isLast) put(to, step, quantity);
    else if (before === undefined) put(to, step, withoutFactors(from) ?? {});
    to = childOf(to, step);
  }
}

function put(node: unknown, step: string, value: unknown): void {
  if (!Array.isArray(node)) {
    (node as Record<string, unknown>)[step] = value;
    return;
  }
  const at = node.findIndex((item, index) => itemKey(item, index) === step);
  if (at >= 0) node[at] = value;
  else node.push(value);
}

const NO_FACTOR = assumed(1, '1', 'as the constants of the engine say');

/** A copy of a node without the factors that stand for none; undefined where nothing is left. */
function withoutFactors(node: unknown): unknown {
  if (node === NO_FACTOR) return undefined;
  if (isQuantity(node) || Array.isArray(node) || typeof node !== 'object' || node === null)
    return structuredClone(node);
  const kept = Object.entries(node).map(([key, child]) => [key, withoutFactors(child)] as const);
  const own = kept.filter(([, child]) => child !== undefined);
  return own.length === 0 ? undefined : Object.fromEntries(own);
}

const known = new WeakMap<ConstantEntry, unknown>();

/** An entry with everything in its place that stands in for what it lacks; entries are never changed, so it is kept. */
function completed(entry: ConstantEntry): unknown {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const whole = complete(entry);
  known.set(entry, whole);
  return whole;
}

function complete(entry: ConstantEntry): unknown {
  if (!('execution' in entry) || Object.keys(entry.peakFlops).length === 0) return entry;
  const standIn = classDefaults(entry);
  const kernels = filled(entry.kernels ?? standIn.kernels, standIn.kernels) as KernelConstants;
  const dense = entry.power?.dense ?? standIn.power.dense;
  return {
    ...entry,
    kernels: {
      ...kernels,
      moe: { computeEfficiencyShare: NO_FACTOR, memoryEfficiencyShare: NO_FACTOR, ...kernels.moe },
    },
    power: { dense, moe: entry.power?.moe ?? dense },
  };
}

/** A node with the children it lacks taken from another one. */
function filled(node: unknown, other: unknown): unknown {
  if (node === undefined) return other;
  if (isQuantity(node) || typeof node !== 'object' || node === null) return node;
  const lacking = childrenOf(other).filter(([key]) => childOf(node, key) === undefined);
  if (Array.isArray(node)) return [...node, ...lacking.map(([, child]) => child)];
  const own = Object.entries(node).map(([key, child]) => [key, filled(child, childOf(other, key))]);
  return Object.fromEntries([...own, ...lacking]);
}
