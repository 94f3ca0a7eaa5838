/**
 * Devices, racks and regions: those of the scenario first, then those of the catalog. An own entry with `base` takes over
 * whatever it does not say itself (overlays); one without has to say what nobody else can know.
 */

import type { DeviceEntry, RackEntry, RegionEntry } from '@infersim/catalog';
import { findNetworkNode, findRack, findRegion, networkNodes, racks, regions } from '@infersim/catalog';
import { checkDevice, DeploymentError } from '@infersim/devices';
import { nearestName } from '../nearest-name.js';
import type { DeviceInput, RegionInput } from '../schema/inline-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { OverlaidCatalog } from './overlaid-catalog.js';
import { overlayDevice, overlayRack, overlayRegion, ownQuantity } from './overlays.js';

/** Files an unknown-name problem; `kind` is e.g. `device`. */
export function unknownName(
  ctx: ResolveContext,
  path: Path,
  kind: string,
  given: string,
  allowed: readonly string[],
  listing: string,
): void {
  const nearest = nearestName(given, allowed);
  ctx.problem(path, {
    code: `SCENARIO_UNKNOWN_${kind.toUpperCase().replaceAll(' ', '_')}`,
    message: `there is no ${kind} \`${given}\``,
    given,
    allowed: nearestFirst(allowed, nearest),
    allowedTitle: listing,
    ...(nearest === undefined ? {} : { nearest }),
  });
}

function nearestFirst(names: readonly string[], nearest: string | undefined): readonly string[] {
  return nearest === undefined ? names : [nearest, ...names.filter((name) => name !== nearest)];
}

/** Bases may refer to own entries too; this many steps at most, so that no circle hangs. */
const MAX_BASES = 16;

export class OwnEntries {
  readonly #ctx: ResolveContext;
  readonly #devices = new Map<string, DeviceEntry | null>();
  /** What stands under the scenario's own devices. */
  readonly catalog: OverlaidCatalog;
  readonly #racks = new Map<string, RackEntry | null>();
  readonly #regions = new Map<string, RegionEntry | null>();

  constructor(ctx: ResolveContext) {
    this.#ctx = ctx;
    this.catalog = new OverlaidCatalog(ctx);
  }

