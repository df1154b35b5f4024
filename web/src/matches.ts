import type { Run } from "./data.ts";
import { Search } from "./search.ts";
import type { Group, Programs } from "./programs.ts";

/** Matches is which processes are asked for: by the search, by the legend, and by how they ended. */
export class Matches {
  /** 1 for each process that is asked for; null when nothing is. */
  wanted: Uint8Array | null = null;
  count = 0;
  private readonly search: Search;

  constructor(private readonly run: Run, private readonly programs: Programs) {
    this.search = new Search(run);
  }

  /** update finds those that the query, one of the groups and, where failed is asked for, the outcome all hold for. */
  update(query: string, groups: ReadonlySet<Group>, failed: boolean): void {
    let wanted = this.search.find(query);
    if (groups.size > 0) wanted = both(wanted, Uint8Array.from(this.programs.ofProcess, (group) => (groups.has(group) ? 1 : 0)));
    if (failed) wanted = both(wanted, this.run.failed);
    this.wanted = wanted;
    this.count = wanted ? wanted.reduce((sum, one) => sum + one, 0) : 0;
  }

  /** step returns the next match after process i, or with -1 the one before it, around the end; -1 when there is none. */
  step(i: number, direction: 1 | -1): number {
    const { size } = this.run;
    for (let n = 1; n <= size; n++) {
      const next = (((i < 0 && direction < 0 ? 0 : i) + direction * n) % size + size) % size;
      if (!this.wanted || this.wanted[next]) return next;
    }
    return -1;
  }

  /** rank returns how many of the matches come before process i, counting itself; 0 when it is none. */
  rank(i: number): number {
    if (i < 0 || !this.wanted?.[i]) return 0;
    return this.wanted.subarray(0, i + 1).reduce((sum, one) => sum + one, 0);
  }
}

function both(a: Uint8Array | null, b: Uint8Array): Uint8Array {
  return a ? a.map((one, i) => one & b[i]) : b;
}
