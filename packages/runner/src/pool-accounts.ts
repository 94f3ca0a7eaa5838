/**
 * Energy, carbon and money of every pool in the window, from the meters of a finished world.
 *
 * Sites are billed by their own meter; a pool gets its share of its sites' facility energy interval by interval, in
 * proportion to IT energy, and of the demand charge in proportion to facility energy. Draw of a site that belongs to no
 * pool is apportioned by the pools' greatest draw. A rented pool's power is in its rent: what the meter says it costs is the
 * landlord's. Joules, watts, USD, grams.
 */

import {
  energyPriceUsdPerJ,
  intervalShare,
  POWER_PARTS,
  SiteBiller,
  splitByCause,
  sumOfParts,
} from '@infersim/accounting';
import { Count, Load, type WorldRecord } from '@infersim/fleet';

export interface PoolAccount {
  readonly devices: number;
  /** Replica seconds of the window. */
  readonly replicaS: number;
  readonly itJ: number;
  readonly facilityJ: number;
  readonly deviceIdleJ: number;
  readonly deviceBusyJ: number;
  readonly carbonG: number;
  /** USD by cost part, in the order of COST_PARTS. */
  readonly partsUsd: Float64Array;
  readonly totalUsd: number;
  /** Power that the rent covers, at the site's tariff; not in the total. */
  readonly landlordUsd: number;
  readonly idleUsd: number;
  /** NaN when the pool did nothing. */
  readonly prefillUsd: number;
  readonly decodeUsd: number;
  /** Energy of every meter interval since time zero, joules. */
  readonly itBinsJ: Float64Array;
  readonly facilityBinsJ: Float64Array;
}

export interface Accounts {
  readonly pools: readonly PoolAccount[];
  /** Bills of each group's sites, summed; peaks are of the group as a whole. */
  readonly groupBills: readonly GroupBill[];
}

export interface GroupBill {
  readonly itBinsJ: Float64Array;
  readonly facilityBinsJ: Float64Array;
  readonly facilityJ: number;
  readonly moneyUsd: number;
}

