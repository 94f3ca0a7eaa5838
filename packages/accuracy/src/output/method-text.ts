/** Prose of `docs/accuracy.md` that no figure enters: how measurements are driven, fitted, split, and what they cannot show. */

import type { DatasetId } from '../cases/measured-case.js';

/** How each kind of table is driven in the program. */
export const DRIVE_TEXT: Readonly<Record<DatasetId, { readonly name: string; readonly drive: string }>> = {
  'open-loop-serving': {
    name: 'Open-loop serving',
    drive:
      'A client sends requests at a steady mean rate, with exponential gaps scaled so that the count fits the stage, and cycles through a small pool ' +
      'of prompts: after the first pass nearly the whole prompt is found in the prefix cache. The stages of one experiment run one after the other on one server. ' +
      'TTFT and E2E are seen by the client, so the time of the API is in them. TPOT is (E2E - TTFT) / (output - 1).',
  },
  'fixed-concurrency-serving': {
    name: 'Fixed concurrency',
    drive:
      'A closed loop of as many users as the row says, each sending its next request when the last has ended. Lengths vary as the benchmark varies them and ' +
      'users start a little apart; equal lengths and a common start would lock all requests into one cohort.',
  },
  'saturated-serving': {
    name: 'Saturated serving',
    drive:
      'A closed loop that keeps the batch full. The median gap between tokens leaves prompt work out, the rate holds it. Power is that of the GPUs alone. ' +
      'Prompt lengths are not published; those of the named tasks are assumed.',
  },
  'offline-throughput': {
    name: 'Offline throughput',
    drive: 'Every request is queued at time zero; the rate is that of the whole run at fixed lengths.',
  },
  'static-batch': {
    name: 'Static batches',
    drive: 'One batch of equal requests from start to end, nothing joins.',
  },
  'split-serving': {
    name: 'Prompt and token phases',
    drive: 'Prompt time and time per token of one static batch on an engine of 2023, which has a profile of its own.',
  },
  'single-stream': {
    name: 'Single streams',
    drive: 'One request at a time on an otherwise idle device.',
  },
  'static-npu': {
    name: 'NPUs with fixed graphs',
    drive:
      'One stream on compiled graphs of fixed shape: prompts in whole chunks, a context at the price of its bucket.',
  },
  kernels: {
    name: 'Kernels',
    drive: 'One matrix product, attention or all-reduce, priced by the same functions that price a step of a run.',
  },
  'linear-layers': {
    name: 'Linear layers',
    drive: 'One linear layer of a model at a number of tokens, priced as a kernel.',
  },
  collectives: {
    name: 'Collectives',
    drive: 'One all-reduce or send between devices, priced as a kernel.',
  },
  microbenchmarks: {
    name: 'Microbenchmarks',
    drive: 'Memory copies, matrix products and collectives of vendors and clouds, priced as kernels.',
  },
  'best-matmul': {
    name: 'Best matrix products',
    drive: 'The fastest matrix product that anyone found on a device: an upper bound, not what an engine reaches.',
  },
  'power-points': {
    name: 'Idle power',
    drive: 'Draw of an idle device, bare or with a model loaded.',
  },
};

/** What holds for every prediction. */
export const METHOD_PARAGRAPHS: readonly string[] = [
  'Each measured row becomes a scenario and runs through the engine model that `infersim run` uses: requests, queue, batch scheduler, KV cache, ' +
    'step times, power. There is no formula beside it. Single kernels are priced by the functions that price steps.',
  'Constants belong to a device (per number format), to a class of links, or to an engine profile; none belongs to a model or to a row. They stand in the ' +
    'catalog with unit, source and grade. They were fitted by least squares on the logarithm of predicted over measured, with a robust loss, bounds and priors.',
  'An error is predicted / measured - 1. Tables show the median of its size and, in brackets, the 90th percentile (linear between neighbours); the bias is the ' +
    'median with its sign. Every row counts alike.',
  'In-sample: the constants of the catalog, which these rows helped to fit. Left out: all rows of one model family (or one device) are taken away, the constants ' +
    'are fitted again on the rest, starting from those of the catalog, and then predict what was taken away; errors of all such groups are put together. Where a ' +
    'run is too costly to repeat at every trial of a fit, the refit is one Gauss-Newton step with derivatives taken at the fitted constants.',
  'Figures of published tables are themselves uncertain: software moves by 10 to 40 % within months, and two laboratories with the same code differ by 2 to 5 %. ' +
    'An error below about 3 % is noise.',
];

/** What the measurements at hand cannot show. */
export const NOT_VALIDATED: readonly string[] = [
  'Devices, engines and model families of the catalog that are not in the tables above: they run on constants of their class and say "assumed".',
  'More than one replica, routing between sites, scaling, failures: these are checked against theory, not against measured fleets.',
  'Facility power: PUE against weather, cooling, the draw of a server beside its accelerators.',
  'Clocks and power caps far below the rated power; thermal throttling.',
  'Speculative decoding, prefill and decode on separate replicas, KV caches on host memory or disk.',
  'Pipelines of SRAM chips beyond published rates of two models each; image, video and action models.',
  'Prompts of more than some tens of thousands of tokens.',
  'Percentiles of overloaded servers: near saturation a small error of the step time is a large one of the queue.',
];
