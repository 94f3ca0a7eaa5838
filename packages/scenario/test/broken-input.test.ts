/**
 * Broken and hostile scenarios, one table: each is refused with its code at its exact place, says what is allowed or what
 * was probably meant, throws nothing, and is done within a second.
 */

import { describe, expect, it } from 'vitest';
import { formatProblems } from '../src/problem-format.js';
import { BASE, type Files, loadFiles, unmark, withLine } from './memory-files.js';

interface Case {
  readonly name: string;
  /** With a mark at the place of the expected problem. */
  readonly text: string;
  readonly code: string;
  /** Part of the message, the allowed values, the nearest name or the hint. */
  readonly says: string;
  readonly files?: Files;
  readonly sets?: readonly string[];
}

const pool = (...lines: string[]) =>
  withLine(14, '            replicas: 2', ...lines.map((line) => `            ${line}`));
const talk = (...lines: string[]) =>
  withLine(21, '    route: { prefer: [cloud] }', ...lines.map((line) => `    ${line}`));
const end = (...lines: string[]) => `${BASE}${lines.join('\n')}\n`;

const YAML: readonly Case[] = [
  { name: 'empty file', text: '§', code: 'SCENARIO_EMPTY', says: 'empty' },
  { name: 'comments only', text: '§# nothing here\n', code: 'SCENARIO_EMPTY', says: 'empty' },
  { name: 'a list at the top', text: '§- a\n- b\n', code: 'SCENARIO_TYPE', says: 'map of keys' },
  { name: 'plain text', text: '§just words\n', code: 'SCENARIO_TYPE', says: 'map of keys' },
  {
    name: 'flow nesting bomb, lists',
    text: `a: ${'['.repeat(63)}§${'['.repeat(100_000)}`,
    code: 'SCENARIO_TOO_DEEP',
    says: 'at most 64 levels',
  },
  {
    name: 'flow nesting bomb, maps',
    text: `a: ${'{a: '.repeat(63)}§${'{a: '.repeat(20_000)}`,
    code: 'SCENARIO_TOO_DEEP',
    says: 'at most 64 levels',
  },
  {
    name: 'block nesting bomb on one line',
    text: `${'- '.repeat(64)}§${'- '.repeat(50_000)}x`,
    code: 'SCENARIO_TOO_DEEP',
    says: 'at most 64 levels',
  },
  {
    name: 'block nesting bomb by question marks',
    text: `${'? '.repeat(64)}§${'? '.repeat(50_000)}x`,
    code: 'SCENARIO_TOO_DEEP',
    says: 'at most 64 levels',
  },
  {
    name: 'block nesting bomb by indentation',
    text: `${Array.from({ length: 64 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')}\n${' '.repeat(64)}§a:\n${Array.from({ length: 400 }, (_, i) => `${' '.repeat(i + 65)}a:`).join('\n')}`,
    code: 'SCENARIO_TOO_DEEP',
    says: 'at most 64 levels',
  },
  {
    name: 'alias bomb',
    text: end(
      'description: &a [x, x, x, x, x, x, x, x, x, x]',
      ...['b', 'c', 'd', 'e', 'f'].map(
        (key, i) => `${key}: &${key} [${Array.from({ length: 10 }, () => `*${'abcdef'[i]}`).join(', ')}]`,
      ),
    ).replace('description: &a [x', 'description: &a §[x'),
    code: 'SCENARIO_TOO_LARGE',
    says: 'aliases expanded',
  },
  {
    name: 'alias inside its own anchor',
    text: end('description: &a [ §*a ]'),
    code: 'SCENARIO_ALIAS',
    says: 'own anchor',
  },
  { name: 'alias without anchor', text: end('description: §*nobody'), code: 'SCENARIO_ALIAS', says: 'anchor' },
  { name: 'tab as indentation', text: withLine(9, '§\tregion: us-pjm-virginia'), code: 'SCENARIO_SYNTAX', says: 'tab' },
  { name: 'unclosed quote', text: withLine(2, 'name: §"base'), code: 'SCENARIO_SYNTAX', says: 'quote' },
  {
    name: 'a second document',
    text: `${BASE}§---\nname: other\n`,
    code: 'SCENARIO_MULTIPLE_DOCUMENTS',
    says: 'one document',
  },
  { name: 'unknown tag', text: withLine(2, 'name: §!!js/function "x"'), code: 'SCENARIO_TAG', says: 'tag' },
  { name: 'merge key', text: end('description: { §<<: { a: 1 } }'), code: 'SCENARIO_MERGE_KEY', says: 'extends' },
  { name: 'duplicate key', text: end('§name: again'), code: 'SCENARIO_DUPLICATE_KEY', says: 'first on line 2' },
  {
    name: 'duplicate key as number and text',
    text: end('devices: { 1: { base: l4 }, §"1": { base: l40s } }'),
    code: 'SCENARIO_DUPLICATE_KEY',
    says: 'given twice',
  },
  { name: 'a key that is a list', text: end('§[a, b]: 1'), code: 'SCENARIO_KEY_TYPE', says: 'plain text as key' },
  { name: 'an empty key', text: end('§: 1'), code: 'SCENARIO_KEY_TYPE', says: 'empty' },
  {
    name: '__proto__',
    text: end('§__proto__: { polluted: true }'),
    code: 'SCENARIO_FORBIDDEN_KEY',
    says: 'any other name',
  },
  {
    name: 'constructor as a name',
    text: end('devices: { §constructor: { base: l4 } }'),
    code: 'SCENARIO_FORBIDDEN_KEY',
    says: 'any other name',
  },
];

