/**
 * Published errors of other simulators and estimators on the same kind of problem, for `docs/accuracy.md`. Data only; nothing here
 * was measured by this project, and the rows behind the figures differ from ours.
 */

export interface PeerFigures {
  readonly name: string;
  /** What it needs before it can predict a model. */
  readonly needs: string;
  readonly figures: string;
  readonly source: string;
}

const ERROR_RECORDS =
  'error records in inference-sim/sim-to-real-accuracy-validation, vLLM on H100, medians of mean latencies';

export const PEERS: readonly PeerFigures[] = [
  {
    name: 'Vidur',
    needs: 'a profile of each model on each device',
    figures: 'E2E 2.5 %, ITL 4 %, TTFT 14 %',
    source: `${ERROR_RECORDS}; the simulator: arXiv 2405.05465`,
  },
  {
    name: 'LLMServingSim',
    needs: 'profiled kernels',
    figures: 'TPOT 1 to 2 %, TTFT 1 to 14 %',
    source: 'its own validation runs, casys-kaist/LLMServingSim',
  },
  {
    name: 'inference-sim (BLIS), newest learned model',
    needs: 'a fit over many models, no profile of each',
    figures: 'E2E 6.7 %, ITL 7.1 %, TTFT 17.6 % on vLLM runs kept out of the fit; 13 to 16 % on GPUs it never saw',
    source: 'inference-sim/inference-sim, documentation of its latency models',
  },
  {
    name: 'inference-sim (BLIS), earlier learned model',
    needs: 'a fit over many models, no profile of each',
    figures: 'ITL 20 %, TTFT 19 %',
    source: ERROR_RECORDS,
  },
  {
    name: 'aiconfigurator',
    needs: 'a kernel database of each device',
    figures: 'ITL 21 %; its TTFT is for a static batch and does not compare',
    source: ERROR_RECORDS,
  },
  {
    name: 'InferSim (alibaba)',
    needs: 'tables of reached arithmetic rates',
    figures: '-4 to +15 % on throughput',
    source: 'its README',
  },
  { name: 'a plain roofline', needs: 'a data sheet', figures: 'ITL 51 %', source: ERROR_RECORDS },
];
