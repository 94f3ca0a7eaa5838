import { describe, expect, it } from 'vitest';
import { RequestLog } from '../src/index.js';

function fill(log: RequestLog, ids: readonly number[]): void {
  for (const id of ids) {
    const row = log.open(id);
    if (row < 0) continue;
    log.columns.requestId[row] = id;
    log.columns.sentS[row] = id / 10;
  }
  log.finish();
}
const kept = (log: RequestLog) => Array.from(log.columns.requestId.subarray(0, log.rows));

describe('RequestLog', () => {
  it('keeps all rows in order of sending when all are asked for', () => {
    const log = new RequestLog(Number.POSITIVE_INFINITY, 1);
    fill(log, [5, 3, 1000, 2]);
    expect(kept(log)).toEqual([2, 3, 5, 1000]);
  });

  it('keeps a sample of the asked size that does not depend on the order of arrival', () => {
    const ids = Array.from({ length: 5000 }, (_, i) => i);
    const forward = new RequestLog(100, 1);
    const backward = new RequestLog(100, 1);
    fill(forward, ids);
    fill(backward, [...ids].reverse());
    expect(kept(forward)).toHaveLength(100);
    expect(kept(forward)).toEqual(kept(backward));
  });

  it('samples evenly: the mean id of a sample is near the middle', () => {
    const log = new RequestLog(2000, 7);
    fill(
      log,
      Array.from({ length: 50_000 }, (_, i) => i),
    );
    const mean = kept(log).reduce((a, b) => a + b, 0) / 2000;
    expect(Math.abs(mean - 25_000)).toBeLessThan(4 * (50_000 / Math.sqrt(12 * 2000)));
  });
});
