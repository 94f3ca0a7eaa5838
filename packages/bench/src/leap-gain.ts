/**
 * What leaping saves: wall time against stepping, and boundary events against batch changes.
 *
 * Leaping and stepping run the same requests in the same rounds and must agree in their fingerprint. Boundary events are
 * what is left of the events when each attempt's arrival and delivery are taken off. A batch change is the end of a
 * stretch of steps with the same batch, as the engine reports it to the statistics: a replica that stopped nowhere
 * but there would have as many boundary events as batch changes.
 */

import { EIGHT_REPLICAS, longerOutputs, ownRatePerS, type Traffic } from './bench-plan.js';
import { type Effort, type Figure, figure, scaled } from './figure.js';
import { ratios } from './measure.js';
import {
  loadNote,
  ratePerSecond,
  type ServingReport,
  type ServingTask,
  secondsOfRounds,
  serveInRounds,
} from './serving-task.js';

const REQUESTS = 200_000;
const LONG_REQUESTS = 40_000;
/** For the rate of tokens alone: long enough that starting does not count. */
const LONG_ALONE_REQUESTS = 800_000;
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
  const group = 'leaping';
  const gain = (key: string, title: string, { leap, step }: Compared, rest: Partial<Figure>) => ({
    ...figure(
      { id: `leaping.${key}.gain`, group, name: `against stepping in wall time, ${title}`, unit: 'times' },
      ratios(secondsOfRounds(step), secondsOfRounds(leap)),
    ),
    ...rest,
  });
  const lowLoad = `${lowRatePerS.toFixed(1)} requests/s on 8 replicas, ${long.traffic.title}`;
  const events = (key: string, title: string, report: ServingReport): Figure => ({
    id: `leaping.${key}.boundaries`,
    group,
    name: `boundary events per request, ${title}`,
    value: boundaries(report),
    unit: 'events',
  });
  return [
    gain('own', 'own rate', own, {
      gate: { atLeast: 4 },
      aim: { atLeast: 5 },
      note: `${loadNote(ownRatePerS, saturation)}; same fingerprint`,
    }),
    gain('load60', '60 % load', busy, { note: `${loadNote(0.6 * saturation, saturation)}; same fingerprint` }),
    gain('long', `outputs ${OUTPUTS_TIMES} times as long, low load`, outputs, {
      gate: { atLeast: 15 },
      aim: { atLeast: 20 },
      note: `${lowLoad}; same fingerprint`,
    }),
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
    {
      ...againstChanges('own', own.leap[0]!, group),
      gate: { atMost: 1.1 },
      aim: { atMost: 1 },
    },
    { ...events('own.stepping', 'own rate, stepping', own.step[0]!) },
    events('load60', '60 % load', busy.leap[0]!),
    againstChanges('load60', busy.leap[0]!, group),
    events('load60.stepping', '60 % load, stepping', busy.step[0]!),
  ];
}

function againstChanges(key: string, report: ServingReport, group: string): Figure {
  const { batchChanges, offered } = report;
  return {
    id: `leaping.${key}.boundaries_against_changes`,
    group,
    name: `boundary events against batch changes, ${key === 'own' ? 'own rate' : '60 % load'}`,
    value: batchChanges === null ? Number.NaN : (boundaries(report) * offered) / batchChanges,
    unit: 'times',
    note:
      batchChanges === null
        ? 'the engine does not count batch changes'
        : `${(batchChanges / offered).toFixed(3)} batch changes per request`,
  };
}

interface Compared {
  readonly leap: readonly ServingReport[];
  readonly step: readonly ServingReport[];
}

function compared(task: ServingTask, rounds: number): Compared {
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
