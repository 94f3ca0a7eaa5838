/**
 * The identities that must hold in every run, each from two independent sides. Counts have to agree exactly, sums to
 * 1e-9 relative. A run that breaks one is our bug and says so.
 */

import { COST_PARTS, POWER_PARTS, sumOfParts } from '@infersim/accounting';
import { Attributed, Count, Load, type WorldRecord } from '@infersim/fleet';
import type { Accounts } from './pool-accounts.js';
import type { ConservationCheck } from './results.js';

const SUM_TOLERANCE = 1e-9;
const STANDING_PARTS = COST_PARTS.filter((part) => !POWER_PARTS.includes(part));

export function checkConservation(world: WorldRecord, accounts: Accounts): ConservationCheck[] {
  const { plan, statistics, pools } = world;
  const endS = world.reachedS;
  const checks: ConservationCheck[] = [];
  const check = (name: ConservationCheck['name'], left: number, right: number, tolerance: number, meaning: string) => {
    const scale = Math.max(Math.abs(left), Math.abs(right));
    const relative = left === right ? 0 : Math.abs(left - right) / scale;
    checks.push({ name, left, right, relative, tolerance, passed: relative <= tolerance, meaning });
  };

  const ended = new Float64Array(4);
  for (let pool = -1; pool < plan.pools.length; pool++) {
    for (let traffic = 0; traffic < plan.traffic.length; traffic++) {
      const counts = statistics.cells.peek(pool, traffic)?.counts;
      if (counts === undefined) continue;
      for (let i = 0; i < 4; i++) ended[i] = ended[i]! + counts[Count.COMPLETED + i]!;
    }
  }
  const offered = statistics.offeredByTraffic.reduce((sum, n) => sum + n, 0);
  check(
    'requests',
    offered,
    ended[0]! + ended[1]! + ended[2]! + ended[3]! + world.inFlight,
    0,
    'offered = completed + rejected + failed + timed out + in flight',
  );

  let prefillTokens = 0;
  let workS = 0;
  let expectedJ = 0;
  let meteredJ = 0;
  plan.pools.forEach((pool, index) => {
    const group = plan.groups[pool.group]!;
    const { loads } = statistics.poolMeters[index]!;
    const replicas = pool.replicas * group.count;
    prefillTokens += loads[Load.TOTAL_PREFILL_TOKENS]!;
    workS += loads[Load.TOTAL_WORK_S]!;
    const idleS = replicas * endS - loads[Load.TOTAL_BUSY_S]!;
    expectedJ +=
      pools[index]!.model.idleW * idleS + pool.hostIdleW * idleS + pool.hostBusyW * loads[Load.TOTAL_BUSY_S]!;
    for (const joules of accounts.pools[index]!.itBinsJ) meteredJ += joules;
  });
  plan.groups.forEach((group, index) => {
    if (plan.pools.some((pool) => pool.group === index)) expectedJ += group.otherW * group.count * endS;
  });

  check(
    'tokens',
    prefillTokens,
    statistics.attributed[Attributed.COMPUTED_TOKENS]!,
    0,
    'prompt tokens computed by replicas, padding apart = those computed for requests, recomputation included',
  );
  check(
    'kv-blocks',
    world.usedBlocks,
    world.heldBlocks,
    0,
    'blocks in use at replicas = blocks held by requests there',
  );
  check(
    'time',
    workS,
    statistics.attributed[Attributed.DEVICE_S]!,
    SUM_TOLERANCE,
    'busy time of replicas = device time of requests',
  );
  check(
    'energy',
    meteredJ,
    expectedJ + statistics.attributed[Attributed.ENERGY_J]!,
    SUM_TOLERANCE,
    'metered IT energy = energy of requests + idle + hosts + other draw',
  );
  let poolFacilityJ = 0;
  let poolUsd = 0;
  let groupFacilityJ = 0;
  let groupUsd = 0;
  for (const account of accounts.pools) {
    poolFacilityJ += account.facilityJ;
    poolUsd += account.totalUsd + account.landlordUsd;
    groupUsd += sumOfParts(account.partsUsd, STANDING_PARTS);
  }
  accounts.groupBills.forEach((bill, group) => {
    if (!plan.pools.some((pool) => pool.group === group)) return;
    groupFacilityJ += bill.facilityJ;
    groupUsd += bill.moneyUsd;
  });
  check(
    'energy-facility',
    poolFacilityJ,
    groupFacilityJ,
    SUM_TOLERANCE,
    'facility energy of pools = IT times PUE summed over sites and intervals',
  );
  check(
    'money',
    poolUsd,
    groupUsd,
    SUM_TOLERANCE,
    'cost of pools, power inside rents included = standing charges + bills of the sites',
  );
  check(
    'little',
    world.little.integral,
    world.little.sojourns,
    SUM_TOLERANCE,
    'integral of requests present = sum of sojourns',
  );
  return checks;
}
