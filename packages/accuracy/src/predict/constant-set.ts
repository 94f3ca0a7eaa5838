/**
 * Values that replace constants of the catalog, by full path, and entries with those values in them.
 *
 * A path is `devices.<id>.<path of the constant>` or `engines.<id>.<path>`; the path of the constant is that of the
 * catalog's overlays. Values are in the constant's own unit. A device may also be told to forget its own fits: then it is
 * priced by the constants of its class, as a device that nobody has measured.
 */

import { type ConstantChange, type ConstantEntry, type DeviceEntry, withConstants } from '@infersim/catalog';

/** Values by full path. */
export type ConstantSet = { readonly [path: string]: number };

const SOURCE = 'value under test';

/** Changed entries by set: a fit asks for the same ones for every case of a point. */
const changedEntries = new WeakMap<ConstantSet, Map<ConstantEntry, ConstantEntry>>();
const strippedDevices = new WeakMap<DeviceEntry, DeviceEntry>();

/**
 * The entry with the values that the set has for it; the entry itself when it has none. Kept per set object, which must not be
 * changed afterwards. Throws `RangeError` for paths that the entry lacks.
 */
export function entryUnder<E extends ConstantEntry>(kind: 'devices' | 'engines', entry: E, constants: ConstantSet): E {
  let entries = changedEntries.get(constants);
  if (entries === undefined) {
    entries = new Map();
    changedEntries.set(constants, entries);
  }
  const before = entries.get(entry);
  if (before !== undefined) return before as E;
  const prefix = `${kind}.${entry.id}.`;
  const changes = Object.entries(constants)
    .filter(([path]) => path.startsWith(prefix))
    .map(([path, value]): [string, ConstantChange] => [
      path.slice(prefix.length),
      { value, grade: 'fitted', source: SOURCE },
    ]);
  const changed = changes.length === 0 ? entry : withConstants(entry, Object.fromEntries(changes));
  entries.set(entry, changed);
  return changed;
}

/** The device under the set; one whose fits are forgotten loses its own kernel and power constants first. */
export function deviceUnder(
  device: DeviceEntry,
  constants: ConstantSet,
  unfittedDevices: readonly string[],
): DeviceEntry {
  return entryUnder('devices', unfittedDevices.includes(device.id) ? unfittedDevice(device) : device, constants);
}

/** Without kernel and power constants of its own: those of its class stand in, wherever they are asked for. */
function unfittedDevice(device: DeviceEntry): DeviceEntry {
  const before = strippedDevices.get(device);
  if (before !== undefined) return before;
  const { kernels: _kernels, power: _power, ...stripped } = device;
  strippedDevices.set(device, stripped);
  return stripped;
}
