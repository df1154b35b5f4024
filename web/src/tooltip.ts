import type { Run } from "./data.ts";
import { byId, el, swatch } from "./dom.ts";
import { bytes, duration } from "./format.ts";
import { outcome } from "./outcome.ts";
import type { Programs } from "./programs.ts";

/** Tooltip tells of the process under the mouse. */
export class Tooltip {
  private readonly box = byId("tooltip");
  private shown = -1;

  constructor(private readonly run: Run, private readonly programs: Programs) {}

  hide(): void {
    this.box.hidden = true;
  }

  /** show puts it beside a point of the window, on the side that has room. */
  show(i: number, x: number, y: number): void {
    if (i !== this.shown) this.fill(i);
    this.shown = i;
    this.box.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const left = x + 14 + width > innerWidth - 8 ? x - 14 - width : x + 14;
    const top = y + 18 + height > innerHeight - 8 ? y - 12 - height : y + 18;
    this.box.style.transform = `translate(${Math.max(8, Math.round(left))}px, ${Math.max(8, Math.round(top))}px)`;
  }

  private fill(i: number): void {
    const { run, programs } = this;
    const { text, bad } = outcome(run, i);
    const above = run.ancestors(i).slice(0, 5).map((a) => programs.title(a));
    const facts = [`wall ${duration(run.end[i] - run.start[i])}`];
    if (!run.runs(i)) facts.push(`CPU ${duration(run.cpu[i])}`, bytes(run.column("rss", i)));
    this.box.replaceChildren(el("div", {},
      el("p", { class: "title" }, swatch(programs.ofProcess[i].colour), el("b", {}, programs.title(i)),
        el("span", { class: "number" }, String(run.pid[i])), el("span", { class: bad ? "pill bad" : "pill" }, text)),
      programs.command(i) ? el("code", {}, programs.command(i).slice(0, 2000)) : null,
      el("p", { class: "number" }, facts.join(" · ")),
      above.length > 0 ? el("p", { class: "muted" }, "below " + above.join(" ‹ ") + (run.ancestors(i).length > 5 ? " ‹ …" : "")) : null,
    ));
  }
}
