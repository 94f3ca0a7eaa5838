/**
 * Devices, racks and regions: those of the scenario first, then those of the catalog. An own entry with `base` takes over
 * whatever it does not say itself; fitted constants that refer to a changed peak or bandwidth move with it.
 */

import type {
  ComputeDtype,
  DeviceEntry,
  GemmConstants,
  KernelConstants,
  Precision,
  Quantity,
  RackEntry,
  RegionEntry,
} from '@infersim/catalog';
import {
  devices,
  findDevice,
  findNetworkNode,
  findRack,
  findRegion,
  networkNodes,
  racks,
  regions,
} from '@infersim/catalog';
import { checkDevice, DeploymentError } from '@infersim/devices';
import { nearestName } from '../nearest-name.js';
import type { DeviceInput, RackInput, RegionInput } from '../schema/inline-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

/** A number the user wrote: as good as specified, by them. */
export function ownQuantity(value: number, unit: string): Quantity {
  return { value, unit, grade: 'specified', source: 'scenario' };
}

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
  readonly #racks = new Map<string, RackEntry | null>();
  readonly #regions = new Map<string, RegionEntry | null>();

  constructor(ctx: ResolveContext) {
    this.#ctx = ctx;
  }

  /** Resolves every own entry, so that faults in unused ones are found too. */
  checkAll(): void {
    for (const id of Object.keys(this.#ctx.scenario.devices)) this.device(id, ['devices', id]);
    for (const id of Object.keys(this.#ctx.scenario.racks)) this.rack(id, ['racks', id]);
    for (const id of Object.keys(this.#ctx.scenario.regions)) this.region(id, ['regions', id]);
  }

  deviceIds(): string[] {
    return [...Object.keys(this.#ctx.scenario.devices), ...devices().map((entry) => entry.id)];
  }

  /** The device, or null after filing why there is none (once per own device). */
  device(id: string, path: Path, depth = 0): DeviceEntry | null {
    const own = Object.hasOwn(this.#ctx.scenario.devices, id) ? this.#ctx.scenario.devices[id] : undefined;
    if (own === undefined) {
      const known = findDevice(id);
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

const GIB = 2 ** 30;

function overlayDevice(id: string, own: DeviceInput, base: DeviceEntry | undefined): DeviceEntry {
  const quantity = (value: number | undefined, scale: number, unit: string) =>
    value === undefined ? undefined : ownQuantity(value * scale, unit);
  const bandwidth = quantity(own.memory_bw_gb_s, 1e9, 'B/s') ?? base?.memoryBandwidthBps;
  const tdp = quantity(own.tdp_w, 1, 'W') ?? base?.tdpW;
  const peaks: Partial<Record<ComputeDtype, Quantity>> = { ...base?.peakFlops };
  const rates: readonly (readonly [ComputeDtype, number | undefined])[] = [
    ['fp16', own.fp16_tflops],
    ['fp8', own.fp8_tflops],
    ['int8', own.int8_tops],
    ['fp4', own.fp4_tflops],
    ['int4', own.int4_tops],
  ];
  for (const [dtype, rate] of rates) if (rate !== undefined) peaks[dtype] = ownQuantity(rate * 1e12, 'FLOP/s');
  const kernels = base?.kernels === undefined ? undefined : movedKernels(base.kernels, own, base);
  const interconnect = quantity(own.interconnect_gb_s, 1e9, 'B/s') ?? base?.interconnectBps;
  const scaleUp = quantity(own.scale_up_devices, 1, 'devices') ?? base?.scaleUpDevices;
  const price = quantity(own.price_usd, 1, 'USD') ?? base?.priceUsd;
  const rent = quantity(own.cloud_usd_per_h, 1, 'USD/h') ?? base?.cloudUsdPerH;
  const tdpW = tdp ?? ownQuantity(0, 'W');
  // Idle shares of TDP where nothing is known: the middle of the range of modelling section 5.1 (0.08 to 0.14).
  const idle = quantity(own.idle_w, 1, 'W') ?? base?.idleW ?? assumedShare(tdpW.value * 0.1, 'W');
  return {
    ...(base ?? {
      vendor: 'not stated',
      gridFit: ['cloud', 'enterprise', 'edge'] as const,
      releaseYear: 0,
      memoryType: 'not stated',
      interconnect: 'not stated',
      hostLink: 'not stated',
    }),
    id,
    name: own.name ?? base?.name ?? id,
    class: own.class ?? base?.class ?? 'gpu',
    execution: own.execution ?? base?.execution ?? 'batched',
    memoryBytes: quantity(own.memory_gib, GIB, 'B') ?? base?.memoryBytes ?? ownQuantity(0, 'B'),
    memoryBandwidthBps: bandwidth ?? ownQuantity(0, 'B/s'),
    peakFlops: peaks,
    weightOnly: own.weight_only?.map(plainPrecision) ?? base?.weightOnly ?? ['fp8', 'int8', 'fp4', 'int4', 'int2'],
    tdpW,
    idleW: idle,
    idleLoadedW:
      quantity(own.idle_loaded_w, 1, 'W') ?? (own.idle_w === undefined ? base?.idleLoadedW : undefined) ?? idle,
    ...(interconnect === undefined ? {} : { interconnectBps: interconnect }),
    ...(scaleUp === undefined ? {} : { scaleUpDevices: scaleUp }),
    ...(price === undefined ? {} : { priceUsd: price }),
    ...(rent === undefined ? {} : { cloudUsdPerH: rent }),
    ...(kernels === undefined ? {} : { kernels }),
  };
}

function assumedShare(value: number, unit: string): Quantity {
  return { value, unit, grade: 'assumed', source: 'share of TDP, class default' };
}

/** bf16 runs and is stored as fp16 does. */
export function plainPrecision(name: Precision | 'bf16'): Precision {
  return name === 'bf16' ? 'fp16' : name;
}

/** Fitted constants whose reference peak or bandwidth moves with the device's. */
function movedKernels(kernels: KernelConstants, own: DeviceInput, base: DeviceEntry): KernelConstants {
  const bandwidthRatio =
    own.memory_bw_gb_s === undefined ? 1 : (own.memory_bw_gb_s * 1e9) / base.memoryBandwidthBps.value;
  const ratio = (dtype: ComputeDtype, rate: number | undefined) => {
    const peak = base.peakFlops[dtype]?.value;
    return rate === undefined || peak === undefined ? 1 : (rate * 1e12) / peak;
  };
  const peakRatio: Partial<Record<ComputeDtype, number>> = {
    fp16: ratio('fp16', own.fp16_tflops),
    fp8: ratio('fp8', own.fp8_tflops),
    int8: ratio('int8', own.int8_tops),
    fp4: ratio('fp4', own.fp4_tflops),
    int4: ratio('int4', own.int4_tops),
  };
  const scaled = (quantity: Quantity, by: number): Quantity =>
    by === 1
      ? quantity
      : { ...quantity, value: quantity.value * by, source: `${quantity.source}; scaled by the scenario` };
  const move = (gemm: GemmConstants, dtype: ComputeDtype): GemmConstants => ({
    ...gemm,
    peakFlops: scaled(gemm.peakFlops, peakRatio[dtype] ?? 1),
    bandwidthBps: scaled(gemm.bandwidthBps, bandwidthRatio),
  });
  const linkRatio =
    own.interconnect_gb_s === undefined || base.interconnectBps === undefined
      ? 1
      : (own.interconnect_gb_s * 1e9) / base.interconnectBps.value;
  const gemm: { fp16: GemmConstants } & Partial<Record<ComputeDtype, GemmConstants>> = {
    fp16: move(kernels.gemm.fp16, 'fp16'),
  };
  for (const dtype of ['fp8', 'int8', 'fp4', 'int4', 'int2'] as const) {
    const constants = kernels.gemm[dtype];
    if (constants !== undefined) gemm[dtype] = move(constants, dtype);
  }
  return {
    ...kernels,
    gemm,
    collectives: kernels.collectives.map((row) => ({ ...row, busBps: scaled(row.busBps, linkRatio) })),
  };
}

function overlayRack(id: string, own: RackInput, base: RackEntry | undefined): RackEntry {
  const quantity = (value: number | undefined, unit: string, before: Quantity | undefined) =>
    value === undefined ? before : ownQuantity(value, unit);
  const deviceId = own.device ?? base?.deviceId;
  const idle = quantity(own.idle_power, 'W', base?.idlePowerW);
  const beside = quantity(own.non_device_power, 'W', base?.nonDeviceMaxW);
  const price = quantity(own.price_usd, 'USD', base?.priceUsd);
  return {
    ...(base?.typicalPowerW === undefined ? {} : { typicalPowerW: base.typicalPowerW }),
    id,
    name: own.name ?? base?.name ?? id,
    kind: own.kind ?? base?.kind ?? 'server',
    gridFit: base?.gridFit ?? ['cloud', 'enterprise', 'edge'],
    ...(deviceId === undefined ? {} : { deviceId }),
    deviceCount: quantity(own.device_count, 'devices', base?.deviceCount) ?? ownQuantity(1, 'devices'),
    maxPowerW: quantity(own.max_power, 'W', base?.maxPowerW) ?? ownQuantity(0, 'W'),
    ...(idle === undefined ? {} : { idlePowerW: idle }),
    ...(beside === undefined ? {} : { nonDeviceMaxW: beside }),
    cooling: own.cooling ?? base?.cooling ?? 'not stated',
    ...(price === undefined ? {} : { priceUsd: price }),
  };
}

function overlayRegion(id: string, own: RegionInput, base: RegionEntry, node: string): RegionEntry {
  const quantity = (value: number | undefined, unit: string, before: Quantity) =>
    value === undefined ? before : ownQuantity(value, unit);
  const { climate, touMultiplier, ...rest } = base;
  const hourly = own.hourly ?? touMultiplier;
  const ownClimate =
    own.outdoor_c === undefined
      ? climate
      : {
          annualMeanC: ownQuantity(own.outdoor_c, 'C'),
          seasonalAmplitudeK: climate?.seasonalAmplitudeK ?? ownQuantity(0, 'K'),
          dailyAmplitudeK: climate?.dailyAmplitudeK ?? ownQuantity(0, 'K'),
          wetBulbDepressionK: climate?.wetBulbDepressionK ?? ownQuantity(0, 'K'),
          warmestMonth: climate?.warmestMonth ?? 7,
        };
  return {
    ...rest,
    id,
    name: own.name ?? base.name,
    country: own.country ?? base.country,
    zones: own.zones ?? base.zones,
    latitude: own.latitude ?? base.latitude,
    longitude: own.longitude ?? base.longitude,
    networkNode: node,
    electricityUsdPerKwh: quantity(own.electricity_usd_per_kwh, 'USD/kWh', base.electricityUsdPerKwh),
    carbonGPerKwh: quantity(own.carbon_g_per_kwh, 'g/kWh', base.carbonGPerKwh),
    demandUsdPerKwMonth: quantity(own.demand_usd_per_kw_month, 'USD/kW-month', base.demandUsdPerKwMonth),
    utcOffsetH: own.utc_offset_h ?? base.utcOffsetH,
    ...(hourly === undefined ? {} : { touMultiplier: hourly }),
    ...(ownClimate === undefined ? {} : { climate: ownClimate }),
  };
}
