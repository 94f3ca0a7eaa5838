/**
 * What happened to requests, kept per cell of (pool, traffic): every scope of the results is a merger of cells.
 *
 * Counts of requests run from time zero, so that they are conserved; tokens, latencies and money count in the window
 * (latencies: requests first sent in it; tokens and completions: ended in it). Times in seconds.
 *
 * Latencies of requests are put aside in rows and handed on a column at a time; the cells that `peek` shows hold all.
 */

import {
  LogHistogram,
  type PackedLogHistogram,
  type PackedSamples,
  SampleBudget,
  SampleCollector,
} from '@infersim/stats';

/** Indices of the counters of a cell. */
export const Count = {
  COMPLETED: 0,
  REJECTED: 1,
  FAILED: 2,
  TIMED_OUT: 3,
  ATTEMPTS: 4,
  PREEMPTIONS: 5,
  /** The rest counts ends inside the window only. */
  WINDOW_COMPLETED: 6,
  WINDOW_ENDED: 7,
  WINDOW_GOOD: 8,
  WINDOW_INPUT_TOKENS: 9,
  WINDOW_CACHED_TOKENS: 10,
  WINDOW_RECOMPUTED_TOKENS: 11,
  WINDOW_OUTPUT_TOKENS: 12,
  WINDOW_CUT_TOKENS: 13,
  WINDOW_CUT_REQUESTS: 14,
  WINDOW_COMPUTED_PROMPT_TOKENS: 15,
  WINDOW_ENERGY_J: 16,
  WINDOW_DEVICE_S: 17,
} as const;
export const COUNT_CELLS = 18;

/** A cell as plain data. */
export interface PackedCell {
  readonly pool: number;
  readonly traffic: number;
  readonly counts: Float64Array;
  readonly ttftS: PackedSamples;
  readonly tpotS: PackedSamples;
  readonly e2eS: PackedSamples;
  readonly queueS: PackedSamples;
  readonly itlS: PackedLogHistogram;
}

/** What the same cell of several lanes may hold of exact samples together. */
class CellBudget {
  readonly ttftS = new SampleBudget();
  readonly tpotS = new SampleBudget();
  readonly e2eS = new SampleBudget();
  readonly queueS = new SampleBudget();
}

/** Budgets of cells by (pool, traffic), shared by the lanes that one thread simulates. */
export class TallyBudgets {
  readonly #cells = new Map<number, CellBudget>();

  of(cell: number): CellBudget {
    let budget = this.#cells.get(cell);
    if (budget === undefined) {
      budget = new CellBudget();
      this.#cells.set(cell, budget);
    }
    return budget;
  }
}

/** Columns of a row of latencies. */
const Column = { TTFT_S: 0, E2E_S: 1, QUEUE_S: 2, TPOT_S: 3 } as const;
const COLUMNS = 4;
/** Rows put aside: 2 KiB. */
const ROWS = 64;

export class TallyCell {
  readonly counts = new Float64Array(COUNT_CELLS);
  /** Rows of latencies put aside, and the cells of them in use. */
  readonly #rows = new Float64Array(ROWS * COLUMNS);
  #used = 0;
  readonly ttftS: SampleCollector;
  readonly tpotS: SampleCollector;
  readonly e2eS: SampleCollector;
  readonly queueS: SampleCollector;
  readonly itlS = new LogHistogram();

  constructor(budget?: CellBudget) {
    this.ttftS = new SampleCollector(undefined, budget?.ttftS);
    this.tpotS = new SampleCollector(undefined, budget?.tpotS);
    this.e2eS = new SampleCollector(undefined, budget?.e2eS);
    this.queueS = new SampleCollector(undefined, budget?.queueS);
  }

  /**
   * Latencies of one request, seconds; `tpotS` is NaN for one without a pace. Throws `STATS_OUT_OF_RANGE` when another is
   * NaN, or, at the latest from `settle`, when one is negative or infinite.
   */
  addLatencies(ttftS: number, e2eS: number, queueS: number, tpotS: number): void {
    const sumS = ttftS + e2eS + queueS;
    if (Number.isNaN(sumS)) this.#refuse(ttftS, e2eS, queueS);
    const rows = this.#rows;
    const at = this.#used;
    rows[at | Column.TTFT_S] = ttftS;
    rows[at | Column.E2E_S] = e2eS;
    rows[at | Column.QUEUE_S] = queueS;
    rows[at | Column.TPOT_S] = tpotS;
    this.#used = at + COLUMNS;
    if (at === (ROWS - 1) * COLUMNS) this.settle();
  }

