/** The `infersim` command: parse, call, print, exit code. */

import { CommanderError } from 'commander';
import { reportError } from './cli-error.js';
import { ExitCode } from './exit-code.js';
import { buildProgram } from './program.js';
import { guardStreams } from './terminal.js';

/** Runs the command that the words ask for. Never fails: the exit code of the process says how it went. */
export async function main(argv: readonly string[]): Promise<void> {
  guardStreams();
  try {
    const workerUrl = new URL('./worker.js', import.meta.url);
    const predictionWorkerUrl = new URL('./prediction-worker.js', import.meta.url);
    const sweepWorkerUrl = new URL('./sweep-worker.js', import.meta.url);
    const program = buildProgram({ argv, workerUrl, predictionWorkerUrl, sweepWorkerUrl }, (exitCode) => {
      // A stream that failed has set its code already.
      process.exitCode ||= exitCode;
    });
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help and version come this way too, with exit code 0; the message is out already.
      process.exitCode = error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
    } else {
      const { exitCode, text } = reportError(error, argv);
      process.stderr.write(text);
      process.exitCode = exitCode;
    }
  }
}
