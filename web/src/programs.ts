import type { Run } from "./data.ts";

/** How many programs have a colour of their own; style.css has as many. */
export const colours = 12;
/** What has none: the other programs, and processes that only forked. */
export const otherColour = colours;
export const forkColour = colours + 1;

/** Group is all processes whose last program has the same name. */
export interface Group {
  readonly name: string;
  readonly colour: number;
  readonly forks: boolean; // the one for processes that executed nothing
  processes: number;
  failed: number;
  cpu: number;
  wall: number;
}

/** Programs names and groups what the processes of a run executed. */
export class Programs {
  /** By CPU time, most first. */
  readonly groups: Group[];
  /** The group of each process, and of each program: they differ where a process executed several. */
  readonly ofProcess: Group[];
  readonly ofProgram: Group[];

  constructor(private readonly run: Run) {
    const byName = new Map<string, Draft>();
    const draft = (name: string, forks: boolean): Draft => {
      const key = forks ? "" : name;
      let group = byName.get(key);
      if (!group) byName.set(key, (group = { name, forks, processes: 0, failed: 0, cpu: 0, wall: 0 }));
      return group;
    };
    const programs = (run.raw.programs.process ?? []).map((_, n) => draft(this.name(n), false));
    const processes = Array.from({ length: run.size }, (_, i) => {
      const last = run.last(i);
      const group = last >= 0 ? programs[last] : draft("forked only", true);
      group.processes++;
      group.failed += run.failed[i];
      group.cpu += run.cpu[i];
      group.wall += run.end[i] - run.start[i];
      return group;
    });
    const sorted = [...byName.values()].sort((a, b) => b.cpu - a.cpu || b.processes - a.processes || (a.name < b.name ? -1 : 1));
    let next = 0;
    const done = new Map<Draft, Group>();
    for (const group of sorted) {
      const colour = group.forks ? forkColour : next < colours ? next++ : otherColour;
      done.set(group, { ...group, colour });
    }
    this.groups = [...done.values()];
    this.ofProcess = processes.map((group) => done.get(group)!);
    this.ofProgram = programs.map((group) => done.get(group)!);
  }

  /** title returns what a process is called: its last program, or that of the ancestor that it was forked from. */
  title(i: number): string {
    const last = this.run.last(i);
    if (last >= 0) return this.ofProgram[last].name;
    const from = this.run.ancestors(i).find((a) => this.run.last(a) >= 0);
    return from === undefined ? "fork" : `${this.title(from)} (fork)`;
  }

  /** command returns the command line of a process, empty for one that only forked. */
  command(i: number): string {
    const last = this.run.last(i);
    return last < 0 ? "" : commandLine(this.run.words(this.run.raw.programs, last));
  }

  /** label returns the beginning of a command line, with the program by its name alone and of at most limit characters. */
  label(i: number, limit: number): string {
    let label = this.title(i);
    const last = this.run.last(i);
    if (last >= 0) {
      const { programs, words } = this.run.raw;
      const at = programs.at![last];
      for (let n = 1; n < programs.count![last] && label.length < limit; n++) label += " " + this.run.text(words![at + n]);
    }
    return label.length <= limit ? label : label.slice(0, Math.max(0, limit - 1)) + "…";
  }

  private name(program: number): string {
    const { programs } = this.run.raw;
    const path = this.run.text(programs.script![program]) || this.run.text(programs.executable![program]);
    if (path) return base(path);
    return programs.count![program] > 0 ? base(this.run.text(this.run.raw.words![programs.at![program]])) : "unknown";
  }
}

type Draft = Omit<Group, "colour">;

export function commandLine({ words, missing }: { words: string[]; missing: number }): string {
  return words.join(" ") + (missing > 0 ? ` …[+${missing} arguments]` : "");
}

function base(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1) || path;
}
