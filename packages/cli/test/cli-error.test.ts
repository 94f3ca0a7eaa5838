import { expect, test } from 'vitest';
import { CliError, commandLine, reportError } from '../src/cli-error.js';

const argv = ['run', "it's mine.yaml", '--set', 'a=1'];

test('a mistake of the user is told in one line', () => {
  expect(reportError(new CliError(2, 'no such thing'), argv)).toEqual({ exitCode: 2, text: 'error: no such thing\n' });
});

test('trouble with the disk is exit code 4, without a stack', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
  expect(reportError(error, argv)).toEqual({ exitCode: 4, text: 'error: ENOSPC: no space left on device, write\n' });
});

test('a bug comes with its causes and the command that reproduces it', () => {
  const cause = new Error('negative batch');
  const error = new Error('scenario x, seed 1, replication 3: negative batch', { cause });
  const { exitCode, text } = reportError(error, argv);
  expect(exitCode).toBe(1);
  expect(text).toContain('scenario x, seed 1, replication 3: negative batch\n');
  expect(text).toContain('caused by: Error: negative batch');
  expect(text.endsWith(`to reproduce: infersim run 'it'\\''s mine.yaml' --set a=1\n`)).toBe(true);
});

test('an error that only looks like one of the disk is a bug', () => {
  expect(reportError(Object.assign(new Error('odd'), { code: 'ERR_SOMETHING' }), argv).exitCode).toBe(1);
  expect(reportError('thrown text', argv).text).toContain('thrown text');
});

test('plain words need no quotes', () => {
  expect(commandLine(['run', 's.yaml', '--horizon=2h'])).toBe('infersim run s.yaml --horizon=2h');
  expect(commandLine(['run', '', '$(x)'])).toBe("infersim run '' '$(x)'");
});