/** Accounts of a world that has run. */
export function accountFor(world: WorldRecord): Accounts {
  const { plan, statistics, pools } = world;
  const endS = world.reachedS;
  const fromS = Math.min(plan.warmupS, endS);
  const intervalS = plan.meterIntervalS;
  const bins = Math.max(0, Math.ceil(endS / intervalS - 1e-12));
  const meteredS = (bin: number) => Math.min((bin + 1) * intervalS, endS) - bin * intervalS;
  const otherShare = otherDrawShares(world);

  const poolIt = plan.pools.map((pool, index) => {
    const group = plan.groups[pool.group]!;
    const baselineW =
      group.count * (pool.replicas * (pools[index]!.model.idleW + pool.hostIdleW) + group.otherW * otherShare[index]!);
    const meter = statistics.poolMeters[index]!.aboveIdleJ;
    return Float64Array.from({ length: bins }, (_, bin) => baselineW * meteredS(bin) + meter.amount(bin));
  });

  const groupSums = plan.groups.map((group, index) => {
    let demandUsd = 0;
    let facilityJ = 0;
    let moneyUsd = 0;
    let baselineW = group.otherW;
    plan.pools.forEach((pool, p) => {
      if (pool.group === index) baselineW += pool.replicas * (pools[p]!.model.idleW + pool.hostIdleW);
    });
    const siteBinsJ = new Float64Array(bins);
    const meters = statistics.siteMeters[index]!;
    const biller = new SiteBiller(group.cost, bins, intervalS, fromS, endS);
    // Intervals are as many as the horizon is long: a lone site's sums are its own.
    const isLone = group.count === 1;
    const itBinsJ = isLone ? siteBinsJ : new Float64Array(bins);
    const facilityBinsJ = isLone ? biller.facilityBinsJ : new Float64Array(bins);
    let isIdleBilled = false;
    for (let site = 0; site < group.count; site++) {
      // Sites that never drew more than they do idle have one bill.
      const isIdle = !meters.hasAny(site);
      if (!isIdle || !isIdleBilled) {
        for (let bin = 0; bin < bins; bin++) siteBinsJ[bin] = baselineW * meteredS(bin);
        meters.addTo(site, siteBinsJ);
        biller.bill(siteBinsJ);
        isIdleBilled = isIdle;
      }
      demandUsd += biller.demandUsd;
      facilityJ += biller.facilityJ;
      moneyUsd += biller.energyUsd + biller.coolingUsd + biller.demandUsd + biller.carbonUsd;
      if (isLone) continue;
      const facility = biller.facilityBinsJ;
      for (let bin = 0; bin < bins; bin++) {
        itBinsJ[bin] = itBinsJ[bin]! + siteBinsJ[bin]!;
        facilityBinsJ[bin] = facilityBinsJ[bin]! + facility[bin]!;
      }
    }
    return { itBinsJ, facilityBinsJ, demandUsd, facilityJ, moneyUsd };
  });

  const accounts = plan.pools.map((pool, index): PoolAccount => {
    const group = plan.groups[pool.group]!;
    const sums = groupSums[pool.group]!;
    const loads = statistics.poolMeters[index]!.loads;
    const replicas = pool.replicas * group.count;
    const windowS = endS - fromS;
    const replicaS = replicas * windowS;
    const itBinsJ = poolIt[index]!;
    const facilityBinsJ = new Float64Array(bins);
    let itJ = 0;
    let facilityJ = 0;
    let energyUsd = 0;
    let coolingUsd = 0;
    for (let bin = 0; bin < bins; bin++) {
      const groupIt = sums.itBinsJ[bin]!;
      facilityBinsJ[bin] = groupIt > 0 ? (sums.facilityBinsJ[bin]! * itBinsJ[bin]!) / groupIt : 0;
      const share = (intervalShare(bin, intervalS, fromS, endS) * intervalS) / meteredS(bin);
      const price = energyPriceUsdPerJ(group.cost, bin * intervalS);
      itJ += itBinsJ[bin]! * share;
      facilityJ += facilityBinsJ[bin]! * share;
      energyUsd += itBinsJ[bin]! * share * price;
      coolingUsd += (facilityBinsJ[bin]! - itBinsJ[bin]!) * share * price;
    }
    const carbonG = facilityJ * group.cost.carbonGPerJ;
    const demandUsd = sums.facilityJ > 0 ? (sums.demandUsd * facilityJ) / sums.facilityJ : 0;
    const carbonUsd = carbonG * group.cost.carbonUsdPerG;
    const owned = pool.cost.basis === 'owned' ? 1 : 0;
    const partsUsd = Float64Array.of(
      pool.cost.deviceUsdPerReplicaS * replicaS,
      pool.cost.facilityUsdPerReplicaS * replicaS,
      energyUsd * owned,
      coolingUsd * owned,
      demandUsd * owned,
      pool.cost.networkUsdPerReplicaS * replicaS + egressUsd(world, index),
      pool.cost.operationsUsdPerReplicaS * replicaS,
      carbonUsd * owned,
    );
    const totalUsd = partsUsd.reduce((sum, part) => sum + part, 0);
    const busyS = loads[Load.BUSY_S]!;
    const idleS = Math.max(0, replicaS - busyS);
    const deviceIdleJ = pools[index]!.model.idleW * idleS;
    const busyJ = loads[Load.SEGMENT_J]! + pool.hostBusyW * busyS;
    const idleTimeShare = replicaS > 0 ? idleS / replicaS : 0;
    const idleEnergyShare = itJ > 0 ? Math.max(0, 1 - busyJ / itJ) : 0;
    const metered = sumOfParts(partsUsd, POWER_PARTS);
    const idleUsd = (totalUsd - metered) * idleTimeShare + metered * idleEnergyShare;
    const split = splitByCause(totalUsd, loads[Load.PREFILL_S]!, busyS);
    return {
      devices: replicas * pools[index]!.model.devices,
      replicaS,
      itJ,
      facilityJ,
      deviceIdleJ,
      deviceBusyJ: loads[Load.SEGMENT_J]!,
      carbonG,
      partsUsd,
      totalUsd,
      landlordUsd: (energyUsd + coolingUsd + demandUsd + carbonUsd) * (1 - owned),
      idleUsd,
      prefillUsd: split.prefillUsd,
      decodeUsd: split.decodeUsd,
      itBinsJ,
      facilityBinsJ,
    };
  });
  return { pools: accounts, groupBills: groupSums };
}

/** Share of a site's other draw that each pool carries: by greatest draw of its replicas. */
function otherDrawShares(world: WorldRecord): number[] {
  const { plan, pools } = world;
  const most = plan.pools.map((pool, index) => pool.replicas * (pools[index]!.model.maxW + pool.hostBusyW));
  const ofGroup = plan.groups.map((_, group) =>
    plan.pools.reduce((sum, pool, index) => (pool.group === group ? sum + most[index]! : sum), 0),
  );
  return plan.pools.map((pool, index) => (ofGroup[pool.group]! > 0 ? most[index]! / ofGroup[pool.group]! : 0));
}

/** Tokens sent out to clients in the window, at the site's egress price. */
function egressUsd(world: WorldRecord, poolIndex: number): number {
  const { plan, statistics } = world;
  const price = plan.groups[plan.pools[poolIndex]!.group]!.cost.egressUsdPerByte;
  let usd = 0;
  plan.traffic.forEach((traffic, index) => {
    const cell = statistics.cells.peek(poolIndex, index);
    if (cell) usd += cell.counts[Count.WINDOW_OUTPUT_TOKENS]! * traffic.bytesPerToken * price;
  });
  return usd;
}
