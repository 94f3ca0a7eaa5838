import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const kit = (file: string): string => fileURLToPath(new URL(`../measure/${file}`, import.meta.url));
const source = readFileSync(kit('measure.py'), 'utf8');

/** The columns that calibration reads, in the order of the file. */
const COLUMNS =
  'device,op,dtype,m,n,k,sequences,context_tokens,heads,kv_heads,head_dim,ranks,bytes,time_ms,power_w,date,driver,torch,note';

const OPS = [
  'idle',
  'gemm',
  'decode_attention',
  'prefill_attention',
  'memory_copy',
  'all_reduce',
  'idle_loaded',
  'load',
];

/** The quoted words of a list in the Python text. */
function listed(name: string): string[] {
  const text = new RegExp(`^${name} = \\[([^\\]]*)\\]`, 'm').exec(source)?.[1];
  if (text === undefined) throw new Error(`measure.py has no list ${name}`);
  return [...text.matchAll(/"([^"]*)"/g)].map((match) => match[1]!);
}

const hasPython = spawnSync('python3', ['--version']).status === 0;

function run(...args: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync('python3', ['-B', kit('measure.py'), ...args], { encoding: 'utf8' });
  return { status, out: stdout, err: stderr };
}

describe('the measuring kit', () => {
  test('writes the documented columns and operations', () => {
    expect(listed('COLUMNS').join(',')).toBe(COLUMNS);
    expect(listed('OPS')).toEqual(OPS);
  });

  test('explains every column and operation in its README', () => {
    const readme = readFileSync(kit('README.md'), 'utf8');
    for (const column of COLUMNS.split(','))
      expect(readme, column).toMatch(new RegExp(`^\\|.*\`${column}\`.*\\|`, 'm'));
    for (const op of OPS) expect(readme).toContain(`\`${op}\``);
  });

  test.skipIf(!hasPython)('plans rows of every operation without PyTorch (needs python3)', () => {
    const { status, out, err } = run('--dry-run', '--name', 'NVIDIA H200');
    expect(err).toContain('rows planned');
    expect(status).toBe(0);
    const [header, ...rows] = out.trimEnd().split('\n');
    expect(header).toBe(COLUMNS);
    expect([...new Set(rows.map((row) => row.split(',')[1]))].sort()).toEqual([...OPS].sort());
    for (const row of rows) expect(row.split(',')).toHaveLength(COLUMNS.split(',').length);
    expect(rows.every((row) => row.startsWith('NVIDIA H200,'))).toBe(true);
    expect(rows).toContain('NVIDIA H200,gemm,fp8,256,6144,4096,,,,,,,,,,,,,');
  });

  test.skipIf(!hasPython)('plans fewer rows when it is to be quick, and only those asked for (needs python3)', () => {
    const all = run('--dry-run').out.split('\n').length;
    const quick = run('--dry-run', '--quick').out.split('\n');
    expect(quick.length).toBeLessThan(all / 5);
    const copies = run('--dry-run', '--only', 'memory_copy,idle').out.trimEnd().split('\n').slice(1);
    expect(new Set(copies.map((row) => row.split(',')[1]))).toEqual(new Set(['idle', 'memory_copy']));
  });

  test.skipIf(!hasPython)('names an unknown operation and those there are (needs python3)', () => {
    const { status, err } = run('--only', 'matmul');
    expect(status).toBe(2);
    expect(err).toContain("unknown operation 'matmul'");
    expect(err).toContain('decode_attention');
  });
});