const SCHEMA: readonly Case[] = [
  { name: 'unknown key', text: pool('§replicsa: 3'), code: 'SCENARIO_UNKNOWN_KEY', says: 'did you mean `replicas`' },
  {
    name: 'unknown key at the top',
    text: end('§horizn: 1h'),
    code: 'SCENARIO_UNKNOWN_KEY',
    says: 'did you mean `horizon`',
  },
  {
    name: 'key of another arrival process',
    text: withLine(18, '    arrivals: { process: poisson, rate_per_s: 2, §users: 4 }'),
    code: 'SCENARIO_UNKNOWN_KEY',
    says: 'allowed here: process, rate_per_s, profile',
  },
  {
    name: 'missing key',
    text: withLine(9).replace('- id: east', '- §id: east'),
    code: 'SCENARIO_MISSING_KEY',
    says: 'needed here: id, region, pools',
  },
  {
    name: 'missing discriminator',
    text: withLine(18, '    §arrivals: { rate_per_s: 2 }'),
    code: 'SCENARIO_MISSING_KEY',
    says: 'process may be: poisson',
  },
  { name: 'empty value', text: withLine(3, '§horizon:'), code: 'SCENARIO_EMPTY_VALUE', says: 'a number in s' },
  {
    name: 'text where a number belongs',
    text: withLine(14, '            replicas: §many'),
    code: 'SCENARIO_TYPE',
    says: 'allowed: a number',
  },
  {
    name: 'a list where a map belongs',
    text: withLine(17, '    §from: [us-pjm-virginia]'),
    code: 'SCENARIO_TYPE',
    says: 'allowed here: region, access',
  },
  {
    name: 'a map where a number belongs',
    text: withLine(14, '            §replicas: { n: 2 }'),
    code: 'SCENARIO_TYPE',
    says: 'allowed: a number',
  },
  {
    name: 'fraction of a replica',
    text: withLine(14, '            replicas: §1.5'),
    code: 'SCENARIO_TYPE',
    says: 'a whole number',
  },
  {
    name: 'negative count',
    text: withLine(14, '            replicas: §-3'),
    code: 'SCENARIO_RANGE',
    says: 'at least 1',
  },
  {
    name: 'absurd count',
    text: withLine(14, '            replicas: §1000000000000'),
    code: 'SCENARIO_RANGE',
    says: 'at most 1000000',
  },
  {
    name: 'infinity',
    text: withLine(18, '    arrivals: { process: poisson, rate_per_s: §.inf }'),
    code: 'SCENARIO_NUMBER',
    says: 'finite',
  },
  { name: 'NaN', text: withLine(19, '    input_tokens: §.nan'), code: 'SCENARIO_NUMBER', says: 'finite' },
  { name: 'overflow to infinity', text: withLine(3, 'horizon: §1e999'), code: 'SCENARIO_NUMBER', says: 'finite' },
  { name: 'overflow with a unit', text: withLine(3, 'horizon: §1e400s'), code: 'SCENARIO_NUMBER', says: 'too large' },
  { name: 'unknown unit', text: withLine(3, 'horizon: §10 parsecs'), code: 'SCENARIO_UNIT', says: 'ms, s, min, h, d' },
  {
    name: 'misspelt unit',
    text: pool('engine: { memory_overhead: §2GBi }'),
    code: 'SCENARIO_UNIT',
    says: 'did you mean `GB`',
  },
  {
    name: 'unit of another dimension',
    text: withLine(3, 'horizon: §10kW'),
    code: 'SCENARIO_UNIT',
    says: 'no unit of time',
  },
  {
    name: 'words instead of a quantity',
    text: withLine(3, 'horizon: §soon'),
    code: 'SCENARIO_UNIT',
    says: 'start with a number',
  },
  { name: 'negative time', text: withLine(4, 'warmup: §-1m'), code: 'SCENARIO_RANGE', says: 'at least 0' },
  {
    name: 'share above 1',
    text: withLine(4, 'warmup: 1m', 'confidence: §150%'),
    code: 'SCENARIO_RANGE',
    says: 'at most 0.9999',
  },
  {
    name: 'unknown choice',
    text: pool('balance: §least-token'),
    code: 'SCENARIO_CHOICE',
    says: 'did you mean `least-tokens`',
  },
  {
    name: 'unknown process',
    text: withLine(18, '    arrivals: { process: §poison, rate_per_s: 2 }'),
    code: 'SCENARIO_CHOICE',
    says: 'did you mean `poisson`',
  },
  {
    name: 'unknown distribution',
    text: withLine(19, '    input_tokens: { dist: §lognormall, median: 5, p99: 9 }'),
    code: 'SCENARIO_CHOICE',
    says: 'did you mean `lognormal`',
  },
  {
    name: 'an id a spreadsheet would run',
    text: withLine(8, '      - id: §"=SUM(A1)"'),
    code: 'SCENARIO_UNSAFE_TEXT',
    says: 'formula',
  },
  { name: 'an id with a space', text: withLine(2, 'name: §my scenario'), code: 'SCENARIO_ID', says: 'letters, digits' },
  {
    name: 'an empty list',
    text: withLine(21, '    route: { §prefer: [] }'),
    code: 'SCENARIO_RANGE',
    says: 'at least 1 items',
  },
  {
    name: 'a schema version of the future',
    text: withLine(1, 'schema_version: §2'),
    code: 'SCENARIO_RANGE',
    says: 'at most 1',
  },
  {
    name: 'zero bandwidth',
    text: end('devices: { slow: { base: l4, memory_bw_gb_s: §0 } }'),
    code: 'SCENARIO_RANGE',
    says: 'above 0',
  },
];

