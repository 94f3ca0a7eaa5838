/** A worker thread that ended without an answer: its heap was full, or something ended it from inside. */

/** No replication is left to show: every worker died. */
export class WorkersDied extends Error {
  override readonly name = 'WorkersDied';
}

/** Why a worker died, in words; null when it answered with an error instead. */
export function deathReason(cause: unknown): string | null {
  if ((cause as { code?: unknown } | null)?.code === 'ERR_WORKER_OUT_OF_MEMORY')
    return 'it ran out of memory (fewer --jobs leave more for each)';
  const message = cause instanceof Error ? cause.message : String(cause);
  return /^worker exited/i.test(message) ? message : null;
}
