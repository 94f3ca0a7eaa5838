/**
 * Typed look-up over the catalog: lists in a fixed order, and entries by id.
 *
 * Entries are built on first use and then kept. A device is built alone; models and facts up to the part of their list that has
 * what is looked up; the other kinds whole. So a program pays for little more than it asks for, above all when it starts.
 * Devices and models are also found by their aliases, in upper or lower case. Nothing is computed. The lists and entries
 * are shared: do not change them.
 */

import type { Builders } from './builders.js';
import { accessEntries } from './data/access.js';
import { withClassFits } from './data/class-fits.js';
import { deviceAliases } from './data/device-aliases.js';
import { asicDevices } from './data/devices-asic.js';
import { edgeDevices } from './data/devices-edge.js';
import { otherGpuDevices } from './data/devices-gpu.js';
import { nvidiaDevices } from './data/devices-nvidia.js';
import { nvidiaCards } from './data/devices-nvidia-cards.js';
import { personalDevices } from './data/devices-personal.js';
import { engineEntries } from './data/engines.js';
import { costFacts } from './data/facts-cost.js';
import { facilityFacts } from './data/facts-facility.js';
import { modellingFacts } from './data/facts-modelling.js';
import { networkFacts } from './data/facts-network.js';
import { tariffFacts } from './data/facts-tariff.js';
import { modelFamilies } from './data/models.js';
import { rackEntries } from './data/racks.js';
import { regionEntries } from './data/regions.js';
import { networkNodeEntries, roundTripEntries, sameNodeRoundTrip } from './data/round-trips.js';
import type {
  AccessEntry,
  DeviceEntry,
  EngineEntry,
  FactEntry,
  ModelEntry,
  NetworkNode,
  RackEntry,
  RegionEntry,
  RoundTripEntry,
} from './entries.js';
import type { Quantity } from './quantity.js';

interface Shelf<T> {
  readonly list: () => readonly T[];
  readonly find: (id: string) => T | undefined;
}

interface Named {
  readonly id: string;
  readonly aliases?: readonly string[];
}

/** A shelf of parts, each built when the ones before it lack what is looked up. Ids are found before aliases. */
function shelf<T extends Named>(...parts: readonly (() => readonly T[])[]): Shelf<T> {
  const byId = new Map<string, T>();
  let builtParts = 0;
  let entries: readonly T[] | undefined;
  let byAlias: Map<string, T> | undefined;
  const buildPart = (): void => {
    for (const entry of parts[builtParts++]!()) byId.set(entry.id, entry);
  };
  const list = (): readonly T[] => {
    while (builtParts < parts.length) buildPart();
    entries ??= [...byId.values()];
    return entries;
  };
  return {
    list,
    find: (id) => {
      let found = byId.get(id);
      while (found === undefined && builtParts < parts.length) {
        buildPart();
        found = byId.get(id);
      }
      if (found !== undefined) return found;
      byAlias ??= aliasesOf(list());
      return byAlias.get(id.toLowerCase());
    },
  };
}

/** A shelf of which each entry is built alone. `aliases` are by id. */
function shelfOfBuilders<T extends Named>(
  builders: Builders<T>,
  aliases: { readonly [id: string]: readonly string[] },
): Shelf<T> {
  const built = new Map<string, T>();
  let entries: readonly T[] | undefined;
  let idByAlias: Map<string, string> | undefined;
  const entryOf = (id: string): T | undefined => {
    const known = built.get(id);
    if (known !== undefined || !Object.hasOwn(builders, id)) return known;
    const entry = builders[id]!();
    built.set(id, entry);
    return entry;
  };
  const ids = Object.keys(builders);
  return {
    list: () => {
      entries ??= ids.map((id) => entryOf(id)!);
      return entries;
    },
    find: (id) => {
      const found = entryOf(id);
      if (found !== undefined) return found;
      idByAlias ??= new Map([
        ...ids.flatMap((each) => (aliases[each] ?? []).map((alias): [string, string] => [alias.toLowerCase(), each])),
        ...ids.map((each): [string, string] => [each, each]),
      ]);
      const named = idByAlias.get(id.toLowerCase());
      return named === undefined ? undefined : entryOf(named);
    },
  };
}

function withAliases(device: DeviceEntry): DeviceEntry {
  const aliases = deviceAliases[device.id];
  return aliases === undefined ? device : { ...device, aliases };
}

