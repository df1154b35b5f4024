import { Chart } from "./chart.ts";
import { concurrency } from "./concurrency.ts";
import type { Run } from "./data.ts";
import { Details } from "./details.ts";
import { byId, el } from "./dom.ts";
import { count, duration } from "./format.ts";
import { gestures } from "./gestures.ts";
import { keys, type Action } from "./keys.ts";
import { Lanes } from "./lanes.ts";
import { layout } from "./layout.ts";
import { Legend } from "./legend.ts";
import { Matches } from "./matches.ts";
import { outcome } from "./outcome.ts";
import { Overview } from "./overview.ts";
import { Painter, type Marks } from "./paint.ts";
import { Programs } from "./programs.ts";
import { Scrollbar } from "./scrollbar.ts";
import { readStyle, Themes } from "./style.ts";
import { summarize } from "./summary.ts";
import { Tooltip } from "./tooltip.ts";
import { View } from "./view.ts";

const near = 4; // pixels from a process at which it is still meant
const curveSteps = 2000;

/** App is the page: what it shows, and what can be done with it. */
export class App {
  readonly view: View;
  readonly lanes: Lanes;
  private readonly marks: Marks = { wanted: null, hovered: -1, selected: -1 };
  private readonly matches: Matches;
  private readonly chart: Chart;
  private readonly details: Details;
  private readonly legend: Legend;
  private readonly tooltip: Tooltip;
  private readonly programs: Programs;
  private readonly query = byId<HTMLInputElement>("query");
  private failedOnly = false;

  constructor(private readonly run: Run) {
    const curve = concurrency(run, curveSteps);
    summarize(run, curve);
    this.programs = new Programs(run);
    this.lanes = new Lanes(run, layout(run));
    this.view = new View(run.length, this.lanes.count);
    this.matches = new Matches(run, this.programs);
    this.details = new Details(run, this.programs, { pick: (i) => this.pick(i), focus: (i) => this.focus(i), close: () => this.escape() });
    this.legend = new Legend(this.programs, () => this.search());
    this.tooltip = new Tooltip(run, this.programs);
    const painter = new Painter(run, this.programs, this.lanes, this.view, this.marks);
    const style = readStyle();
    this.chart = new Chart(byId("lanes"), this.view, painter, style);
    const overview = new Overview(byId("overview"), this.view, curve, style);
    new Scrollbar(byId("scroll"), this.view);
    const themes = new Themes((theme) => {
      const style = readStyle();
      this.chart.restyle(style);
      overview.restyle(style);
      const button = byId("theme");
      button.textContent = { auto: "◐", light: "☀", dark: "☾" }[theme];
      button.title = `Colours: ${theme === "auto" ? "as the system" : theme} (t)`;
      button.setAttribute("aria-label", button.title);
    });
    themes.apply();
    byId("empty").hidden = run.size > 0;
    this.listen(themes);
    this.search();
  }

  /** place returns where on the page a process is drawn, for tests: its middle, of what can be seen. */
  place(i: number): { x: number; y: number } {
    const box = this.chart.over.getBoundingClientRect();
    const { view, run } = this;
    const [from, to] = [Math.max(0, view.x(run.start[i])), Math.min(view.width, view.x(run.end[i]))];
    return { x: box.left + (from + to) / 2, y: box.top + view.y(this.lanes.layout.lane[i]) + 4 + view.laneHeight / 3 };
  }

