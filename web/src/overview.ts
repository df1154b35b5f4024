import { brushX, type BrushBehavior, type D3BrushEvent } from "d3-brush";
import { select, type Selection } from "d3-selection";
import uPlot from "uplot";
import type { Concurrency } from "./concurrency.ts";
import { span } from "./format.ts";
import { byId } from "./dom.ts";
import type { Style } from "./style.ts";
import type { View } from "./view.ts";

/** Overview shows how many processes were alive over the whole run, and which part of it is seen: a frame that can be dragged. */
export class Overview {
  private readonly plot: uPlot;
  private readonly brush: BrushBehavior<unknown>;
  private readonly frame: Selection<SVGGElement, unknown, null, undefined>;
  private readonly svg: Selection<SVGSVGElement, unknown, null, undefined>;

  constructor(private readonly host: HTMLElement, private readonly view: View, curve: Concurrency, private style: Style) {
    this.plot = new uPlot(this.options(curve.peak), [curve.times, curve.alive, curve.leaves], host);
    this.svg = select(this.plot.over).append("svg").attr("class", "brush").attr("aria-hidden", "true");
    this.frame = this.svg.append("g");
    this.brush = brushX<unknown>().on("brush end", (event: D3BrushEvent<unknown>) => this.dragged(event));
    new ResizeObserver(() => this.resize()).observe(host);
    this.resize();
    view.onChange(() => this.follow());
  }

  restyle(style: Style): void {
    this.style = style;
    this.plot.redraw(false, true);
  }

  private get width(): number {
    return this.host.clientWidth;
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === 0) return;
    this.plot.setSize({ width, height });
    const size: [number, number] = [width, height];
    this.svg.attr("width", size[0]).attr("height", size[1]);
    this.brush.extent([[0, 0], size]);
    this.frame.call(this.brush);
    this.follow();
  }

  /** follow puts the frame where the view is. */
  private follow(): void {
    const { view } = this;
    const x = (time: number): number => ((time - view.first) / (view.last - view.first)) * this.width;
    const [from, to] = [x(view.from), x(view.to)];
    this.frame.call(this.brush.move, [from, Math.min(this.width, Math.max(to, from + 2))]);
    byId("seen").textContent = span(Math.max(0, view.from), Math.min(view.to, view.length));
  }

  private dragged(event: D3BrushEvent<unknown>): void {
    if (!event.sourceEvent) return; // it was follow
    const { view } = this;
    const time = (x: number): number => view.first + (x / this.width) * (view.last - view.first);
    if (event.selection) {
      const [from, to] = event.selection as [number, number];
      view.show({ from: time(from), to: time(to) });
    } else {
      // A click beside the frame moves it there.
      const x = (event.sourceEvent as MouseEvent).clientX - this.plot.over.getBoundingClientRect().left;
      const span = view.to - view.from;
      view.go({ from: time(x) - span / 2, to: time(x) + span / 2 });
    }
  }

  private options(peak: number): uPlot.Options {
    const stepped = uPlot.paths.stepped!({ align: 1 });
    const { first, last } = this.view;
    return {
      width: 100,
      height: 100,
      padding: [0, 0, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [first / 1e6, last / 1e6] },
        y: { range: [0, Math.max(1, peak) * 1.05] },
      },
      series: [
        {},
        { paths: stepped, stroke: () => this.style.areaLine, fill: () => this.style.area, width: 1, points: { show: false } },
        { paths: stepped, fill: () => this.style.leaves, width: 0, points: { show: false } },
      ],
      axes: [
        { show: false },
        {
          side: 3,
          size: 0,
          space: 22,
          incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000],
          grid: { stroke: () => this.style.line, width: 1 },
          ticks: { show: false },
          values: (_, splits) => splits.map(() => ""),
        },
      ],
    };
  }
}
