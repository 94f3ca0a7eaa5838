/**
 * Two worker threads against one: replications of one scenario, a sweep through the built command, and one large
 * scenario of 100 sites. Each run is a process of its own; starting the threads counts. Results must be the same for
 * one and two, or the bench stops.
 *
 * Replications and trials are measured at two lengths, set from the processor time of a short run first: about a second, the
 * least that the gate is for, where the second that every worker takes to optimise its code weighs as much as a trial; and four.
 * So is the large scenario: a million requests and three.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { benchScenario, EIGHT_REPLICAS, type Fleet, generatorTraffic, type Traffic } from './bench-plan.js';
import { unbundledOutput } from './child.js';
import { type Effort, type Figure, figure } from './figure.js';
import { interleave, ratios, secondsOf, spreadOf, type Variant } from './measure.js';
import { commandFile } from './places.js';
import { type ServingTask, serveApart, taskPlan } from './serving-task.js';

export interface ExperimentTask {
  readonly task: ServingTask;
  readonly replications: number;
  readonly jobs: number;
}

export interface ExperimentReport {
  readonly seconds: number;
  readonly events: number;
  readonly fingerprint: string;
  readonly replications: number;
}

const GROUP = 'two workers against one';
/** Seconds of processor time that a replication or trial should take, by the ending of its figures' ids; how many there are. */
const TRIAL_S = { '': 4, '.short': 1 } as const;
type Length = keyof typeof TRIAL_S;
const TRIALS = 6;
/** Requests of the run that the length is set from. */
const PROBE_REQUESTS = 200_000;
const LOAD = 0.6;
/** Far from where requests come from: the network delay is the time that sites can advance apart. */
const HUNDRED_SITES: Fleet = { sites: 100, replicasPerSite: 100, fromRegion: 'eu-paris' };
/** Requests of the large scenario, by the ending of its figures' ids. */
const ONE_SCENARIO_REQUESTS = { '': 3_000_000, '.short': 1_000_000 } as const;

interface Timed {
  readonly seconds: number;
  /** Equal for any number of workers. */
  readonly outcome: string;
}

/** `folder` takes the results of sweeps. */
export function measureWorkers(traffic: Traffic, saturation: number, folder: string, effort: Effort): Figure[] {
  if (cpus().length < 2) return [unavailable('replications'), unavailable('sweep'), unavailable('one_scenario')];
  const ratePerS = LOAD * saturation;
  const random = generatorTraffic();
  const probe = serveApart({
    traffic: random,
    fleet: EIGHT_REPLICAS,
    ratePerS,
    requests: PROBE_REQUESTS * effort.scale,
    // Workers are warm for all trials but their first.
    warmUpRequests: PROBE_REQUESTS * effort.scale,
  });
  const requestsOf = (length: Length) =>
    Math.ceil((TRIAL_S[length] * probe.completed * effort.scale) / probe.processorS);
  const single = (length: Length): ServingTask => ({
    traffic,
    fleet: HUNDRED_SITES,
    ratePerS: (ratePerS * HUNDRED_SITES.sites * HUNDRED_SITES.replicasPerSite) / EIGHT_REPLICAS.replicasPerSite,
    requests: ONE_SCENARIO_REQUESTS[length] * effort.scale,
  });
  let events = 0;
  const experiment = (task: ServingTask, replications: number) => (jobs: number) => {
    const report = experimentApart({ task, replications, jobs });
    if (report.replications !== replications) throw new Error(`${report.replications} replications were run`);
    events = report.events;
    return { seconds: report.seconds, outcome: report.fingerprint };
  };
  const lengths: readonly Length[] = ['', '.short'];
  const ofLengths = lengths.flatMap((length) => {
    const requests = requestsOf(length);
    const replicated: ServingTask = { traffic: random, fleet: EIGHT_REPLICAS, ratePerS, requests };
    const bounds = { gate: { atLeast: 1.7 }, aim: { atLeast: 1.9 } };
    const note = `${TRIALS} of ${requests} requests each, ${random.title}, 60 % load`;
    const of = `of about ${TRIAL_S[length] * effort.scale} s`;
    return [
      ...gain(`replications${length}`, `replications ${of}`, experiment(replicated, TRIALS), effort, {
        ...bounds,
        note,
      }),
      ...gain(
        `sweep${length}`,
        `sweep, trials ${of}`,
        (jobs) => sweepApart(ratePerS, requests / ratePerS, jobs, folder),
        effort,
        { ...bounds, note: `${note}; the whole command` },
      ),
    ];
  });
  const ofOne = lengths.flatMap((length) => {
    const task = single(length);
    const requests = task.requests.toLocaleString('en-US');
    const lines = gain(
      `one_scenario${length}`,
      `one scenario of 100 sites, ${requests} requests`,
      experiment(task, 1),
      effort,
      { gate: { atLeast: 1.5 }, aim: { atLeast: 1.7 } },
    );
    const windowS = networkDelayS(task);
    const perWindow = (events / (task.requests / task.ratePerS)) * windowS;
    const note =
      `10,000 replicas, requests from ${HUNDRED_SITES.fromRegion}, 60 % load; ` +
      `${Math.round(perWindow)} events per ${(1000 * windowS).toFixed(1)} ms of network delay`;
    return lines.map((line, index) => (index === 0 ? { ...line, note } : line));
  });
  return [...ofLengths, ...ofOne];
}

