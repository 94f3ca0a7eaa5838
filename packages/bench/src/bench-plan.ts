/**
 * The plans that the measurements run: Llama 3.1 70B on 4 H100 per replica under the Azure conversation trace where it is
 * at hand, else under the generator fitted to it. Load is a share of the rate at which the replicas saturate.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunPlan } from '@infersim/runner';
import { formatProblems, loadScenario } from '@infersim/scenario';

/** File of the trace in the folder of traces. */
const TRACE_FILE = 'azure-2023-conv.csv';
/** Requests of the trace and seconds from its first to its last. */
const TRACE_REQUESTS = 19_366;
const TRACE_SPAN_S = 3_502;
/** Rate of the trace and of the generator fitted to it, requests per second. */
const OWN_RATE_PER_S = 5.53;

/** Where requests come from; plain data, to be handed to child processes. */
export interface Traffic {
  /** Path of a trace in the form of the Azure ones; absent = the fitted generator. */
  readonly tracePath?: string;
  /** How many times as long outputs are; a trace already has them that long. */
  readonly outputTimes: number;
  /** For the notes beside the figures. */
  readonly title: string;
}

/** Like sites with like replicas, under one stream of requests. */
export interface Fleet {
  readonly sites: number;
  readonly replicasPerSite: number;
  /** Region that requests come from, over its network; absent = the site's own LAN, which only one site can have. */
  readonly fromRegion?: string;
}

/** One site with 8 replicas: what rates are stated for. */
export const EIGHT_REPLICAS: Fleet = { sites: 1, replicasPerSite: 8 };

/** The trace in a folder, or the generator when it is not there. */
export function trafficFrom(folder: string | undefined): Traffic {
  const path = folder === undefined ? undefined : join(folder, TRACE_FILE);
  if (path !== undefined && existsSync(path))
    return { tracePath: path, outputTimes: 1, title: 'Azure conversation trace 2023, repeated' };
  return generatorTraffic('generator fitted to the Azure conversation trace 2023 (the trace is not at hand)');
}

/** The fitted generator, whose replications differ. */
export function generatorTraffic(title = 'generator fitted to the Azure conversation trace 2023'): Traffic {
  return { outputTimes: 1, title };
}

/** The same traffic with outputs `times` as long; a trace is written anew into `folder`. */
export function longerOutputs(traffic: Traffic, times: number, folder: string): Traffic {
  const title = `${traffic.title}, outputs ${times} times as long`;
  if (traffic.tracePath === undefined) return { outputTimes: times, title };
  const [header = '', ...rows] = readFileSync(traffic.tracePath, 'utf8').trimEnd().split('\n');
  const longer = rows.map((row) => {
    const at = row.lastIndexOf(',');
    return `${row.slice(0, at)},${times * Number(row.slice(at + 1))}`;
  });
  const tracePath = join(folder, `outputs-times-${times}.csv`);
  writeFileSync(tracePath, `${[header, ...longer].join('\n')}\n`);
  return { tracePath, outputTimes: times, title };
}

export const ownRatePerS = OWN_RATE_PER_S;

/** A plan with about `requests` requests at `ratePerS`; `sets` are laid over the scenario. */
export function benchPlan(
  traffic: Traffic,
  ratePerS: number,
  requests: number,
  fleet: Fleet = EIGHT_REPLICAS,
  sets: readonly string[] = [],
): RunPlan {
  const horizonS = requests / ratePerS;
  const arrivals =
    traffic.tracePath === undefined
      ? [`workloads.chat.arrivals.rate_per_s=${ratePerS}`]
      : [
          `workloads.chat.trace.file=${JSON.stringify(traffic.tracePath)}`,
          `workloads.chat.trace.speed=${ratePerS / (TRACE_REQUESTS / TRACE_SPAN_S)}`,
          `workloads.chat.trace.repeat=${Math.ceil(requests / TRACE_REQUESTS) + 1}`,
        ];
  const places = [
    `grids.cloud.sites.virginia.count=${fleet.sites}`,
    `grids.cloud.sites.virginia.pools.chat.replicas=${fleet.replicasPerSite}`,
    ...(fleet.fromRegion === undefined ? [] : [`workloads.chat.from={ region: ${fleet.fromRegion}, access: fibre }`]),
  ];
  const plan = scenarioPlan(benchScenario(traffic.tracePath === undefined ? 'generator' : 'trace'), {
    sets: [...arrivals, ...places, ...sets],
    horizonS,
    warmupS: 0,
  });
  return traffic.tracePath === undefined ? withLongerOutputs(plan, traffic.outputTimes) : plan;
}

/** Path of a scenario of this package. */
export function benchScenario(name: string): string {
  return fileURLToPath(new URL(`../scenarios/${name}.yaml`, import.meta.url));
}

/** The plan of a scenario file without rows and time series. @throws Error when it is refused. */
export function scenarioPlan(
  path: string,
  options: { readonly sets?: readonly string[]; readonly horizonS?: number; readonly warmupS?: number } = {},
): RunPlan {
  const { sets = [], ...times } = options;
  const loaded = loadScenario(path, { sets, overrides: { ...times, requests: 'none', timeseries: 'off' } });
  if (!loaded.ok) throw new Error(`${path} was refused:\n${formatProblems(loaded.problems)}`);
  return loaded.plan;
}

type Lengths = RunPlan['world']['traffic'][number]['workload']['lengths'];
type Distribution = Extract<Lengths, { kind: 'joint-mixture' }>['components'][number]['output'];

function withLongerOutputs(plan: RunPlan, times: number): RunPlan {
  if (times === 1) return plan;
  const traffic = plan.world.traffic.map((one) => {
    const { workload } = one;
    const { lengths } = workload;
    if (lengths.kind !== 'joint-mixture') throw new Error(`outputs of ${lengths.kind} lengths cannot be made longer`);
    const components = lengths.components.map((part) => ({ ...part, output: stretched(part.output, times) }));
    const budgetTokens = times * workload.budgetTokens;
    return { ...one, workload: { ...workload, budgetTokens, lengths: { ...lengths, components } } };
  });
  return { ...plan, world: { ...plan.world, traffic } };
}

function stretched(of: Distribution, times: number): Distribution {
  if (of.dist === 'uniform') return { ...of, low: of.low * times, high: of.high * times };
  if (of.dist !== 'mixture') throw new Error(`a ${of.dist} distribution cannot be made longer`);
  return { ...of, components: of.components.map((part) => ({ ...part, of: stretched(part.of, times) })) };
}
