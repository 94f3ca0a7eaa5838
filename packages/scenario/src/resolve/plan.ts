/**
 * A checked scenario to a run plan: every name looked up, every default filled in, every deployment fitted.
 *
 * All problems are filed in one pass; a plan comes back only when none of them is an error. Order in the plan: site
 * groups by grid (cloud, enterprise, edge) and position, pools by site and position, workloads as written. So permuted
 * keys of maps change nothing.
 */

import type { GridKind } from '@infersim/catalog';
import type { PoolPlan, SiteGroupPlan, TrafficPlan, WorldPlan } from '@infersim/fleet';
import type { AssumedConstant, RunPlan } from '@infersim/runner';
import type { WorkloadPlan } from '@infersim/workload';
import type { SiteInput } from '../schema/site-fields.js';
import type { LocatedMap, Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { type Declaration, type Declarations, declarationsOf, defaultPoolId } from './declared-names.js';
import { Network, type NetworkSite, resolveUplink } from './network.js';
import { resolveObjectives } from './objectives.js';
import { OwnEntries } from './own-entries.js';
import { OwnModels } from './own-models.js';
import { kilowatts, type ResolvedPool, resolvePool } from './pool.js';
import { resolveRoute } from './routes.js';
import { resolveSiteCost } from './site.js';
import { isDeterministic, resolveWorkload } from './workload.js';
import { warnOfLongBeginnings, warnOfReservedBudget } from './workload-warnings.js';

const GRIDS: readonly GridKind[] = ['cloud', 'enterprise', 'edge'];

/** Resolves a scenario; null when an error was filed. */
export function resolvePlan(ctx: ResolveContext, root: LocatedMap): RunPlan | null {
  const { scenario } = ctx;
  const declared = declarationsOf(root);
  checkTimes(ctx);
  checkDuplicates(ctx, declared);
  const entries = new OwnEntries(ctx);
  const models = new OwnModels(ctx);
  entries.checkAll();
  models.checkAll();
  const fleet = resolveFleet(ctx, entries, models);
  const network = new Network(ctx, entries, fleet.networkSites);
  const siteIds = fleet.groups.map((group) => group.id);
  const counts = fleet.groups.map((group) => group.count);
  const world = {
    groups: fleet.groups,
    pools: fleet.pools,
    poolModels: fleet.poolModels,
    declared: {
      sites: declared.sites.map((each) => each.id),
      pools: declared.pools.map((each) => each.id),
      models: declared.models,
    },
  };
  const traffic: TrafficPlan[] = [];
  for (const [index, input] of scenario.workloads.entries()) {
    const path: Path = ['workloads', index];
    const origin = network.origin(path, input, siteIds, counts, world.declared.sites);
    const workload = resolveWorkload(ctx, path, input, network.utcOffsetH(origin));
    const route = resolveRoute(ctx, path, input, world);
    if (workload !== null) warnOfLongBeginnings(ctx, path, workload);
    if (origin < 0 || workload === null || route === null) continue;
    warnOfReservedBudget(ctx, path, workload, route, fleet.pools);
    const { client, objectives } = input;
    traffic.push({
      workload,
      origin,
      route,
      client: {
        timeoutS: client.timeout ?? -1,
        maxRetries: client.retries,
        backoffS: client.backoff,
        cancelOnTimeout: client.cancel,
        ...(client.stream_interval_tokens === 1 ? {} : { streamIntervalTokens: client.stream_interval_tokens }),
      },
      goodput: { ttftS: objectives.ttft ?? -1, tpotS: objectives.tpot ?? -1, e2eS: objectives.e2e ?? -1 },
      bytesPerToken: input.bytes_per_token,
    });
  }
  const origins = network.plans();
  const isSpreadOrigin = (origin: number) => (counts[origins[origin]?.siteGroup ?? -1] ?? 1) > 1;
  const spread = new Set<string>();
  for (const each of traffic) {
    const origin = origins[each.origin];
    if (origin === undefined || !isSpreadOrigin(each.origin)) continue;
    spread.add(`workload ${each.workload.id}`);
    spread.add(`origin ${origin.id}`);
    spread.add(`site ${siteIds[origin.siteGroup] ?? ''}`);
  }
  const objectives = resolveObjectives(ctx, {
    workload: declared.workloads.map((each) => each.id),
    grid: GRIDS.filter((grid) => scenario.grids[grid] !== undefined),
    site: world.declared.sites,
    pool: world.declared.pools,
    origin: origins.map((origin) => origin.id),
    spread,
    poolScopes: new Map(fleet.pools.map((pool) => [pool.id, `${siteIds[pool.group] ?? ''}/${pool.id}`])),
  });
  if (ctx.isPartial || ctx.problems.some((problem) => problem.severity === 'error')) return null;
  const isTrend = traffic.some(({ workload }) => hasTrend(workload, scenario.horizon));
  const stationary = ctx.fill(['stationary'], scenario.stationary, !isTrend, {
    unit: '',
    from: 'default',
    source: 'no replay, no day curve, no burst, no stage that ends',
  });
  const worldPlan: WorldPlan = {
    horizonS: scenario.horizon,
    warmupS: scenario.warmup,
    stationary,
    meterIntervalS: scenario.meter_interval,
    networkJitterSigma: scenario.network.jitter_sigma,
    groups: fleet.groups,
    pools: fleet.pools,
    origins,
    traffic,
  };
  const { requests, requests_format: format, timeseries } = scenario.record;
  return {
    schemaVersion: 1,
    name: scenario.name,
    seed: scenario.seed,
    replications: scenario.replications,
    confidence: scenario.confidence,
    world: worldPlan,
    objectives,
    record: {
      requests:
        typeof requests === 'object' ? { mode: 'sample', sample: requests.sample } : { mode: requests, sample: 0 },
      ...(format === undefined ? {} : { requestsFormat: format }),
      timeseriesS: timeseries === 'off' ? 0 : timeseries,
    },
    stepByStep: scenario.step_by_step,
    assumed: distinctConstants(ctx),
    warnings: ctx.problems
      .filter((problem) => problem.severity === 'warning')
      .map((problem) => `${problem.path}: ${problem.message}`),
    deterministic: isPlanDeterministic(worldPlan),
  };
}

/** Whether traffic is not the same from zero to the horizon. */
function hasTrend({ profile, arrivals }: WorkloadPlan, horizonS: number): boolean {
  if (profile !== undefined || arrivals.process === 'replay' || arrivals.process === 'burst') return true;
  return (
    arrivals.process === 'poisson-count' &&
    (arrivals.startS > 0 || arrivals.startS + arrivals.durationS < horizonS * (1 - 1e-9))
  );
}

/** Rows of the time series per scope beyond which somebody should have meant it: two months of minutes. */
const MANY_ROWS = 100_000;

function checkTimes(ctx: ResolveContext): void {
  const { horizon, warmup, meter_interval: meter, record } = ctx.scenario;
  // With faulty parts left out either may be a stand-in.
  if (warmup >= horizon && !ctx.isPartial)
    ctx.problem(['warmup'], {
      code: 'SCENARIO_RANGE',
      message: `the warm-up (${warmup} s) leaves nothing of the horizon (${horizon} s)`,
      given: ctx.givenText(['warmup']),
      allowed: [`less than ${horizon} s`],
    });
  const row = record.timeseries;
  if (row !== 'off' && Math.abs(row / meter - Math.round(row / meter)) > 1e-9)
    ctx.problem(['record', 'timeseries'], {
      code: 'SCENARIO_RANGE',
      message: `a row of ${row} s is no multiple of meter_interval (${meter} s)`,
      given: String(row),
      allowed: [`${meter} s, ${2 * meter} s, ..., off`],
    });
  else if (row !== 'off' && horizon / row > MANY_ROWS)
    ctx.warn(['horizon'], {
      code: 'SCENARIO_TIMESERIES_ROWS',
      message: `timeseries.csv will have ${Math.ceil(horizon / row)} rows per scope and replication`,
      allowed: ['a longer `record.timeseries`', '`record: { timeseries: off }`'],
    });
}

function checkDuplicates(ctx: ResolveContext, declared: Declarations): void {
  const check = (kind: string, list: readonly Declaration[], before: Map<string, string>) => {
    for (const { id, path } of list) {
      const other = before.get(id);
      if (other !== undefined)
        ctx.problemAtDocument(path, {
          code: 'SCENARIO_DUPLICATE_ID',
          message:
            other === kind
              ? `two ${kind}s have the id \`${id}\``
              : `the ${kind} \`${id}\` is named as a ${other} is: a route could mean either`,
          given: id,
          allowed: [path[path.length - 1] === 'model' ? 'an `id` of its own for each pool' : 'each id once'],
        });
      else before.set(id, kind);
    }
  };
  const places = new Map<string, string>(GRIDS.map((grid) => [grid, 'grid']));
  check('site', declared.sites, places);
  check('pool', declared.pools, places);
  check('workload', declared.workloads, new Map());
}

interface Fleet {
  readonly groups: readonly SiteGroupPlan[];
  readonly pools: readonly PoolPlan[];
  readonly poolModels: readonly string[];
  readonly networkSites: readonly NetworkSite[];
}

function resolveFleet(ctx: ResolveContext, entries: OwnEntries, models: OwnModels): Fleet {
  const groups: SiteGroupPlan[] = [];
  const pools: PoolPlan[] = [];
  const poolModels: string[] = [];
  const networkSites: NetworkSite[] = [];
  const written = GRIDS.filter((grid) => ctx.scenario.grids[grid] !== undefined);
  if (written.length === 0 && !ctx.isPartial)
    ctx.problemAtKey(['grids'], {
      code: 'SCENARIO_MISSING_KEY',
      message: 'there is no grid',
      allowed: [...GRIDS],
      allowedTitle: 'at least one of',
    });
  for (const grid of written) {
    for (const [index, site] of (ctx.scenario.grids[grid]?.sites ?? []).entries()) {
      const path: Path = ['grids', grid, 'sites', index];
      const region = entries.region(site.region, [...path, 'region']);
      const group = groups.length;
      const found: ResolvedPool[] = [];
      for (const [poolIndex, pool] of site.pools.entries()) {
        const poolPath: Path = [...path, 'pools', poolIndex];
        const id = ctx.fill([...poolPath, 'id'], pool.id, defaultPoolId(site.id, pool.model), {
          unit: '',
          from: 'default',
        });
        const resolved = resolvePool(ctx, entries, models, poolPath, pool, id, grid, group);
        if (resolved !== null) found.push(resolved);
        else ctx.isPartial = true;
      }
      if (region === null) {
        ctx.isPartial = true;
        continue;
      }
      const maxItW = found.reduce((sum, pool) => sum + pool.maxW * pool.plan.replicas, site.power.other);
      checkPower(ctx, path, site, maxItW);
      groups.push({
        id: site.id,
        grid,
        count: site.count,
        region: region.id,
        zones: ctx.fill([...path, 'zones'], site.zones, [...region.zones], {
          unit: '',
          from: 'catalog',
          source: region.id,
        }),
        powerLimitW: site.power.limit ?? 0,
        otherW: site.power.other,
        cost: resolveSiteCost(ctx, path, site, grid, region, maxItW),
      });
      networkSites.push({ id: site.id, grid, region, uplinkS: resolveUplink(ctx, path, site, grid) });
      for (const pool of found) {
        pools.push(pool.plan);
        poolModels.push(pool.modelId);
      }
    }
  }
  return { groups, pools, poolModels, networkSites };
}

function checkPower(ctx: ResolveContext, path: Path, site: SiteInput, maxItW: number): void {
  const { limit } = site.power;
  if (limit === undefined || limit >= maxItW) return;
  ctx.warn([...path, 'power', 'limit'], {
    code: 'SCENARIO_SITE_POWER',
    message: `the pools of \`${site.id}\` can draw ${kilowatts(maxItW)} of IT power, the connection gives ${kilowatts(limit)}`,
    given: ctx.givenText([...path, 'power', 'limit']),
    allowed: [`at least ${kilowatts(maxItW)} and cooling on top`],
  });
}

/** Each assumed constant once, in order of use. */
function distinctConstants(ctx: ResolveContext): AssumedConstant[] {
  const seen = new Set<string>();
  return ctx.constants.filter(({ where, name }) => {
    const key = `${where}\0${name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function isPlanDeterministic(world: WorldPlan): boolean {
  const isRandomPolicy = world.pools.some(
    (pool) => pool.replicas > 1 && (pool.balance === 'random' || pool.balance === 'power-of-two'),
  );
  const steady = world.traffic.every(({ workload, client }) => isDeterministic(workload) && client.maxRetries === 0);
  const isSpread = world.groups.some((group) => group.count > 1);
  return steady && !isRandomPolicy && !isSpread && world.networkJitterSigma === 0;
}
