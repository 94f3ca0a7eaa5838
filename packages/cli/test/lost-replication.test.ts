import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { ExitCode } from '../src/exit-code.js';
import { capturedTerminal } from './hand-model.js';

// The bundler writes the version in; here nothing is bundled.
vi.stubGlobal('INFERSIM_VERSION', '0.0.0');
const { run } = await import('../src/commands/run.js');

const folder = mkdtempSync(join(tmpdir(), 'infersim-lost-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const scenario = fileURLToPath(new URL('../../../scenarios/cloud.yaml', import.meta.url));
const worker = (name: string) => new URL(`../../runner/test/fixtures/${name}.mjs`, import.meta.url);

/** The command with real workers of which some end their own thread. */
function runOn(workerUrl: URL, out: string) {
  const captured = capturedTerminal();
  const flags = {
    horizon: '2m',
    warmup: '30s',
    replications: 2,
    jobs: 2,
    format: 'text',
    color: false,
    progress: 'none',
    gate: false,
    out: join(folder, out),
  } as const;
  const invocation = { argv: ['run'], workerUrl, predictionWorkerUrl: workerUrl, sweepWorkerUrl: workerUrl };
  return { ...captured, code: run(scenario, flags, captured.terminal, invocation) };
}

describe('infersim run, when a worker dies', () => {
  it('writes the results of the other replications, says which is lost, and exits with 6', async () => {
    const { code, out, err } = runOn(worker('dying-worker'), 'part');
    expect(await code).toBe(ExitCode.LIMIT);
    expect(err()).toMatch(/^error: replication 2 is lost, its worker died: .*; the results are of the others$/im);
    expect(out()).toContain('(interrupted: partial results)');
    const summary = JSON.parse(readFileSync(join(folder, 'part', 'summary.json'), 'utf8')) as { status: string };
    expect(summary.status).toBe('interrupted');
    const rows = readFileSync(join(folder, 'part', 'runs.csv'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1);
    expect(rows.length).toBeGreaterThan(0);
  });

  it('has nothing to show when all of them die', async () => {
    const { code } = runOn(worker('always-dying-worker'), 'none');
    await expect(code).rejects.toMatchObject({
      exitCode: ExitCode.LIMIT,
      message: expect.stringMatching(/^nothing to show: replication \d is lost/),
    });
  });
});
