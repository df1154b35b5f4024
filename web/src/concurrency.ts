import type { Run } from "./data.ts";

export interface Concurrency {
  /** Seconds after the beginning. */
  readonly times: number[];
  /** How many processes were alive, at most, from this time to the next one. */
  readonly alive: number[];
  /** How many of them had no child that was alive: those that did not just wait for another. */
  readonly leaves: number[];
  readonly peak: number;
}

/** concurrency counts what was alive at the same time, in steps of the run of which each has its highest count. */
export function concurrency(run: Run, steps: number): Concurrency {
  const step = Math.max(run.length, 1) / steps;
  const alive = new Array<number>(steps + 1).fill(0);
  const leaves = new Array<number>(steps + 1).fill(0);
  const counter = new Counter(run);
  let reached = -1;
  for (const { time, count } of counter) {
    const now = Math.min(steps, Math.max(0, Math.floor(time / step)));
    for (; reached < now; reached++) [alive[reached + 1], leaves[reached + 1]] = [counter.alive, counter.leaves];
    count();
    alive[now] = Math.max(alive[now], counter.alive);
    leaves[now] = Math.max(leaves[now], counter.leaves);
  }
  for (; reached < steps; reached++) [alive[reached + 1], leaves[reached + 1]] = [counter.alive, counter.leaves];
  const times = alive.map((_, n) => (n * step) / 1e6);
  return { times, alive, leaves, peak: Math.max(0, ...alive) };
}

/** Counter goes through all starts and ends by time. */
class Counter {
  alive = 0;
  leaves = 0;
  private readonly lives: Uint8Array;
  private readonly children: Int32Array;

  constructor(private readonly run: Run) {
    this.lives = new Uint8Array(run.size);
    this.children = new Int32Array(run.size);
  }

  *[Symbol.iterator](): Generator<{ time: number; count: () => void }> {
    const { run } = this;
    const starts = Uint32Array.from({ length: run.size }, (_, i) => i).sort((a, b) => run.start[a] - run.start[b]);
    // What still runs ends after all that is shown.
    const ends = starts.filter((i) => !run.runs(i)).sort((a, b) => run.end[a] - run.end[b]);
    for (let s = 0, e = 0; s < starts.length || e < ends.length; ) {
      // An end before a start at the same time, but never before its own start.
      if (e < ends.length && this.lives[ends[e]] && (s >= starts.length || run.end[ends[e]] <= run.start[starts[s]])) {
        const i = ends[e++];
        yield { time: run.end[i], count: () => this.stop(i) };
      } else {
        const i = starts[s++];
        yield { time: run.start[i], count: () => this.begin(i) };
      }
    }
  }

  private begin(i: number): void {
    const parent = this.run.parent[i];
    if (parent >= 0 && this.children[parent]++ === 0 && this.lives[parent]) this.leaves--;
    this.lives[i] = 1;
    this.alive++;
    if (this.children[i] === 0) this.leaves++;
  }

  private stop(i: number): void {
    const parent = this.run.parent[i];
    this.lives[i] = 0;
    this.alive--;
    if (this.children[i] === 0) this.leaves--;
    if (parent >= 0 && --this.children[parent] === 0 && this.lives[parent]) this.leaves++;
  }
}
