/**
 * The birth streams of many like sites: a bank for each purpose that the plan draws from, nothing for the others.
 *
 * A purpose counts as used when the plan names a law for it; a stream that is not used throws when it is drawn
 * from, so a purpose that was forgotten here cannot go unnoticed.
 */

import { RandomStream, type RandomStreams, StreamBank } from '@infersim/kernel';
import type { WorkloadPlan } from '../workload-plan.js';
import type { BirthStreams } from './birth-streams.js';

class UnusedStream extends RandomStream {
  override next(): number {
    throw new Error('a stream was drawn from that the plan does not use');
  }
}

export class SiteBirthStreams implements BirthStreams {
  readonly pick: RandomStream;
  readonly prompt: RandomStream;
  readonly output: RandomStream;
  readonly thinking: RandomStream;
  readonly prefix: RandomStream;
  readonly #banks: StreamBank[] = [];

  /** For the sites of a workload, two or more. */
  constructor(streams: RandomStreams, plan: WorkloadPlan, sites: number) {
    const { kind } = plan.lengths;
    const isPooled = plan.promptPool !== undefined;
    const drawsLengths = !isPooled && kind !== 'bootstrap';
    const stream = (isUsed: boolean, purpose: string) => {
      if (!isUsed) return new UnusedStream('unused');
      const bank = new StreamBank(streams, sites, `${plan.id}/`, `/${purpose}`);
      this.#banks.push(bank);
      return bank.stream;
    };
    this.pick = stream(isPooled ? plan.promptPool?.order === 'random' : kind !== 'independent', 'lengths');
    this.prompt = stream(drawsLengths, 'lengths/prompt');
    this.output = stream(drawsLengths, 'lengths/output');
    this.thinking = stream(plan.thinking !== undefined, 'thinking');
    this.prefix = stream(plan.prefix !== undefined, 'prefix');
  }

  get columnBytes(): number {
    return this.#banks.reduce((bytes, bank) => bytes + bank.stateBytes, 0);
  }

  /** Puts every stream where this site left it. */
  select(site: number): void {
    const banks = this.#banks;
    for (let i = 0; i < banks.length; i++) banks[i]!.select(site);
  }
}
