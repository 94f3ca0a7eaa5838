/** When requests come: the arrival processes and their day and week curves. */

import * as z from 'zod';
import { timeDistribution } from './distribution-fields.js';
import { id, quantity, real, time, whole } from './fields.js';

const rate = (description: string) => quantity(description, 'rate', '/s', { above: 0, max: 1e7 });
const cv = (description: string) => real(description, { above: 0, max: 100 });

const profile = z
  .union([
    id('name of a ready profile'),
    z.strictObject({
      name: id('name of a ready profile').optional(),
      multipliers: z
        .array(real('multiplier of the rate', { max: 1e6 }))
        .min(24)
        .max(168)
        .optional()
        .meta({ description: '24 (a day) or 168 (a week from Monday 00:00) hourly multipliers, scaled to mean 1' }),
      start_hour: real('hour of the profile at time zero; default: local hour of the origin', {
        max: 168,
        otherwise: 'from start_hour_utc and the time zone of the origin',
      }).optional(),
    }),
  ])
  .meta({ description: 'day or week curve of the rate: a ready profile by name, or multipliers' });

const shaped = { rate_per_s: rate('mean requests per second'), profile: profile.optional() };

/** Arrival processes by `process`. Rates are per origin: per site with `each_site_of`. */
export const arrivalFields = z
  .discriminatedUnion('process', [
    z.strictObject({ process: z.literal('poisson'), ...shaped }),
    z.strictObject({
      process: z.literal('gamma'),
      ...shaped,
      cv: cv('burstiness: standard deviation over mean of gaps'),
    }),
    z.strictObject({
      process: z.literal('weibull'),
      ...shaped,
      cv: cv('burstiness: standard deviation over mean of gaps'),
    }),
    z.strictObject({ process: z.literal('constant'), ...shaped }),
    z.strictObject({
      process: z.literal('poisson-count'),
      rate_per_s: rate('mean requests per second while the stage lasts; exactly rate x duration requests are sent'),
      start: time('when the stage begins').default(0),
      duration: time('length of the stage', { above: 0, otherwise: 'from its start to the horizon' }).optional(),
    }),
    z.strictObject({
      process: z.literal('burst'),
      requests: whole(
        'requests that are sent at one moment: an offline batch. At most 10 million: all are in flight at once, each takes about 400 bytes',
        { min: 1, max: 1e7 },
      ),
      at: time('that moment').default(0),
    }),
    z.strictObject({
      process: z.literal('periodic'),
      period: time('time between two requests of one emitter', { above: 0 }),
      jitter: time('standard deviation of each request around its tick').default(0),
      emitters: whole('devices that each send with that period, at random phases', { min: 1, max: 1e7 }).default(1),
      profile: profile.optional(),
    }),
    z.strictObject({
      process: z.literal('on-off'),
      on_rate_per_s: rate('requests per second while on'),
      on_mean: time('mean length of an on time', { above: 0 }),
      off_mean: time('mean length of an off time', { above: 0 }),
      cv: cv('burstiness of gaps while on').default(1),
      profile: profile.optional(),
    }),
    z.strictObject({
      process: z.literal('clients'),
      ...shaped,
      clients: whole('number of clients', { min: 1, max: 100_000 }),
      sigma: real('spread of client rates: standard deviation of the logarithm', { max: 5 }).default(1.8),
      cvs: z
        .array(
          z.strictObject({ weight: real('share of clients', { above: 0 }), cv: cv('burstiness of these clients') }),
        )
        .min(1)
        .max(50)
        .default([{ weight: 1, cv: 1 }])
        .meta({ description: 'burstiness of clients, by share' }),
    }),
    z.strictObject({
      process: z.literal('like'),
      of: id('a ready workload whose arrivals are taken, e.g. azure-code-2023'),
      rate_per_s: rate('mean requests per second; default: the recorded rate').optional(),
      profile: profile.optional(),
    }),
    z.strictObject({
      process: z.literal('closed'),
      users: whole('users, each with one request at a time', { min: 1, max: 1e6 }),
      think: timeDistribution(
        'time between the end of a request and the next one of the same user; after one that did not complete at least `client.backoff`',
      ).default(0),
      ramp: time('users start spread evenly over this time: 64 users over 320 ms start 5 ms apart').default(0),
      profile: profile.optional(),
    }),
  ])
  .meta({ description: 'when requests are sent' });

export type ArrivalInput = z.output<typeof arrivalFields>;
export type ProfileInput = z.output<typeof profile>;
