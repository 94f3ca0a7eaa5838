/**
 * Sites: tariff, carbon, cooling. What a scenario does not say comes from the region; what nobody says has a default.
 *
 * Cooling follows docs/modelling.md, accounting with the region's yearly mean temperature (wet bulb for evaporative cooling),
 * unless a fixed PUE is given. Devices in room air (`ambient`) have a fixed 1.1: their power supply is the overhead.
 */

import type { PuePlan, SiteCostPlan } from '@infersim/accounting';
import { fact, type GridKind, type RegionEntry } from '@infersim/catalog';
import type { SiteInput } from '../schema/site-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

const J_PER_KWH = 3.6e6;

type Cooling = NonNullable<SiteInput['power']['cooling']>;

const DEFAULT_COOLING: Record<GridKind, Cooling> = { cloud: 'liquid', enterprise: 'air', edge: 'ambient' };
/** Outdoor temperature without a chiller, C (docs/modelling.md, accounting: air and wet bulb 18, warm liquid 30 to 35). Assumed. */
const FREE_COOLING_C: Record<Cooling, number> = { air: 18, evaporative: 18, liquid: 32, ambient: 18 };
/** Power supply and cabling of a device in room air (wall-powered devices: 1.0 to 1.1). Assumed. */
const AMBIENT_PUE = 1.1;
/** Outdoor temperature where the region has no climate, C. Assumed. */
const UNKNOWN_OUTDOOR_C = 15;

/** Prices and cooling of one site. `maxItW` is what its pools can draw at most. */
export function resolveSiteCost(
  ctx: ResolveContext,
  path: Path,
  site: SiteInput,
  grid: GridKind,
  region: RegionEntry,
  maxItW: number,
): SiteCostPlan {
  const at: Path = [...path, 'tariff'];
  const { tariff } = site;
  const energy = ctx.fillFrom(
    [...at, 'energy_usd_per_kwh'],
    tariff.energy_usd_per_kwh,
    region.electricityUsdPerKwh,
    'USD/kWh',
  );
  const demand =
    grid === 'edge'
      ? ctx.fill([...at, 'demand_usd_per_kw_month'], tariff.demand_usd_per_kw_month, 0, {
          unit: 'USD/kW-month',
          from: 'default',
          source: 'small connections pay by energy',
        })
      : ctx.fillFrom(
          [...at, 'demand_usd_per_kw_month'],
          tariff.demand_usd_per_kw_month,
          region.demandUsdPerKwMonth,
          'USD/kW-month',
        );
  const carbon = ctx.fillFrom([...at, 'carbon_g_per_kwh'], tariff.carbon_g_per_kwh, region.carbonGPerKwh, 'g/kWh');
  const egressFact = fact('egress-price')?.quantity;
  const egress =
    grid === 'cloud' && egressFact !== undefined
      ? ctx.fillFrom([...at, 'egress_usd_per_gb'], tariff.egress_usd_per_gb, egressFact, 'USD/GB')
      : ctx.fill([...at, 'egress_usd_per_gb'], tariff.egress_usd_per_gb, 0, { unit: 'USD/GB', from: 'default' });
  const hourly = ctx.fill([...at, 'hourly'], tariff.hourly, [...(region.touMultiplier ?? [])], {
    unit: '',
    from: 'catalog',
    source: region.touSource ?? 'flat',
  });
  if (hourly.length === 0) ctx.rewrite(at, withoutHourly(ctx, at));
  const startHour = (((ctx.scenario.start_hour_utc + region.utcOffsetH) % 24) + 24) % 24;
  return {
    energyUsdPerJ: energy / J_PER_KWH,
    hourlyMultiplier: meanOne(ctx, [...at, 'hourly'], hourly),
    startHour,
    demandUsdPerWMonth: demand / 1000,
    carbonGPerJ: carbon / J_PER_KWH,
    carbonUsdPerG: ctx.scenario.costs.carbon_usd_per_t / 1e6,
    pue: resolvePue(ctx, [...path, 'power'], site, grid, region, maxItW),
    egressUsdPerByte: egress / 1e9,
  };
}

/** The resolved tariff without its empty list of multipliers: a flat tariff has none. */
function withoutHourly(ctx: ResolveContext, at: Path): unknown {
  let value: unknown = ctx.resolved;
  for (const step of at) value = (value as Record<string | number, unknown>)[step];
  const { hourly: _, ...rest } = value as Record<string, unknown>;
  return rest;
}

function meanOne(ctx: ResolveContext, path: Path, values: readonly number[]): readonly number[] {
  if (values.length === 0) return values;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (mean > 0) return values.map((value) => value / mean);
  ctx.problem(path, {
    code: 'SCENARIO_RANGE',
    message: 'the mean of the multipliers is not above 0',
    allowed: ['24 multipliers with a mean above 0'],
  });
  return [];
}

function resolvePue(
  ctx: ResolveContext,
  path: Path,
  site: SiteInput,
  grid: GridKind,
  region: RegionEntry,
  maxItW: number,
): PuePlan {
  const { power } = site;
  const cooling = ctx.fill([...path, 'cooling'], power.cooling, DEFAULT_COOLING[grid], { unit: '', from: 'default' });
  if (power.pue !== undefined && cooling !== 'ambient') return { model: 'fixed', pue: power.pue };
  if (cooling === 'ambient') {
    const pue = ctx.fill([...path, 'pue'], power.pue, AMBIENT_PUE, {
      unit: '',
      from: 'default',
      source: 'power supply of a device in room air',
      grade: 'assumed',
    });
    return { model: 'fixed', pue };
  }
  const climate = region.climate;
  const isWet = cooling === 'evaporative';
  const mean = climate?.annualMeanC.value ?? UNKNOWN_OUTDOOR_C;
  const outdoor = isWet ? mean - (climate?.wetBulbDepressionK.value ?? 0) : mean;
  const outdoorC = ctx.fill([...path, 'outdoor_c'], power.outdoor_c, outdoor, {
    unit: 'C',
    from: climate === undefined ? 'default' : 'catalog',
    source: climate === undefined ? 'no climate known' : `yearly mean of ${region.id}${isWet ? ', wet bulb' : ''}`,
    grade: climate?.annualMeanC.grade ?? 'assumed',
  });
  const freeC = ctx.fill([...path, 'free_cooling_c'], power.free_cooling_c, FREE_COOLING_C[cooling], {
    unit: 'C',
    from: 'default',
    source: `${cooling} cooling`,
    grade: 'assumed',
  });
  const ratedW = ctx.fill([...path, 'rated'], power.rated, maxItW, {
    unit: 'W',
    from: 'default',
    source: 'what the pools can draw at most',
  });
  return {
    model: 'thermal',
    ratedW,
    outdoorC,
    freeCoolingC: freeC,
    mixC: power.mix_c,
    copAt20C: power.cop_at_20c,
    fanShare: power.fan_share,
    pumpShare: power.pump_share,
  };
}
