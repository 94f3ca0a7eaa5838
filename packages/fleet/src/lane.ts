/**
 * What belongs to one lane of a world and is not its sites: its counts, its fingerprint, and where its events wait. One object,
 * so that whoever handles a request looks its lane up once.
 */

import { Fingerprint } from '@infersim/kernel';
import type { Statistics } from './statistics.js';
import type { LaneEvents } from './world-events.js';

export class Lane {
  /** Number of the lane in its world. */
  readonly index: number;
  readonly statistics: Statistics;
  readonly fingerprint = new Fingerprint();
  /** The same for all lanes that run together. */
  readonly events: LaneEvents;

  constructor(index: number, statistics: Statistics, events: LaneEvents) {
    this.index = index;
    this.statistics = statistics;
    this.events = events;
  }
}
