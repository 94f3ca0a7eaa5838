import fc from 'fast-check';
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

describe('RequestLog with a sink', () => {
  /** Ids as a sink gets them, by the stretches it gets them in. */
  function sinking(limit: number) {
    const stretches: number[][] = [];
    const log = new RequestLog(limit, 1, (columns, order, rows) => {
      expect(order).toHaveLength(rows);
      stretches.push(Array.from(order, (row) => columns.requestId[row]!));
    });
    return { log, stretches };
  }

  it('hands over the same rows in the same order as it would keep, however long requests take', () => {
    // Times on a coarse grid, so that many are equal; ids come twice, as from two workloads.
    const request = fc.record({ sentS: fc.nat(20), tookS: fc.nat(15), id: fc.nat(12) });
    fc.assert(
      fc.property(fc.array(request, { maxLength: 60 }), fc.array(fc.nat(35), { maxLength: 6 }), (requests, looks) => {
        const { log, stretches } = sinking(Number.POSITIVE_INFINITY);
        const kept = new RequestLog(Number.POSITIVE_INFINITY, 1);
        const byEnd = requests.map((each, index) => ({ ...each, index })).sort((a, b) => end(a) - end(b));
        const seen: [number, number][] = [];
        let at = 0;
        for (const nowS of [...looks].sort((a, b) => a - b)) {
          for (; at < byEnd.length && end(byEnd[at]!) < nowS; at++) write(byEnd[at]!, log, kept);
          const inFlight = byEnd.slice(at).filter(({ sentS }) => sentS <= nowS);
          log.release(Math.min(nowS, ...inFlight.map(({ sentS }) => sentS)));
          seen.push([log.rows, inFlight.length]);
        }
        for (; at < byEnd.length; at++) write(byEnd[at]!, log, kept);
        log.finish();
        kept.finish();
        expect(stretches.flat()).toEqual(Array.from(kept.columns.requestId.subarray(0, kept.rows)));
        expect(log.releasedRows).toBe(requests.length);
        expect(log.rows).toBe(0);
        // With nobody on the way everything that has ended was sent earlier and is gone.
        for (const [held, flying] of seen) if (flying === 0) expect(held).toBe(0);
      }),
    );
  });

  it('holds no more than what has ended since the oldest request in flight was sent', () => {
    const { log } = sinking(Number.POSITIVE_INFINITY);
    const inFlight = 300;
    // Request n is sent at n and ends at n + 300: there are always 300 on their way.
    for (let nowS = 0; nowS < 200_000; nowS++) {
      if (nowS >= inFlight) write({ id: nowS, sentS: nowS - inFlight }, log);
      if (log.isDue) log.release(nowS - inFlight + 1);
    }
    log.finish();
    expect(log.releasedRows).toBe(200_000 - inFlight);
    expect(log.peakRows).toBeLessThanOrEqual(1024 + inFlight);
    expect(log.columns.sentS.length).toBeLessThanOrEqual(2048);
  });

  it('holds what was sent after one that does not end, and looks more rarely the more it holds', () => {
    const { log, stretches } = sinking(Number.POSITIVE_INFINITY);
    let looks = 0;
    for (let nowS = 1; nowS <= 50_000; nowS++) {
      write({ id: nowS, sentS: nowS }, log);
      if (!log.isDue) continue;
      looks++;
      log.release(0);
    }
    expect(stretches).toEqual([]);
    expect(log.rows).toBe(50_000);
    expect(looks).toBeLessThan(10);
    log.release(Number.POSITIVE_INFINITY);
    expect(stretches.flat()).toHaveLength(50_000);
  });

  it('hands a sample over at the end, the same as it would keep', () => {
    const { log, stretches } = sinking(100);
    const kept = new RequestLog(100, 1);
    for (let id = 0; id < 5000; id++) {
      for (const each of [log, kept]) {
        const row = each.open(id);
        if (row < 0) continue;
        each.columns.requestId[row] = id;
        each.columns.sentS[row] = id;
      }
      expect(log.isDue).toBe(false);
    }
    log.finish();
    kept.finish();
    expect(stretches).toEqual([Array.from(kept.columns.requestId.subarray(0, 100))]);
  });
});

const end = ({ sentS, tookS }: { sentS: number; tookS: number }) => sentS + tookS;

function write({ id, sentS }: { id: number; sentS: number }, ...logs: RequestLog[]): void {
  for (const log of logs) {
    const row = log.open(id);
    log.columns.requestId[row] = id;
    log.columns.sentS[row] = sentS;
  }
}