  private listen(themes: Themes): void {
    gestures(this.chart.over, this.view, {
      hover: (x, y, event) => this.hover(this.at(x, y), event.clientX, event.clientY),
      leave: () => this.hover(-1, 0, 0),
      click: (x, y) => this.select(this.at(x, y)),
      doubleClick: (x, y) => {
        const i = this.at(x, y);
        if (i >= 0) this.focus(i);
      },
    });
    const actions = this.actions(themes);
    keys(actions);
    const help = byId<HTMLDialogElement>("help");
    const rows = [...actions, ...mouse];
    help.querySelector("dl")!.replaceChildren(...rows.map(({ shown, does }) => el("div", {}, el("dt", {}, ...shown.split(" ").map((key) => el("kbd", {}, key))), el("dd", {}, does))));
    this.query.addEventListener("input", () => this.search());
    this.query.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1);
      else if (event.key === "Escape") this.escape();
      else return;
      event.preventDefault();
    });
    byId("search").addEventListener("submit", (event) => event.preventDefault());
    byId("next").addEventListener("click", () => this.step(1));
    byId("previous").addEventListener("click", () => this.step(-1));
    byId("failed").addEventListener("click", () => this.toggleFailed());
    byId("theme").addEventListener("click", () => themes.next());
    byId("help-button").addEventListener("click", () => help.showModal());
  }

  private actions(themes: Themes): Action[] {
    const { view } = this;
    const action = (keys: string, shown: string, does: string, run: () => void): Action => ({ keys: keys.split(" "), shown, does, run });
    const part = 0.15; // of the window, at a time
    return [
      action("ArrowLeft", "←", "earlier", () => view.pan(-view.width * part, 0)),
      action("ArrowRight", "→", "later", () => view.pan(view.width * part, 0)),
      action("ArrowUp", "↑", "up", () => view.pan(0, -3 * view.laneHeight)),
      action("ArrowDown", "↓", "down", () => view.pan(0, 3 * view.laneHeight)),
      action("PageUp", "PageUp", "a window up", () => view.pan(0, -view.height * 0.9)),
      action("PageDown", "PageDown", "a window down", () => view.pan(0, view.height * 0.9)),
      action("+ =", "+", "closer", () => view.zoom(1 / 1.5, this.centre())),
      action("- _", "−", "farther", () => view.zoom(1.5, this.centre())),
      action("0", "0", "all of it", () => view.fit()),
      action("[", "[", "lower lanes", () => view.setLaneHeight(view.laneHeight / 1.25)),
      action("]", "]", "higher lanes", () => view.setLaneHeight(view.laneHeight * 1.25)),
      action("f", "f", "zoom to the selected process", () => this.marks.selected >= 0 && this.focus(this.marks.selected)),
      action("/", "/", "search", () => this.query.select()),
      action("n", "n", "next match", () => this.step(1)),
      action("N", "N", "match before", () => this.step(-1)),
      action("x", "x", "failed ones alone", () => this.toggleFailed()),
      action("Enter", "Enter", "details of the selected process, or of the one in the middle", () => this.openDetails()),
      action("Shift+ArrowUp", "Shift ↑", "its parent", () => this.relative((i) => this.run.parent[i])),
      action("Shift+ArrowDown", "Shift ↓", "its first child", () => this.relative((i) => this.run.childrenOf(i)[0] ?? -1)),
      action("Shift+ArrowLeft", "Shift ←", "its sibling before", () => this.relative((i) => this.sibling(i, -1))),
      action("Shift+ArrowRight", "Shift →", "its next sibling", () => this.relative((i) => this.sibling(i, 1))),
      action("Escape", "Esc", "close, and show all again", () => this.escape()),
      action("t", "t", "light, dark, or as the system", () => themes.next()),
      action("?", "?", "this list", () => byId<HTMLDialogElement>("help").showModal()),
    ];
  }

  private centre(): number {
    const i = this.marks.selected;
    const middle = i < 0 ? -Infinity : (this.run.start[i] + this.run.end[i]) / 2;
    return middle > this.view.from && middle < this.view.to ? middle : (this.view.from + this.view.to) / 2;
  }

  private at(x: number, y: number): number {
    const { view } = this;
    return this.lanes.find(view.laneAt(y - 4), view.timeAt(x), near * view.pixel);
  }

  private hover(i: number, x: number, y: number): void {
    if (i < 0) this.tooltip.hide();
    else this.tooltip.show(i, x, y);
    this.chart.over.classList.toggle("pointed", i >= 0);
    if (i === this.marks.hovered) return;
    this.marks.hovered = i;
    this.chart.redraw();
  }

  /** select shows the details of a process, or with -1 closes them. */
  private select(i: number): void {
    this.marks.selected = i;
    if (i < 0) this.details.close();
    else {
      this.details.open(i);
      const { text } = outcome(this.run, i);
      byId("announce").textContent = `${this.programs.title(i)}, process ${this.run.pid[i]}, ${duration(this.run.end[i] - this.run.start[i])}, ${text}`;
    }
    byId("lanes").dataset.selected = String(i);
    this.tell();
    this.chart.redraw();
  }

  /** pick selects a process that may be out of sight. */
  private pick(i: number): void {
    this.select(i);
    this.view.reveal(this.lanes.layout.lane[i], this.run.start[i], this.run.end[i]);
  }

  private focus(i: number): void {
    this.select(i);
    this.view.focus(this.lanes.layout.lane[i], this.run.start[i], this.run.end[i]);
  }

  private relative(of: (i: number) => number): void {
    const from = this.marks.selected;
    const to = from < 0 ? this.middle() : of(from);
    if (to >= 0) this.pick(to);
  }

  private sibling(i: number, step: number): number {
    const parent = this.run.parent[i];
    const siblings = parent < 0 ? Array.from(this.run.parent.keys()).filter((n) => this.run.parent[n] < 0) : [...this.run.childrenOf(parent)];
    return siblings[siblings.indexOf(i) + step] ?? -1;
  }

  private openDetails(): void {
    const i = this.marks.selected >= 0 ? this.marks.selected : this.middle();
    if (i >= 0) this.pick(i);
  }

  /** middle returns a process near the middle of what is seen, of those that are asked for. */
  private middle(): number {
    const { view } = this;
    const lanes = Array.from({ length: Math.ceil(view.height / view.laneHeight) }, (_, n) => view.laneAt(0) + n);
    const from = (lane: number): number => Math.abs(view.y(lane) - view.height / 2);
    for (const lane of lanes.sort((a, b) => from(a) - from(b))) {
      const i = this.lanes.find(lane, (view.from + view.to) / 2, (view.to - view.from) / 2);
      if (i >= 0) return i;
    }
    return -1;
  }

  private search(): void {
    this.matches.update(this.query.value, this.legend.picked, this.failedOnly);
    this.marks.wanted = this.matches.wanted;
    this.lanes.mark(this.matches.wanted);
    byId("lanes").dataset.matches = String(this.matches.count);
    this.tell();
    this.chart.redraw();
  }

  /** tell says how many matches there are, and which of them is selected. */
  private tell(): void {
    const { matches } = this;
    const rank = matches.rank(this.marks.selected);
    const text = rank ? `${count(rank)} of ${count(matches.count)}` : matches.count ? count(matches.count) : "none";
    byId("found").replaceChildren(matches.wanted ? text : el("kbd", {}, "/"));
    for (const id of ["next", "previous"]) byId<HTMLButtonElement>(id).disabled = matches.count === 0;
  }

  private step(direction: 1 | -1): void {
    if (this.matches.count === 0) return;
    this.pick(this.matches.step(this.marks.selected, direction));
  }

  private toggleFailed(): void {
    this.failedOnly = !this.failedOnly;
    byId("failed").setAttribute("aria-pressed", String(this.failedOnly));
    this.search();
  }

  /** escape takes back one thing at a time: the details first, then what was asked for. */
  private escape(): void {
    if (this.details.isOpen) this.select(-1);
    else {
      this.query.value = "";
      this.legend.clear();
      this.failedOnly = false;
      byId("failed").setAttribute("aria-pressed", "false");
      this.search();
    }
    byId("lanes").focus({ preventScroll: true });
  }
}

const mouse = [
  { shown: "wheel", does: "closer and farther; sideways: earlier and later" },
  { shown: "Shift wheel", does: "up and down" },
  { shown: "Alt wheel", does: "lower and higher lanes" },
  { shown: "drag", does: "move" },
  { shown: "click", does: "details" },
  { shown: "double-click", does: "zoom to a process" },
];
