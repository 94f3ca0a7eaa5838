/**
 * Simulated requests and tokens per second of one core through the whole program: trace parsing, router, schedulers, step
 * prices, energy, statistics and accounts. 8 replicas at two loads, a million requests each.
 *
 * Plain: the process has run nothing else. After every kind: it has run all schedulers and most options before, so that
 * call sites are as they are in real use; gates are judged there, aims on the plain runs.
 */

import { EIGHT_REPLICAS, ownRatePerS, type Traffic } from './bench-plan.js';
import { type Effort, type Figure, figure, scaled } from './figure.js';
import { ratios } from './measure.js';
import {
  loadNote,
  processorNote,
  ratePerSecond,
  type ServingTask,
  secondsOfRounds,
  serveInRounds,
} from './serving-task.js';

const REQUESTS = 1_000_000;
const GATE = { atLeast: 300_000 };
const AIM = { atLeast: 800_000 };

export function measureServing(traffic: Traffic, saturation: number, effort: Effort): Figure[] {
  const requests = scaled(REQUESTS, effort);
  const loads = [
    { key: 'own', title: 'own rate', ratePerS: ownRatePerS },
    { key: 'load60', title: '60 % load', ratePerS: 0.6 * saturation },
  ];
  const group = 'serving, 8 replicas, one core';
  const figures: Figure[] = [
    {
      id: 'serving.saturation',
      group,
      name: 'saturation (simulated)',
      value: saturation,
      unit: 'requests/s',
      note: traffic.title,
    },
  ];
  for (const { key, title, ratePerS } of loads) {
    const plain: ServingTask = { traffic, fleet: EIGHT_REPLICAS, ratePerS, requests };
    const reports = serveInRounds({ plain, met: { ...plain, afterEveryKind: true } }, effort.longRounds);
    const alone = reports.get('plain')!;
    const met = reports.get('met')!;
    const last = alone[0]!;
    const load = `${last.completed} completed, ${loadNote(ratePerS, saturation)}; ${processorNote(alone)}`;
    const loss = ratios(secondsOfRounds(met), secondsOfRounds(alone)).median;
    figures.push(
      figure(
        { id: `serving.${key}.plain`, group, name: `${title}, plain`, unit: 'requests/s' },
        ratePerSecond(alone, (report) => report.completed),
        { aim: AIM, note: load },
      ),
      figure(
        { id: `serving.${key}.met`, group, name: `${title}, after every kind`, unit: 'requests/s' },
        ratePerSecond(met, (report) => report.completed),
        { gate: GATE, note: `takes ${loss.toFixed(2)} times as long as plain; ${processorNote(met)}` },
      ),
      figure(
        { id: `serving.${key}.output_tokens`, group, name: `${title}, plain, output tokens`, unit: 'M tokens/s' },
        ratePerSecond(alone, (report) => report.outputTokens / 1e6),
        { note: `${Math.round(last.inputTokens / last.outputTokens)} times as many input tokens beside them` },
      ),
    );
  }
  return figures;
}
