/** Prices and lives of what is bought, and the prices a site pays. */

import * as z from 'zod';
import { choice, quantity, real, share } from './fields.js';

/** Capital and standing costs; every key may stand in `costs`, in `costs.<grid>`, or in a pool. */
export const costFields = z.strictObject({
  ownership: choice(
    '`owned` charges amortised capital and metered power, `rented` the hourly rental price, power included',
    ['owned', 'rented'],
    'owned',
  ).optional(),
  device_price_usd: quantity('purchase price of one device', 'money', 'USD', {
    max: 1e9,
    otherwise: 'of the catalog',
  }).optional(),
  device_usd_per_h: quantity('rental price of one device', 'hourly price', 'USD/h', {
    max: 1e6,
    otherwise: 'of the catalog',
  }).optional(),
  server_share: real('server around the devices, as share of the device price (unless the rack has a price)', {
    max: 100,
    otherwise: '0.35, edge 0.15',
  }).optional(),
  network_usd_per_device: quantity('network gear per device', 'money', 'USD', {
    max: 1e7,
    otherwise: 'of the catalog; edge 0',
  }).optional(),
  facility_usd_per_w: quantity('building, power and cooling plant per watt of nameplate power', 'plant cost', 'USD/W', {
    max: 1e5,
    otherwise: 'of the catalog; edge 0',
  }).optional(),
  device_life_years: real(
    'years over which devices and servers are written off',
    { above: 0, max: 100 },
    'years',
  ).optional(),
  facility_life_years: real(
    'years over which the building and its plant are written off',
    { above: 0, max: 100 },
    'years',
  ).optional(),
  residual_share: share('share of the device price left at the end of its life', {
    max: 0.99,
    otherwise: '0',
  }).optional(),
  wacc: share('cost of capital per year', { max: 1, otherwise: 'of the catalog' }).optional(),
  opex_share_per_year: real('staff, repair and software per year, as share of device and server price', {
    max: 10,
    otherwise: 'of the catalog',
  }).optional(),
});

export const costSection = costFields
  .extend({
    carbon_usd_per_t: quantity('price of a tonne of CO2e', 'carbon price', 'USD/t', { max: 1e6 }).default(0),
    cloud: costFields.prefault({}).meta({ description: 'the same for the cloud grid only' }),
    enterprise: costFields.prefault({}).meta({ description: 'the same for the enterprise grid only' }),
    edge: costFields.prefault({}).meta({ description: 'the same for the edge grid only' }),
  })
  .meta({ description: 'economics: what is not given comes from the catalog' });

export type CostInput = z.output<typeof costFields>;
export type CostSection = z.output<typeof costSection>;
