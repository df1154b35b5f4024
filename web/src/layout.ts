import type { Run } from "./data.ts";

export interface Layout {
  /** The lane of each process, counted from the top. */
  readonly lane: Int32Array;
  readonly lanes: number;
}

/**
 * layout puts each process below its parent, and each subtree as one block as high as there is room for it: a block
 * may stand below or beside the others of its parent, never among their rows.
 */
export function layout(run: Run): Layout {
  const below = new Int32Array(run.size); // lanes between a process and its parent
  const blocks = new Map<number, Block>(); // of the processes whose parent is not yet done
  const order = parentsFirst(run);
  for (let n = order.length - 1; n >= 0; n--) {
    const i = order[n];
    const block = stack(run.childrenOf(i), blocks, below);
    block.push(run.start[i], run.end[i]);
    blocks.set(i, block);
  }
  const roots = order.filter((i) => isRoot(run, i));
  const all = stack(roots, blocks, below);
  const lane = new Int32Array(run.size);
  for (const i of order) lane[i] = isRoot(run, i) ? below[i] : lane[run.parent[i]] + 1 + below[i];
  return { lane, lanes: all.height };
}

function isRoot(run: Run, i: number): boolean {
  return run.parent[i] < 0;
}

/** parentsFirst returns all processes that descend from one without a parent. A loop of parents has none, and is left out. */
function parentsFirst(run: Run): number[] {
  const order: number[] = [];
  for (let i = 0; i < run.size; i++) if (isRoot(run, i)) order.push(i);
  for (let n = 0; n < order.length; n++) for (const child of run.childrenOf(order[n])) order.push(child);
  return order;
}

/** stack puts the blocks of siblings, by their start, into one. */
function stack(siblings: ArrayLike<number>, blocks: Map<number, Block>, below: Int32Array): Block {
  let all = new Block();
  for (let n = 0; n < siblings.length; n++) {
    const i = siblings[n];
    const block = blocks.get(i)!;
    blocks.delete(i);
    below[i] = all.room(block);
    all = all.with(block, below[i]);
  }
  return all;
}

/**
 * Block is the outline of a subtree: when each of its rows begins and ends. Rows come in above and below, so they are
 * kept in two halves: above counts up from the middle, below counts down. Merging walks over the smaller of two blocks, so that
 * a chain of 50,000 processes takes as long as 50,000 beside each other.
 */
class Block {
  private readonly above: number[] = []; // pairs of start and end
  private readonly below: number[] = [];
  // So many rows from the top on are taken until then: what comes next need not look at them again.
  private taken = 0;
  private takenUntil = Infinity;

  get height(): number {
    return (this.above.length + this.below.length) / 2;
  }

  /** push adds a row on top. */
  push(start: number, end: number): void {
    this.above.push(start, end);
    this.taken = 0;
    this.takenUntil = Infinity;
  }

  /** room returns the first row from which on another block, that does not begin before those that are here, is free of them. */
  room(other: Block): number {
    const start = other.start(0);
    if (start >= this.takenUntil) [this.taken, this.takenUntil] = [0, Infinity];
    for (; this.taken < this.height && this.end(this.taken) > start; this.taken++) this.takenUntil = Math.min(this.takenUntil, this.end(this.taken));
    let row = this.taken;
    while (row < this.height && !this.isFree(other, row)) row++;
    return row;
  }

  /** with returns both blocks as one, made of the larger one. */
  with(other: Block, row: number): Block {
    if (other.height > this.height) {
      // The rows of this block down to the other one go on top of it, from the lowest up.
      const overlap = this.height - row;
      for (let r = 0; r < overlap; r++) other.widen(r, this.start(row + r), this.end(row + r));
      for (let r = row - 1; r >= 0; r--) other.push(this.start(r), this.end(r));
      return other;
    }
    for (let r = 0; r < other.height; r++) this.widen(row + r, other.start(r), other.end(r));
    return this;
  }

  private isFree(other: Block, row: number): boolean {
    const overlap = Math.min(other.height, this.height - row);
    for (let r = 0; r < overlap; r++) if (other.start(r) < this.end(row + r)) return false;
    return true;
  }

  private widen(row: number, start: number, end: number): void {
    if (row >= this.height) {
      this.below.push(start, end);
      return;
    }
    const [half, at] = this.find(row);
    half[at] = Math.min(half[at], start);
    half[at + 1] = Math.max(half[at + 1], end);
  }

  private start(row: number): number {
    const up = this.above.length - 2 - 2 * row;
    return up >= 0 ? this.above[up] : this.below[-up - 2];
  }

  private end(row: number): number {
    const up = this.above.length - 2 - 2 * row;
    return up >= 0 ? this.above[up + 1] : this.below[-up - 1];
  }

  private find(row: number): [number[], number] {
    const up = this.above.length - 2 - 2 * row;
    return up >= 0 ? [this.above, up] : [this.below, -up - 2];
  }
}