const MEANING: readonly Case[] = [
  {
    name: 'unknown device',
    text: withLine(13, '            device: §h100-sxn'),
    code: 'SCENARIO_UNKNOWN_DEVICE',
    says: 'did you mean `h100-sxm`',
  },
  {
    name: 'unknown model',
    text: withLine(12, '            model: §llama-3.1-8'),
    code: 'SCENARIO_UNKNOWN_MODEL',
    says: 'did you mean `llama-3.1-8b`',
  },
  {
    name: 'unknown region',
    text: withLine(9, '        region: §us-pjm-virgina'),
    code: 'SCENARIO_UNKNOWN_REGION',
    says: 'did you mean `us-pjm-virginia`',
  },
  {
    name: 'unknown engine',
    text: pool('engine: { kind: §vlm }'),
    code: 'SCENARIO_UNKNOWN_ENGINE',
    says: 'did you mean `vllm`',
  },
  {
    name: 'unknown rack',
    text: pool('rack: §dgx-h1000'),
    code: 'SCENARIO_UNKNOWN_RACK',
    says: 'did you mean `dgx-h100`',
  },
  { name: 'rack of another device', text: pool('rack: §dgx-b200'), code: 'SCENARIO_RACK_DEVICE', says: 'dgx-h100' },
  {
    name: 'unknown access',
    text: withLine(17, '    from: { region: us-pjm-virginia, access: §fiber }'),
    code: 'SCENARIO_UNKNOWN_ACCESS',
    says: 'did you mean `fibre`',
  },
  {
    name: 'unknown route target',
    text: withLine(21, '    route: { prefer: [§chats] }'),
    code: 'SCENARIO_UNKNOWN_POOL',
    says: 'did you mean `chat`',
  },
  {
    name: 'route to a grid without sites',
    text: withLine(21, '    route: { prefer: §edge }'),
    code: 'SCENARIO_ROUTE',
    says: 'has no pools',
  },
  {
    name: 'workload without a route',
    text: withLine(21).replace('- id: talk', '- §id: talk'),
    code: 'SCENARIO_MISSING_KEY',
    says: 'missing key `route`',
  },
  {
    name: 'residency that leaves no pool',
    text: withLine(21, '    route: { prefer: [cloud], residency: §eu }'),
    code: 'SCENARIO_RESIDENCY',
    says: 'chat (us, north-america)',
  },
  {
    name: 'unknown zone',
    text: withLine(21, '    route: { prefer: [cloud], residency: [§usa] }'),
    code: 'SCENARIO_UNKNOWN_ZONE',
    says: 'did you mean `us`',
  },
  {
    name: 'unknown length profile',
    text: withLine(19, '    lengths: §azure-conv-2032').replace('    output_tokens: 100\n', ''),
    code: 'SCENARIO_UNKNOWN_LENGTH_PROFILE',
    says: 'did you mean `azure-conv-2023`',
  },
  {
    name: 'lengths given twice',
    text: talk('lengths: azure-conv-2023').replace('input_tokens', '§input_tokens'),
    code: 'SCENARIO_CONFLICT',
    says: 'input_tokens',
  },
  {
    name: 'unknown metric',
    text: withLine(23, '  - { name: quick, metric: §ttft_mss, stat: p95, max: 1 }'),
    code: 'SCENARIO_UNKNOWN_METRIC',
    says: 'did you mean `ttft_ms`',
  },
  {
    name: 'metric without its stat',
    text: withLine(23, '  - { name: quick, metric: §ttft_ms, max: 1 }'),
    code: 'SCENARIO_STAT',
    says: 'stat may be: mean',
  },
  {
    name: 'unknown stat',
    text: withLine(23, '  - { name: quick, metric: ttft_ms, stat: §p96, max: 1 }'),
    code: 'SCENARIO_STAT',
    says: 'p95',
  },
  {
    name: 'objective without a bound',
    text: withLine(23, '  - { §name: quick, metric: ttft_ms, stat: p95 }'),
    code: 'SCENARIO_MISSING_KEY',
    says: 'max, min',
  },
  {
    name: 'objective on an unknown workload',
    text: withLine(23, '  - { name: quick, metric: ttft_ms, stat: p95, max: 1, workload: §tlak }'),
    code: 'SCENARIO_UNKNOWN_WORKLOAD',
    says: 'did you mean `talk`',
  },
  {
    name: 'two objectives of one name',
    text: end('  - { name: §quick, metric: pue, max: 2 }'),
    code: 'SCENARIO_DUPLICATE_ID',
    says: 'each name once',
  },
  {
    name: 'two pools of one id',
    text: pool().replace('workloads:', '          - { id: §chat, model: llama-3.1-8b, device: h100-sxm }\nworkloads:'),
    code: 'SCENARIO_DUPLICATE_ID',
    says: 'two pools',
  },
  {
    name: 'a pool named as a grid',
    text: withLine(11, '          - id: §cloud'),
    code: 'SCENARIO_DUPLICATE_ID',
    says: 'either',
  },
  {
    name: 'warm-up as long as the horizon',
    text: withLine(4, 'warmup: §10m'),
    code: 'SCENARIO_RANGE',
    says: 'less than 600 s',
  },
  {
    name: 'a model that does not fit',
    text: withLine(12, '            model: §llama-3.1-70b'),
    code: 'SCENARIO_MEMORY',
    says: 'tp 2 is the smallest that fits',
  },
  {
    name: 'tp that does not divide the heads',
    text: pool('parallelism: { tp: §3 }'),
    code: 'SCENARIO_PARALLELISM',
    says: 'does not divide the 32 heads',
  },
  {
    name: 'tp beyond the link domain',
    text: pool('parallelism: { tp: §16 }'),
    code: 'SCENARIO_PARALLELISM',
    says: 'at most 8',
  },
  {
    name: 'format without kernels',
    text: withLine(13, '            device: tpu-v6e', '            precision: §int2'),
    code: 'SCENARIO_PRECISION',
    says: 'int4',
  },
  {
    name: 'rack that cannot feed its devices',
    text: `${pool('rack: §closet')}racks: { closet: { device_count: 8, max_power: 1kW } }\n`,
    code: 'SCENARIO_RACK_POWER',
    says: 'a rack of at least',
  },
  {
    name: 'distribution with too many parameters',
    text: withLine(19, '    §input_tokens: { dist: lognormal, median: 5, p99: 9, sigma: 1 }'),
    code: 'SCENARIO_DISTRIBUTION',
    says: 'median and p99',
  },
  {
    name: 'p99 below the median',
    text: withLine(19, '    input_tokens: { dist: lognormal, median: 50, p99: §9 }'),
    code: 'SCENARIO_DISTRIBUTION',
    says: 'at least 50',
  },
  {
    name: 'device based on itself',
    text: end('devices: { loop: { base: §loop } }'),
    code: 'SCENARIO_BASE',
    says: 'another device',
  },
  {
    name: 'device with too few numbers',
    text: end('devices: { §mine: { tdp_w: 5 } }'),
    code: 'SCENARIO_MISSING_KEY',
    says: 'memory_bw_gb_s',
  },
  {
    name: 'timeseries between meter intervals',
    text: end('record: { timeseries: §90s }'),
    code: 'SCENARIO_RANGE',
    says: 'no multiple',
  },
  {
    name: 'missing trace',
    text: withLine(18, '    trace: { file: §nowhere.csv }'),
    code: 'SCENARIO_TRACE_FILE',
    says: 'no file `nowhere.csv`',
  },
  {
    name: 'missing config.json',
    text: end('models: { mine: { config: §nowhere.json } }'),
    code: 'SCENARIO_MODEL_CONFIG',
    says: 'no file `nowhere.json`',
  },
  {
    name: 'config.json that is no JSON',
    text: end('models: { mine: { config: §broken.json } }'),
    files: { 'broken.json': '{ "layers": ' },
    code: 'SCENARIO_MODEL_CONFIG',
    says: 'no valid JSON',
  },
  {
    name: 'missing base file',
    text: `extends: §nowhere.yaml\n${BASE}`,
    code: 'SCENARIO_EXTENDS',
    says: 'no file `nowhere.yaml`',
  },
];

const CASES = [...YAML, ...SCHEMA, ...MEANING];

describe('broken scenarios', () => {
  it.each(CASES)('refuses: $name', ({ text: marked, code, says, files, sets }) => {
    const { text, line, column } = unmark(marked);
    const startedMs = performance.now();
    const loaded = loadFiles({ 'main.yaml': text, ...files }, sets === undefined ? {} : { sets });
    const tookMs = performance.now() - startedMs;
    expect(loaded.ok).toBe(false);
    if (loaded.ok) return;
    const shown = formatProblems(loaded.problems, { limit: 200 });
    const found = loaded.problems.find((problem) => problem.code === code && problem.line === line);
    expect(found, `${code} at line ${line}, among:\n${shown}`).toBeDefined();
    expect(`${found?.line}:${found?.column}`).toBe(`${line}:${column}`);
    expect(formatProblems(found === undefined ? [] : [found])).toContain(says);
    expect(shown).not.toMatch(/\n\s+at .*:\d+:\d+\)?\n/);
    expect(tookMs).toBeLessThan(20_000);
  });

  it('holds at least 60 cases', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
  });

  it('accepts the base that the cases change', () => {
    const loaded = loadFiles({ 'main.yaml': BASE });
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe('');
  });
});
