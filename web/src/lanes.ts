import type { Run } from "./data.ts";
import type { Layout } from "./layout.ts";

/** Lanes finds the processes of a lane by time. Those of one lane do not overlap, so both their starts and ends are sorted. */
export class Lanes {
  readonly count: number;
  private readonly at: Int32Array; // lane l has processes[at[l]] up to processes[at[l + 1]]
  private readonly processes: Int32Array;
  private readonly end: Float64Array; // by place, for locality
  private readonly failed: Int32Array; // how many stand before a place
  private marked: Int32Array | null = null;

  constructor(private readonly run: Run, readonly layout: Layout) {
    this.count = layout.lanes;
    const { lane } = layout;
    this.at = new Int32Array(this.count + 1);
    for (const l of lane) this.at[l + 1]++;
    for (let l = 0; l < this.count; l++) this.at[l + 1] += this.at[l];
    const next = this.at.slice();
    this.processes = new Int32Array(run.size);
    lane.forEach((l, i) => (this.processes[next[l]++] = i));
    this.end = Float64Array.from(this.processes, (i) => run.end[i]);
    this.failed = this.sums(run.failed);
  }

  /** mark remembers which processes are asked for, 1 each; null for none in particular. */
  mark(marks: Uint8Array | null): void {
    this.marked = marks && this.sums(marks);
  }

  /** from returns the place in a lane of the first process that ends after a time. */
  from(lane: number, time: number): number {
    return this.after(this.at[lane], this.at[lane + 1], time);
  }

  /** next returns the first place after another one whose process ends after a time. The nearest ones are looked at first. */
  next(place: number, limit: number, time: number): number {
    let step = 1;
    let low = place + 1;
    while (low + step < limit && this.end[low + step] <= time) {
      low += step;
      step *= 2;
    }
    return this.after(low, Math.min(limit, low + step), time);
  }

  limit(lane: number): number {
    return this.at[lane + 1];
  }

  process(place: number): number {
    return this.processes[place];
  }

  hasFailed(from: number, to: number): boolean {
    return this.failed[to] > this.failed[from];
  }

  hasMarked(from: number, to: number): boolean {
    return this.marked === null || this.marked[to] > this.marked[from];
  }

  /** find returns the process of a lane at a time, or the nearest one within a distance; -1 for none. */
  find(lane: number, time: number, distance: number): number {
    if (lane < 0 || lane >= this.count) return -1;
    let found = -1;
    let nearest = distance;
    for (let place = this.from(lane, time - distance); place < this.limit(lane); place++) {
      const i = this.processes[place];
      const away = Math.max(this.run.start[i] - time, time - this.run.end[i], 0);
      if (this.run.start[i] - time > distance) break;
      if (away < nearest || (found < 0 && away <= nearest)) [found, nearest] = [i, away];
      if (away === 0 && this.run.end[i] > time) break;
    }
    return found;
  }

  private after(low: number, high: number, time: number): number {
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.end[middle] > time) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private sums(flags: Uint8Array): Int32Array {
    const sums = new Int32Array(this.processes.length + 1);
    this.processes.forEach((i, place) => (sums[place + 1] = sums[place] + flags[i]));
    return sums;
  }
}
