import type { Run } from "./data.ts";
import { byId, el, swatch } from "./dom.ts";
import { bytes, count, dateTime, duration, percent, plural } from "./format.ts";
import { outcome } from "./outcome.ts";
import { commandLine, type Programs } from "./programs.ts";

const listed = 50; // rows of a list, the rest is counted

/** Details is the panel about one process. */
export class Details {
  private readonly panel = byId("details");

  constructor(private readonly run: Run, private readonly programs: Programs, private readonly act: { pick(i: number): void; focus(i: number): void; close(): void }) {}

  get isOpen(): boolean {
    return !this.panel.hidden;
  }

  close(): void {
    this.panel.hidden = true;
  }

  open(i: number): void {
    this.panel.replaceChildren(this.head(i), this.command(i), this.facts(i), ...this.executed(i), ...this.failures(i), ...this.family(i));
    this.panel.hidden = false;
    this.panel.scrollTop = 0;
  }

  private head(i: number): HTMLElement {
    const { text, bad } = outcome(this.run, i);
    return el("header", {},
      el("h2", {}, swatch(this.programs.ofProcess[i].colour), this.programs.title(i)),
      el("button", { class: "icon", title: "Close (Esc)", "aria-label": "Close details", onclick: () => this.act.close() }, "×"),
      el("p", {}, el("span", { class: "number" }, `pid ${this.run.pid[i]}`), el("span", { class: bad ? "pill bad" : "pill" }, text)),
    );
  }

  private command(i: number): HTMLElement {
    const command = this.programs.command(i);
    if (!command) return el("p", { class: "note" }, "Forked, and executed no program of its own.");
    const copy = el("button", { class: "small", onclick: () => void copyText(command, copy) }, "Copy");
    return el("section", { class: "command" },
      el("pre", { tabindex: 0 }, command),
      el("div", { class: "buttons" }, copy, el("button", { class: "small", title: "f", onclick: () => this.act.focus(i) }, "Zoom to it")),
    );
  }

  private facts(i: number): HTMLElement {
    const { run } = this;
    const wall = run.end[i] - run.start[i];
    const list = el("dl", {});
    const fact = (name: string, value: string, title = ""): void => {
      if (value) list.append(el("dt", {}, name), el("dd", title ? { title } : {}, value));
    };
    fact("Started", `${run.start[i] < 0 ? "" : "+"}${duration(run.start[i])}`, dateTime(run.raw.begin + run.start[i] / 1e3));
    fact("Wall time", duration(wall));
    if (!run.runs(i)) {
      fact("CPU time", `${duration(run.cpu[i])} (${percent(run.cpu[i], wall)})`);
      fact("User, system", `${duration(run.column("userCPU", i))}, ${duration(run.column("systemCPU", i))}`);
      fact("Peak memory", bytes(run.column("rss", i)));
      fact("Read, written", `${bytes(run.column("read", i))}, ${bytes(run.column("written", i))}`);
    }
    const last = run.last(i);
    if (last >= 0) {
      const { programs } = run.raw;
      fact("Executable", run.text(programs.executable![last]));
      fact("Script", run.text(programs.script![last]));
      fact("Directory", run.text(programs.directory![last]));
    }
    const user = run.text(run.column("user", i));
    fact("User", user ? `${user} (${run.column("uid", i)})` : String(run.column("uid", i)));
    fact("Container", run.text(run.column("container", i)));
    return list;
  }

  /** executed lists the programs before the last one, which the head is about. */
  private executed(i: number): HTMLElement[] {
    const { run } = this;
    const rows: HTMLElement[] = [];
    for (let n = run.programAt[i]; n < run.last(i); n++) {
      const command = commandLine(run.words(run.raw.programs, n));
      rows.push(this.line(this.programs.ofProgram[n].colour, command, duration(run.raw.programs.time![n] - run.start[i])));
    }
    return section("Executed before", rows);
  }

  private failures(i: number): HTMLElement[] {
    const { run } = this;
    const table = run.raw.failures;
    const rows: HTMLElement[] = [];
    for (let n = run.failureAt[i]; n < run.failureAt[i + 1]; n++) {
      const row = el("li", { class: "failure" }, el("code", {}, run.text(table.filename![n])));
      row.append(el("span", {}, run.text(table.reason![n]) || `error ${table.errno![n]}`));
      rows.push(row);
    }
    return section("Failed execs", rows);
  }

  private family(i: number): HTMLElement[] {
    const { run } = this;
    const children = [...run.childrenOf(i)].sort((a, b) => run.end[b] - run.start[b] - run.end[a] + run.start[a]);
    return [
      ...section("Parents", run.ancestors(i).map((a) => this.member(a)), "nearest first"),
      ...section("Children", children.map((child) => this.member(child)), "longest first"),
    ];
  }

  private member(i: number): HTMLElement {
    const wall = duration(this.run.end[i] - this.run.start[i]);
    const row = this.line(this.programs.ofProcess[i].colour, this.programs.label(i, 200), wall);
    const bad = this.run.failed[i] === 1;
    return el("li", {}, el("button", { class: bad ? "member bad" : "member", onclick: () => this.act.pick(i) }, ...row.childNodes));
  }

  private line(colour: number, command: string, time: string): HTMLElement {
    return el("li", {}, swatch(colour), el("code", { title: command }, command), el("span", { class: "number" }, time));
  }
}

function section(title: string, rows: HTMLElement[], order = ""): HTMLElement[] {
  if (rows.length === 0) return [];
  const list = el("ul", {}, ...rows.slice(0, listed));
  if (rows.length > listed) list.append(el("li", { class: "note" }, `and ${plural(rows.length - listed, "more", "more")}`));
  const note = order && rows.length > 1 ? el("small", {}, order) : null;
  return [el("section", {}, el("h3", {}, `${title} `, el("span", { class: "number" }, count(rows.length)), note), list)];
}

async function copyText(text: string, button: HTMLElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Select it, then copy"; // a page that came over plain HTTP may not
    getSelection()?.selectAllChildren(button.closest(".command")!.querySelector("pre")!);
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
}
