/**
 * Standing charges of a replica: capital spread over its life, network, operations, or rent.
 *
 *   USD per year = CRF(r, n) * (capital - residual/(1+r)^n),   CRF = r(1+r)^n / ((1+r)^n - 1),  1/n for r = 0
 *
 * (docs/modelling.md, accounting; the residual is what a sale brings at the end). Asset classes have lives of their own: devices and
 * servers, network gear (as devices), building and plant. Device and server come as one price where the rack has one,
 * shared out over its device slots; else the server is a share of the device price. A half-empty rack is charged by the
 * devices in it. Rent replaces device, server, network, facility, operations and power: the landlord pays those, so a
 * rented pool is not charged for its metered energy (which is reported all the same).
 *
 * Precedence: pool, then `costs.<grid>`, then `costs`, then the defaults here, then the catalog's facts.
 */

import { capitalRecoveryFactor, type PoolCostPlan, YEAR_S } from '@infersim/accounting';
import { type DeviceEntry, fact, type GridKind, type Quantity, type RackEntry } from '@infersim/catalog';
import type { CostInput } from '../schema/cost-fields.js';
import type { PoolInput } from '../schema/pool-fields.js';
import { type Path, pathText } from '../yaml/located.js';
import type { ResolveContext } from './context.js';

/** Defaults of the edge: a box on a shelf has no hall and no fabric. Grade: assumed. */
const EDGE_SERVER_SHARE = 0.15;
/** Server around a data-centre device: the low end of the server and network adder (0.35 to 0.5) of docs/modelling.md, accounting */
const SERVER_SHARE = 0.35;

type CostKey = keyof CostInput;

/** A cost setting of a pool by precedence; fills the pool's resolved costs. */
function setting<K extends CostKey>(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  grid: GridKind,
  key: K,
  otherwise: Quantity,
): number {
  const { costs } = ctx.scenario;
  const at: Path = [...path, 'costs', key];
  const own = pool.costs[key];
  if (typeof own === 'number') return ctx.fillFrom(at, own, otherwise, otherwise.unit);
  const inherited = costs[grid][key] ?? costs[key];
  if (typeof inherited === 'number')
    return ctx.fill(at, undefined, inherited, {
      unit: otherwise.unit,
      from: 'default',
      source: 'costs of the scenario',
    });
  return ctx.fillFrom(at, undefined, otherwise, otherwise.unit);
}

function assumedNumber(value: number, unit: string, source: string): Quantity {
  return { value, unit, grade: 'assumed', source };
}

/** A fact of the catalog, or the value that docs/modelling.md, accounting gives for it. */
function factOr(id: string, value: number, unit: string): Quantity {
  return fact(id)?.quantity ?? assumedNumber(value, unit, 'default of docs/modelling.md, costs');
}

