/**
 * Runs the commands of a page as a reader would: in one empty folder with `scenarios/` and `fixtures/` in it, block after block.
 *
 * A `sh` block is one script; it must end with exit code 0, or with N where it is marked `sh exit=N`. `infersim` and
 * `npx infersim` are the built command. Lines that call npm or pnpm are not run (they would call this very test); the
 * scripts they name must exist. A block is left out only under a comment `not run: REASON`. `js` blocks run with
 * Node in the same folder, `python` blocks where Python has pandas.
 */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CodeBlock, codeBlocks } from './markdown.js';
import { COMMAND, ROOT, readText } from './repository.js';
import { type ShownOutput, shownOutput } from './shown-output.js';

/** How a command or a block ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A block of a page that was run. */
export interface RanBlock extends Ended {
  readonly block: CodeBlock;
  readonly expectedExitCode: number;
}

/** A block of a page that shows an output, and that output. */
export interface Showing {
  readonly block: CodeBlock;
  readonly shown: ShownOutput;
  /** What the command printed on stdout; on stderr when that is empty. */
  readonly output: string;
}

export interface PageRun {
  readonly ran: readonly RanBlock[];
  readonly showings: readonly Showing[];
}

/** An empty folder set up for a page's commands. */
export class PageFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'infersim-docs-'));
  readonly #bin = join(this.path, '.bin');

  constructor() {
    for (const name of ['scenarios', 'fixtures']) symlinkSync(join(ROOT, name), join(this.path, name));
    mkdirSync(this.#bin);
    const call = `exec '${process.execPath}' '${COMMAND}' "$@"`;
    writeFileSync(join(this.#bin, 'infersim'), `#!/bin/sh\n${call}\n`, { mode: 0o755 });
    writeFileSync(
      join(this.#bin, 'npx'),
      `#!/bin/sh\nif [ "$1" != infersim ]; then echo "only npx infersim is known here" >&2; exit 127; fi\nshift\n${call}\n`,
      { mode: 0o755 },
    );
  }

  /** Runs a shell script; ends at its first failing line. */
  sh(script: string): Promise<Ended> {
    return this.#spawn('sh', ['-e', '-c', script]);
  }

  /** Runs an ES module that may import this package's dependencies. */
  async js(script: string): Promise<Ended> {
    const folder = fileURLToPath(new URL('../node_modules/', import.meta.url));
    const file = join(mkdtempSync(join(folder, '.snippet-')), 'snippet.mjs');
    writeFileSync(file, script);
    try {
      return await this.#spawn(process.execPath, [file]);
    } finally {
      rmSync(join(file, '..'), { recursive: true });
    }
  }

  python(script: string): Promise<Ended> {
    return this.#spawn('python3', ['-c', script]);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  #spawn(command: string, args: readonly string[]): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: this.path,
        env: { PATH: `${this.#bin}${delimiter}${process.env['PATH'] ?? ''}`, LANG: 'C.UTF-8' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        stderr += text;
      });
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    });
  }
}

/** Whether `python3` is here and has pandas. */
export async function hasPandas(): Promise<boolean> {
  const folder = new PageFolder();
  try {
    return (await folder.python('import pandas')).exitCode === 0;
  } catch {
    return false;
  } finally {
    folder.remove();
  }
}

/** Runs every block of a page in order, in `folder`. Throws on a npm or pnpm line that names no script of the root. */
export async function runPage(text: string, folder: PageFolder, withPython: boolean): Promise<PageRun> {
  const ran: RanBlock[] = [];
  const showings: Showing[] = [];
  for (const block of codeBlocks(text)) {
    const shown = shownOutput(block.comment);
    if (shown !== null) {
      const ended = shown.command === null ? ran.at(-1) : await folder.sh(shown.command);
      if (ended === undefined) throw new RangeError(`line ${block.line}: no command before this output`);
      showings.push({ block, shown, output: ended.stdout === '' ? ended.stderr : ended.stdout });
    } else if (!block.comment.startsWith('not run: ')) {
      const ended = await runBlock(block, folder, withPython);
      if (ended !== null) ran.push({ ...ended, block, expectedExitCode: expectedExitCode(block) });
    }
  }
  return { ran, showings };
}

async function runBlock(block: CodeBlock, folder: PageFolder, withPython: boolean): Promise<Ended | null> {
  switch (block.language) {
    case 'sh': {
      const script = shellScript(block);
      return script.trim() === '' ? null : folder.sh(script);
    }
    case 'js':
      return folder.js(block.lines.join('\n'));
    case 'python':
      return withPython ? folder.python(block.lines.join('\n')) : null;
    default:
      return null;
  }
}

function expectedExitCode(block: CodeBlock): number {
  if (block.info === '') return 0;
  const match = /^exit=(\d+)$/.exec(block.info);
  if (match === null) throw new RangeError(`line ${block.line}: cannot read "${block.info}"`);
  return Number(match[1]);
}

/** The lines of a block that are run; the others are checked here. */
function shellScript(block: CodeBlock): string {
  const isOthers = (line: string) => /^(npm|pnpm) /.test(line);
  for (const line of block.lines.filter(isOthers)) checkPackageScript(line);
  return block.lines.filter((line) => !isOthers(line)).join('\n');
}

/** Commands of npm and pnpm themselves: a script of that name needs `run`. */
const OWN_COMMANDS = new Set(['docs', 'exec', 'home', 'init', 'install', 'pack', 'publish', 'rebuild', 'version']);

/** Checks `npm start`, `npm run x`, `pnpm x` and `npm exec --yes pnpm@V -- x` against the root manifest. */
export function checkPackageScript(line: string): void {
  const manifest = JSON.parse(readText('package.json')) as { scripts: Record<string, string>; packageManager: string };
  const words = line.replace(/\s+#.*$/, '').split(/\s+/);
  const viaExec = /^npm exec --yes (pnpm@\S+) -- /.exec(line);
  if (viaExec !== null && viaExec[1] !== manifest.packageManager)
    throw new RangeError(`"${line}": the package manager is ${manifest.packageManager}`);
  const rest = viaExec === null ? words.slice(1) : words.slice(5);
  const name = rest[0] === 'run' ? rest[1] : rest[0];
  if (OWN_COMMANDS.has(rest[0] ?? ''))
    throw new RangeError(`"${line}": \`${rest[0]}\` is a command of its own; say \`run\``);
  if (name === undefined || manifest.scripts[name] === undefined)
    throw new RangeError(`"${line}": the root has no script \`${name ?? ''}\``);
}
