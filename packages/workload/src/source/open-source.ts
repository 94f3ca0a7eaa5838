/**
 * Requests that come whatever happens to earlier ones: an arrival process under a rate profile, lengths drawn at birth.
 */

import type { RequestSource, SourceCounts } from '../request-source.js';
import type { RequestTable } from '../request-table.js';
import type { ArrivalProcess } from './arrival-process.js';
import type { BirthStreams } from './birth-streams.js';
import type { RateClock } from './rate-clock.js';
import type { RequestBirth } from './request-birth.js';

export class OpenSource implements RequestSource {
  nextS = 0;
  readonly counts: SourceCounts;
  readonly #process: ArrivalProcess;
  readonly #clock: RateClock;
  readonly #birth: RequestBirth;
  readonly #streams: BirthStreams;
  readonly #horizonS: number;
  readonly #maxRequests: number;
  #requests = 0;

  constructor(
    process: ArrivalProcess,
    clock: RateClock,
    birth: RequestBirth,
    streams: BirthStreams,
    horizonS: number,
    maxRequests: number,
  ) {
    this.counts = birth.counts;
    this.#process = process;
    this.#clock = clock;
    this.#birth = birth;
    this.#streams = streams;
    this.#horizonS = horizonS;
    this.#maxRequests = maxRequests;
    this.#advance();
  }

  take(table: RequestTable, slot: number): void {
    this.#birth.write(table, slot, this.#requests++, this.nextS, this.#streams);
    this.counts.emitted++;
    this.#advance();
  }

  settle(): boolean {
    return false;
  }

  #advance(): void {
    if (this.#requests >= this.#maxRequests) {
      this.nextS = Number.POSITIVE_INFINITY;
      return;
    }
    const timeS = this.#clock.time(this.#process.next());
    const nextS = timeS > this.nextS ? timeS : this.nextS;
    this.nextS = nextS < this.#horizonS ? nextS : Number.POSITIVE_INFINITY;
  }
}
