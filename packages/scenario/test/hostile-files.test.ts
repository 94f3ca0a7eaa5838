/** Files that are no text, too large, or lead in circles; and traces that cannot be replayed. */

import { describe, expect, it } from 'vitest';
import type { Problem } from '../src/problem.js';
import { formatProblems } from '../src/problem-format.js';
import { BASE, type Files, loadFiles, loadText, withLine } from './memory-files.js';

function problemsOf(files: Files): readonly Problem[] {
  const loaded = loadFiles(files);
  return loaded.ok ? [] : loaded.problems;
}

const at = (problem: Problem | undefined) => `${problem?.code} ${problem?.file}:${problem?.line}:${problem?.column}`;

describe('bytes that are no scenario', () => {
  it('points at the first byte that is no UTF-8', () => {
    const bytes = new TextEncoder().encode(BASE);
    const broken = new Uint8Array([...bytes.slice(0, 25), 0xff, ...bytes.slice(25)]);
    const [problem] = problemsOf({ 'main.yaml': broken });
    expect(at(problem)).toBe('SCENARIO_ENCODING main.yaml:2:8');
    expect(problem?.message).toContain('0xff');
  });

  it('points at a UTF-8 sequence that the end of the file cuts off', () => {
    const [problem] = problemsOf({ 'main.yaml': new Uint8Array([0x61, 0x3a, 0x20, 0xe2, 0x82]) });
    expect(at(problem)).toBe('SCENARIO_ENCODING main.yaml:1:4');
  });

  it('refuses UTF-16 and NUL bytes', () => {
    expect(at(problemsOf({ 'main.yaml': new Uint8Array([0xff, 0xfe, 0x61, 0]) })[0])).toBe(
      'SCENARIO_ENCODING main.yaml:1:1',
    );
    expect(at(problemsOf({ 'main.yaml': 'name: a\u0000b\n' })[0])).toBe('SCENARIO_ENCODING main.yaml:1:8');
  });

  it('accepts a byte-order mark and Windows line ends', () => {
    expect(loadText(`\ufeff${BASE.replaceAll('\n', '\r\n')}`).ok).toBe(true);
  });

  it('refuses files above the cap without parsing them', () => {
    const [problem, second] = problemsOf({ 'main.yaml': `${BASE}# ${'x'.repeat(300_000)}\n` });
    expect(problem?.code).toBe('SCENARIO_TOO_LARGE');
    expect(problem?.allowed?.join()).toContain('262144 bytes');
    expect(second).toBeUndefined();
  });

  it('stops at a map of twenty thousand keys with one problem', () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n');
    const problems = problemsOf({ 'main.yaml': keys });
    expect(problems.map(at)).toEqual(['SCENARIO_TOO_LARGE main.yaml:1001:1']);
  });

  it('stops at a document of more values than the bound', () => {
    const problems = problemsOf({ 'main.yaml': `a: [${'1,'.repeat(110_000)}1]` });
    expect(problems.map((problem) => problem.code)).toEqual(['SCENARIO_TOO_LARGE']);
  });

  it('says that a missing file is missing', () => {
    const [problem] = problemsOf({});
    expect(at(problem)).toBe('SCENARIO_FILE main.yaml:0:0');
    expect(problem?.message).toContain('there is no file `main.yaml`');
  });

  it('lets no input pollute prototypes', () => {
    loadText(`${BASE}__proto__: { polluted: 1 }\ndevices: { constructor: { prototype: { polluted: 1 } } }\n`);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('extends that lead nowhere', () => {
  it('refuses a circle and shows it', () => {
    const files = { 'main.yaml': 'extends: b.yaml\n', 'b.yaml': 'name: b\nextends: main.yaml\n' };
    const [problem] = problemsOf(files);
    expect(at(problem)).toBe('SCENARIO_EXTENDS b.yaml:2:10');
    expect(problem?.message).toContain('main.yaml -> b.yaml -> main.yaml');
  });

  it('refuses a chain that is too long', () => {
    const files: Record<string, string> = { 'main.yaml': 'extends: f0.yaml\n' };
    for (let i = 0; i < 20; i++) files[`f${i}.yaml`] = `extends: f${i + 1}.yaml\n`;
    const [problem] = problemsOf(files);
    expect(at(problem)).toBe('SCENARIO_EXTENDS f7.yaml:1:10');
    expect(problem?.allowed).toEqual(['at most 8']);
  });

  it('refuses an extends that is no path', () => {
    expect(at(problemsOf({ 'main.yaml': 'extends: [a, b]\n' })[0])).toBe('SCENARIO_EXTENDS main.yaml:1:1');
  });
});

const HEADER = 'arrival_s,prompt_tokens,output_tokens';
const replay = withLine(18, '    trace: { file: t.csv }').replace(
  '    input_tokens: 500\n    output_tokens: 100\n',
  '',
);

describe('traces', () => {
  const load = (...rows: string[]) => loadFiles({ 'main.yaml': replay, 't.csv': `${[HEADER, ...rows].join('\n')}\n` });
  const first = (...rows: string[]) => {
    const loaded = load(...rows);
    return loaded.ok ? undefined : loaded.problems[0];
  };

  it('replays a sound trace and lists it among the inputs', () => {
    const loaded = load('0,100,10', '1.5,200,20');
    expect(loaded.ok ? '' : formatProblems(loaded.problems)).toBe('');
    if (!loaded.ok) return;
    expect(loaded.plan.world.traffic[0]?.workload.arrivals).toMatchObject({
      process: 'replay',
      trace: { format: 'canonical' },
    });
    expect(loaded.plan.world.stationary).toBe(false);
    expect(loaded.inputs.map((input) => input.path)).toEqual(['main.yaml', 't.csv']);
    expect(loaded.inputs.every((input) => /^[0-9a-f]{64}$/.test(input.sha256))).toBe(true);
  });

  it('points at a row that is no request', () => {
    expect(at(first('0,100,10', '1,ten,10'))).toBe('TRACE_NOT_A_NUMBER t.csv:3:3');
  });

  it('points at a time that runs backwards', () => {
    expect(at(first('5,100,10', '1,100,10'))).toContain('TRACE_TIME_BACKWARDS t.csv:3');
  });

  it('points at a request without tokens', () => {
    expect(at(first('0,0,10'))).toContain('TRACE_ZERO_TOKENS t.csv:2');
  });

  it('says where the scenario names the trace', () => {
    expect(first('0,0,10')?.notes?.join()).toContain('workloads[0].trace.file');
  });

  it('drops bad rows where told to', () => {
    const text = replay.replace('file: t.csv', 'file: t.csv, bad_rows: drop');
    const loaded = loadFiles({ 'main.yaml': text, 't.csv': `${HEADER}\n0,0,10\n1,5,5\n` });
    expect(loaded.ok).toBe(true);
  });

  it('refuses a trace of an unknown kind, an empty one, and lengths without times', () => {
    expect(problemsOf({ 'main.yaml': replay, 't.csv': 'a,b,c\n1,2,3\n' })[0]?.code).toBe('SCENARIO_TRACE_FORMAT');
    expect(problemsOf({ 'main.yaml': replay, 't.csv': '' })).toHaveLength(1);
    const lengths = 'prompt_tokens,output_tokens\n5,5\n';
    expect(problemsOf({ 'main.yaml': replay, 't.csv': lengths })[0]?.code).toBe('SCENARIO_TRACE_NO_TIMES');
  });
});
