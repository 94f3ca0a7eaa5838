/** Sites in columns against one source object each: the same requests to the bit, whoever is asked in between. */
import { RandomStreams } from '@infersim/kernel';
import { describe, expect, it } from 'vitest';
import type { RequestSource } from '../src/request-source.js';
import { RequestTable } from '../src/request-table.js';
import { createSource } from '../src/source/create-source.js';
import { siteRateMultiplier } from '../src/source/site-rate.js';
import { createSiteSources, type SiteSources, type SiteSourcesOptions } from '../src/source/site-sources.js';
import type { ArrivalSpec, WorkloadPlan } from '../src/workload-plan.js';
import { fixedLengths, plan } from './drained.js';

const SITES = 7;
const FIRST_SOURCE = 3;
const LATENCY_S = 2.5;

const lognormal = (median: number) => ({ dist: 'lognormal', mu: Math.log(median), sigma: 0.7 }) as const;
const mixture = {
  kind: 'joint-mixture',
  components: [
    { weight: 2, prompt: lognormal(300), output: lognormal(40) },
    { weight: 1, prompt: lognormal(2000), output: lognormal(400) },
  ],
} as const;
const independent = { kind: 'independent', prompt: lognormal(300), output: lognormal(40) } as const;

const optionsOf = (workload: WorkloadPlan, sites = SITES): SiteSourcesOptions => ({
  plan: workload,
  sites,
  workloadIndex: 1,
  firstSource: FIRST_SOURCE,
  sourceCount: FIRST_SOURCE + sites + 2,
  streams: new RandomStreams(11, 2),
  failurePauseS: 0.5,
  horizonS: 300,
  openBytes: () => {
    throw new Error('no file is needed here');
  },
});

/** What the sites stand for, made one by one. */
function apart(workload: WorkloadPlan): SiteSources {
  const { sites, firstSource, streams, ...options } = optionsOf(workload);
  const sources: RequestSource[] = Array.from({ length: sites }, (_, site) => {
    const name = `${workload.id}/${site}`;
    const rateMultiplier = siteRateMultiplier(streams, name, workload.siteRateSigma);
    return createSource({ ...options, streams, name, sourceIndex: firstSource + site, rateMultiplier });
  });
  return {
    sites,
    columnBytes: 0,
    counts: sources.map((source) => source.counts),
    nextS: (site) => sources[site]!.nextS,
    take: (site, table, slot) => sources[site]!.take(table, slot),
    settle: (site, table, slot, timeS, outcome) => sources[site]!.settle(table, slot, timeS, outcome),
    close: () => {},
  };
}

/** Takes requests in order of time, each answered a while later, and writes down every birth column. */
function requestsOf(sources: SiteSources): unknown[] {
  const table = new RequestTable(4);
  const rows: unknown[] = [];
  const answers: { timeS: number; site: number; slot: number }[] = [];
  while (rows.length < 3000) {
    let next = -1;
    for (let site = 0; site < sources.sites; site++)
      if (next < 0 || sources.nextS(site) < sources.nextS(next)) next = site;
    const nextS = sources.nextS(next);
    const answer = answers[0];
    if (answer !== undefined && answer.timeS <= nextS) {
      answers.shift();
      const { site, slot, timeS } = answer;
      rows.push(sources.settle(site, table, slot, timeS, rows.length % 5 === 0 ? 1 : 0));
      table.release(slot);
      continue;
    }
    if (nextS === Number.POSITIVE_INFINITY) break;
    const slot = table.allocate();
    sources.take(next, table, slot);
    rows.push([
      next,
      table.source[slot],
      table.workload[slot],
      table.requestId[slot],
      table.sessionId[slot],
      table.bornS[slot],
      table.promptTokens[slot],
      table.wishedTokens[slot],
      table.outputTokens[slot],
      table.thinkingTokens[slot],
      table.prefix[slot] === null ? null : [...table.prefix[slot]!.ids, ...table.prefix[slot]!.tokens],
    ]);
    answers.push({ timeS: nextS + LATENCY_S, site: next, slot });
  }
  return rows;
}

const total = (sources: SiteSources, what: 'emitted' | 'budgetCutTokens' | 'promptCutRequests') =>
  sources.counts.reduce((sum, counts) => sum + counts[what], 0);

