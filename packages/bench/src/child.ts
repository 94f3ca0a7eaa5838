/**
 * A measurement in a process of its own: what one variant teaches the compiler must not slow another down.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a built file of this package with arguments and returns what it printed. @throws Error when it did not succeed. */
export function childOutput(file: string, args: readonly string[], nodeFlags: readonly string[] = []): string {
  const path = fileURLToPath(new URL(`./${file}`, import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeFlags, path, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout.trim();
}
