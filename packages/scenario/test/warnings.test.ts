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

/** Codes and lines of the warnings about the base with another engine and other lines for its lengths. */
function warningsOf(engine: string, ...lengths: string[]) {
  const text = BASE.replace('            replicas: 2', `            engine: { kind: ${engine} }`)
    .replace(/ {4}output_tokens: .*\n/, '')
    .replace(/ {4}input_tokens: .*\n/, lengths.map((line) => `    ${line}\n`).join(''));
  const loaded = loadFiles({ 'main.yaml': text });
  if (!loaded.ok) throw new Error(loaded.problems.map((problem) => problem.message).join('\n'));
  return loaded.warnings;
}
const places = (...given: Parameters<typeof warningsOf>) =>
  warningsOf(...given).map(({ code, line }) => `${code}:${line}`);

test.each(['trtllm', 'tgi'])('a budget that nobody uses and %s reserves is warned of', (engine) => {
  const lengths = ['input_tokens: 500', 'output_tokens: 100'];
  expect(places(engine, ...lengths)).toEqual(['SCENARIO_BUDGET_RESERVED:16']);
  expect(places(engine, ...lengths, 'budget_tokens: 801')).toEqual(['SCENARIO_BUDGET_RESERVED:21']);
  expect(places(engine, ...lengths, 'budget_tokens: 800')).toEqual([]);
  expect(places(engine, ...lengths, 'budget_tokens: 801', 'thinking_tokens: 100')).toEqual([]);
  expect(places(`${engine}, max_model_len: 800`, ...lengths)).toEqual([]);
  expect(warningsOf(engine, ...lengths, 'budget_tokens: 4000')[0]?.message).toMatch(
    /reserves 4000 declared tokens per request, outputs have 100 on average/,
  );
});

test('a budget is not, where the engine reserves nothing or lengths are those of kinds that use it', () => {
  expect(places('vllm', 'input_tokens: 500', 'output_tokens: 100')).toEqual([]);
  const kinds = (weight: number) =>
    `lengths: { components: [{ weight: 1, input_tokens: 9, output_tokens: 10 }, { weight: ${weight}, input_tokens: 9, output_tokens: 1000 }] }`;
  expect(places('tgi', kinds(1), 'budget_tokens: 4000')).toEqual([]);
  expect(places('tgi', kinds(0.01), 'budget_tokens: 4000')).toEqual(['SCENARIO_BUDGET_RESERVED:20']);
});

test('beginnings that are not shorter than every prompt are warned of', () => {
  const withPool = (input: string, beginningTokens: number, ...more: string[]) =>
    warningsOf(
      'vllm',
      `input_tokens: ${input}`,
      'output_tokens: 100',
      `prompt_pool: { prompts_per_beginning: 4, beginning_tokens: ${beginningTokens} }`,
      ...more,
    );
  const told = withPool('500', 500);
  expect(told.map(({ code, line }) => `${code}:${line}`)).toEqual(['SCENARIO_BEGINNING_LONG:21']);
  expect(told[0]?.message).toMatch(/^100 % of the prompts/);
  expect(withPool('500', 499)).toEqual([]);
  expect(withPool('500', 0)).toEqual([]);
  expect(withPool('500', 300, 'max_input_tokens: 300')).toHaveLength(1);
  const whole = '{ dist: uniform-whole, min: 101, max: 200 }';
  expect(withPool(whole, 100)).toEqual([]);
  expect(withPool(whole, 101)[0]?.message).toMatch(/^1 % of the prompts/);
  expect(withPool('{ dist: lognormal, median: 1000, sigma: 0.5 }', 50)).toEqual([]);
  expect(withPool('{ dist: lognormal, median: 1000, sigma: 0.5 }', 1000)).toHaveLength(1);
});
