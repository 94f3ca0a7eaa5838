/** Traffic: who asks, when, how long prompts and answers are, where it may be served. */

import * as z from 'zod';
import { arrivalFields } from './arrival-fields.js';
import { tokenDistribution, traceFields } from './distribution-fields.js';
import { choice, flag, id, oneOrMore, real, text, time, whole } from './fields.js';

const origin = z
  .strictObject({
    region: id('region or network node the users are in').optional(),
    access: id(
      'last mile of the users: an access kind of the catalog',
      'home fibre from a region, the LAN at a site',
    ).optional(),
    site: id('site the users are at (one site)').optional(),
    each_site_of: id('group of like sites: each has its own users, streams and rate').optional(),
  })
  .meta({ description: 'where requests come from: a `region`, a `site`, or `each_site_of` a group of like sites' });

const lengths = z
  .union([
    id('name of a ready length profile'),
    z.strictObject({
      components: z
        .array(
          z.strictObject({
            weight: real('share of this component, relative to the others', { above: 0 }),
            input_tokens: tokenDistribution('prompt length'),
            output_tokens: tokenDistribution('length of the answer the request would like to produce'),
          }),
        )
        .min(1)
        .max(100)
        .optional()
        .meta({ description: 'kinds of requests; prompt and answer are drawn from the same one' }),
      from_trace: traceFields().optional().meta({ description: 'whole rows of a trace, drawn with replacement' }),
    }),
  ])
  .meta({ description: 'prompt and answer lengths together: a ready profile by name, components, or rows of a trace' });

const target = id('a grid, a site or a pool');

const route = z
  .strictObject({
    prefer: oneOrMore('grids, sites or pools to try first', target, 200),
    spill: z
      .array(z.union([target, z.array(target).min(1).max(200)]))
      .max(50)
      .default([])
      .meta({ description: 'where to go on to, in order; a list within the list is one stage' }),
    models: oneOrMore('only pools that serve one of these models', id('a model'), 200).optional(),
    residency: oneOrMore(
      'zones the data may be in: pools elsewhere are never used',
      id('a zone, e.g. us or eu'),
      100,
    ).optional(),
    policy: choice(
      '`chain` takes the stages in order; `cheapest` scores all stages by the marginal cost of the request',
      ['chain', 'cheapest'],
    ).default('chain'),
    site_order: choice('`nearest` fills the nearest site first; `spread` balances over the sites of a stage', [
      'nearest',
      'spread',
    ]).default('nearest'),
    spill_when: z
      .strictObject({
        ttft: time('predicted time to first token', { above: 0 }).optional(),
        queue: real('waiting requests per replica', { max: 1e9 }).optional(),
      })
      .default({})
      .meta({ description: 'go on to the next choice when one of these is exceeded; queue limits spill always' }),
  })
  .meta({ description: 'which pools may serve the requests, in which order' });

const client = z
  .strictObject({
    timeout: time('the client gives up on a try this long after sending it', {
      above: 0,
      otherwise: 'never',
    }).optional(),
    retries: whole('further tries after a refusal, failure or time-out', { max: 100 }).default(0),
    backoff: time(
      'first pause before a retry; doubles each time, times 0.5 to 1.5. Users of a closed loop also stay away at least this long (never under 1 ms) after a request that did not complete',
    ).default(1),
    cancel: flag('the server stops working on a try its client gave up on').default(true),
    stream_interval_tokens: whole(
      'tokens the server sends together: the client has its first token when that many are made; ITL stays that of the engine',
      { min: 1, max: 1e6 },
      'tokens',
    ).default(1),
  })
  .meta({ description: 'what the client does when it has to wait or is refused, and how answers reach it' });

export const workloadFields = z.strictObject({
  id: id('name of the workload in results'),
  description: text('a remark').optional(),
  from: origin,
  arrivals: arrivalFields.optional(),
  trace: traceFields().optional().meta({ description: 'replay of a recorded trace, instead of `arrivals`' }),
  site_rate_sigma: real('spread of the rate over like sites: sigma of a lognormal factor of mean 1', {
    max: 5,
  }).default(0),
  lengths: lengths.optional(),
  input_tokens: tokenDistribution('prompt length').optional(),
  output_tokens: tokenDistribution('length of the answer the request would like to produce').optional(),
  max_input_tokens: whole(
    'longer prompts are cut to this length and counted',
    { min: 1, max: 1e8, otherwise: 'of the length profile, else 1,000,000' },
    'tokens',
  ).optional(),
  budget_tokens: whole(
    'token budget: most tokens a request may produce, thinking included',
    { min: 1, max: 1e8, otherwise: 'of the length profile, else 32,768' },
    'tokens',
  ).optional(),
  thinking_tokens: tokenDistribution('tokens thought before the answer').optional(),
  prefix: z
    .strictObject({
      groups: whole('number of different shared beginnings', { min: 1, max: 1e6 }),
      tokens: whole('length of each', { min: 1, max: 1e7 }, 'tokens'),
      zipf: real('exponent of their popularity', { max: 10 }).default(1),
    })
    .optional()
    .meta({ description: 'shared prompt beginnings (system prompts)' }),
  prompt_pool: z
    .strictObject({
      prompts_per_beginning: whole('different prompts that begin with the same beginning', { min: 1, max: 1e6 }),
      beginnings: whole('different shared beginnings', { min: 1, max: 1e6 }).default(1),
      beginning_tokens: whole(
        'length of each beginning, a part of `input_tokens`; 0 = prompts share nothing',
        { max: 1e7 },
        'tokens',
      ).default(0),
      id: id(
        'name of the pool: workloads that give the same one send the same prompts, as stages of one load test do',
        'one of its own',
      ).optional(),
      order: choice(
        '`cycle` sends one after the other and starts over, `shuffled` does so in an order drawn once, `random` takes any',
        ['cycle', 'shuffled', 'random'],
      ).default('cycle'),
    })
    .optional()
    .meta({
      description:
        'prompts made once and sent again and again, as benchmark clients do: a repeated prompt is a prefix hit over its whole length. Lengths are drawn once per prompt',
    }),
  priority: whole('smaller is served first where the scheduler honours priorities', { min: -1000, max: 1000 }).default(
    0,
  ),
  max_requests: whole('stop after this many requests per origin', {
    min: 1,
    max: 1e12,
    otherwise: 'until the horizon',
  }).optional(),
  route,
  client: client.prefault({}),
  objectives: z
    .strictObject({
      ttft: time('time to first token at most', { above: 0 }).optional(),
      tpot: time('time per output token at most', { above: 0 }).optional(),
      e2e: time('time to last token at most', { above: 0 }).optional(),
    })
    .default({})
    .meta({ description: 'what one request has to meet to count as good (goodput)' }),
  bytes_per_token: real('bytes per token on the network', { max: 1e9 }, 'bytes').default(4),
});

export type WorkloadInput = z.output<typeof workloadFields>;
export type TraceInput = z.output<ReturnType<typeof traceFields>>;
