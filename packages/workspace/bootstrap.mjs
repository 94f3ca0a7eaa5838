/**
 * Sets the workspace up with nothing but Node and npm: dependencies when they changed, then a build (turbo skips what is
 * built already). Shared by `npm start` and `npm test`.
 *
 * The package manager is run through `npm exec` at the version that package.json pins, so that nobody has to have it; it
 * also puts itself on the path for turbo, which starts the packages' scripts with it.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const STAMP = join(root, 'node_modules', '.infersim-install-stamp');

/** Oldest Node that works: major and minor. */
const OLDEST_NODE = [20, 19];

/** Ends the process with a message when Node is too old. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  process.stderr.write(
    `error: infersim needs Node ${OLDEST_NODE.join('.')} or later, this is ${process.versions.node}\n`,
  );
  process.exit(1);
}

/** Installs dependencies unless lockfile, manifests, Node and platform are those of the last time. */
export function installDependencies() {
  const wanted = installKey();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return;
  process.stderr.write('installing dependencies (first run, or the lockfile changed)\n');
  runPnpm(['install', '--frozen-lockfile', '--config.confirmModulesPurge=false']);
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, wanted);
}

function installKey() {
  const manifests = readdirSync(join(root, 'packages'))
    .map((name) => join('packages', name, 'package.json'))
    .filter((path) => existsSync(join(root, path)));
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch} ${root}\n`);
  for (const path of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', 'package.json', '.npmrc', ...manifests.sort()])
    hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  return `${hash.digest('hex')}\n`;
}

/** Runs turbo tasks over all packages; `keepGoing` past a failed one. `passed` goes to the packages' scripts. */
export function runTurbo(tasks, options = {}) {
  const output = options.quiet ? 'errors-only' : 'new-only';
  const passed = options.passed ?? [];
  const keepGoing = options.keepGoing ? ['--continue=dependencies-successful'] : [];
  runPnpm(
    [
      'exec',
      'turbo',
      'run',
      ...tasks,
      `--output-logs=${output}`,
      ...keepGoing,
      ...(passed.length > 0 ? ['--', ...passed] : []),
    ],
    {
      onStdout: options.quiet ? 'stderr' : 'stdout',
    },
  );
}

/** Runs the pinned pnpm in the root; ends the process when it fails. */
function runPnpm(args, options = {}) {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const result = npm(['exec', '--yes', '--', packageManager, ...args], options.onStdout ?? 'stderr');
  if (result.error) {
    process.stderr.write(`error: npm could not be started: ${result.error.message}\n`);
    process.exit(1);
  }
  if (result.status !== 0) {
    process.stderr.write(`error: \`pnpm ${args.join(' ')}\` failed\n`);
    process.exit(result.status ?? 1);
  }
}

function npm(args, onStdout) {
  const env = {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    DO_NOT_TRACK: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
  };
  const options = { cwd: root, env, stdio: ['ignore', onStdout === 'stdout' ? 'inherit' : 2, 'inherit'] };
  const own = process.env.npm_execpath ?? '';
  if (/npm-cli\.c?js$/.test(own)) return spawnSync(process.execPath, [own, ...args], options);
  return spawnSync(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, {
    ...options,
    shell: process.platform === 'win32',
  });
}
