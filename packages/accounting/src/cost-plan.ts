/**
 * Prices as plain data: what a pool and a site cost per unit of time, energy and power, resolved by the scenario room.
 *
 * Base units: USD, seconds, joules, watts, grams of CO2e. Capital is already spread over its life (capital recovery
 * factor; docs/modelling.md), so that a window is charged its share and nothing else.
 */

/** Standing charges of one replica of a pool, USD per second, whether it works or not. */
export interface PoolCostPlan {
  /** Devices, server share and rack share, amortised; or the rental price where devices are rented. */
  readonly deviceUsdPerReplicaS: number;
  /** Building, power and cooling plant, amortised per replica by its nameplate power. */
  readonly facilityUsdPerReplicaS: number;
  /** Network gear and connection, amortised per replica. */
  readonly networkUsdPerReplicaS: number;
  /** Staff, repair, software. */
  readonly operationsUsdPerReplicaS: number;
  /** Owned devices pay for their power; a rent includes it (energy, cooling, demand and priced carbon are the landlord's). */
  readonly basis: 'owned' | 'rented';
}

/** Power usage effectiveness as a function of load and outdoor temperature, evaluated per meter interval. */
export type PuePlan =
  | { readonly model: 'fixed'; readonly pue: number }
  /** Thermal form of docs/modelling.md: fans, pumps, chiller with free cooling, electrical loss. */
  | {
      readonly model: 'thermal';
      readonly ratedW: number;
      readonly outdoorC: number;
      readonly freeCoolingC: number;
      readonly mixC: number;
      readonly copAt20C: number;
      readonly fanShare: number;
      readonly pumpShare: number;
    };

export interface SiteCostPlan {
  /** Energy price at the meter, USD per joule, before the hourly multiplier. */
  readonly energyUsdPerJ: number;
  /** 24 multipliers by local hour, mean 1; empty = flat. */
  readonly hourlyMultiplier: readonly number[];
  /** Local hour at simulated time zero. */
  readonly startHour: number;
  /** Demand charge, USD per watt of the 15-minute peak and month. */
  readonly demandUsdPerWMonth: number;
  readonly carbonGPerJ: number;
  readonly carbonUsdPerG: number;
  readonly pue: PuePlan;
  /** Egress, USD per byte sent to clients. */
  readonly egressUsdPerByte: number;
}

/** Parts of the bill, in the order they are shown; their sum is the total. */
export const COST_PARTS = [
  'device',
  'facility',
  'energy',
  'cooling',
  'demand',
  'network',
  'operations',
  'carbon',
] as const;
export type CostPart = (typeof COST_PARTS)[number];

/** Parts that follow the meter; the others are standing charges. A rent includes them. */
export const POWER_PARTS: readonly CostPart[] = ['energy', 'cooling', 'demand', 'carbon'];

/** USD of the given parts, of a bill that holds all parts in order. */
export function sumOfParts(partsUsd: Float64Array, parts: readonly CostPart[]): number {
  return parts.reduce((sum, part) => sum + partsUsd[COST_PARTS.indexOf(part)]!, 0);
}
