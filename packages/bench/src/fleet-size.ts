/**
 * How time per request grows with the fleet, one core: 10, 1,000 and 10,000 replicas at 60 % load each, requests from a
 * region over its network. A run of the largest fleet covers little simulated time, so the time to build and close the
 * world is a part of it and counts. Beside them the source alone: requests that are read, routed and refused, because
 * the pool's context is too short for any of them.
 */

import type { Fleet, Traffic } from './bench-plan.js';
import { EIGHT_REPLICAS } from './bench-plan.js';
import { type Effort, type Figure, figure, scaled } from './figure.js';
import { ratios, spreadOf } from './measure.js';
import { processorNote, ratePerSecond, type ServingReport, type ServingTask, serveInRounds } from './serving-task.js';

const REQUESTS = 1_000_000;
const LOAD = 0.6;
const REGION = 'us-pjm-virginia';
/** Simulated seconds that a run covers at least, full and quick: an answer takes about six, so some are cut off at the end. */
const LEAST_S = 60;
const LEAST_QUICK_S = 15;

interface Size {
  readonly key: string;
  readonly name: string;
  readonly fleet: Fleet;
  readonly bounds: Pick<Figure, 'gate' | 'aim'>;
}
const SIZES: readonly Size[] = [
  {
    key: 'r10',
    name: '10 replicas, one site',
    fleet: { sites: 1, replicasPerSite: 10, fromRegion: REGION },
    bounds: {},
  },
  {
    key: 'r1000',
    name: '1,000 replicas on 100 sites',
    fleet: { sites: 100, replicasPerSite: 10, fromRegion: REGION },
    bounds: { gate: { atLeast: 250_000 }, aim: { atLeast: 500_000 } },
  },
  {
    key: 'r10000',
    name: '10,000 replicas on 100 sites',
    fleet: { sites: 100, replicasPerSite: 100, fromRegion: REGION },
    bounds: { gate: { atLeast: 150_000 }, aim: { atLeast: 400_000 } },
  },
];

/** A context that no request fits into. */
const REFUSE_ALL = 'grids.cloud.sites.virginia.pools.chat.engine.max_model_len=2';

export function measureFleetSizes(traffic: Traffic, saturation: number, effort: Effort): Figure[] {
  const leastS = effort.scale < 1 ? LEAST_QUICK_S : LEAST_S;
  const perReplicaS = (LOAD * saturation) / EIGHT_REPLICAS.replicasPerSite;
  const replicasOf = ({ sites, replicasPerSite }: Fleet) => sites * replicasPerSite;
  const tasks: Record<string, ServingTask> = Object.fromEntries(
    SIZES.map(({ key, fleet }) => {
      const ratePerS = perReplicaS * replicasOf(fleet);
      const requests = Math.max(scaled(REQUESTS, effort), Math.ceil(leastS * ratePerS));
      return [key, { traffic, fleet, requests, ratePerS }];
    }),
  );
  const source: ServingTask = { ...tasks['r1000']!, sets: [REFUSE_ALL] };
  const reports = serveInRounds({ ...tasks, source }, effort.longRounds);
  const group = `fleet size, ${100 * LOAD} % load, one core`;
  const secondsPerRequest = (key: string) => reports.get(key)!.map(({ seconds, completed }) => seconds / completed);
  const processorSPerRequest = (key: string) =>
    reports.get(key)!.map(({ processorS, completed }) => processorS / completed);
  const figures = SIZES.flatMap(({ key, name, fleet, bounds }) => {
    const runs = reports.get(key)!;
    const first: ServingReport = runs[0]!;
    const load = `${(perReplicaS * replicasOf(fleet)).toFixed(0)} requests/s over ${first.simulatedS.toFixed(0)} s`;
    return [
      figure(
        { id: `fleet.${key}.requests_per_s`, group, name, unit: 'requests/s' },
        ratePerSecond(runs, (report) => report.completed),
        { ...bounds, note: `${first.completed} completed of ${first.offered} at ${load}; ${processorNote(runs)}` },
      ),
      figure(
        { id: `fleet.${key}.peak_mib`, group, name: `${name}, peak memory`, unit: 'MiB' },
        spreadOf(runs.map(({ peakMib }) => peakMib)),
      ),
    ];
  });
  return [
    ...figures,
    figure(
      { id: 'fleet.source.requests_per_s', group, name: 'source alone, 1,000 replicas', unit: 'requests/s' },
      ratePerSecond(reports.get('source')!, (report) => report.offered),
      { note: 'read, routed and refused' },
    ),
    figure(
      { id: 'fleet.growth', group, name: 'time per request, 10,000 replicas against 10', unit: 'times' },
      ratios(secondsPerRequest('r10000'), secondsPerRequest('r10')),
      {
        gate: { atMost: 2.5 },
        aim: { atMost: 1.5 },
        note: `${ratios(processorSPerRequest('r10000'), processorSPerRequest('r10')).median.toFixed(2)} in processor time`,
      },
    ),
  ];
}
