/**
 * What happened to requests, kept per cell of (pool, traffic): every scope of the results is a merger of cells.
 *
 * Counts of requests run from time zero, so that they are conserved; tokens, latencies and money count in the window
 * (latencies: requests first sent in it; tokens and completions: ended in it). Times in seconds.
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

export class TallyCell {
  readonly counts = new Float64Array(COUNT_CELLS);
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
}

/** Cells by (pool, traffic), made when first used. Pool index `pools` stands for "never placed". */
export class TallyCells {
  readonly pools: number;
  readonly traffics: number;
  readonly #cells: (TallyCell | undefined)[];

  readonly #budgets: TallyBudgets | undefined;

  /** @param budgets of cells that are absorbed by others before anybody asks for a quantile. */
  constructor(pools: number, traffics: number, budgets?: TallyBudgets) {
    this.#budgets = budgets;
    this.pools = pools;
    this.traffics = traffics;
    this.#cells = new Array<TallyCell | undefined>((pools + 1) * traffics).fill(undefined);
  }

  /** The cell of a pool (-1 = never placed) and a traffic. */
  at(pool: number, traffic: number): TallyCell {
    const index = (pool < 0 ? this.pools : pool) * this.traffics + traffic;
    let cell = this.#cells[index];
    if (cell === undefined) {
      cell = new TallyCell(this.#budgets?.of(index));
      this.#cells[index] = cell;
    }
    return cell;
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

  /** The cell if anything was ever counted in it. */
  peek(pool: number, traffic: number): TallyCell | undefined {
    return this.#cells[(pool < 0 ? this.pools : pool) * this.traffics + traffic];
  }
}