/** Charges of one replica; null after filing what is missing. */
export function resolvePoolCost(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  grid: GridKind,
  device: DeviceEntry,
  rack: RackEntry | null,
  devicesPerReplica: number,
  nameplateW: number,
): PoolCostPlan | null {
  const { costs } = ctx.scenario;
  const isEdge = grid === 'edge';
  const ownership = pool.costs.ownership ?? costs[grid].ownership ?? costs.ownership ?? 'owned';
  ctx.fill([...path, 'costs', 'ownership'], pool.costs.ownership, ownership, { unit: '', from: 'default' });
  if (ownership === 'rented') return rentedCost(ctx, path, pool, grid, device, devicesPerReplica);
  const priceGiven = pool.costs.device_price_usd ?? costs[grid].device_price_usd ?? costs.device_price_usd;
  const rackPrice = priceGiven === undefined ? rack?.priceUsd : undefined;
  if (priceGiven === undefined && rackPrice === undefined && device.priceUsd === undefined) {
    ctx.problem([...path, 'device'], {
      code: 'SCENARIO_PRICE',
      message: `nobody knows the price of \`${device.id}\``,
      given: device.id,
      allowed: [
        '`costs: { device_price_usd: ... }` in this pool, or `costs: { ownership: rented }` with a rental price',
      ],
    });
    return null;
  }
  let equipmentUsd: number;
  let deviceUsd: number;
  if (rackPrice !== undefined && rack !== null) {
    equipmentUsd = rackPrice.value / rack.deviceCount.value;
    deviceUsd = Math.min(device.priceUsd?.value ?? equipmentUsd, equipmentUsd);
    if (rackPrice.grade === 'assumed')
      ctx.constants.push({
        where: pathText(path),
        name: `price of ${rack.id}`,
        value: rackPrice.value,
        unit: 'USD',
        grade: 'assumed',
      });
  } else {
    deviceUsd = setting(ctx, path, pool, grid, 'device_price_usd', device.priceUsd ?? assumedNumber(0, 'USD', 'none'));
    const share = setting(
      ctx,
      path,
      pool,
      grid,
      'server_share',
      assumedNumber(isEdge ? EDGE_SERVER_SHARE : SERVER_SHARE, '', 'default of docs/modelling.md, costs'),
    );
    equipmentUsd = deviceUsd * (1 + share);
  }
  const none = (unit: string) => assumedNumber(0, unit, 'none at the edge');
  const rate = setting(ctx, path, pool, grid, 'wacc', factOr('wacc', 0.08, '1/y'));
  const life = setting(ctx, path, pool, grid, 'device_life_years', factOr('device-life', 4, 'y'));
  const facilityLife = setting(ctx, path, pool, grid, 'facility_life_years', factOr('facility-life', 15, 'y'));
  const residual = setting(ctx, path, pool, grid, 'residual_share', factOr('residual-value', 0, ''));
  const opex = setting(ctx, path, pool, grid, 'opex_share_per_year', factOr('opex-share', 0.04, '1/y'));
  const networkUsd = setting(
    ctx,
    path,
    pool,
    grid,
    'network_usd_per_device',
    isEdge ? none('USD') : factOr('net-capex', 3500, 'USD'),
  );
  const facilityUsdPerW = setting(
    ctx,
    path,
    pool,
    grid,
    'facility_usd_per_w',
    isEdge ? none('USD/W') : factOr('facility-capex', 11, 'USD/W'),
  );
  const capital = capitalRecoveryFactor(rate, life);
  const residualUsd = (deviceUsd * residual) / (1 + rate) ** life;
  const perYear = devicesPerReplica / YEAR_S;
  return {
    deviceUsdPerReplicaS: capital * (equipmentUsd - residualUsd) * perYear,
    facilityUsdPerReplicaS: (capitalRecoveryFactor(rate, facilityLife) * facilityUsdPerW * nameplateW) / YEAR_S,
    networkUsdPerReplicaS: capital * networkUsd * perYear,
    operationsUsdPerReplicaS: opex * equipmentUsd * perYear,
    basis: 'owned',
  };
}

function rentedCost(
  ctx: ResolveContext,
  path: Path,
  pool: PoolInput,
  grid: GridKind,
  device: DeviceEntry,
  devicesPerReplica: number,
): PoolCostPlan | null {
  const { costs } = ctx.scenario;
  const given = pool.costs.device_usd_per_h ?? costs[grid].device_usd_per_h ?? costs.device_usd_per_h;
  if (given === undefined && device.cloudUsdPerH === undefined) {
    ctx.problem([...path, 'device'], {
      code: 'SCENARIO_PRICE',
      message: `nobody knows a rental price of \`${device.id}\``,
      given: device.id,
      allowed: ['`costs: { ownership: rented, device_usd_per_h: ... }` in this pool, or `ownership: owned`'],
    });
    return null;
  }
  const rent = setting(
    ctx,
    path,
    pool,
    grid,
    'device_usd_per_h',
    device.cloudUsdPerH ?? assumedNumber(0, 'USD/h', 'none'),
  );
  return {
    deviceUsdPerReplicaS: (rent * devicesPerReplica) / 3600,
    facilityUsdPerReplicaS: 0,
    networkUsdPerReplicaS: 0,
    operationsUsdPerReplicaS: 0,
    basis: 'rented',
  };
}
