// The run, as internal/timeline/data.go wrote it: columns of numbers, and text by its index.

export interface Argv {
  readonly at: number[];
  readonly count: number[];
  readonly missing: number[];
}

/** Raw is the JSON in the page. A column without rows is null. */
export interface Raw {
  readonly command: number[];
  readonly host: string;
  readonly begin: number;
  readonly length: number;
  readonly lost: number;
  readonly filtered: number;
  readonly text: string[];
  readonly words: number[] | null;
  readonly processes: Columns<
    "pid" | "parent" | "start" | "end" | "runs" | "exit" | "signal" | "core" | "userCPU" | "systemCPU" | "rss" | "read" | "written" | "uid" | "user" | "container"
  >;
  readonly programs: Columns<"process" | "time" | "executable" | "directory" | "script" | keyof Argv>;
  readonly failures: Columns<"process" | "time" | "filename" | "errno" | "reason" | keyof Argv>;
}

type Columns<Names extends string> = Readonly<Record<Names, number[] | null>>;

/** Run is what the page works on. Times are microseconds after its beginning. */
export class Run {
  /** The number of processes. */
  readonly size: number;
  readonly pid: ArrayLike<number>;
  readonly parent: Int32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  readonly cpu: Float64Array;
  /** 1 for a process that exited with another status than 0, or by a signal. */
  readonly failed: Uint8Array;
  /** The programs of process i are numbers programAt[i] up to programAt[i + 1], and so are its failed execs. */
  readonly programAt: Int32Array;
  readonly failureAt: Int32Array;
  /** The children of process i stand in children from childAt[i] up to childAt[i + 1], by their start. */
  readonly children: Int32Array;
  readonly childAt: Int32Array;

  constructor(readonly raw: Raw) {
    const p = raw.processes;
    const pid = p.pid ?? [];
    this.size = pid.length;
    this.pid = pid;
    this.parent = Int32Array.from(p.parent ?? []);
    this.start = Float64Array.from(p.start ?? []);
    this.end = Float64Array.from(p.end ?? [], (end, i) => (p.runs![i] ? raw.length : Math.max(end, this.start[i])));
    this.cpu = Float64Array.from(p.userCPU ?? [], (user, i) => user + p.systemCPU![i]);
    this.failed = Uint8Array.from(p.exit ?? [], (exit, i) => (exit !== 0 || p.signal![i] !== 0 ? 1 : 0));
    this.programAt = offsets(raw.programs.process ?? [], this.size);
    this.failureAt = offsets(raw.failures.process ?? [], this.size);
    this.childAt = new Int32Array(this.size + 1);
    this.children = new Int32Array(this.parent.reduce((n, parent) => n + (parent >= 0 ? 1 : 0), 0));
    this.fillChildren();
  }

  get length(): number {
    return this.raw.length;
  }

  runs(i: number): boolean {
    return this.raw.processes.runs![i] === 1;
  }

  text(n: number): string {
    return this.raw.text[n];
  }

  /** column returns what a process has in a column. */
  column(name: keyof Raw["processes"], i: number): number {
    return this.raw.processes[name]![i];
  }

  childrenOf(i: number): Int32Array {
    return this.children.subarray(this.childAt[i], this.childAt[i + 1]);
  }

  /** ancestors returns the parent of process i, its parent, and so on. */
  ancestors(i: number): number[] {
    const chain: number[] = [];
    const seen = new Set([i]);
    for (let a = this.parent[i]; a >= 0 && !seen.has(a); a = this.parent[a]) {
      seen.add(a);
      chain.push(a);
    }
    return chain;
  }

  /** last returns the number of the program that process i executed last, or -1 for one that only forked. */
  last(i: number): number {
    const at = this.programAt[i + 1] - 1;
    return at >= this.programAt[i] ? at : -1;
  }

  /** words returns the arguments of row n of a table, each as one word of the shell, and how many are left out after them. */
  words(table: Readonly<Record<keyof Argv, number[] | null>>, n: number): { words: string[]; missing: number } {
    const at = table.at![n];
    const words = this.raw.words!.slice(at, at + table.count![n]).map((word) => this.raw.text[word]);
    return { words, missing: table.missing![n] };
  }

  private fillChildren(): void {
    for (const parent of this.parent) if (parent >= 0) this.childAt[parent + 1]++;
    for (let i = 0; i < this.size; i++) this.childAt[i + 1] += this.childAt[i];
    const next = this.childAt.slice();
    this.parent.forEach((parent, i) => {
      if (parent >= 0) this.children[next[parent]++] = i;
    });
  }
}

/** offsets returns for each process where its rows begin in a table that is sorted by process, and at last its length. */
function offsets(processes: number[], size: number): Int32Array {
  const at = new Int32Array(size + 1);
  for (const process of processes) at[process + 1]++;
  for (let i = 0; i < size; i++) at[i + 1] += at[i];
  return at;
}
