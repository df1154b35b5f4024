import uPlot from "uplot";
import { moment } from "./format.ts";
import type { Drawn, Painter } from "./paint.ts";
import type { Style } from "./style.ts";
import type { View } from "./view.ts";

/** The steps of an axis in seconds: 1, 2 and 5 of each power, and from a minute on those of clocks. */
const steps = [
  ...[-6, -5, -4, -3, -2, -1, 0].flatMap((power) => [1, 2, 5].map((n) => Number(`${n}e${power}`))),
  ...[10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 2592000],
];

const axisHeight = 26;

/** Chart is the canvas with the lanes and the axis of time above them. It draws at most once a frame. */
export class Chart {
  drawn: Drawn = { bars: 0, labels: 0 };
  private readonly plot: uPlot;
  private waiting = false;
  private now: uPlot.AlignedData;

  constructor(private readonly host: HTMLElement, private readonly view: View, private readonly painter: Painter, private style: Style) {
    this.now = [[view.from / 1e6, view.to / 1e6], [0, 0]];
    this.plot = new uPlot(this.options(), this.now, host);
    this.resize();
    new ResizeObserver(() => this.resize()).observe(host);
    view.onChange(() => this.redraw());
  }

  /** over is the element above the lanes that the mouse meets. */
  get over(): HTMLElement {
    return this.plot.over;
  }

  restyle(style: Style): void {
    this.style = style;
    this.redraw();
  }

  redraw(): void {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.plot.setScale("x", { min: this.view.from / 1e6, max: this.view.to / 1e6 });
    });
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === 0 || height === 0) return;
    this.plot.setSize({ width, height });
    this.view.resize(width, height - axisHeight); // uPlot comes to it later
    this.redraw();
  }

  private options(): uPlot.Options {
    return {
      width: 100,
      height: 100,
      padding: [0, 0, 0, 0],
      legend: { show: false },
      // The gestures are in gestures.ts: uPlot's own double-click would show all.
      cursor: { y: false, drag: { x: false, y: false, setScale: false }, points: { show: false }, bind: { dblclick: () => null } },
      scales: { x: { time: false, auto: false, range: (_, min, max) => [min, max] }, y: { range: [0, 1] } },
      series: [{}, { show: false }],
      axes: [timeAxis(() => this.style), { show: false }],
      hooks: { draw: [(plot) => this.draw(plot)] },
    };
  }

  private draw(plot: uPlot): void {
    const ratio = devicePixelRatio;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.scale(ratio, ratio);
    this.drawn = this.painter.paint(ctx, this.style, bbox.left / ratio, bbox.top / ratio);
    ctx.restore();
    this.host.dataset.bars = String(this.drawn.bars);
    this.host.dataset.labels = String(this.drawn.labels);
    this.host.dataset.from = String(this.view.from);
    this.host.dataset.to = String(this.view.to);
  }
}

/** timeAxis is an axis of seconds after the beginning, above what it is for. */
function timeAxis(style: () => Style): uPlot.Axis {
  return {
    side: 0,
    size: axisHeight,
    gap: 4,
    space: 90,
    incrs: steps,
    font: `11px ${style().sans}`,
    stroke: () => style().muted,
    grid: { stroke: () => style().line, width: 1 },
    ticks: { stroke: () => style().line, width: 1, size: 5 },
    values: (plot, splits, _, __, step) => splits.map((split) => fitting(plot, split, moment(split, step))),
  };
}

/** fitting returns a label, or none where it would be cut off by the edge. */
function fitting(plot: uPlot, split: number, label: string): string {
  const half = label.length * 3.2;
  const x = plot.valToPos(split, "x");
  return x - half < 0 || x + half > plot.width ? "" : label;
}
