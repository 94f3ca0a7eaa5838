/**
 * Queueing theory against the real engine: the vLLM scheduler with a step time that theory can handle.
 *
 * A step is not an instant: an arrival waits for the next boundary and the batch changes only there. Where the theory is
 * of continuous time, a bias of about one step over a time in system is allowed and named.
 */

import { overReplications } from './acceptance.js';
import {
  constantTokens,
  type EngineResult,
  type EngineSpec,
  geometricTokens,
  mixedTokens,
  runEngine,
  type TokenLaw,
} from './engine-station.js';
import { PlainStepModel } from './plain-step-model.js';
import { meanOf } from './queue-network.js';
import {
  batchDeathRate,
  birthDeathSojournS,
  mg1WaitS,
  mmcWaitS,
  processorSharingSojournS,
} from './queueing-formulas.js';
import type { TheoryCheck } from './theory-check.js';

const REPLICATIONS = 20;
const SEED = 7_041_776;
/** Sequences without end: no check fills so many. */
const UNLIMITED = 4096;

function runs(spec: Omit<EngineSpec, 'seed' | 'warmupRequests'>): EngineResult[] {
  const full = { ...spec, seed: SEED, warmupRequests: 500 };
  return overReplications(REPLICATIONS, (replication) => runEngine(full, replication));
}

const sojourns = (results: readonly EngineResult[]) => results.map((result) => meanOf(result.sojournS));
const waits = (results: readonly EngineResult[]) => results.map((result) => meanOf(result.waitS));

/** Steps of 20 ms + 2 ms a sequence, at most 8 sequences, geometric outputs of mean 100: truth 2.931 s and 4.275 s. */
function chain(arrivalsPerS: number, requests: number): TheoryCheck {
  const name = `continuous batching, time in system at ${arrivalsPerS}/s`;
  const figures = () => {
    const model = new PlainStepModel(0.02, 0.002);
    const truth = birthDeathSojournS(
      arrivalsPerS,
      batchDeathRate(8, 100, (batch) => model.stepS(batch)),
    );
    const results = runs({ model, load: { arrivalsPerS }, tokens: geometricTokens(100), maxNumSeqs: 8, requests });
    return [{ name, truth, unit: 's', estimates: sojourns(results), allowance: { bias: 0.01 } }];
  };
  return { name, figures };
}

/** A step whose time is proportional to its batch shares the engine equally: 1 ms a sequence, 1 s of work a request. */
function sharing(law: string, tokens: TokenLaw, requests: number): TheoryCheck {
  const name = `engine as processor sharing, time in system, ${law}`;
  const figures = () => {
    const model = new PlainStepModel(0, 0.001);
    const results = runs({ model, load: { arrivalsPerS: 0.5 }, tokens, maxNumSeqs: UNLIMITED, requests });
    const truth = processorSharingSojournS(0.5, 1, 1);
    return [{ name, truth, unit: 's', estimates: sojourns(results), allowance: { bias: 0.003 } }];
  };
  return { name, figures };
}

/** A constant step without a cap serves everybody at once: the number present is Poisson. */
function infiniteServer(law: string, tokens: TokenLaw): TheoryCheck {
  const name = `engine as infinite server, number present, ${law}`;
  const figures = () => {
    const model = new PlainStepModel(0.01, 0);
    const results = runs({ model, load: { arrivalsPerS: 5 }, tokens, maxNumSeqs: UNLIMITED, requests: 12_000 });
    // 200 tokens at 10 ms, and on average half a step until the next boundary.
    const truth = 5 * (200 + 0.5) * 0.01;
    const variances = results.map((result) => result.presentSquareMean - result.presentMean ** 2);
    const allowance = { bias: 0.002 };
    return [
      { name: `${name}, mean`, truth, unit: '', estimates: results.map((r) => r.presentMean), allowance },
      { name: `${name}, variance`, truth, unit: '', estimates: variances, allowance: { bias: 0.01, widest: 0.05 } },
    ];
  };
  return { name, figures };
}

/** A constant step with max_num_seqs = 2 is two servers. */
function severalServers(): TheoryCheck {
  const name = 'engine as M/M/2, time in system';
  const figures = () => {
    const model = new PlainStepModel(0.001, 0);
    const load = { arrivalsPerS: 1.2 };
    const results = runs({ model, load, tokens: geometricTokens(1000), maxNumSeqs: 2, requests: 25_000 });
    const truth = mmcWaitS(2, 1.2, 1) + 1;
    return [{ name, truth, unit: 's', estimates: sojourns(results), allowance: { bias: 0.001 } }];
  };
  return { name, figures };
}

/** One prompt per step, one token each: the wait is that of M/D/1. */
function promptsOnly(): TheoryCheck {
  const name = 'engine with one prompt a step as M/D/1, wait';
  const figures = () => {
    const model = new PlainStepModel(1, 0);
    const results = runs({
      model,
      load: { arrivalsPerS: 0.6 },
      tokens: constantTokens(1),
      promptTokens: 512,
      maxNumBatchedTokens: 512,
      maxNumSeqs: 64,
      requests: 60_000,
    });
    return [{ name, truth: mg1WaitS(0.6, 1, 0), unit: 's', estimates: waits(results) }];
  };
  return { name, figures };
}

/** N clients without think time: N / (L tau(N)) requests per second. */
function closedLoop(clients: number): TheoryCheck {
  const name = `closed loop of ${clients} clients, throughput`;
  const figures = () => {
    const model = new PlainStepModel(0.02, 0.002);
    const results = runs({ model, load: { clients }, tokens: geometricTokens(100), maxNumSeqs: 8, requests: 10_000 });
    const truth = clients / (100 * model.stepS(clients));
    return [{ name, truth, unit: '1/s', estimates: results.map((result) => result.ended / result.spanS) }];
  };
  return { name, figures };
}

/** All checks of the engine, in the order of the page. */
export function engineChecks(): TheoryCheck[] {
  // Geometric of mean 4,000 for one in ten, else of mean 6,000 / 9: mean 1,000, squared cv about 3.
  const mixed = mixedTokens(0.1, 4000, 6000 / 9);
  return [
    chain(1.2, 12_000),
    chain(1.8, 44_000),
    sharing('geometric', geometricTokens(1000), 25_000),
    sharing('constant', constantTokens(1000), 10_000),
    sharing('mixture of two', mixed, 42_000),
    infiniteServer('geometric', geometricTokens(200)),
    infiniteServer('constant', constantTokens(200)),
    severalServers(),
    promptsOnly(),
    closedLoop(1),
    closedLoop(8),
  ];
}
