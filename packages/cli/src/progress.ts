/**
 * Progress on stderr: a bar that is drawn over itself on a terminal, plain lines now and then elsewhere.
 *
 * The time left is extrapolated from the share of simulated time done so far; it is a guess as long as load varies.
 */

import { formatDuration, formatFigure } from '@infersim/report';
import type { Progress } from '@infersim/runner';
import type { ProgressMode } from './run-flags.js';
import type { Terminal } from './terminal.js';

const BAR_CELLS = 20;
/** Plain lines come at most this often, the first one a little sooner, milliseconds. */
const LINE_EVERY_MS = 5000;
const FIRST_LINE_MS = 2000;

/** What is known at a moment, as one line without a line end. */
export function progressText(progress: Progress, elapsedS: number): string {
  const share = shareOf(progress);
  const parts = [
    `${Math.floor(100 * share)} %`,
    `${formatDuration(Math.floor(progress.simulatedS))} of ${formatDuration(progress.totalS)} simulated`,
    `${progress.done}/${progress.replications} replications`,
  ];
  if (elapsedS > 0) parts.push(`${formatFigure(progress.events / elapsedS, 3)} events/s`);
  return parts.join(', ') + timeLeft(share, elapsedS);
}

/** `, 5m left` after `elapsedS` seconds for a share of the work; nothing from too little, nor at the end. */
function timeLeft(share: number, elapsedS: number): string {
  const isKnown = share > 0 && share < 1 && elapsedS >= 1;
  return isKnown ? `, ${formatDuration(Math.ceil((elapsedS * (1 - share)) / share))} left` : '';
}

/** The bar: `[########............] text`, cut to the width of the terminal. */
export function progressBar(progress: Progress, elapsedS: number, columns: number): string {
  return bar(RUN_WORDS, progress, elapsedS, columns);
}

/** How progress of one kind is told. */
export interface ProgressWords<State> {
  /** Share of the work done, 0 to 1. */
  readonly share: (state: State) => number;
  readonly text: (state: State, elapsedS: number) => string;
}

const RUN_WORDS: ProgressWords<Progress> = { share: shareOf, text: progressText };

function shareOf(progress: Progress): number {
  return progress.totalS > 0 ? Math.min(1, progress.simulatedS / progress.totalS) : 0;
}

function bar<State>(words: ProgressWords<State>, state: State, elapsedS: number, columns: number): string {
  const full = Math.floor(BAR_CELLS * words.share(state));
  const line = `[${'#'.repeat(full)}${'.'.repeat(BAR_CELLS - full)}] ${words.text(state, elapsedS)}`;
  return line.slice(0, Math.max(0, columns - 1));
}

/** Request rows on their way from spools to a results file. */
export interface RowsWritten {
  readonly rows: number;
  readonly of: number;
}

/** How the writing of request rows is told. */
export const ROWS_WORDS: ProgressWords<RowsWritten> = {
  share: shareWritten,
  text: (state, elapsedS) => {
    const share = shareWritten(state);
    const [rows, of] = [state.rows, state.of].map((count) => count.toLocaleString('en-US'));
    return `${Math.floor(100 * share)} %, ${rows} of ${of} request rows written${timeLeft(share, elapsedS)}`;
  },
};

function shareWritten({ rows, of }: RowsWritten): number {
  return of > 0 ? rows / of : 1;
}

/** Takes progress as it comes and shows it in its mode; `clear` takes the bar away. */
export interface ProgressDisplay<State = Progress> {
  update(state: State): void;
  clear(): void;
}

const SILENT: ProgressDisplay<unknown> = { update: () => undefined, clear: () => undefined };

/** Progress of a run. `nowMs` is the wall clock, handed in so that the rule can be tested. */
export function progressDisplay(
  mode: ProgressMode,
  terminal: Pick<Terminal, 'err' | 'errIsTty' | 'columns'>,
  nowMs: () => number,
): ProgressDisplay {
  return displayOf(RUN_WORDS, mode, terminal, nowMs);
}

/** Progress of any kind, by the same rules. */
export function displayOf<State>(
  words: ProgressWords<State>,
  mode: ProgressMode,
  terminal: Pick<Terminal, 'err' | 'errIsTty' | 'columns'>,
  nowMs: () => number,
): ProgressDisplay<State> {
  if (mode === 'none') return SILENT;
  const startMs = nowMs();
  if (mode === 'auto' && terminal.errIsTty) {
    let isShown = false;
    return {
      update: (state) => {
        isShown = true;
        terminal.err(`\r\u001b[K${bar(words, state, (nowMs() - startMs) / 1000, terminal.columns)}`);
      },
      clear: () => {
        if (isShown) terminal.err('\r\u001b[K');
        isShown = false;
      },
    };
  }
  let lastMs = startMs + FIRST_LINE_MS - LINE_EVERY_MS;
  return {
    update: (state) => {
      const now = nowMs();
      if (now - lastMs < LINE_EVERY_MS) return;
      lastMs = now;
      terminal.err(`${words.text(state, (now - startMs) / 1000)}\n`);
    },
    clear: () => undefined,
  };
}
