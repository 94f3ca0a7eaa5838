/**
 * What is left in a world at its end: requests on their way, work at replicas that belongs to them, both sides of Little's law.
 */

import type { RequestTable } from '@infersim/workload';
import { Client } from './distant-clients.js';
import { FLIGHT_BITS, Flight, FlightCell, FlightTime, TIME_BITS } from './flights.js';
import type { Journeys } from './journeys.js';
import type { Statistics } from './statistics.js';

/** Integral over time of the requests present, and the sum of their sojourns: equal by Little's law. */
export interface LittleSums {
  readonly integral: number;
  readonly sojourns: number;
}

/** Counts what is left at `endS`; `statistics` by lane, null where another thread simulates it. */
export function takeStock(
  journeys: Journeys,
  table: RequestTable,
  statistics: readonly (Statistics | null)[],
  endS: number,
): { inFlight: number; little: LittleSums[] } {
  seatClients(journeys, table, statistics);
  const { flights } = journeys;
  const left: number[] = [];
  for (let slot = 0; slot < flights.capacity; slot++)
    if (flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE] !== Flight.FREE) left.push(slot);
  // Slot numbers depend on what else is simulated here; sums over requests must not.
  if (statistics.length > 1) {
    left.sort((a, b) => table.requestId[a]! - table.requestId[b]! || table.attempt[a]! - table.attempt[b]!);
  }
  const present: number[][] = statistics.map(() => []);
  let inFlight = 0;
  for (const slot of left) {
    const lane = table.listOf(slot);
    const state = flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE]!;
    const hasReplica = flights.cells[(slot << FLIGHT_BITS) + FlightCell.REPLICA]! >= 0;
    const isThere = hasReplica && (state === Flight.AT_REPLICA || state === Flight.ABANDONED);
    if (isThere) present[lane]!.push(flights.times[(slot << TIME_BITS) | FlightTime.JOINED_S]!);
    const isWaitedFor = state !== Flight.ABANDONED;
    if (isWaitedFor) inFlight++;
    statistics[lane]!.unfinished(
      slot,
      isThere || state === Flight.RESPONDING,
      flights.cells[(slot << FLIGHT_BITS) + FlightCell.POOL]!,
      flights.cells[(slot << FLIGHT_BITS) + FlightCell.SITE]!,
      flights.cells[(slot << FLIGHT_BITS) + FlightCell.ORIGIN_SITE]!,
      isWaitedFor,
    );
  }
  const little = statistics.map((lane, index) => lane?.little(endS, present[index]!) ?? { integral: 0, sojourns: 0 });
  return { inFlight, little };
}

/**
 * Gives slots to distant clients of which no attempt is at a site, so that they are counted with the rest: by whoever has the
 * lane of their attempt, those who pause by lane 0.
 */
function seatClients(journeys: Journeys, table: RequestTable, statistics: readonly (Statistics | null)[]): void {
  const { distant, flights } = journeys;
  for (let client = 0; client < distant.state.length; client++) {
    const state = distant.state[client]!;
    if (state === Client.FREE || distant.slot[client]! >= 0) continue;
    const lane = state === Client.WAITING ? distant.lane[client]! : 0;
    if (statistics[lane] === null) continue;
    const slot = table.allocate(lane);
    flights.ensure(table.capacity);
    table.copyFrom(distant.table, client, slot);
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.STATE] = Flight.BACKING_OFF;
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.POOL] = state === Client.WAITING ? distant.pool[client]! : -1;
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.SITE] = distant.site[client]!;
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.ORIGIN_SITE] = distant.originSite[client]!;
    flights.cells[(slot << FLIGHT_BITS) + FlightCell.REPLICA] = -1;
  }
}