  /** Resolves every own entry, so that faults in unused ones are found too. */
  checkAll(): void {
    for (const id of Object.keys(this.#ctx.scenario.devices)) this.device(id, ['devices', id]);
    for (const id of Object.keys(this.#ctx.scenario.racks)) this.rack(id, ['racks', id]);
    for (const id of Object.keys(this.#ctx.scenario.regions)) this.region(id, ['regions', id]);
  }

  deviceIds(): string[] {
    return [...Object.keys(this.#ctx.scenario.devices), ...this.catalog.deviceIds()];
  }

  /** The device, or null after filing why there is none (once per own device). */
  device(id: string, path: Path, depth = 0): DeviceEntry | null {
    const own = Object.hasOwn(this.#ctx.scenario.devices, id) ? this.#ctx.scenario.devices[id] : undefined;
    if (own === undefined) {
      const known = this.catalog.device(id);
      if (known === undefined) unknownName(this.#ctx, path, 'device', id, this.deviceIds(), 'devices');
      return known ?? null;
    }
    const before = this.#devices.get(id);
    if (before !== undefined) return before;
    this.#devices.set(id, null);
    const entry = this.#buildDevice(id, own, depth);
    this.#devices.set(id, entry);
    return entry;
  }

  #base<T>(
    kind: string,
    id: string,
    base: string | undefined,
    depth: number,
    find: (path: Path) => T | null,
  ): T | null | undefined {
    if (base === undefined) return undefined;
    const path: Path = [`${kind}s`, id, 'base'];
    if (depth >= MAX_BASES || base === id) {
      this.#ctx.problem(path, {
        code: 'SCENARIO_BASE',
        message: `the bases of \`${id}\` lead back to itself, or through more than ${MAX_BASES} others`,
        given: base,
        allowed: [`another ${kind}`],
      });
      return null;
    }
    return find(path);
  }

  #buildDevice(id: string, own: DeviceInput, depth: number): DeviceEntry | null {
    const path: Path = ['devices', id];
    const base = this.#base('device', id, own.base, depth, (at) => this.device(own.base ?? '', at, depth + 1));
    if (base === null) return null;
    if (base === undefined) {
      const required = ['class', 'memory_gib', 'memory_bw_gb_s', 'tdp_w'] as const;
      const missing = required.filter((key) => own[key] === undefined);
      const hasRate = [own.fp16_tflops, own.int8_tops, own.fp8_tflops].some((rate) => rate !== undefined);
      if (missing.length > 0 || !hasRate) {
        this.#ctx.problemAtKey(path, {
          code: 'SCENARIO_MISSING_KEY',
          message: `device \`${id}\` lacks ${[...missing, ...(hasRate ? [] : ['fp16_tflops'])].map((key) => `\`${key}\``).join(', ')}`,
          allowed: ['base: a known device', ...required, 'fp16_tflops'],
          allowedTitle: 'needed here',
        });
        return null;
      }
    }
    const entry = overlayDevice(id, own, base);
    try {
      checkDevice(entry);
    } catch (error) {
      if (!(error instanceof DeploymentError)) throw error;
      this.#ctx.problemAtKey(path, {
        code: 'SCENARIO_DEVICE',
        message: error.message,
        given: String(error.given),
        allowed: [error.allowed],
      });
      return null;
    }
    return entry;
  }

  rackIds(): string[] {
    return [...Object.keys(this.#ctx.scenario.racks), ...racks().map((entry) => entry.id)];
  }

  rack(id: string, path: Path, depth = 0): RackEntry | null {
    const own = Object.hasOwn(this.#ctx.scenario.racks, id) ? this.#ctx.scenario.racks[id] : undefined;
    if (own === undefined) {
      const known = findRack(id);
      if (known === undefined) unknownName(this.#ctx, path, 'rack', id, this.rackIds(), 'racks');
      return known ?? null;
    }
    const before = this.#racks.get(id);
    if (before !== undefined) return before;
    this.#racks.set(id, null);
    const base = this.#base('rack', id, own.base, depth, (at) => this.rack(own.base ?? '', at, depth + 1));
    let entry: RackEntry | null = null;
    if (base === undefined && (own.device_count === undefined || own.max_power === undefined))
      this.#ctx.problemAtKey(['racks', id], {
        code: 'SCENARIO_MISSING_KEY',
        message: `rack \`${id}\` needs a base, or \`device_count\` and \`max_power\``,
        allowed: ['base', 'device_count', 'max_power'],
        allowedTitle: 'needed here',
      });
    else if (base !== null) entry = overlayRack(id, own, base);
    this.#racks.set(id, entry);
    if (entry?.deviceId !== undefined && own.device !== undefined) this.device(entry.deviceId, ['racks', id, 'device']);
    return entry;
  }

  regionIds(): string[] {
    return [...Object.keys(this.#ctx.scenario.regions), ...regions().map((entry) => entry.id)];
  }

  region(id: string, path: Path, depth = 0): RegionEntry | null {
    const own = Object.hasOwn(this.#ctx.scenario.regions, id) ? this.#ctx.scenario.regions[id] : undefined;
    if (own === undefined) {
      const known = findRegion(id);
      if (known === undefined) unknownName(this.#ctx, path, 'region', id, this.regionIds(), 'regions');
      return known ?? null;
    }
    const before = this.#regions.get(id);
    if (before !== undefined) return before;
    this.#regions.set(id, null);
    const base = this.#base('region', id, own.base, depth, (at) => this.region(own.base ?? '', at, depth + 1));
    const entry = base === null ? null : this.#buildRegion(id, own, base);
    this.#regions.set(id, entry);
    return entry;
  }

  #buildRegion(id: string, own: RegionInput, base: RegionEntry | undefined): RegionEntry | null {
    const path: Path = ['regions', id];
    const node = own.network_node ?? base?.networkNode;
    if (own.network_node !== undefined && findNetworkNode(own.network_node) === undefined) {
      unknownName(
        this.#ctx,
        [...path, 'network_node'],
        'network node',
        own.network_node,
        networkNodes().map((n) => n.id),
        'nodes',
      );
      return null;
    }
    if (base !== undefined && node !== undefined) return overlayRegion(id, own, base, node);
    const required = ['network_node', 'electricity_usd_per_kwh', 'carbon_g_per_kwh', 'zones'] as const;
    const missing = required.filter((key) => own[key] === undefined);
    if (missing.length > 0 || node === undefined) {
      this.#ctx.problemAtKey(path, {
        code: 'SCENARIO_MISSING_KEY',
        message: `region \`${id}\` needs a base, or ${missing.map((key) => `\`${key}\``).join(', ')}`,
        allowed: ['base: a known region', ...required],
        allowedTitle: 'needed here',
      });
      return null;
    }
    const place = findNetworkNode(node);
    return overlayRegion(
      id,
      own,
      {
        id,
        name: id,
        country: own.country ?? 'not stated',
        zones: own.zones ?? [],
        latitude: place?.latitude ?? 0,
        longitude: place?.longitude ?? 0,
        networkNode: node,
        electricityUsdPerKwh: ownQuantity(own.electricity_usd_per_kwh ?? 0, 'USD/kWh'),
        carbonGPerKwh: ownQuantity(own.carbon_g_per_kwh ?? 0, 'g/kWh'),
        demandUsdPerKwMonth: ownQuantity(own.demand_usd_per_kw_month ?? 0, 'USD/kW-month'),
        utcOffsetH: own.utc_offset_h ?? Math.round((place?.longitude ?? 0) / 15),
      },
      node,
    );
  }
}
