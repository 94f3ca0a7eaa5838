/** Work that writes files only at its end, so that a signal can stop it at any time without leaving half of anything. */

import type { ExitCode } from './exit-code.js';
import { watchInterruption } from './interruption.js';
import type { Terminal } from './terminal.js';

export interface InterruptibleOptions {
  readonly terminal: Pick<Terminal, 'err'>;
  readonly quiet: boolean;
  /** Takes progress off the terminal. */
  readonly clear: () => void;
  /** Stops what runs beside (threads); also called at the end. */
  readonly close: () => Promise<void>;
}

/**
 * Runs the work; its exit code, or 130 or 143 when a signal came before it was done. The work gets a signal that is aborted
 * then, and whatever it throws afterwards is no error.
 */
export async function interruptibleWork(
  work: (signal: AbortSignal) => Promise<ExitCode>,
  { terminal, quiet, clear, close }: InterruptibleOptions,
): Promise<ExitCode> {
  const interruption = watchInterruption(
    () => {
      clear();
      if (!quiet) terminal.err('stopped; nothing was written\n');
      void close();
    },
    () => undefined,
  );
  try {
    return await work(interruption.signal);
  } catch (error) {
    if (interruption.exitCode !== null) return interruption.exitCode;
    throw error;
  } finally {
    clear();
    interruption.dispose();
    await close();
  }
}
