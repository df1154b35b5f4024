import { byId, el, swatch } from "./dom.ts";
import { count, duration } from "./format.ts";
import type { Group, Programs } from "./programs.ts";

const listed = 500; // programs, the rest is counted

type Column = "processes" | "cpu" | "wall" | "failed";

const columns: { key: Column; name: string; title: string }[] = [
  { key: "processes", name: "n", title: "Processes" },
  { key: "cpu", name: "CPU", title: "CPU time of all of them" },
  { key: "wall", name: "Wall", title: "Wall time of all of them, added up" },
  { key: "failed", name: "✕", title: "Failed: by exit status or signal" },
];

/** Legend lists the programs with what they took. Those that are picked are asked for. */
export class Legend {
  readonly picked = new Set<Group>();
  private readonly table = byId("legend");
  private sorted: Column = "cpu";

  constructor(private readonly programs: Programs, private readonly changed: () => void) {
    this.draw();
  }

  clear(): void {
    this.picked.clear();
    this.draw();
  }

  private toggle(group: Group): void {
    if (!this.picked.delete(group)) this.picked.add(group);
    this.draw();
    this.changed();
  }

  private draw(): void {
    const focused = document.activeElement?.getAttribute("data-key");
    const groups = this.programs.groups.filter((group) => group.processes > 0).sort((a, b) => b[this.sorted] - a[this.sorted]);
    const heads = columns.map(({ key, name, title }) =>
      el("th", { scope: "col", "aria-sort": key === this.sorted ? "descending" : "none" },
        el("button", { title: `${title}; sort by it`, "data-key": `sort ${key}`, onclick: () => this.sort(key) }, name)));
    this.table.replaceChildren(
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Program"), ...heads)),
      el("tbody", {}, ...groups.slice(0, listed).map((group) => this.row(group)),
        groups.length > listed && el("tr", {}, el("td", { class: "note", colspan: 5 }, `and ${count(groups.length - listed)} more`))),
    );
    if (focused) this.table.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  private row(group: Group): HTMLElement {
    const picked = this.picked.has(group);
    const name = el("button", { "aria-pressed": String(picked), title: `Show ${group.name} alone`, "data-key": group.name, onclick: () => this.toggle(group) },
      swatch(group.colour), el("span", {}, group.name));
    return el("tr", { class: picked ? "picked" : this.picked.size > 0 ? "other" : "" },
      el("th", { scope: "row" }, name),
      el("td", {}, count(group.processes)),
      el("td", {}, group.cpu > 0 ? duration(group.cpu) : "–"),
      el("td", {}, duration(group.wall)),
      el("td", { class: group.failed ? "bad" : "" }, group.failed ? count(group.failed) : ""),
    );
  }

  private sort(column: Column): void {
    this.sorted = column;
    this.draw();
  }
}