/** The ratio of one job's time to two's, then the seconds of both. */
function gain(
  key: string,
  name: string,
  run: (jobs: number) => Timed,
  effort: Effort,
  rest: Pick<Figure, 'gate' | 'aim' | 'note'>,
): Figure[] {
  const outcomes = new Set<string>();
  const variant = (jobs: number): Variant<number> => ({
    name: String(jobs),
    run: () => {
      const { seconds, outcome } = run(jobs);
      outcomes.add(outcome);
      if (outcomes.size > 1) throw new Error(`${name}: one and two workers disagree: ${[...outcomes].join(', ')}`);
      return seconds;
    },
    // Children start cold every time: there is nothing to warm up but the files, which the probe has read.
    warmUp: () => undefined,
  });
  const seconds = interleave([variant(1), variant(2)], effort.longRounds);
  const one = seconds.get('1')!;
  const two = seconds.get('2')!;
  return [
    figure({ id: `workers.${key}`, group: GROUP, name, unit: 'times' }, ratios(one, two), rest),
    figure({ id: `workers.${key}.one`, group: GROUP, name: `${name}, one worker`, unit: 's' }, spreadOf(one)),
    figure({ id: `workers.${key}.two`, group: GROUP, name: `${name}, two workers`, unit: 's' }, spreadOf(two)),
  ];
}

function experimentApart(task: ExperimentTask): ExperimentReport {
  return JSON.parse(unbundledOutput('experiment-child.js', [JSON.stringify(task)])) as ExperimentReport;
}

/** A sweep over seeds with the built command: trials of equal work. */
function sweepApart(ratePerS: number, horizonS: number, jobs: number, folder: string): Timed {
  const out = mkdtempSync(join(folder, 'sweep-'));
  const seeds = Array.from({ length: TRIALS }, (_, index) => index + 1).join(',');
  const args = [
    ...['sweep', benchScenario('generator'), '--axis', `seed=${seeds}`, '--jobs', String(jobs), '-o', out, '--force'],
    ...['--set', `workloads.chat.arrivals.rate_per_s=${ratePerS}`, '--horizon', `${horizonS}s`, '--warmup', '0s'],
    ...['--quiet', '--format', 'none', '--progress', 'none', '--no-gate'],
  ];
  const seconds = secondsOf(() => {
    const { status, stderr } = spawnSync(process.execPath, [commandFile, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`infersim ${args.join(' ')} ended with ${status}: ${stderr}`);
  });
  const outcome = createHash('sha256')
    .update(readFileSync(join(out, 'runs.csv')))
    .digest('hex');
  rmSync(out, { recursive: true });
  return { seconds, outcome };
}

/** One way from where requests are sent to the sites, before jitter, seconds. */
function networkDelayS(task: ServingTask): number {
  const { origins, traffic } = taskPlan(task).world;
  return origins[traffic[0]!.origin]!.rttS[0]! / 2;
}

function unavailable(key: string): Figure {
  return {
    id: `workers.${key}`,
    group: GROUP,
    name: key.replace('_', ' '),
    value: Number.NaN,
    unit: 'times',
    note: 'this machine has one core',
  };
}
