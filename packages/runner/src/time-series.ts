/**
 * Rows of timeseries.csv from the meters of a finished world: one per interval and place scope.
 *
 * Intervals are whole meter intervals joined; the last may be cut by the end of the run. PUE, price and carbon are
 * those applied to the bill, so that the bill can be recomputed from the rows.
 */

import { energyPriceUsdPerJ } from '@infersim/accounting';
import type { WorldRecord } from '@infersim/fleet';
import type { TimeBins } from '@infersim/stats';
import type { Accounts } from './pool-accounts.js';
import { TIMESERIES_COLUMNS, type TimeSeries } from './results.js';
import type { Scope } from './scopes.js';

const KWH_J = 3.6e6;
const WIDTH = TIMESERIES_COLUMNS.length;
const column = (name: (typeof TIMESERIES_COLUMNS)[number]) => TIMESERIES_COLUMNS.indexOf(name);

export function timeSeriesOf(
  world: WorldRecord,
  scopes: readonly Scope[],
  accounts: Accounts,
  everyS: number,
): TimeSeries {
  const { plan, statistics } = world;
  const step = Math.max(1, Math.round(everyS / plan.meterIntervalS));
  const bins = accounts.pools[0]?.itBinsJ.length ?? 0;
  const places = scopes.flatMap((scope, index) => (scope.isPlace ? [{ scope, index }] : []));
  const rowsPerScope = Math.ceil(bins / step);
  const rows = rowsPerScope * places.length;
  const timeS = new Float64Array(rows);
  const scopeColumn = new Int32Array(rows);
  const cells = new Float64Array(rows * WIDTH).fill(Number.NaN);
  let row = 0;
  for (let first = 0; first < bins; first += step) {
    const last = Math.min(first + step, bins);
    const fromS = first * plan.meterIntervalS;
    const spanS = Math.min(last * plan.meterIntervalS, world.reachedS) - fromS;
    for (const { scope, index } of places) {
      timeS[row] = fromS;
      scopeColumn[row] = index;
      const set = (name: (typeof TIMESERIES_COLUMNS)[number], value: number) => {
        cells[row * WIDTH + column(name)] = value;
      };
      const pools = scope.pools.filter((pool) => pool >= 0);
      const sum = (of: (pool: number) => TimeBins | null) => {
        let total = 0;
        for (const pool of pools) {
          const series = of(pool);
          if (series !== null) for (let bin = first; bin < last; bin++) total += series.amount(bin);
        }
        return total;
      };
      let itJ = 0;
      let facilityJ = 0;
      let usd = 0;
      let grams = 0;
      let replicas = 0;
      let blocks = 0;
      for (const pool of pools) {
        const account = accounts.pools[pool]!;
        const group = plan.groups[plan.pools[pool]!.group]!;
        const { engine } = plan.pools[pool]!;
        replicas += plan.pools[pool]!.replicas * group.count;
        if (engine.hasKv) blocks += engine.numBlocks * plan.pools[pool]!.replicas * group.count;
        for (let bin = first; bin < last; bin++) {
          itJ += account.itBinsJ[bin]!;
          facilityJ += account.facilityBinsJ[bin]!;
          usd += account.facilityBinsJ[bin]! * energyPriceUsdPerJ(group.cost, bin * plan.meterIntervalS);
          grams += account.facilityBinsJ[bin]! * group.cost.carbonGPerJ;
        }
      }
      set('interval_s', spanS);
      const series = statistics.series;
      if (series !== null) {
        const offered = statistics.offeredSeries!;
        let sent = 0;
        for (let bin = first; bin < last; bin++) sent += offered.amount(bin);
        set('requests_offered', scope.kind === 'all' ? sent : sum((pool) => series[pool]!.attempts));
        set(
          'requests_completed',
          sum((pool) => series[pool]!.completed),
        );
        set(
          'tokens_output',
          sum((pool) => series[pool]!.tokens),
        );
        const replicaS = replicas * spanS;
        if (replicaS > 0) {
          set('running_mean', sum((pool) => statistics.poolMeters[pool]!.decodesS) / replicaS);
          set('waiting_mean', sum((pool) => statistics.queueMeters[pool]!.bins) / replicaS);
        }
        if (blocks > 0 && spanS > 0) {
          set('kv_used_pct_mean', (100 * sum((pool) => statistics.poolMeters[pool]!.blocksS)) / (blocks * spanS));
        }
      }
      set('power_kw_it', itJ / spanS / 1000);
      set('power_kw_facility', facilityJ / spanS / 1000);
      if (itJ > 0) set('pue', facilityJ / itJ);
      set('energy_kwh_it', itJ / KWH_J);
      set('energy_kwh_facility', facilityJ / KWH_J);
      if (facilityJ > 0) {
        set('price_usd_per_kwh', (usd / facilityJ) * KWH_J);
        set('carbon_g_per_kwh', (grams / facilityJ) * KWH_J);
      }
      row++;
    }
  }
  return { timeS, scope: scopeColumn, cells };
}
