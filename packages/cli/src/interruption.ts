/** Signals during a run: the first asks for partial results, the second stops at once. */

import { ExitCode } from './exit-code.js';

export interface Interruption {
  readonly signal: AbortSignal;
  /** 130 or 143 once a signal came, else null. */
  readonly exitCode: ExitCode | null;
  /** Gives the signals back to the system. */
  dispose(): void;
}

/** Listens to SIGINT and SIGTERM. `onFirst` tells the user; `onSecond` cleans up before the process ends. */
export function watchInterruption(onFirst: () => void, onSecond: () => void): Interruption {
  const controller = new AbortController();
  let exitCode: ExitCode | null = null;
  const handle = (code: ExitCode) => () => {
    if (exitCode !== null) {
      onSecond();
      process.exit(code);
    }
    exitCode = code;
    controller.abort();
    onFirst();
  };
  const onInterrupt = handle(ExitCode.INTERRUPTED);
  const onTerminate = handle(ExitCode.TERMINATED);
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    dispose: () => {
      process.off('SIGINT', onInterrupt);
      process.off('SIGTERM', onTerminate);
    },
  };
}
