import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type LoadedScenario, loadScenario, TraceMemory } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'infersim-traces-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const scenario = join(folder, 'replay.yaml');
const trace = join(folder, 'trace.csv');
const HEADER = 'TIMESTAMP,ContextTokens,GeneratedTokens\n';
const row = (second: number, tokens: number) => `2023-11-16 18:15:0${second}.0000000,${tokens},44\n`;
writeFileSync(
  scenario,
  `schema_version: 1
name: replay
horizon: 60s
warmup: 0s
grids:
  cloud:
    sites:
      - id: virginia
        region: us-pjm-virginia
        pools:
          - { id: chat, model: llama-3.1-8b, device: h100-sxm, precision: fp8, replicas: 2 }
workloads:
  - id: chat
    from: { region: us-pjm-virginia }
    trace: { file: trace.csv }
    route: { prefer: [chat] }
`,
);

function load(traces: TraceMemory | undefined, ...sets: string[]) {
  return loadScenario(scenario, { sets, ...(traces === undefined ? {} : { traces }) });
}
const facts = ({ plan, resolvedYamlText, inputs, warnings }: LoadedScenario) => ({
  plan,
  resolvedYamlText,
  inputs,
  warnings,
});
function sound(outcome: ReturnType<typeof load>): ReturnType<typeof facts> {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return facts(outcome);
}

it('remembers a trace while its file stays as it is, and makes the same of it', () => {
  const memory = new TraceMemory();
  writeFileSync(trace, HEADER + row(0, 374) + row(5, 17));
  const first = sound(load(memory));
  for (const sets of [[], ['workloads.chat.trace.speed=2'], ['horizon=70s']])
    expect(sound(load(memory, ...sets))).toEqual(sound(load(undefined, ...sets)));
  expect(sound(load(memory))).toEqual(first);

  writeFileSync(trace, HEADER + row(0, 374) + row(5, 170));
  const changed = sound(load(memory));
  expect(changed).toEqual(sound(load(undefined)));
  expect(changed.inputs).not.toEqual(first.inputs);
});

it('does not read a trace again that it knows', () => {
  writeFileSync(trace, HEADER + row(0, 374) + row(5, 17));
  const memory = new TraceMemory();
  const file = { path: trace, format: 'azure-llm', badRows: 'refuse' } as const;
  let reads = 0;
  const read = () => {
    reads++;
    return null;
  };
  expect(memory.scan(file, read)).toBeNull();
  expect(memory.scan(file, read)).toBeNull();
  expect(reads).toBe(2);
  load(memory);
  expect(memory.scan(file, read)).toMatchObject({ scan: { rowsRead: 2 } });
  expect(reads).toBe(2);
});

it('says of a broken trace the same each time, and of one that was mended nothing', () => {
  const memory = new TraceMemory();
  writeFileSync(trace, `${HEADER}${row(0, 374)}nonsense\n`);
  const plain = load(undefined);
  expect(plain.ok).toBe(false);
  for (let time = 0; time < 2; time++) expect(load(memory)).toEqual(plain);
  writeFileSync(trace, HEADER + row(0, 374));
  expect(load(memory).ok).toBe(true);
});
