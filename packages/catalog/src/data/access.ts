/**
 * Last miles: the round trip from a user to the edge of the network that the region matrix begins at.
 *
 * Unloaded round trips in milliseconds; a busy line adds to them. Sums with the region matrix are the reader's.
 */

import type { AccessEntry } from '../entries.js';
import { assumed, measured, specified } from '../grading.js';
import { RECALL } from './sources.js';

/** Builds the access technologies. */
export function accessEntries(): AccessEntry[] {
  return [
    {
      id: 'fibre',
      name: 'Home fibre',
      rttMs: measured(9, 'ms', 'Ookla via potsandpansbyccg.com; FCC', { low: 4, high: 24 }),
    },
    {
      id: 'cable',
      name: 'Cable',
      rttMs: assumed(18, 'ms', RECALL, {
        low: 10,
        high: 32,
        note: 'a loaded line adds 30 to 200 ms; the FCC once measured 32 ms',
      }),
    },
    {
      id: 'dsl',
      name: 'DSL',
      rttMs: assumed(35, 'ms', RECALL, { low: 20, high: 49, note: 'the FCC once measured 49 ms' }),
    },
    {
      id: '4g',
      name: '4G LTE',
      rttMs: assumed(40, 'ms', RECALL, {
        low: 30,
        high: 70,
        note: 'carriers in the US: 31 to 39 ms; jitter 10 to 20 ms',
      }),
    },
    { id: '5g', name: '5G beside 4G, below 6 GHz', rttMs: assumed(28, 'ms', RECALL, { low: 18, high: 45 }) },
    { id: '5g-sa', name: '5G stand-alone or millimetre wave', rttMs: assumed(15, 'ms', RECALL, { low: 8, high: 25 }) },
    {
      id: '5g-edge',
      name: '5G to an edge zone of the operator',
      rttMs: assumed(12, 'ms', RECALL, { low: 8, high: 20, note: 'ends at the edge site' }),
    },
    {
      id: 'wifi',
      name: 'Wi-Fi 6',
      rttMs: assumed(3, 'ms', RECALL, { low: 1.5, high: 10, note: 'a busy channel adds 10 to 50 ms' }),
    },
    { id: 'lan', name: 'Enterprise LAN', rttMs: assumed(0.5, 'ms', RECALL, { low: 0.2, high: 2 }) },
    { id: 'satellite-leo', name: 'Low-orbit satellite', rttMs: assumed(35, 'ms', RECALL, { low: 25, high: 60 }) },
    {
      id: 'satellite-geo',
      name: 'Geostationary satellite',
      rttMs: assumed(600, 'ms', RECALL, { low: 560, high: 700 }),
    },
    {
      id: 'on-device',
      name: 'On the device itself',
      rttMs: specified(0, 'ms', 'by definition', { low: 0, high: 0.1 }),
    },
    {
      id: 'direct-connect',
      name: 'Leased line from an enterprise site into a cloud region',
      rttMs: assumed(5, 'ms', RECALL, { low: 1, high: 15 }),
    },
  ];
}
