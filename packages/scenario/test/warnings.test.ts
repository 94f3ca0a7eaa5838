import { expect, test } from 'vitest';
import { BASE, loadFiles } from './memory-files.js';

/** The base with a trace of two requests, the second at `lastS`, in place of its arrivals; the horizon is 10 minutes. */
function warningsAt(lastS: number, more = '') {
  const text = BASE.replace('arrivals: { process: poisson, rate_per_s: 2 }', `trace: { file: t.csv${more} }`)
    .replace(/ {4}input_tokens: .*\n/, '')
    .replace(/ {4}output_tokens: .*\n/, '');
  const trace = `arrival_s,prompt_tokens,output_tokens\n0,100,10\n${lastS},100,10\n`;
  const loaded = loadFiles({ 'main.yaml': text, 't.csv': trace });
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => problem.message).join('\n'));
  return loaded.warnings.map(({ code, line }) => `${code}:${line}`);
}

test('a trace that ends long before the horizon is warned of, at its place', () => {
  expect(warningsAt(60)).toEqual(['SCENARIO_TRACE_SHORT:18']);
});

test('a trace that goes on after the horizon is warned of', () => {
  expect(warningsAt(1200)).toEqual(['SCENARIO_TRACE_LONG:18']);
});

test('a trace that fills the horizon, also by repeating or at another speed, is not', () => {
  expect(warningsAt(590)).toEqual([]);
  expect(warningsAt(60, ', repeat: 10')).toEqual([]);
  expect(warningsAt(1200, ', speed: 2')).toEqual([]);
});

test('a time series of more rows than anybody reads is warned of', () => {
  const year = loadFiles({ 'main.yaml': BASE.replace('horizon: 10m', 'horizon: 8760h') });
  expect(year.ok && year.warnings.map(({ code }) => code)).toEqual(['SCENARIO_TIMESERIES_ROWS']);
});
