/**
 * Units a scenario may write, by dimension. A factor is an exact rational: `times` over one, times ten to `exp10`; so
 * `0.1ms` is the double nearest to 0.0001 s, without a rounding on the way.
 *
 * Decimal prefixes are powers of ten (1 GB = 1e9 bytes), binary ones powers of 1,024 (1 GiB = 2^30 bytes). A year has
 * 365 days, a month a twelfth of it (730 hours), as the tariffs and capital charges here count them.
 */

export interface UnitFactor {
  readonly times: number;
  readonly exp10: number;
}

const decimal = (exp10: number): UnitFactor => ({ times: 1, exp10 });
const whole = (times: number): UnitFactor => ({ times, exp10: 0 });

export type Dimension =
  | 'time'
  | 'bytes'
  | 'bandwidth'
  | 'power'
  | 'rate'
  | 'energy price'
  | 'demand charge'
  | 'carbon intensity'
  | 'carbon price'
  | 'money'
  | 'hourly price'
  | 'egress price'
  | 'plant cost'
  | 'share'
  | 'temperature'
  | 'arithmetic rate'
  | 'work';

/** Units of a dimension, the usual ones first. The factor leads to the dimension's base unit. */
export const UNITS: { readonly [D in Dimension]: { readonly [unit: string]: UnitFactor } } = {
  time: {
    ms: decimal(-3),
    s: decimal(0),
    min: whole(60),
    h: whole(3600),
    d: whole(86_400),
    m: whole(60),
    us: decimal(-6),
    µs: decimal(-6),
    ns: decimal(-9),
    sec: decimal(0),
    months: whole(2_628_000),
    y: whole(31_536_000),
    years: whole(31_536_000),
  },
  bytes: {
    B: decimal(0),
    kB: decimal(3),
    MB: decimal(6),
    GB: decimal(9),
    TB: decimal(12),
    KiB: whole(2 ** 10),
    MiB: whole(2 ** 20),
    GiB: whole(2 ** 30),
    TiB: whole(2 ** 40),
  },
  bandwidth: {
    'GB/s': decimal(9),
    'TB/s': decimal(12),
    'MB/s': decimal(6),
    'PB/s': decimal(15),
    'B/s': decimal(0),
    'GiB/s': whole(2 ** 30),
    'TiB/s': whole(2 ** 40),
    'Gbit/s': { times: 125, exp10: 6 },
    'Mbit/s': { times: 125, exp10: 3 },
  },
  power: { W: decimal(0), kW: decimal(3), MW: decimal(6), GW: decimal(9), mW: decimal(-3) },
  rate: {
    '/s': { times: 3600, exp10: 0 },
    '/min': { times: 60, exp10: 0 },
    '/h': { times: 1, exp10: 0 },
  },
  'energy price': { 'USD/kWh': decimal(0), 'USD/MWh': decimal(-3), 'ct/kWh': decimal(-2) },
  'demand charge': {
    'USD/kW-month': decimal(0),
    'USD/kW/month': decimal(0),
    'USD/MW-month': decimal(-3),
  },
  'carbon intensity': {
    'g/kWh': decimal(0),
    'kg/MWh': decimal(0),
    'kg/kWh': decimal(3),
    'gCO2/kWh': decimal(0),
    'gCO2e/kWh': decimal(0),
  },
  'carbon price': { 'USD/t': decimal(0), 'USD/kg': decimal(3) },
  money: { USD: decimal(0), kUSD: decimal(3), MUSD: decimal(6) },
  'hourly price': { 'USD/h': decimal(0) },
  'egress price': { 'USD/GB': decimal(0), 'USD/TB': decimal(-3) },
  'plant cost': { 'USD/W': decimal(0), 'USD/kW': decimal(-3), 'MUSD/MW': decimal(0) },
  share: { '%': decimal(-2) },
  temperature: { C: decimal(0), '°C': decimal(0) },
  'arithmetic rate': {
    'TFLOP/s': decimal(12),
    'PFLOP/s': decimal(15),
    'GFLOP/s': decimal(9),
    'FLOP/s': decimal(0),
    'TOP/s': decimal(12),
  },
  work: { FLOP: decimal(0), MFLOP: decimal(6), GFLOP: decimal(9), TFLOP: decimal(12), PFLOP: decimal(15) },
};
