/**
 * The tallies of a run in words: trace rows read and what became of them, refusals by reason, requests that spilled.
 *
 * Keys are `workload/reason`; counts are sums over replications and printed whole, because they have to add up.
 */

const REFUSALS: Readonly<Record<string, string>> = {
  queue_full: 'refused because the queue was full',
  too_long: 'refused: longer than any pool of their route can hold',
  residency: 'refused: residency leaves no pool',
  no_route: 'refused: no pool on their route',
  spilled: 'sent past the first choice of their route (spill)',
  prompts_cut: 'with prompts cut to the longest allowed',
};
const DROPPED = 'dropped_';

/** One line per fact, workloads in the order of the tallies. */
export function tallyLines(tallies: Readonly<Record<string, number>>, replications: number): string[] {
  const byWorkload = new Map<string, Map<string, number>>();
  for (const [key, count] of Object.entries(tallies)) {
    const slash = key.lastIndexOf('/');
    const workload = key.slice(0, slash);
    const reasons = byWorkload.get(workload) ?? new Map<string, number>();
    reasons.set(key.slice(slash + 1), count);
    byWorkload.set(workload, reasons);
  }
  const over = replications > 1 ? ` (${replications} replications together)` : '';
  return [...byWorkload].flatMap(([workload, reasons]) => {
    const lines: string[] = [];
    const read = reasons.get('rows_read') ?? 0;
    if (read > 0) {
      const dropped = [...reasons].filter(([reason]) => reason.startsWith(DROPPED));
      const total = dropped.reduce((sum, [, count]) => sum + count, 0);
      const why = dropped.map(([reason, count]) => `${count} ${reason.slice(DROPPED.length).replaceAll('_', ' ')}`);
      const reasonsText = why.length > 0 ? `: ${why.join(', ')}` : '';
      lines.push(
        `${workload}: ${read} trace rows read = ${reasons.get('rows_emitted') ?? 0} sent + ${total} dropped${reasonsText}${over}`,
      );
    }
    for (const [reason, count] of reasons) {
      if (reason === 'rows_read' || reason === 'rows_emitted' || reason.startsWith(DROPPED) || count === 0) continue;
      lines.push(`${workload}: ${count} requests ${REFUSALS[reason] ?? reason.replaceAll('_', ' ')}${over}`);
    }
    return lines;
  });
}