  /** NaN would pass for no value in a column: a collector refuses it. */
  #refuse(ttftS: number, e2eS: number, queueS: number): void {
    this.ttftS.add(ttftS);
    this.e2eS.add(e2eS);
    this.queueS.add(queueS);
  }

  /** Hands on the latencies put aside. */
  settle(): void {
    const rows = this.#rows;
    const used = this.#used;
    this.#used = 0;
    this.ttftS.addColumn(rows, Column.TTFT_S, COLUMNS, used);
    this.e2eS.addColumn(rows, Column.E2E_S, COLUMNS, used);
    this.queueS.addColumn(rows, Column.QUEUE_S, COLUMNS, used);
    this.tpotS.addColumn(rows, Column.TPOT_S, COLUMNS, used);
  }
}

/** Cells by (pool, traffic), made when first used. Pool index `pools` stands for "never placed". */
export class TallyCells {
  readonly pools: number;
  readonly traffics: number;
  readonly #cells: (TallyCell | undefined)[];
  /** Attempts by cell, counted apart: they need nothing else of it. */
  readonly #attempts: Float64Array;
  readonly #budgets: TallyBudgets | undefined;

  /** @param budgets of cells that are absorbed by others before anybody asks for a quantile. */
  constructor(pools: number, traffics: number, budgets?: TallyBudgets) {
    this.#budgets = budgets;
    this.pools = pools;
    this.traffics = traffics;
    this.#cells = new Array<TallyCell | undefined>((pools + 1) * traffics).fill(undefined);
    this.#attempts = new Float64Array((pools + 1) * traffics);
  }

  /** An attempt was sent to a pool (-1 = nowhere). */
  attempted(pool: number, traffic: number): void {
    const attempts = this.#attempts;
    const index = this.#indexOf(pool, traffic);
    attempts[index] = attempts[index]! + 1;
  }

  /** The cell of a pool (-1 = never placed) and a traffic, to count in; `peek` shows one to be read. */
  at(pool: number, traffic: number): TallyCell {
    const index = this.#indexOf(pool, traffic);
    return this.#cells[index] ?? this.#open(index);
  }

  /** Every cell that was used, as plain data. */
  pack(): PackedCell[] {
    const packed: PackedCell[] = [];
    for (let pool = -1; pool < this.pools; pool++) {
      for (let traffic = 0; traffic < this.traffics; traffic++) {
        const cell = this.peek(pool, traffic);
        if (cell === undefined) continue;
        packed.push({
          pool,
          traffic,
          counts: cell.counts.slice(),
          ttftS: cell.ttftS.pack(),
          tpotS: cell.tpotS.pack(),
          e2eS: cell.e2eS.pack(),
          queueS: cell.queueS.pack(),
          itlS: cell.itlS.pack(),
        });
      }
    }
    return packed;
  }

  /** Adds cells of another part of the world. Merge parts in a fixed order for the same bytes. */
  absorb(packed: readonly PackedCell[]): void {
    for (const from of packed) {
      const cell = this.at(from.pool, from.traffic);
      cell.settle();
      this.#attempts[this.#indexOf(from.pool, from.traffic)]! += from.counts[Count.ATTEMPTS]!;
      for (let count = 0; count < COUNT_CELLS; count++) {
        cell.counts[count] = cell.counts[count]! + from.counts[count]!;
      }
      cell.ttftS.merge(SampleCollector.unpack(from.ttftS));
      cell.tpotS.merge(SampleCollector.unpack(from.tpotS));
      cell.e2eS.merge(SampleCollector.unpack(from.e2eS));
      cell.queueS.merge(SampleCollector.unpack(from.queueS));
      cell.itlS.merge(LogHistogram.unpack(from.itlS));
    }
  }

  /** The cell if anything was ever counted in it, with all that was. */
  peek(pool: number, traffic: number): TallyCell | undefined {
    const index = this.#indexOf(pool, traffic);
    const attempts = this.#attempts[index]!;
    const cell = this.#cells[index] ?? (attempts > 0 ? this.#open(index) : undefined);
    if (cell === undefined) return undefined;
    cell.settle();
    cell.counts[Count.ATTEMPTS] = attempts;
    return cell;
  }

  #indexOf(pool: number, traffic: number): number {
    return (pool < 0 ? this.pools : pool) * this.traffics + traffic;
  }

  #open(index: number): TallyCell {
    const cell = new TallyCell(this.#budgets?.of(index));
    this.#cells[index] = cell;
    return cell;
  }
}
