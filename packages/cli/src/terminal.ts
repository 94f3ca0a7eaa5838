/** Where output goes and what it may look like there. */

import { ExitCode } from './exit-code.js';

/** What the streams can show; found out once, from flags and environment. */
export interface Terminal {
  /** Writes to stdout: only what was asked for. */
  out(text: string): void;
  /** Writes to stderr: progress, warnings, errors. */
  err(text: string): void;
  readonly outColor: boolean;
  readonly errColor: boolean;
  readonly errIsTty: boolean;
  readonly ascii: boolean;
  readonly columns: number;
}

/** Whether the environment asks for plain ASCII: a C or POSIX locale, or a dumb terminal. */
export function wantsAscii(env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['TERM'] === 'dumb') return true;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /^(C|POSIX)(\.|$)/.test(locale) && !/utf-?8/i.test(locale);
}

/** Whether a stream may have colour: asked for by nobody to be without, and a terminal at the other end. */
export function wantsColor(isTty: boolean, env: Readonly<Record<string, string | undefined>>, flag: boolean): boolean {
  if (!flag || (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false;
  return isTty;
}

/** The streams of this process. A reader that goes away (`| head`) is no error. */
export function processTerminal(options: { readonly color: boolean }): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outColor: wantsColor(process.stdout.isTTY === true, process.env, options.color),
    errColor: wantsColor(process.stderr.isTTY === true, process.env, options.color),
    errIsTty: process.stderr.isTTY === true,
    ascii: wantsAscii(process.env),
    columns: process.stderr.columns || 80,
  };
}

/**
 * Makes broken pipes silent, and a full disk behind stdout a file error (exit code 4) instead of a crash; call once at the
 * start. Results in their folder are not touched by either.
 */
export function guardStreams(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: { code?: string; message?: string }) => {
      if (error.code === 'EPIPE') return;
      process.exitCode = ExitCode.FILE;
      if (stream === process.stdout)
        process.stderr.write(`error: stdout cannot be written: ${error.message ?? error.code}\n`);
    });
}
