/**
 * What leaping saves: wall time against stepping, and boundary events against batch changes.
 *
 * Leaping and stepping run the same requests in the same rounds and must agree in their fingerprint. Boundary events are
 * what is left of the events when each attempt's arrival and delivery are taken off. They are set against batch changes
 * (`batch-changes.ts`) in a run of their own, where each of the 8 replicas is a site, so that rows tell which one served.
 */

import { EIGHT_REPLICAS, type Fleet, longerOutputs, ownRatePerS, type Traffic } from './bench-plan.js';
import { type Effort, type Figure, figure, scaled } from './figure.js';
import { ratios } from './measure.js';
import {
  loadNote,
  ratePerSecond,
  type ServingReport,
  type ServingTask,
  secondsOfRounds,
  serveApart,
  serveInRounds,
} from './serving-task.js';

const GROUP = 'leaping';
const REQUESTS = 200_000;
const LONG_REQUESTS = 80_000;
/** For the rate of tokens alone: long enough that starting does not count. */
const LONG_ALONE_REQUESTS = 800_000;
/** Rows of all requests are kept, so not too many. */
const COUNTED_REQUESTS = 50_000;
const EIGHT_SITES: Fleet = { sites: 8, replicasPerSite: 1, fromRegion: 'us-pjm-virginia' };
/** One boundary per change, to the second decimal: pieces of long prompts are stops that are not counted as changes. */
const ONE = 1.01;
/** Compiling takes a good part of a second, as much as a leaping run: what is compared has served a part before. */
const WARM_UP_SHARE = 0.1;
const LEAST_WARM_UP = 5000;
const OUTPUTS_TIMES = 8;
const LOW_RATE_PER_REPLICA = 0.1;
/** Events of an attempt that are no step boundary: its arrival and its delivery. */
const OTHER_EVENTS_PER_ATTEMPT = 2;

const boundaries = ({ events, attempts, offered }: ServingReport) =>
  (events - OTHER_EVENTS_PER_ATTEMPT * attempts) / offered;

/** `folder` takes the trace with longer outputs. */
export function measureLeaping(traffic: Traffic, saturation: number, folder: string, effort: Effort): Figure[] {
  const rounds = Math.max(effort.longRounds, effort.rounds - 2);
  const plain = (ratePerS: number, requests: number): ServingTask => ({
    traffic,
    fleet: EIGHT_REPLICAS,
    ratePerS,
    requests: scaled(requests, effort),
  });
  const lowRatePerS = LOW_RATE_PER_REPLICA * EIGHT_REPLICAS.replicasPerSite;
  const long = { ...plain(lowRatePerS, LONG_REQUESTS), traffic: longerOutputs(traffic, OUTPUTS_TIMES, folder) };
  const own = compared(plain(ownRatePerS, REQUESTS), rounds);
  const busy = compared(plain(0.6 * saturation, REQUESTS), rounds);
  const outputs = compared(long, rounds);
  const alone = serveInRounds({ long: { ...long, requests: scaled(LONG_ALONE_REQUESTS, effort) } }, effort.longRounds);
  const group = GROUP;
  const counted = (ratePerS: number) =>
    serveApart({ traffic, fleet: EIGHT_SITES, ratePerS, requests: COUNTED_REQUESTS, countChanges: true });
  const processorS = (reports: readonly ServingReport[]) => reports.map((report) => report.processorS);
  const gain = (key: string, title: string, { leap, step }: Compared, bounds: Bounds, load: string) =>
    figure(
      { id: `leaping.${key}.gain`, group, name: `against stepping in wall time, ${title}`, unit: 'times' },
      ratios(secondsOfRounds(step), secondsOfRounds(leap)),
      {
        ...bounds,
        note:
          `${load}; same fingerprint; ${ratios(processorS(step), processorS(leap)).median.toFixed(2)} ` +
          'in processor time',
      },
    );
  const lowLoad = `${lowRatePerS.toFixed(1)} requests/s on 8 replicas, ${long.traffic.title}`;
  const events = (key: string, title: string, report: ServingReport): Figure => ({
    id: `leaping.${key}.boundaries`,
    group,
    name: `boundary events per request, ${title}`,
    value: boundaries(report),
    unit: 'events',
  });
  return [
    gain('own', 'own rate', own, { gate: { atLeast: 4 }, aim: { atLeast: 5 } }, loadNote(ownRatePerS, saturation)),
    gain('load60', '60 % load', busy, {}, loadNote(0.6 * saturation, saturation)),
    gain(
      'long',
      `outputs ${OUTPUTS_TIMES} times as long, low load`,
      outputs,
      { gate: { atLeast: 15 }, aim: { atLeast: 20 } },
      lowLoad,
    ),
    figure(
      {
        id: 'leaping.long.output_tokens',
        group,
        name: `output tokens, ${OUTPUTS_TIMES} times as long, low load`,
        unit: 'G tokens/s',
      },
      ratePerSecond(alone.get('long')!, (report) => report.outputTokens / 1e9),
      { gate: { atLeast: 0.5 }, aim: { atLeast: 1.5 }, note: lowLoad },
    ),
    { ...events('own', 'own rate', own.leap[0]!), gate: { atMost: 3.2 }, aim: { atMost: 3 } },
    events('own.stepping', 'own rate, stepping', own.step[0]!),
    events('load60', '60 % load', busy.leap[0]!),
    events('load60.stepping', '60 % load, stepping', busy.step[0]!),
    againstChanges(counted(ownRatePerS), 'own', 'own rate', { gate: { atMost: 1.1 }, aim: { atMost: ONE } }),
    againstChanges(counted(0.6 * saturation), 'load60', '60 % load', {}),
  ];
}

function againstChanges(report: ServingReport, key: string, title: string, bounds: Bounds): Figure {
  const { batchChanges, offered } = report;
  if (batchChanges === null) throw new Error('batch changes were not counted');
  return {
    id: `leaping.${key}.boundaries_against_changes`,
    group: GROUP,
    name: `boundary events against batch changes, ${title}`,
    value: (boundaries(report) * offered) / batchChanges,
    unit: 'times',
    ...bounds,
    note:
      `${boundaries(report).toFixed(3)} against ${(batchChanges / offered).toFixed(3)} per request, ` +
      `${offered} requests on 8 sites of one replica`,
  };
}

type Bounds = Pick<Figure, 'gate' | 'aim'>;

interface Compared {
  readonly leap: readonly ServingReport[];
  readonly step: readonly ServingReport[];
}

function compared(cold: ServingTask, rounds: number): Compared {
  const task = { ...cold, warmUpRequests: Math.max(LEAST_WARM_UP, WARM_UP_SHARE * cold.requests) };
  const reports = serveInRounds({ leap: task, step: { ...task, stepByStep: true } }, rounds);
  const leap = reports.get('leap')!;
  const step = reports.get('step')!;
  if (leap[0]!.fingerprint !== step[0]!.fingerprint) {
    throw new Error(
      `leaping and stepping disagree at ${task.ratePerS} requests/s: ${leap[0]!.fingerprint} and ${step[0]!.fingerprint}`,
    );
  }
  return { leap, step };
}
