/**
 * Own entries laid over known ones: what is given replaces, the rest stays. Fitted constants of a device refer to its peak
 * rates, bandwidth and links; where those are changed, the constants' references move with them and their shares stay.
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
import type { DeviceInput, RackInput, RegionInput } from '../schema/inline-fields.js';

/** A number the user wrote: as good as specified, by them. */
export function ownQuantity(value: number, unit: string): Quantity {
  return { value, unit, grade: 'specified', source: 'scenario' };
}

const GIB = 2 ** 30;

/** A device as the scenario gives it, over a base where it has one. */
export function overlayDevice(id: string, own: DeviceInput, base: DeviceEntry | undefined): DeviceEntry {
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
  // Idle shares of TDP where nothing is known: the middle of the range of docs/modelling.md, accounting (0.08 to 0.14).
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

/** A rack over its base. */
export function overlayRack(id: string, own: RackInput, base: RackEntry | undefined): RackEntry {
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

/** A region over its base; `node` is its place in the network. */
export function overlayRegion(id: string, own: RegionInput, base: RegionEntry, node: string): RegionEntry {
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
