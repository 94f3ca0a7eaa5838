/**
 * Queueing theory against plain stations built on the kernel alone: what fails here is the event queue, the run loop,
 * the streams or the distributions. Run lengths are chosen so that the half-width stays below 2 % of the truth.
 */

import { createSampler, type DistributionSpec, lognormalFromMeanCv } from '@infersim/kernel';
import { quantiles } from '@infersim/stats';
import { overReplications } from './acceptance.js';
import { runProcessorSharing } from './processor-sharing.js';
import { meanOf, type NetworkResult, runNetwork, type StationSpec } from './queue-network.js';
import {
  erlangB,
  mg1WaitS,
  mm1SojournQuantileS,
  mm1SojournS,
  mmcWaitS,
  processorSharingSojournS,
} from './queueing-formulas.js';
import type { TheoryCheck } from './theory-check.js';

const REPLICATIONS = 20;
const SEED = 20_261_121;
const WARMUP_ARRIVALS = 2_000;

const exponential = (mean: number): DistributionSpec => ({ dist: 'exponential', mean });
const constant = (value: number): DistributionSpec => ({ dist: 'constant', value });

/** Hyper-exponential law with balanced means. */
function hyperExponential(mean: number, squaredCv: number): DistributionSpec {
  const p = (1 + Math.sqrt((squaredCv - 1) / (squaredCv + 1))) / 2;
  return {
    dist: 'mixture',
    components: [
      { weight: p, of: exponential(mean / (2 * p)) },
      { weight: 1 - p, of: exponential(mean / (2 * (1 - p))) },
    ],
  };
}

function single(serviceS: DistributionSpec, servers = 1): StationSpec {
  return { servers, capacity: Number.POSITIVE_INFINITY, serviceS };
}

function runs(arrivalsPerS: number, stations: readonly StationSpec[], arrivals: number): NetworkResult[] {
  const spec = { arrivalsPerS, stations, warmupArrivals: WARMUP_ARRIVALS, arrivals, seed: SEED };
  return overReplications(REPLICATIONS, (replication) => runNetwork(spec, replication));
}

const waits = (results: readonly NetworkResult[], station = 0) =>
  results.map((result) => result.waitSumS[station]! / result.served[station]!);
const sojourns = (results: readonly NetworkResult[]) => results.map((result) => meanOf(result.sojournS));

function singleServer(arrivalsPerS: number, arrivals: number): TheoryCheck {
  return {
    name: 'M/M/1',
    figures: () => {
      const results = runs(arrivalsPerS, [single(exponential(1))], arrivals);
      const p99s = results.map((result) => quantiles(result.sojournS.slice(), [0.99])[0]!);
      const truth = mm1SojournS(arrivalsPerS, 1);
      const truth99 = mm1SojournQuantileS(arrivalsPerS, 1, 0.99);
      return [
        { name: 'M/M/1, time in system', truth, unit: 's', estimates: sojourns(results) },
        { name: 'M/M/1, p99 of the time in system', truth: truth99, unit: 's', estimates: p99s },
      ];
    },
  };
}

function waitOf(
  name: string,
  truth: number,
  arrivalsPerS: number,
  station: StationSpec,
  arrivals: number,
): TheoryCheck {
  const figures = () => [{ name, truth, unit: 's', estimates: waits(runs(arrivalsPerS, [station], arrivals)) }];
  return { name, figures };
}

function generalService(law: string, serviceS: DistributionSpec, arrivals: number): TheoryCheck {
  const { mean, variance } = createSampler(serviceS);
  return waitOf(`M/G/1 wait, ${law}`, mg1WaitS(0.5, mean, variance), 0.5, single(serviceS), arrivals);
}

