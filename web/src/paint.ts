import type { Run } from "./data.ts";
import type { Lanes } from "./lanes.ts";
import type { Group, Programs } from "./programs.ts";
import { Brushes, roundFrom } from "./brushes.ts";
import type { Style } from "./style.ts";
import type { View } from "./view.ts";

/** What is drawn in another way than the rest. Each may be absent. */
export interface Marks {
  /** 1 for each process that is asked for: all others are dimmed. */
  wanted: Uint8Array | null;
  hovered: number;
  selected: number;
}

const few = 8; // processes of a pixel whose colour it may have

/** What was drawn, for the tests: a fluid page draws no more than its window has room for. */
export interface Drawn {
  bars: number;
  labels: number;
}

/** Painter draws the lanes. Its work is bounded by the pixels of the window, not by the processes of the run. */
export class Painter {
  private place = { left: 0, top: 0 };
  private brushes!: Brushes;

  constructor(
    private readonly run: Run,
    private readonly programs: Programs,
    private readonly lanes: Lanes,
    private readonly view: View,
    private readonly marks: Marks,
  ) {}

  /** paint draws at a place of the canvas, all in CSS pixels. */
  paint(ctx: CanvasRenderingContext2D, style: Style, left: number, top: number): Drawn {
    const { view } = this;
    this.place = { left, top };
    this.brushes = new Brushes(ctx, style, this.barHeight);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, view.width, view.height);
    ctx.clip();
    const last = Math.min(this.lanes.count - 1, view.laneAt(view.height));
    for (let lane = Math.max(0, view.laneAt(0)); lane <= last; lane++) this.lane(lane);
    const drawn = this.brushes.flush();
    this.chain(ctx, this.marks.selected, style.accent, 2);
    if (this.marks.hovered !== this.marks.selected) this.chain(ctx, this.marks.hovered, style.text, 1.5);
    ctx.restore();
    return drawn;
  }

  private get barHeight(): number {
    const { laneHeight } = this.view;
    return laneHeight - (laneHeight >= 10 ? 3 : laneHeight >= 5 ? 1 : 0);
  }

  private x(time: number): number {
    return this.place.left + this.view.x(time);
  }

  /** end returns where a process ends: those that still run have no end that is seen. */
  private end(i: number): number {
    return this.x(this.run.runs(i) ? this.view.last : this.run.end[i]);
  }

  private y(lane: number): number {
    return this.place.top + this.view.y(lane) + 4;
  }

  /** lane draws the processes of a lane: each one that is wide enough, and one column for those that share a pixel. */
  private lane(lane: number): void {
    const { view, lanes, run } = this;
    const limit = lanes.limit(lane);
    const y = this.y(lane);
    for (let place = lanes.from(lane, view.from); place < limit; ) {
      const i = lanes.process(place);
      if (run.start[i] > view.to) return;
      const x = this.x(run.start[i]);
      const width = this.end(i) - x;
      if (width >= 2) {
        this.bar(i, place, x, y, width);
        place++;
        continue;
      }
      const column = Math.floor(x);
      const next = lanes.next(place, limit, view.timeAt(column + 1 - this.place.left));
      this.column(place, Math.max(next, place + 1), column, y);
      place = Math.max(next, place + 1);
    }
  }

  /** column draws the processes of a lane that share a pixel, as one: nothing that failed or is wanted gets lost in it. */
  private column(from: number, to: number, x: number, y: number): void {
    const wanted = this.lanes.hasMarked(from, to);
    const colour = wanted ? this.programs.ofProcess[this.longest(from, to)].colour : -1;
    this.brushes.column(colour, x, y, wanted && this.lanes.hasFailed(from, to));
  }

  /** longest returns the longest process of a range, of the first few that are asked for. */
  private longest(from: number, to: number): number {
    const { run, marks } = this;
    let longest = -1;
    let seen = 0;
    for (let place = from; place < to && seen < few; place++) {
      const i = this.lanes.process(place);
      if (marks.wanted && !marks.wanted[i]) continue;
      seen++;
      if (longest < 0 || run.end[i] - run.start[i] > run.end[longest] - run.start[longest]) longest = i;
    }
    return longest;
  }

  private bar(i: number, place: number, x: number, y: number, width: number): void {
    const { run, programs, brushes, place: window, view } = this;
    const wanted = this.lanes.hasMarked(place, place + 1);
    const left = Math.max(x, window.left - 8);
    const right = Math.min(x + width, window.left + view.width + 8);
    const gap = width > 4 ? 1 : 0; // between one and the next
    brushes.bar(wanted ? programs.ofProcess[i].colour : -1, left, y, right - left - gap);
    if (wanted && width >= roundFrom) this.earlier(i, left, y, right - gap);
    if (run.failed[i] && wanted) brushes.failed(left, y, right - left - gap, x + width <= right);
    if (run.failureAt[i + 1] > run.failureAt[i] && wanted) this.failedExecs(i, left, y, right);
    const shown = Math.max(left, window.left);
    brushes.label(wanted, shown, y, right - shown - gap - (run.failed[i] ? 12 : 0), (limit) => programs.label(i, limit));
  }

  /** earlier draws over a bar what the process was before its last exec. */
  private earlier(i: number, left: number, y: number, right: number): void {
    const { run, programs, brushes } = this;
    const times = run.raw.programs.time;
    const last = run.last(i);
    if (last < 0) return;
    let group: Group | null = null;
    let since = run.start[i];
    for (let n = run.programAt[i]; n <= last; n++) {
      const from = Math.max(left, this.x(since));
      const to = Math.min(right, this.x(times![n]));
      if (to - from >= 1) brushes.earlier(group ? group.colour : -2, from, y, to - from, from <= left);
      [group, since] = [programs.ofProgram[n], times![n]];
    }
  }

  private failedExecs(i: number, left: number, y: number, right: number): void {
    let drawn = -Infinity;
    for (let n = this.run.failureAt[i]; n < this.run.failureAt[i + 1]; n++) {
      const x = this.x(this.run.raw.failures.time![n]);
      if (x < left || x > right || x - drawn < 4) continue;
      this.brushes.failedExec(x, y);
      drawn = x;
    }
  }

  /** chain draws a process, and the lines that lead to it from each of its ancestors. */
  private chain(ctx: CanvasRenderingContext2D, i: number, colour: string, line: number): void {
    if (i < 0) return;
    const { run, view } = this;
    const { lane } = this.lanes.layout;
    const [top, bottom] = [view.laneAt(0), view.laneAt(view.height)];
    ctx.strokeStyle = colour;
    const outline = (process: number, width: number): void => {
      if (lane[process] < top || lane[process] > bottom) return;
      const x = Math.max(this.x(run.start[process]), this.place.left - 8);
      const end = Math.min(this.end(process), this.place.left + view.width + 8);
      ctx.lineWidth = width;
      ctx.beginPath();
      ctx.roundRect(x - 1, this.y(lane[process]) - 1, Math.max(end - x + 1, 3), this.barHeight + 2, 4);
      ctx.stroke();
    };
    outline(i, line);
    let child = i;
    for (const parent of run.ancestors(i)) {
      outline(parent, 1);
      if (lane[parent] <= bottom && lane[child] >= top) {
        const x = Math.round(this.x(run.start[child])) - 0.5;
        ctx.beginPath();
        ctx.moveTo(x, this.y(lane[parent]) + this.barHeight + 1);
        ctx.lineTo(x, this.y(lane[child]) - 1);
        ctx.stroke();
      }
      child = parent;
    }
  }
}
