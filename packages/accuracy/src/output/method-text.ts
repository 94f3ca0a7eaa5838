/** Prose of `docs/accuracy.md` that no figure enters: how measurements are driven, fitted, split, and what they cannot show. */

import type { DatasetId } from '../cases/measured-case.js';

/** How each kind of table is driven in the program. */
export const DRIVE_TEXT: Readonly<Record<DatasetId, { readonly name: string; readonly drive: string }>> = {
  'open-loop-serving': {
    name: 'Open-loop serving',
    drive:
      'A client sends requests at a steady mean rate, with exponential gaps scaled so that the count fits the stage, and cycles through a small pool ' +
      'of prompts: after the first pass nearly the whole prompt is found in the prefix cache. Each stage is a run of its own. A first stage meets an empty cache ' +
      'and a server that has never served; before a later one the same prompts are sent three times each, which does not count. ' +
      'TTFT and E2E are seen by the client, so the time of the API is in them. TPOT is (E2E - TTFT) / (output - 1).',
  },
  'fixed-concurrency-serving': {
    name: 'Fixed concurrency',
    drive:
      'A closed loop of as many users as the row says, each sending its next request when the last has ended, ten requests per user in all. ' +
      'Lengths vary as the benchmark varies them (InferenceX: evenly from 80 % of the nominal length up) and users start 5 ms apart; ' +
      'equal lengths and a common start would lock all requests into one cohort.',
  },
  'saturated-serving': {
    name: 'Saturated serving',
    drive:
      'A closed loop that keeps the batch full, read after it has turned over several times. The median gap between tokens leaves prompt work out, the rate ' +
      'holds it. Power is that of the GPUs alone. Prompt lengths are not published; a mean and a spread per task are assumed.',
  },
  'offline-throughput': {
    name: 'Offline throughput',
    drive:
      'Every request is queued at time zero, as many as the published script queues at these lengths; the rate is output tokens over the time ' +
      'to the last one, so the batch that drains at the end is in it.',
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
    drive:
      'One request at a time on an otherwise idle device. Rates leave the API out, because the programs that measure them run inside the engine.',
  },
  'static-npu': {
    name: 'NPUs with fixed graphs',
    drive:
      'One stream on compiled graphs of fixed shape: prompts in whole chunks, a context at the price of its bucket.',
  },
  kernels: {
    name: 'Kernels',
    drive:
      'One matrix product, attention or all-reduce, priced by the same functions that price a step of a run. Where the timed loop does more or less than ' +
      'a step does (quantising activations, a cache left on the chip by the pass before), that is priced too.',
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
  'What a benchmark does alike for all its rows and its table does not say is set once per benchmark, never per row: how many requests are sent, how long the ' +
    'prompts of a task are, which memory share, token budget, KV format or split its servers ran with. Counts and length jitter are published. The rest was inferred ' +
    'from the runs themselves (first tokens that did not queue, rates that a link could not have carried) and is not refitted when a family is left out.',
  'Constants belong to a device (per number format), to a class of links, or to an engine profile; none belongs to a model or to a row. They stand in the ' +
    'catalog with unit, source and grade. Those of a device come from timed kernels and copies and from the watts of whole runs, or from whole runs where ' +
    'nothing else was measured (phones, consumer GPUs). Those of an engine are fitted together, one joint fit per profile over all models, devices and loads that ran ' +
    'on it; later fits build on earlier ones.',
  'A fit minimises the logarithm of predicted over measured: squared up to an error of about 10 %, linear beyond (soft L1), so that a row that cannot be right ' +
    'pulls little. Every constant has walls that physics sets and a prior from before these rows were read. A group of n rows of one table, family, device, engine ' +
    'and format weighs like the square root of n: a benchmark that swept every setting must not outvote the rest. Rows set aside enter no fit.',
  'An error is predicted / measured - 1. Tables show the median of its size and, in brackets, the 90th percentile (linear between neighbours); the bias is the ' +
    'median with its sign. In these tables, unlike in the fits, every row counts alike.',
  'In-sample: the constants of the catalog, which these rows helped to fit. Left out: each joint fit is laid out as straight lines at the constants of the catalog; ' +
    'without the rows of one model family (of one model, where a table holds a single family; or of one device) it is solved again in one step, with the same loss, ' +
    'priors and walls. The rows that were taken away are then run through the engine under those constants, not read off the lines. A device that is left out loses its own kernel and power constants too and is priced by its class. ' +
    'A group is not left out where the rows that remain are fewer than the constants. Errors of all groups are put together.',
  'The left-out errors are still a little kind. The formulas, the groups and the habits of the benchmarks were chosen by people who had seen every row, ' +
    'and one step is exact only for small moves of the constants.',
  'Figures of published tables are themselves uncertain: software moves by 10 to 40 % within months, and two laboratories with the same code differ by 2 to 5 %. ' +
    'An error below about 3 % is noise.',
];

/** What the measurements at hand cannot show. */
export const NOT_VALIDATED: readonly string[] = [
  'Devices, engines and model families of the catalog that are not in the tables above: they run on constants of their class and say "assumed".',
  'Formats that no table holds: 8- and 4-bit integer weights on data-centre engines, 2-bit weights, structured sparsity.',
  'Attention that reads a chosen part of the cache (DeepSeek-V3.2), which is priced as if it read all of it; latent attention and constant-state layers in whole runs.',
  'More than one replica, routing between sites, scaling, failures: these are checked against theory, not against measured fleets.',
  'Facility power: PUE against weather, cooling, the draw of a server beside its accelerators.',
  'Clocks and power caps far below the rated power; thermal throttling.',
  'Speculative decoding, prefill and decode on separate replicas, KV caches on host memory or disk.',
  'Pipelines of SRAM chips beyond published rates of two models each; image, video and action models.',
  'Prompts of more than some tens of thousands of tokens.',
  'Percentiles of overloaded servers: near saturation a small error of the step time is a large one of the queue.',
];