function loss(law: string, serviceS: DistributionSpec): TheoryCheck {
  const name = `Erlang B, share lost by 5 servers at 4 Erlang, ${law}`;
  const figures = () => {
    const results = runs(4, [{ servers: 5, capacity: 5, serviceS }], 40_000);
    const estimates = results.map(({ blocked, served }) => blocked[0]! / (blocked[0]! + served[0]!));
    return [{ name, truth: erlangB(5, 4), unit: '', estimates }];
  };
  return { name, figures };
}

function tandem(): TheoryCheck {
  const name = 'Jackson tandem';
  const figures = () => {
    const results = runs(0.5, [single(exponential(1)), single(exponential(1.25), 2)], 180_000);
    const firstS = mmcWaitS(1, 0.5, 1);
    const secondS = mmcWaitS(2, 0.5, 0.8);
    const totalS = firstS + 1 + secondS + 1.25;
    return [
      { name: 'tandem, wait at the first station', truth: firstS, unit: 's', estimates: waits(results, 0) },
      {
        name: 'tandem, wait at the second station (2 servers)',
        truth: secondS,
        unit: 's',
        estimates: waits(results, 1),
      },
      { name: 'tandem, time in system', truth: totalS, unit: 's', estimates: sojourns(results) },
    ];
  };
  return { name, figures };
}

function sharing(law: string, serviceS: DistributionSpec): TheoryCheck {
  const name = `M/G/1 processor sharing, time in system, ${law}`;
  const figures = () => {
    const spec = { arrivalsPerS: 0.6, serviceS, warmupArrivals: WARMUP_ARRIVALS, arrivals: 50_000, seed: SEED };
    const results = overReplications(REPLICATIONS, (replication) => runProcessorSharing(spec, replication));
    const truth = processorSharingSojournS(0.6, 1, 1);
    return [{ name, truth, unit: 's', estimates: results.map((result) => meanOf(result.sojournS)) }];
  };
  return { name, figures };
}

/** Every size is slowed by the same factor, 1 / (1 - rho). */
function slowdown(): TheoryCheck {
  const name = 'M/G/1 processor sharing, slowdown by size';
  const bands: readonly (readonly [number, number])[] = [
    [0.2, 0.5],
    [2, 3],
  ];
  const figures = () => {
    const serviceS = exponential(1);
    const spec = { arrivalsPerS: 0.6, serviceS, warmupArrivals: WARMUP_ARRIVALS, arrivals: 50_000, seed: SEED + 1 };
    const results = overReplications(REPLICATIONS, (replication) => runProcessorSharing(spec, replication));
    return bands.map(([low, high]) => ({
      name: `processor sharing, slowdown of sizes from ${low} to ${high} s`,
      truth: processorSharingSojournS(0.6, 1, 1),
      unit: '',
      estimates: results.map(({ sizeS, sojournS }) => {
        let sum = 0;
        let count = 0;
        for (let i = 0; i < sizeS.length; i++) {
          if (sizeS[i]! < low || sizeS[i]! >= high) continue;
          sum += sojournS[i]! / sizeS[i]!;
          count++;
        }
        return sum / count;
      }),
    }));
  };
  return { name, figures };
}

/** All checks of plain stations, in the order of the page. */
export function stationChecks(): TheoryCheck[] {
  return [
    singleServer(0.5, 120_000),
    waitOf('M/M/4 wait', mmcWaitS(4, 2.6, 1), 2.6, single(exponential(1), 4), 400_000),
    waitOf('M/D/1 wait', mg1WaitS(0.6, 1, 0), 0.6, single(constant(1)), 60_000),
    generalService('exponential', exponential(1), 110_000),
    generalService('hyper-exponential', hyperExponential(1, 4), 200_000),
    generalService('lognormal', lognormalFromMeanCv(1, 1.2), 200_000),
    loss('exponential', exponential(1)),
    loss('constant', constant(1)),
    loss('hyper-exponential', hyperExponential(1, 4)),
    tandem(),
    sharing('exponential', exponential(1)),
    sharing('constant', constant(1)),
    sharing('hyper-exponential', hyperExponential(1, 4)),
    slowdown(),
  ];
}
