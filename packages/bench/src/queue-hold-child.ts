/**
 * One variant of the hold model: `queue-hold-child.js VARIANT PENDING OPERATIONS` prints the seconds that the operations
 * took, after a quarter of them to warm up. Increments come from a table, so that no logarithm is timed.
 */

import { EventQueue } from '@infersim/kernel';
import FlatQueue from 'flatqueue';
import { secondsOf } from './measure.js';

const TABLE_MASK = 0xffff;
const increments = incrementTable();

/** Exponential increments of mean 1 from a linear congruential sequence (constants of Numerical Recipes). */
function incrementTable(): Float64Array {
  const table = new Float64Array(TABLE_MASK + 1);
  let state = 12_345;
  for (let i = 0; i < table.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    table[i] = -Math.log((state + 1) / 2 ** 32);
  }
  return table;
}

/** Holds `operations` times and returns the time reached, so that the loop cannot be left out. */
type Hold = (operations: number) => number;

function timers(pending: number): Hold {
  const queue = new EventQueue({ sourceCount: pending, timerCount: pending });
  for (let i = 0; i < pending; i++) queue.schedule(increments[i]!, 0, i, 0, 0);
  return (operations) => {
    for (let i = 0; i < operations; i++) {
      queue.pop();
      queue.schedule(queue.eventTimeS + increments[i & TABLE_MASK]!, 0, queue.eventSource, 0, 0);
    }
    return queue.eventTimeS;
  };
}

function inPlace(pending: number): Hold {
  const queue = new EventQueue({ sourceCount: pending });
  for (let i = 0; i < pending; i++) queue.replace(i, increments[i]!, 0, 0);
  return (operations) => {
    for (let i = 0; i < operations; i++) {
      queue.pop();
      queue.replace(queue.eventSource, queue.eventTimeS + increments[i & TABLE_MASK]!, 0, 0);
    }
    return queue.eventTimeS;
  };
}

function flat(queue: FlatQueue<number>, pending: number): Hold {
  for (let i = 0; i < pending; i++) queue.push(i, increments[i]!);
  return (operations) => {
    let timeS = 0;
    for (let i = 0; i < operations; i++) {
      timeS = queue.peekValue()!;
      queue.push(queue.pop()!, timeS + increments[i & TABLE_MASK]!);
    }
    return timeS;
  };
}

const [variant = '', pendingText = '', operationsText = ''] = process.argv.slice(2);
const pending = Number(pendingText);
const operations = Number(operationsText);
const makers: Record<string, () => Hold> = {
  timers: () => timers(pending),
  'in-place': () => inPlace(pending),
  flatqueue: () => flat(new FlatQueue(), pending),
  'flatqueue-fixed': () => flat(new FlatQueue(pending), pending),
};
const maker = makers[variant];
if (maker === undefined) throw new Error(`unknown variant ${variant}`);
const hold = maker();
hold(Math.ceil(operations / 4));
let reachedS = 0;
const seconds = secondsOf(() => {
  reachedS = hold(operations);
});
if (!(reachedS > 0)) throw new Error('no time has passed');
process.stdout.write(`${seconds}\n`);
