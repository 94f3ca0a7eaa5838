/**
 * Simulated requests and tokens per second of one core through the whole program: trace parsing, router, schedulers,
 * step prices, energy, statistics and accounts; leaping against stepping; boundary events per request.
 *
 * Leaping and stepping run the same requests in the same rounds. The boundary events are what is left of the events when
 * each attempt's arrival and delivery are taken off.
 */

import { metricIndex, openFileBytes, type ReplicationResult, type RunPlan, runReplication } from '@infersim/runner';
import { benchPlan, ownRatePerS, saturationPerS, type Traffic } from './bench-plan.js';
import { type Effort, type Figure, figure, scaled } from './figure.js';
import { interleave, medianRatio, secondsOf, spreadOf } from './measure.js';

const REQUESTS = 200_000;
/** Events of an attempt that are no step boundary: its arrival and its delivery. */
const OTHER_EVENTS_PER_ATTEMPT = 2;

const figureOf = (result: ReplicationResult, column: string) => result.values[metricIndex(column)]!;

export function measureServing(traffic: Traffic, effort: Effort): Figure[] {
  const requests = scaled(REQUESTS, effort);
  const saturation = saturationPerS(traffic);
  const loads = [
    { title: 'own rate', ratePerS: ownRatePerS },
    { title: '60 % load', ratePerS: 0.6 * saturation },
  ];
  const figures: Figure[] = [
    {
      group: 'serving, 8 replicas',
      name: 'saturation (simulated)',
      value: saturation,
      unit: 'requests/s',
      note: traffic.title,
    },
  ];
  for (const { title, ratePerS } of loads) {
    const plan = benchPlan(traffic, ratePerS, requests);
    const results = new Map<string, ReplicationResult>();
    const variant = (name: string, of: RunPlan) => ({
      name,
      run: () =>
        secondsOf(() => {
          results.set(name, runReplication(of, 1, { openBytes: openFileBytes }));
        }),
    });
    const seconds = interleave(
      [variant('leap', plan), variant('step', { ...plan, stepByStep: true })],
      Math.max(1, effort.rounds - 2),
    );
    const leap = results.get('leap')!;
    const step = results.get('step')!;
    if (leap.fingerprint !== step.fingerprint) {
      throw new Error(`leaping and stepping disagree at ${title}: ${leap.fingerprint} and ${step.fingerprint}`);
    }
    const served = figureOf(leap, 'requests_completed');
    const tokens = figureOf(leap, 'tokens_input') + figureOf(leap, 'tokens_output');
    const load = `${ratePerS.toFixed(1)} requests/s, ${Math.round((100 * ratePerS) / saturation)} % of saturation`;
    const group = `serving, ${title}`;
    const rate = (variant: string, what: string, count: number, unit: string) =>
      figure(
        group,
        `${variant === 'leap' ? 'leaping' : 'stepping'}, ${what}`,
        unit,
        spreadOf(seconds.get(variant)!.map((time) => count / time)),
      );
    const gain = medianRatio(seconds.get('step')!, seconds.get('leap')!);
    const boundaries = (result: ReplicationResult) =>
      (result.events - OTHER_EVENTS_PER_ATTEMPT * figureOf(result, 'attempts')) / figureOf(result, 'requests_offered');
    figures.push(
      { ...rate('leap', 'requests', served, 'requests/s'), note: `${served} completed, ${load}` },
      { ...rate('leap', 'tokens', tokens / 1e6, 'M tokens/s'), note: 'input and output tokens' },
      { ...rate('step', 'requests', served, 'requests/s'), against: 'leaping', ratio: 1 / gain },
      { group, name: 'gain of leaping in wall time', value: gain, unit: 'times' },
      { group, name: 'boundary events per request, leaping', value: boundaries(leap), unit: 'events' },
      { group, name: 'boundary events per request, stepping', value: boundaries(step), unit: 'events' },
    );
  }
  return figures;
}
