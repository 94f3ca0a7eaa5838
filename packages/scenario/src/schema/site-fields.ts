/** Sites: places with a power connection, a tariff, a climate and pools. */

import * as z from 'zod';
import { choice, id, oneOrMore, quantity, real, share, whole } from './fields.js';
import { poolFields } from './pool-fields.js';

/** How a site gets rid of its heat. */
export const COOLING_KINDS = ['air', 'evaporative', 'liquid', 'ambient'] as const;

const power = z
  .strictObject({
    limit: quantity('power connection of one site', 'power', 'W', {
      above: 0,
      max: 1e12,
      otherwise: 'not stated',
    }).optional(),
    other: quantity('draw of one site that belongs to no pool (switches, storage)', 'power', 'W', { max: 1e9 }).default(
      0,
    ),
    cooling: choice(
      '`air` and `evaporative` cool rooms, `liquid` the chips; `ambient` is a device in room air',
      COOLING_KINDS,
      'cloud liquid, enterprise air, edge ambient',
    ).optional(),
    pue: real('fixed facility power over IT power', {
      min: 1,
      max: 10,
      otherwise: 'by load and outdoor temperature; 1.1 for ambient cooling',
    }).optional(),
    rated: quantity('IT power the cooling plant is built for', 'power', 'W', {
      above: 0,
      max: 1e12,
      otherwise: 'what the pools can draw at most',
    }).optional(),
    outdoor_c: quantity('outdoor temperature', 'temperature', 'C', {
      min: -80,
      max: 70,
      otherwise: 'yearly mean of the region',
    }).optional(),
    free_cooling_c: quantity('outdoor temperature up to which no chiller runs', 'temperature', 'C', {
      min: -80,
      max: 90,
      otherwise: 'air 18, evaporative 18 (wet bulb), liquid 32',
    }).optional(),
    mix_c: quantity('temperature range over which the chiller takes over', 'temperature', 'C', {
      above: 0,
      max: 60,
    }).default(8),
    cop_at_20c: real('chiller heat over work at 20 C outdoors', { above: 0, max: 50 }).default(5.5),
    fan_share: share('fans at full load, share of rated power').default(0.04),
    pump_share: share('pumps, share of rated power').default(0.01),
  })
  .meta({ description: 'connection and cooling of one site' });

const tariff = z
  .strictObject({
    energy_usd_per_kwh: quantity('energy price', 'energy price', 'USD/kWh', {
      max: 100,
      otherwise: 'of the region',
    }).optional(),
    demand_usd_per_kw_month: quantity(
      'demand charge per kW of the highest 15 minutes and month',
      'demand charge',
      'USD/kW-month',
      {
        max: 1e4,
        otherwise: 'of the region; edge 0',
      },
    ).optional(),
    hourly: z
      .array(real('multiplier of the energy price', { min: -100, max: 1000 }))
      .length(24)
      .optional()
      .meta({
        description: 'multipliers of the energy price by local hour, scaled to mean 1',
        'x-default': 'of the region',
      }),
    egress_usd_per_gb: quantity('price of data sent to clients', 'egress price', 'USD/GB', {
      max: 1000,
      otherwise: 'of the catalog in the cloud; elsewhere 0',
    }).optional(),
    carbon_g_per_kwh: quantity('carbon of the energy', 'carbon intensity', 'g/kWh', {
      max: 1e5,
      otherwise: 'of the region',
    }).optional(),
  })
  .meta({ description: 'what the site pays, over what its region says' });

export const siteFields = z.strictObject({
  id: id('name of the site in routes and results'),
  count: whole('number of like sites', { min: 1, max: 10_000_000 }).default(1),
  region: id('region of the catalog, or of `regions`: tariff, carbon, climate, network node'),
  zones: oneOrMore('residency zones its data stays in', id('a zone'), 100)
    .optional()
    .meta({ description: 'residency zones its data stays in', 'x-default': 'of the region' }),
  uplink: id('access kind that ties the site to the network', 'none in the cloud, else by grid').optional(),
  power: power.prefault({}),
  tariff: tariff.prefault({}),
  pools: z.array(poolFields).min(1).max(1000).meta({ description: 'what serves at each of these sites' }),
});

const grid = z.strictObject({
  sites: z.array(siteFields).min(1).max(1000).meta({ description: 'sites and groups of like sites' }),
});

export const gridFields = z
  .strictObject({
    cloud: grid.optional().meta({ description: 'large shared data centres' }),
    enterprise: grid.optional().meta({ description: 'on-premises racks' }),
    edge: grid.optional().meta({ description: 'boxes, PCs, phones, vehicles, near the user' }),
  })
  .meta({ description: 'the fleet: cloud, enterprise, edge' });

export type SiteInput = z.output<typeof siteFields>;
