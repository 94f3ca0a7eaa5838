/**
 * KV blocks of one replica with prefix caching: reference counts, the list of free blocks, and what they still hold.
 *
 * Free blocks keep their content until they are taken again, in a doubly linked list ordered by when they became free;
 * a sequence frees its blocks from its tail to its head, so its tail is lost first. Blocks are taken from the old end of
 * the list. A hit on a free block takes it out of the middle. Only full blocks of a shared prefix have keys; all other
 * blocks are counted: a request's private blocks become free as one run, taken from its tail, and only that request (after
 * a preemption) can find them again. Several blocks may hold the same content (a prompt that is cached in full recomputes
 * its last block into a new one); the one inserted first is hit, as in the engine.
 *
 * Free blocks that hold nothing and are older than all others are not listed: what is neither held nor listed is such a
 * block. Whoever counts the blocks held takes those first, and calls `evict` for more.
 *
 * Order of freeing and eviction: vLLM v1, `kv_cache_manager` and its free-block queue; blocks that are discarded without
 * content (SGLang's retraction) are the first to be taken. Ignored: the reserved null block.
 * Hot path: typed arrays and free lists, no allocation except growth by doubling. One file, because every method touches
 * the list, the references and the table of keys together.
 */

import type { PrefixChain } from '@infersim/workload';
import { BlockKeyCursor } from './block-key.js';
import { type ServiceColumns, WHOLE_SHIFT, Whole } from './service-columns.js';
import { ServingError } from './serving-error.js';

const INITIAL_NODES = 4;
const INITIAL_TABLE = 16;
/** Node 0 is the ring's anchor: after it the oldest free block, before it the newest. */
const ANCHOR = 0;
const RUN = 0;
const KEYED = 1;
const UNUSED = 2;

const cursor = new BlockKeyCursor();

/** What `audit` counts by walking the structures. */
export interface BlockCensus {
  readonly listedBlocks: number;
  /** Free blocks that hold shareable content. */
  readonly cachedFreeBlocks: number;
  /** Keyed blocks that someone holds. */
  readonly heldKeyedBlocks: number;
}

/** Blocks of one replica under prefix caching. Counts are blocks. */
export class BlockPool {
  /** Free blocks in the list. */
  listedBlocks = 0;
  /** Of the last `lookUp`, blocks that were free: taking them uses up free blocks. */
  freeHits = 0;
  readonly #columns: ServiceColumns;
  readonly #blockTokens: number;
  #before: Int32Array = new Int32Array(INITIAL_NODES);
  #after: Int32Array = new Int32Array(INITIAL_NODES);
  #kind: Uint8Array = new Uint8Array(INITIAL_NODES).fill(UNUSED);
  #blocks: Int32Array = new Int32Array(INITIAL_NODES);
  /** Runs: the slot that may find them again, or -1. Keyed blocks: how many hold it. */
  #owner: Int32Array = new Int32Array(INITIAL_NODES);
  #keyLow: Uint32Array = new Uint32Array(INITIAL_NODES);
  #keyHigh: Uint32Array = new Uint32Array(INITIAL_NODES);
  #sameKey: Int32Array = new Int32Array(INITIAL_NODES);
  #freeNode = -1;
  #usedNodes = 1;
  #linkNode: Int32Array = new Int32Array(INITIAL_NODES);
  #linkNext: Int32Array = new Int32Array(INITIAL_NODES);
  #freeLink = -1;
  #usedLinks = 0;
  #table: Int32Array | null = null;
  #keys = 0;
  #hits: Int32Array = new Int32Array(INITIAL_NODES);

  constructor(blockTokens: number, columns: ServiceColumns) {
    this.#blockTokens = blockTokens;
    this.#columns = columns;
    this.#kind[ANCHOR] = KEYED;
  }

  /** Whether no block holds content that can be found. */
  get isBlank(): boolean {
    return this.#keys === 0;
  }

  /** Makes a blank pool of which nobody holds a block as it was at first. */
  clear(): void {
    this.#kind.fill(UNUSED, ANCHOR + 1, this.#usedNodes);
    this.#usedNodes = ANCHOR + 1;
    this.#freeNode = -1;
    this.#usedLinks = 0;
    this.#freeLink = -1;
    this.#before[ANCHOR] = ANCHOR;
    this.#after[ANCHOR] = ANCHOR;
    this.listedBlocks = 0;
  }

