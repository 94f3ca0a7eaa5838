/**
 * The object of a replica that has something to do or to remember, with all that its events need: looked up when it is woken,
 * not at each of them.
 */

import type { EventQueue } from '@infersim/kernel';
import type { Replica } from '@infersim/serving';
import type { Pool } from './pool.js';
import type { QueueMeter } from './queue-meter.js';

export class Seat {
  readonly replica: Replica;
  /** Its entity; -1 = woken and not yet seated, the rest below is not its own. */
  entity = -1;
  /** Waiting requests as last metered; none when it is woken. */
  waiting = 0;
  pool!: Pool;
  /** Where its next boundary waits, and where its queue is metered. */
  queue!: EventQueue;
  queueMeter!: QueueMeter;

  constructor(replica: Replica) {
    this.replica = replica;
  }
}
