import { Run } from "../src/data.ts";

/** Life is a process as a test writes it: its parent's index, start and end. */
export type Life = [parent: number, start: number, end: number];

/** tree makes a run of processes; those without an end still run. */
export function tree(lives: Life[], length = Math.max(1, ...lives.map(([, , end]) => end).filter(Number.isFinite)), names: string[] = []): Run {
  const zeros = lives.map(() => 0);
  const texts = ["", ...new Set(names)];
  const named = names.map((name) => texts.indexOf(name));
  return new Run({
    command: [], host: "", begin: 0, length, lost: 0, filtered: 0, text: texts, words: named,
    processes: {
      pid: lives.map((_, i) => 100 + i),
      parent: lives.map(([parent]) => parent),
      start: lives.map(([, start]) => start),
      end: lives.map(([, , end]) => (Number.isFinite(end) ? end : 0)),
      runs: lives.map(([, , end]) => (Number.isFinite(end) ? 0 : 1)),
      exit: zeros, signal: zeros, core: zeros, userCPU: zeros, systemCPU: zeros, rss: zeros, read: zeros, written: zeros, uid: zeros, user: zeros, container: zeros,
    },
    programs: {
      process: named.map((_, i) => i), time: named.map((_, i) => lives[i][1]), executable: named.map(() => 0), directory: named.map(() => 0),
      script: named.map(() => 0), at: named.map((_, i) => i), count: named.map(() => 1), missing: named.map(() => 0),
    },
    failures: { process: null, time: null, filename: null, errno: null, reason: null, at: null, count: null, missing: null },
  });
}

/** random returns numbers from 0 to 1, the same in each run of a test. */
export function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** forest makes up a tree of processes, each of which begins while its parent lives. */
export function forest(size: number, seed: number): Life[] {
  const next = random(seed);
  const lives: Life[] = [];
  for (let i = 0; i < size; i++) {
    const parent = i === 0 || next() < 0.02 ? -1 : Math.floor(next() * i);
    const [from, to] = parent < 0 ? [0, 1e6] : lives[parent].slice(1);
    const start = from + next() * (to - from);
    lives.push([parent, start, start + next() ** 3 * 2e5]);
  }
  // By their start, as a run has them.
  const order = lives.map((_, i) => i).sort((a, b) => lives[a][1] - lives[b][1]);
  const place = new Map(order.map((from, to) => [from, to]));
  return order.map((i) => [lives[i][0] < 0 ? -1 : place.get(lives[i][0])!, lives[i][1], lives[i][2]]);
}
