/**
 * Constants of catalog entries by full path: `devices.<id>.<constant>` and `engines.<id>.<constant>`, the constant as the
 * catalog's own paths name it (`kernels.gemm.fp16.computeEfficiency`, `kernels.collectives.8.busBps`, `layerFixedS`).
 *
 * A device without fits of its own answers with its class's constants: those are what it is priced with.
 */

import {
  type ConstantChange,
  type DeviceEntry,
  type EngineEntry,
  findDevice,
  findEngine,
  type Quantity,
  readConstant,
  withConstants,
} from '@infersim/catalog';
import { CalibrationError } from '../calibration-error.js';
import type { ConstantSet } from './fit-parameter.js';

/** Where entries come from: the catalog, or a changed copy of it. */
export interface ConstantCatalog {
  readonly device: (id: string) => DeviceEntry | undefined;
  readonly engine: (id: string) => EngineEntry | undefined;
}

/** The catalog as it ships. */
export const shippedCatalog: ConstantCatalog = { device: findDevice, engine: findEngine };

/** Parts of a path: shelf, entry, rest. Throws `CALIBRATION_PATH` when it has fewer than three. */
export function splitPath(path: string): {
  readonly shelf: 'devices' | 'engines';
  readonly id: string;
  readonly rest: string;
} {
  const [shelf, id, ...rest] = path.split('.');
  if ((shelf !== 'devices' && shelf !== 'engines') || id === undefined || rest.length === 0) {
    const allowed = 'devices.<id>.<constant> or engines.<id>.<constant>';
    throw new CalibrationError('CALIBRATION_PATH', path, 'this path', allowed);
  }
  return { shelf, id, rest: rest.join('.') };
}

/** The graded number at `path`, or undefined when the entry does not exist or has no such constant. */
export function quantityAt(catalog: ConstantCatalog, path: string): Quantity | undefined {
  const { shelf, id, rest } = splitPath(path);
  const entry = shelf === 'devices' ? catalog.device(id) : catalog.engine(id);
  return entry === undefined ? undefined : readConstant(entry, rest);
}

/**
 * A catalog whose entries carry the values of `constants`, graded fitted; entries without any are the given ones. Changed
 * copies are made once per entry. Throws the catalog's RangeError, on look-up, for paths and values it does not know.
 */
export function changedCatalog(
  catalog: ConstantCatalog,
  constants: ConstantSet,
  source = 'calibration',
): ConstantCatalog {
  const changes = { devices: new Map<string, Changes>(), engines: new Map<string, Changes>() };
  for (const [path, value] of Object.entries(constants)) {
    const { shelf, id, rest } = splitPath(path);
    const known: Changes = changes[shelf].get(id) ?? {};
    known[rest] = { value, grade: 'fitted', source };
    changes[shelf].set(id, known);
  }
  return { device: changing(catalog.device, changes.devices), engine: changing(catalog.engine, changes.engines) };
}

type Changes = Record<string, ConstantChange>;

function changing<E extends DeviceEntry | EngineEntry>(
  find: (id: string) => E | undefined,
  changes: ReadonlyMap<string, Changes>,
): (id: string) => E | undefined {
  const changed = new Map<string, E>();
  return (id) => {
    const entry = find(id);
    const change = changes.get(id);
    if (entry === undefined || change === undefined) return entry;
    const known = changed.get(id) ?? withConstants(entry, change);
    changed.set(id, known);
    return known;
  };
}
