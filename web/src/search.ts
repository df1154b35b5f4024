import type { Run } from "./data.ts";

/** Search finds processes by what stands in their command lines, paths, users and containers, and by process id. */
export class Search {
  private lower: string[] | null = null;

  constructor(private readonly run: Run) {}

  /**
   * find returns 1 for each process that each word of the query is found in, in any case of letters. Each text of the
   * run is looked at once, however many processes have it.
   */
  find(query: string): Uint8Array | null {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return null;
    this.lower ??= this.run.raw.text.map((text) => text.toLowerCase());
    const found = new Uint8Array(this.run.size).fill(1);
    for (const word of words) {
      const one = this.findWord(word, this.lower);
      for (let i = 0; i < found.length; i++) found[i] &= one[i];
    }
    return found;
  }

  private findWord(word: string, lower: string[]): Uint8Array {
    const { processes, programs, failures, words } = this.run.raw;
    const hit = Uint8Array.from(lower, (text) => (text.includes(word) ? 1 : 0));
    const inWords = sums(words ?? [], hit);
    const found = new Uint8Array(this.run.size);
    for (let i = 0; i < found.length; i++) {
      found[i] = hit[processes.user![i]] | hit[processes.container![i]] | (String(this.run.pid[i]) === word ? 1 : 0);
    }
    for (const table of [programs, failures]) {
      table.process?.forEach((process, n) => {
        const at = table.at![n];
        if (inWords[at + table.count![n]] > inWords[at]) found[process] = 1;
      });
    }
    programs.process?.forEach((process, n) => {
      found[process] |= hit[programs.executable![n]] | hit[programs.directory![n]] | hit[programs.script![n]];
    });
    failures.process?.forEach((process, n) => {
      found[process] |= hit[failures.filename![n]] | hit[failures.reason![n]];
    });
    return found;
  }
}

/** sums returns how many of the words before each place were hit. */
function sums(words: number[], hit: Uint8Array): Int32Array {
  const sums = new Int32Array(words.length + 1);
  words.forEach((word, n) => (sums[n + 1] = sums[n] + hit[word]));
  return sums;
}
