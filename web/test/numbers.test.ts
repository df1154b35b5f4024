import assert from "node:assert/strict";
import { test } from "node:test";
import { concurrency } from "../src/concurrency.ts";
import { bytes, duration, moment, percent, plural, span } from "../src/format.ts";
import { Search } from "../src/search.ts";
import { View } from "../src/view.ts";
import { forest, tree } from "./tree.ts";

test("durations", () => {
  const cases: [number, string][] = [
    [0, "0 µs"], [999, "999 µs"], [999.6, "1.00 ms"], [1234, "1.23 ms"], [99_960, "100 ms"], [999_600, "1.00 s"], [59_940_000, "59.9 s"],
    [59_960_000, "1m 00s"], [3_599_400_000, "59m 59s"], [3_600_000_000, "1h 00m"], [90_000_000_000, "1d 01h"], [-1500, "−1.50 ms"],
  ];
  for (const [us, want] of cases) assert.equal(duration(us), want);
});

test("moments are as exact as the steps of their axis", () => {
  assert.equal(moment(0, 0.1), "0");
  assert.equal(moment(0.25, 0.05), "250 ms");
  assert.equal(moment(0.000025, 0.000005), "25 µs");
  assert.equal(moment(1.25, 0.05), "1.25 s");
  assert.equal(moment(1.25, 0.000005), "1.250000 s");
  assert.equal(moment(90, 30), "1:30");
  assert.equal(moment(3725, 5), "1:02:05");
  assert.equal(moment(75.5, 0.5), "75.5 s");
  assert.equal(span(0, 5_985_427), "0 to 5.99 s");
});

test("sizes, parts and counts", () => {
  assert.deepEqual([0, 999, 1000, 1536, 1 << 30].map(bytes), ["0 B", "999 B", "0.98 KiB", "1.50 KiB", "1.00 GiB"]);
  assert.deepEqual([percent(1, 0), percent(1, 3000), percent(0, 5), percent(1, 3)], ["–", "< 0.1 %", "0.0 %", "33 %"]);
  assert.deepEqual([plural(1, "process", "processes"), plural(1234, "event")], ["1 process", "1,234 events"]);
});

test("the curve has the peaks that a count by hand finds", () => {
  const run = tree(forest(800, 3), 1_200_000);
  const curve = concurrency(run, 100);
  const at = (time: number): number => run.start.reduce((n, start, i) => n + (start <= time && run.end[i] > time ? 1 : 0), 0);
  const times = [...run.start].sort((a, b) => a - b);
  assert.equal(curve.peak, Math.max(...times.map(at)));
  for (let step = 0; step < 100; step++) {
    const within = times.filter((time) => Math.floor(time / 12_000) === step);
    assert.equal(curve.alive[step], Math.max(at(step * 12_000 - 1e-6), ...within.map(at)), `in step ${step}`);
  }
  assert.ok(curve.leaves.every((leaves, n) => leaves <= curve.alive[n] && (leaves > 0 || curve.alive[n] === 0)));
});

test("who waits for a child is no leaf until the child is gone, an orphan's parent is one again", () => {
  const { alive, leaves } = concurrency(tree([[-1, 0, 100], [0, 20, 60], [1, 30, 80]], 100), 10);
  assert.deepEqual(alive, [1, 1, 2, 3, 3, 3, 3, 2, 2, 1, 1]);
  assert.deepEqual(leaves, [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1]);
});

test("search wants all words, in any case, anywhere", () => {
  const run = tree([[-1, 0, 9], [0, 1, 2], [0, 3, 4]], 9, ["make -j2", "GCC main.c", "gcc other.c"]);
  const search = new Search(run);
  const found = (query: string): number[] => [...(search.find(query) ?? [])];
  assert.deepEqual(found("gcc"), [0, 1, 1]);
  assert.deepEqual(found(" MAIN gcc "), [0, 1, 0]);
  assert.deepEqual(found("102"), [0, 0, 1]);
  assert.deepEqual(found("10"), [0, 0, 0]);
  assert.equal(search.find("  "), null);
});

test("the view stays within the run, and zooms around a time that keeps its place", () => {
  const frames: (() => void)[] = [];
  Object.assign(globalThis, { cancelAnimationFrame: () => undefined, requestAnimationFrame: (f: () => void) => frames.push(f) });
  const view = new View(1000_000, 100);
  view.resize(1000, 400);
  const x = 300;
  const time = view.timeAt(x);
  view.zoom(0.1, time);
  assert.ok(Math.abs(view.x(time) - x) < 1e-6);
  view.pan(-1e9, -1e9);
  assert.deepEqual([view.from, view.top], [view.first, 0]);
  view.pan(1e9, 1e9);
  assert.deepEqual([view.to, view.top], [view.last, view.lowest]);
  view.zoom(1e-12);
  assert.ok(view.to - view.from >= 20 - 1e-6);
  view.zoom(1e12);
  assert.deepEqual([view.from, view.to], [view.first, view.last]);
});
