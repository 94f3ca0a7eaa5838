import { spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMMAND } from './run-command.js';

// The device that is always full exists on Linux only; elsewhere there is nothing to write to.
test.runIf(existsSync('/dev/full'))('a full disk behind stdout is a file error, told without a stack', () => {
  const ended = spawnSync(process.execPath, [COMMAND, 'devices', 'list'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    encoding: 'utf8',
  });
  expect(ended.stderr).toMatch(/^error: stdout cannot be written: ENOSPC.*\n$/);
  expect(ended.status).toBe(4);
});
