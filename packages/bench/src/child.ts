/**
 * A measurement in a process of its own: what one variant teaches the compiler must not slow another down. Its code is
 * bundled first, as users get it.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Bundles made by this process, by built file; made anew in each, for what they are made of may have changed. */
const bundles = new Map<string, string>();

/** Runs a built file of this package with arguments and returns what it printed. @throws Error when it did not succeed. */
export function childOutput(file: string, args: readonly string[], nodeFlags: readonly string[] = []): string {
  let bundle = bundles.get(file);
  if (bundle === undefined) {
    bundle = pathOf(file.replace(/\.js$/, '.cjs'));
    outputOf(pathOf('bundle-child.js'), [pathOf(file), bundle]);
    bundles.set(file, bundle);
  }
  return outputOf(bundle, args, nodeFlags);
}

/** The same for a file that measures nothing in its own thread and is run as it was built. */
export function unbundledOutput(file: string, args: readonly string[]): string {
  return outputOf(pathOf(file), args);
}

function outputOf(path: string, args: readonly string[], nodeFlags: readonly string[] = []): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeFlags, path, ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`${path} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout.trim();
}

/** Path of a built file of this package. */
function pathOf(file: string): string {
  return fileURLToPath(new URL(`./${file}`, import.meta.url));
}