const arrivals: Record<string, ArrivalSpec> = {
  poisson: { process: 'poisson', ratePerS: 0.2 },
  gamma: { process: 'gamma', ratePerS: 0.2, cv: 2.5 },
  weibull: { process: 'weibull', ratePerS: 0.2, cv: 1.8 },
  constant: { process: 'constant', ratePerS: 0.3 },
  'poisson-count': { process: 'poisson-count', ratePerS: 0.2, startS: 20, durationS: 200 },
  burst: { process: 'burst', requests: 9, atS: 12, ratePerS: 0.1 },
  'on-off': { process: 'on-off', onRatePerS: 1, onMeanS: 10, offMeanS: 25, cv: 1.5 },
  'always on': { process: 'on-off', onRatePerS: 0.2, onMeanS: 10, offMeanS: 0, cv: 1 },
  periodic: { process: 'periodic', periodS: 20, jitterS: 3, emitters: 4 },
  clock: { process: 'periodic', periodS: 20, jitterS: 0, emitters: 1 },
  closed: { process: 'closed', users: 3, thinkS: { dist: 'exponential', mean: 8 }, rampS: 15 },
};
const bodies: Record<string, Partial<WorkloadPlan>> = {
  'plain lengths': { lengths: fixedLengths },
  'lengths apart, cut': { lengths: independent, maxPromptTokens: 400, budgetTokens: 60 },
  'mixture, thinking, prefixes, profile': {
    lengths: mixture,
    thinking: lognormal(200),
    prefix: { groups: 20, tokens: 100, zipf: 1 },
    profile: { multipliers: [0, 2, 1, ...new Array<number>(21).fill(1)], startHour: 0.95 },
  },
  'prompts of a client': {
    lengths: independent,
    promptPool: { beginnings: 3, beginningTokens: 50, promptsPerBeginning: 4, order: 'random' },
    maxRequests: 12,
  },
};

describe('sites in columns', () => {
  for (const [name, process] of Object.entries(arrivals))
    for (const [title, body] of Object.entries(bodies))
      it.each([0, 0.6])(
        `send what sources of their own send: ${name}, ${title}, sizes of sigma %d`,
        (siteRateSigma) => {
          const workload = plan(process, { ...body, siteRateSigma });
          const columns = createSiteSources(optionsOf(workload));
          const objects = apart(workload);
          const rows = requestsOf(columns);
          expect(rows.length).toBeGreaterThan(20);
          expect(rows).toEqual(requestsOf(objects));
          for (const what of ['emitted', 'budgetCutTokens', 'promptCutRequests'] as const)
            expect(total(columns, what)).toBe(total(objects, what));
        },
      );

  it.each([
    ['poisson', 150],
    ['constant', 150],
    ['clock', 150],
    ['closed', 150],
  ])('take less than that many bytes a site: %s, %d', (name, bytes) => {
    const sites = 10_000;
    const sources = createSiteSources(optionsOf(plan(arrivals[name]!, { lengths: independent }), sites));
    expect(sources.columnBytes).toBeGreaterThan(0);
    expect(sources.columnBytes / sites).toBeLessThan(bytes);
  });

  it.each([
    ['clients', { process: 'clients', ratePerS: 0.2, clients: 3, sigma: 1, cvs: [{ weight: 1, cv: 2 }] }],
    ['many emitters', { process: 'periodic', periodS: 100, jitterS: 1, emitters: 65 }],
    ['many users', { process: 'closed', users: 65, thinkS: { dist: 'exponential', mean: 80 }, rampS: 15 }],
  ] as const)('with heaps of their own stay objects and send the same: %s', (_, process) => {
    const sources = createSiteSources(optionsOf(plan(process)));
    expect(sources.columnBytes).toBe(0);
    expect(requestsOf(sources)).toEqual(requestsOf(apart(plan(process))));
  });

  it('refuse a plan that makes no sense, as one source does', () => {
    expect(() => createSiteSources(optionsOf(plan({ process: 'poisson', ratePerS: 0 })))).toThrow(RangeError);
    expect(() =>
      createSiteSources(
        optionsOf(plan({ process: 'closed', users: 0, thinkS: { dist: 'constant', value: 1 }, rampS: 0 })),
      ),
    ).toThrow(RangeError);
  });
});