/** Ids in other spellings and aliases, in lower case. */
function aliasesOf<T extends Named>(entries: readonly T[]): Map<string, T> {
  const found = new Map<string, T>();
  for (const entry of entries) {
    for (const alias of entry.aliases ?? []) found.set(alias.toLowerCase(), entry);
  }
  for (const entry of entries) found.set(entry.id, entry);
  return found;
}

const deviceBuilders: Builders<DeviceEntry> = {
  ...nvidiaDevices,
  ...nvidiaCards,
  ...otherGpuDevices,
  ...asicDevices,
  ...edgeDevices,
  ...personalDevices,
};
const deviceShelf = shelfOfBuilders(
  Object.fromEntries(
    Object.entries(deviceBuilders).map(([id, build]) => [id, () => withAliases(withClassFits(build()))]),
  ),
  deviceAliases,
);
const modelShelf = shelf(...modelFamilies);
const engineShelf = shelf(engineEntries);
const rackShelf = shelf(rackEntries);
const regionShelf = shelf(regionEntries);
const accessShelf = shelf(accessEntries);
const nodeShelf = shelf(networkNodeEntries);
const factShelf = shelf<FactEntry>(facilityFacts, modellingFacts, costFacts, tariffFacts, networkFacts);

/** All devices: NVIDIA GPUs, other GPUs, ASICs, then systems on chip and neural engines. */
export function devices(): readonly DeviceEntry[] {
  return deviceShelf.list();
}

/** The device of that id, or else of that alias in any case, or undefined. */
export function findDevice(id: string): DeviceEntry | undefined {
  return deviceShelf.find(id);
}

/** All model architectures. */
export function models(): readonly ModelEntry[] {
  return modelShelf.list();
}

/** The model of that id, or else of that alias in any case, or undefined. */
export function findModel(id: string): ModelEntry | undefined {
  return modelShelf.find(id);
}

/** All engine profiles. */
export function engines(): readonly EngineEntry[] {
  return engineShelf.list();
}

/** The engine profile of that id, or undefined. */
export function findEngine(id: string): EngineEntry | undefined {
  return engineShelf.find(id);
}

/** All servers and racks. */
export function racks(): readonly RackEntry[] {
  return rackShelf.list();
}

/** The server or rack of that id, or undefined. */
export function findRack(id: string): RackEntry | undefined {
  return rackShelf.find(id);
}

/** All regions. */
export function regions(): readonly RegionEntry[] {
  return regionShelf.list();
}

/** The region of that id, or undefined. */
export function findRegion(id: string): RegionEntry | undefined {
  return regionShelf.find(id);
}

/** All access technologies (last mile). */
export function accessKinds(): readonly AccessEntry[] {
  return accessShelf.list();
}

/** The access technology of that id, or undefined. */
export function findAccess(id: string): AccessEntry | undefined {
  return accessShelf.find(id);
}

/** The places of the round-trip matrix. */
export function networkNodes(): readonly NetworkNode[] {
  return nodeShelf.list();
}

/** The place of that id, or undefined. */
export function findNetworkNode(id: string): NetworkNode | undefined {
  return nodeShelf.find(id);
}

/** Every fact, or those of one group, in a fixed order; an unknown group gives an empty list. */
export function facts(group?: string): readonly FactEntry[] {
  const all = factShelf.list();
  return group === undefined ? all : all.filter((entry) => entry.group === group);
}

/** The fact of that id, or undefined. */
export function fact(id: string): FactEntry | undefined {
  return factShelf.find(id);
}

let pairs: readonly RoundTripEntry[] | undefined;
let byPair: Map<string, Quantity> | undefined;

/** Every pair of places once. */
export function roundTrips(): readonly RoundTripEntry[] {
  pairs ??= roundTripEntries();
  return pairs;
}

/**
 * Round trip between two places, in milliseconds with its grade. Symmetric. A place to itself is the round trip between
 * zones of one region. Undefined when a place is unknown. Last miles are not included.
 */
export function roundTrip(nodeA: string, nodeB: string): Quantity | undefined {
  if (nodeA === nodeB) return nodeShelf.find(nodeA) === undefined ? undefined : sameNodeRoundTrip;
  if (byPair === undefined) {
    byPair = new Map();
    for (const { from, to, rttMs } of roundTrips()) {
      byPair.set(`${from} ${to}`, rttMs);
      byPair.set(`${to} ${from}`, rttMs);
    }
  }
  return byPair.get(`${nodeA} ${nodeB}`);
}

/** The value of {@link roundTrip}: milliseconds, or undefined when a place is unknown. */
export function roundTripMs(nodeA: string, nodeB: string): number | undefined {
  return roundTrip(nodeA, nodeB)?.value;
}
