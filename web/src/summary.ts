import type { Concurrency } from "./concurrency.ts";
import type { Run } from "./data.ts";
import { byId, el } from "./dom.ts";
import { count, dateTime, duration, plural } from "./format.ts";
import { commandLine } from "./programs.ts";

/** summarize fills the head of the page, and its title. */
export function summarize(run: Run, curve: Concurrency): void {
  const command = commandLine({ words: run.raw.command.map((word) => run.text(word)), missing: 0 }) || "What ran";
  const title = byId("command");
  title.textContent = command;
  title.title = command;
  document.title = `${command.slice(0, 80)} – exectrail`;

  const sum = (column: ArrayLike<number>): number => Array.prototype.reduce.call(column, (a, b) => (a as number) + (b as number), 0) as number;
  const cpu = sum(run.cpu);
  const failed = sum(run.failed);
  const facts: (HTMLElement | false)[] = [
    fact(plural(run.size, "process", "processes")),
    failed > 0 && fact(`${count(failed)} failed`, "bad"),
    fact(`${duration(run.length)} wall`),
    fact(`${duration(cpu)} CPU`),
    run.length > 0 && run.start.every((start) => start >= 0) && fact(`${(cpu / run.length).toFixed(2)} CPUs busy`, "", "CPU time for each second of wall time"),
    run.raw.lost > 0 && fact(`${plural(run.raw.lost, "event")} lost`, "bad", "The page is not complete: some of what it shows may be missing or cut short"),
    run.raw.filtered > 0 && fact(`${plural(run.raw.filtered, "event")} filtered`, "", "Events that were not asked for"),
    run.raw.host !== "" && fact(run.raw.host.slice(0, 64), "muted"),
    run.raw.begin > 0 && fact(dateTime(run.raw.begin), "muted"),
  ];
  byId("summary").replaceChildren(...facts.filter((one): one is HTMLElement => one !== false));
  byId("peak").textContent = `at most ${count(curve.peak)}`;
  byId("failed").querySelector(".number")!.textContent = count(failed);
  byId<HTMLButtonElement>("failed").disabled = failed === 0;
}

function fact(text: string, kind = "", title = ""): HTMLElement {
  return el("span", { class: kind, ...(title && { title }) }, text);
}