  /** Finds the leading blocks of a chain that are cached, at most `limit`; remembers them for `takeHits`. */
  lookUp(chain: PrefixChain, limit: number): number {
    this.freeHits = 0;
    const table = this.#table;
    if (table === null || limit <= 0) return 0;
    cursor.start(chain, this.#blockTokens);
    let count = 0;
    while (count < limit) {
      cursor.moveTo(count);
      const node = table[this.#place(table, cursor.low, cursor.high)]!;
      if (node < 0) break;
      if (count === this.#hits.length) this.#hits = grown(this.#hits);
      this.#hits[count++] = node;
      if (this.#owner[node] === 0) this.freeHits++;
    }
    return count;
  }

  /** Blocks of its own that a preempted request would find, if all its shared blocks are found. */
  ownBlocks(slot: number): number {
    const run = this.#columns.whole[(slot << WHOLE_SHIFT) | Whole.OWN_RUN]!;
    return run < 0 ? 0 : this.#blocks[run]!;
  }

  /** Gives the first `count` blocks of the last `lookUp` to a request that holds none yet. */
  takeHits(slot: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const node = this.#hits[i]!;
      if (this.#owner[node] === 0) {
        this.#unlink(node);
        this.listedBlocks--;
      }
      this.#owner[node] = this.#owner[node]! + 1;
      this.#hold(slot, node);
    }
  }

  /** Gives a preempted request the first `count` of its own blocks back; the rest of them are free for all. */
  takeOwn(slot: number, count: number): void {
    const run = this.#columns.whole[(slot << WHOLE_SHIFT) | Whole.OWN_RUN]!;
    if (run < 0) return;
    this.#columns.whole[(slot << WHOLE_SHIFT) | Whole.OWN_RUN] = -1;
    this.#owner[run] = -1;
    if (count === 0) return;
    this.listedBlocks -= count;
    const left = this.#blocks[run]! - count;
    this.#blocks[run] = left;
    if (left === 0) {
      this.#unlink(run);
      this.#giveNode(run);
    }
  }

  /** Takes `count` blocks from the old end of the list; what they held is lost. */
  evict(count: number): void {
    if (count > this.listedBlocks)
      throw new ServingError('BLOCKS_EXHAUSTED', `${count} blocks wanted, ${this.listedBlocks} in the free list`);
    this.listedBlocks -= count;
    let left = count;
    while (left > 0) {
      const node = this.#after[ANCHOR]!;
      if (this.#kind[node] === KEYED) {
        this.#forget(node);
        this.#unlink(node);
        this.#giveNode(node);
        left--;
        continue;
      }
      const blocks = this.#blocks[node]!;
      if (blocks > left) {
        this.#blocks[node] = blocks - left;
        return;
      }
      left -= blocks;
      const owner = this.#owner[node]!;
      if (owner >= 0) this.#columns.whole[(owner << WHOLE_SHIFT) | Whole.OWN_RUN] = -1;
      this.#unlink(node);
      this.#giveNode(node);
    }
  }

  /** Makes the held blocks numbered `keyedBlocks` of the slot up to `toBlock` - 1 findable under the chain's keys. */
  publish(slot: number, chain: PrefixChain, toBlock: number): void {
    const from = this.#columns.whole[(slot << WHOLE_SHIFT) | Whole.KEYED_BLOCKS]!;
    if (from >= toBlock) return;
    cursor.start(chain, this.#blockTokens);
    for (let block = from; block < toBlock; block++) {
      cursor.moveTo(block);
      const node = this.#takeNode();
      this.#kind[node] = KEYED;
      this.#blocks[node] = 1;
      this.#owner[node] = 1;
      this.#keyLow[node] = cursor.low;
      this.#keyHigh[node] = cursor.high;
      this.#sameKey[node] = -1;
      this.#insert(node);
      this.#hold(slot, node);
    }
  }

  /**
   * Takes everything from a request that holds `held` blocks: first its partial block, then its full private ones, then
   * its shared ones from the last to the first. `fullBlocks` of the blocks are full; with `mayReturn` the request may find
   * its private full blocks again. Returns how many blocks are free now that were not.
   */
  release(slot: number, held: number, fullBlocks: number, mayReturn: boolean): number {
    const { whole } = this.#columns;
    const wholes = slot << WHOLE_SHIFT;
    const keyed = whole[wholes | Whole.KEYED_BLOCKS]!;
    const own = mayReturn && fullBlocks > keyed ? fullBlocks - keyed : 0;
    const lost = held - keyed - own;
    if (lost > 0 && this.listedBlocks > 0) this.#pushLost(lost);
    if (own > 0) whole[wholes | Whole.OWN_RUN] = this.#pushRun(own, slot);
    return keyed > 0 ? lost + own + this.#letGo(slot) : lost + own;
  }

  /** Releases the shared blocks of a request; returns how many of them nobody holds any more. */
  #letGo(slot: number): number {
    const { whole } = this.#columns;
    const wholes = slot << WHOLE_SHIFT;
    let freed = 0;
    let link = whole[wholes | Whole.KEYED_HEAD]!;
    while (link >= 0) {
      const node = this.#linkNode[link]!;
      const next = this.#linkNext[link]!;
      const holders = this.#owner[node]! - 1;
      this.#owner[node] = holders;
      if (holders === 0) {
        this.#append(node);
        this.listedBlocks++;
        freed++;
      }
      this.#linkNext[link] = this.#freeLink;
      this.#freeLink = link;
      link = next;
    }
    whole[wholes | Whole.KEYED_BLOCKS] = 0;
    whole[wholes | Whole.KEYED_HEAD] = -1;
    return freed;
  }

  /** A request that was preempted is gone for good: nobody can find its private blocks any more. */
  disown(slot: number): void {
    const run = this.#columns.whole[(slot << WHOLE_SHIFT) | Whole.OWN_RUN]!;
    if (run < 0) return;
    this.#owner[run] = -1;
    this.#columns.whole[(slot << WHOLE_SHIFT) | Whole.OWN_RUN] = -1;
  }

  /** Counts by walking every structure and throws where they contradict each other; for tests and checks. */
  audit(): BlockCensus {
    let free = 0;
    let cachedFree = 0;
    for (let node = this.#after[ANCHOR]!; node !== ANCHOR; node = this.#after[node]!) {
      if (this.#before[this.#after[node]!] !== node) throw new ServingError('BLOCKS_LEAKED', 'free list is torn');
      free += this.#blocks[node]!;
      if (this.#kind[node] === KEYED) {
        cachedFree++;
        if (this.#owner[node] !== 0) throw new ServingError('BLOCKS_LEAKED', `held block ${node} is in the free list`);
      }
    }
    if (free !== this.listedBlocks)
      throw new ServingError('BLOCKS_LEAKED', `${free} blocks in the free list, counted ${this.listedBlocks}`);
    let keyed = 0;
    let held = 0;
    for (let node = 1; node < this.#usedNodes; node++) {
      if (this.#kind[node] !== KEYED) continue;
      keyed++;
      const holders = this.#owner[node]!;
      if (holders < 0) throw new ServingError('BLOCKS_LEAKED', `block ${node} is held ${holders} times`);
      if (holders > 0) held++;
    }
    if (keyed !== held + cachedFree) throw new ServingError('BLOCKS_LEAKED', 'a keyed block is neither held nor free');
    return { listedBlocks: free, cachedFreeBlocks: cachedFree, heldKeyedBlocks: held };
  }

  #hold(slot: number, node: number): void {
    let link = this.#freeLink;
    if (link >= 0) this.#freeLink = this.#linkNext[link]!;
    else {
      link = this.#usedLinks++;
      if (link === this.#linkNode.length) {
        this.#linkNode = grown(this.#linkNode);
        this.#linkNext = grown(this.#linkNext);
      }
    }
    const columns = this.#columns;
    this.#linkNode[link] = node;
    this.#linkNext[link] = columns.whole[(slot << WHOLE_SHIFT) | Whole.KEYED_HEAD]!;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.KEYED_HEAD] = link;
    columns.whole[(slot << WHOLE_SHIFT) | Whole.KEYED_BLOCKS] =
      columns.whole[(slot << WHOLE_SHIFT) | Whole.KEYED_BLOCKS]! + 1;
  }

  /** Appends blocks that nobody can find to the new end, to a run there that nobody can find either. */
  #pushLost(blocks: number): void {
    const newest = this.#before[ANCHOR]!;
    if (this.#kind[newest] === RUN && this.#owner[newest]! < 0) {
      this.#blocks[newest] = this.#blocks[newest]! + blocks;
      this.listedBlocks += blocks;
    } else this.#pushRun(blocks, -1);
  }

  /** Appends a run to the new end. */
  #pushRun(blocks: number, owner: number): number {
    this.listedBlocks += blocks;
    const node = this.#takeNode();
    this.#kind[node] = RUN;
    this.#blocks[node] = blocks;
    this.#owner[node] = owner;
    this.#append(node);
    return node;
  }

  #append(node: number): void {
    const newest = this.#before[ANCHOR]!;
    this.#after[newest] = node;
    this.#before[node] = newest;
    this.#after[node] = ANCHOR;
    this.#before[ANCHOR] = node;
  }

  #unlink(node: number): void {
    const before = this.#before[node]!;
    const after = this.#after[node]!;
    this.#after[before] = after;
    this.#before[after] = before;
  }

  #takeNode(): number {
    const node = this.#freeNode;
    if (node >= 0) {
      this.#freeNode = this.#after[node]!;
      return node;
    }
    if (this.#usedNodes === this.#before.length) {
      this.#before = grown(this.#before);
      this.#after = grown(this.#after);
      this.#blocks = grown(this.#blocks);
      this.#owner = grown(this.#owner);
      this.#sameKey = grown(this.#sameKey);
      const size = this.#before.length;
      const kind = new Uint8Array(size).fill(UNUSED);
      kind.set(this.#kind);
      this.#kind = kind;
      const low = new Uint32Array(size);
      low.set(this.#keyLow);
      this.#keyLow = low;
      const high = new Uint32Array(size);
      high.set(this.#keyHigh);
      this.#keyHigh = high;
    }
    return this.#usedNodes++;
  }

  #giveNode(node: number): void {
    this.#kind[node] = UNUSED;
    this.#after[node] = this.#freeNode;
    this.#freeNode = node;
  }

  /** Place of a key in the table, or the empty place where it belongs. */
  #place(table: Int32Array, low: number, high: number): number {
    const mask = table.length - 1;
    let place = (low ^ (high << 5)) & mask;
    for (;;) {
      const node = table[place]!;
      if (node < 0 || (this.#keyLow[node] === low && this.#keyHigh[node] === high)) return place;
      place = (place + 1) & mask;
    }
  }

  #insert(node: number): void {
    if (this.#table === null) this.#table = new Int32Array(INITIAL_TABLE).fill(-1);
    else if (this.#keys * 2 >= this.#table.length) this.#rehash(this.#table);
    const table = this.#table;
    const place = this.#place(table, this.#keyLow[node]!, this.#keyHigh[node]!);
    let last = table[place]!;
    if (last < 0) {
      table[place] = node;
      this.#keys++;
      return;
    }
    while (this.#sameKey[last]! >= 0) last = this.#sameKey[last]!;
    this.#sameKey[last] = node;
  }

  /** Removes a block from the table; another block with the same content takes its place there. */
  #forget(node: number): void {
    const table = this.#table!;
    const place = this.#place(table, this.#keyLow[node]!, this.#keyHigh[node]!);
    let before = table[place]!;
    if (before === node) {
      const successor = this.#sameKey[node]!;
      if (successor >= 0) table[place] = successor;
      else this.#vacate(table, place);
      return;
    }
    while (this.#sameKey[before] !== node) before = this.#sameKey[before]!;
    this.#sameKey[before] = this.#sameKey[node]!;
  }

  /** Empties a place and moves later entries of its probe sequence up, so that no marker is needed. */
  #vacate(table: Int32Array, from: number): void {
    const mask = table.length - 1;
    let hole = from;
    let place = from;
    for (;;) {
      place = (place + 1) & mask;
      const node = table[place]!;
      if (node < 0) break;
      const home = (this.#keyLow[node]! ^ (this.#keyHigh[node]! << 5)) & mask;
      if (((place - home) & mask) >= ((place - hole) & mask)) {
        table[hole] = node;
        hole = place;
      }
    }
    table[hole] = -1;
    this.#keys--;
  }

  #rehash(old: Int32Array): void {
    const table = new Int32Array(old.length * 2).fill(-1);
    for (let i = 0; i < old.length; i++) {
      const node = old[i]!;
      if (node >= 0) table[this.#place(table, this.#keyLow[node]!, this.#keyHigh[node]!)] = node;
    }
    this.#table = table;
  }
}

function grown(old: Int32Array): Int32Array {
  const twice = new Int32Array(old.length * 2);
  twice.set(old);
  return twice;
}
