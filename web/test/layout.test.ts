import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../src/layout.ts";
import { Lanes } from "../src/lanes.ts";
import { forest, tree, type Life } from "./tree.ts";

const lanesOf = (lives: Life[]): number[] => [...layout(tree(lives)).lane];

test("children stand below their parent, as high as there is room", () => {
  assert.deepEqual(lanesOf([[-1, 0, 100], [0, 0, 40], [0, 10, 60], [0, 50, 90], [0, 70, 80]]), [0, 1, 2, 1, 2]);
});

test("a subtree is one block: the child of one does not stand among those of another", () => {
  const lives: Life[] = [[-1, 0, 100], [0, 0, 90], [0, 10, 80], [1, 20, 30], [2, 20, 30]];
  assert.deepEqual(lanesOf(lives), [0, 1, 3, 2, 4]);
});

test("one that outlives its parent keeps its lane", () => {
  assert.deepEqual(lanesOf([[-1, 0, 10], [0, 5, 100], [-1, 20, 90], [2, 30, 40]]), [0, 1, 2, 3]);
});

test("those that still run keep their lane to the end", () => {
  assert.deepEqual([...layout(tree([[-1, 0, Infinity], [0, 1, Infinity], [0, 2, 3]], 50)).lane], [0, 1, 2]);
});

for (const seed of [1, 2, 3, 4, 5]) {
  test(`no two of ${500 * seed} processes overlap, and each is below its parent`, () => {
    const run = tree(forest(500 * seed, seed));
    const { lane, lanes } = layout(run);
    const free = new Float64Array(lanes).fill(-1);
    for (let i = 0; i < run.size; i++) {
      assert.ok(run.start[i] >= free[lane[i]], `process ${i} overlaps another one in lane ${lane[i]}`);
      free[lane[i]] = run.end[i];
      if (run.parent[i] >= 0) assert.ok(lane[i] > lane[run.parent[i]], `process ${i} is above its parent`);
    }
    assert.ok(free.every((end) => end >= 0), "a lane is empty");
  });
}

const many = 50_000;

test("a chain of 50,000 has a lane each", () => {
  const { lanes, lane } = layout(tree(Array.from({ length: many }, (_, i): Life => [i - 1, i, many])));
  assert.equal(lanes, many);
  assert.equal(lane[many - 1], many - 1);
});

test("50,000 one after the other share a lane", () => {
  const lives = Array.from({ length: many }, (_, i): Life => [0, i, i + 1]);
  assert.equal(layout(tree([[-1, 0, many], ...lives])).lanes, 2);
});

test("50,000 at the same time have a lane each", () => {
  const lives = Array.from({ length: many }, (_, i): Life => [0, i, many]);
  assert.equal(layout(tree([[-1, 0, many], ...lives])).lanes, many + 1);
});

test("what is found at a time is what is there", () => {
  const run = tree(forest(2000, 9));
  const lanes = new Lanes(run, layout(run));
  for (let i = 0; i < run.size; i++) {
    const middle = (run.start[i] + run.end[i]) / 2;
    assert.equal(lanes.find(lanes.layout.lane[i], middle, 0), i);
  }
  assert.equal(lanes.find(-1, 0, 1e9), -1);
  assert.equal(lanes.find(lanes.count, 0, 1e9), -1);
});

test("a process is found beside it, but no farther than asked for", () => {
  const run = tree([[-1, 0, 10], [-1, 30, 31], [-1, 50, 60]]);
  const lanes = new Lanes(run, layout(run));
  assert.equal(lanes.find(0, 28, 3), 1);
  assert.equal(lanes.find(0, 33, 3), 1);
  assert.equal(lanes.find(0, 20, 3), -1);
  assert.equal(lanes.find(0, 45, 1000), 2, "the nearest one");
});

test("the next one after a time is the same however it is looked for", () => {
  const run = tree(forest(3000, 4));
  const lanes = new Lanes(run, layout(run));
  for (let lane = 0; lane < lanes.count; lane++) {
    const first = lanes.from(lane, -1);
    for (let time = 0; time < 1e6; time += 9973) {
      let want = first + 1;
      while (want < lanes.limit(lane) && run.end[lanes.process(want)] <= time) want++;
      if (first < lanes.limit(lane)) assert.equal(lanes.next(first, lanes.limit(lane), time), Math.min(want, lanes.limit(lane)));
    }
  }
});

test("lanes that became free are used again", () => {
  assert.deepEqual(lanesOf([[-1, 0, 100], [0, 0, 10], [0, 1, 50], [0, 2, 20], [0, 12, 90], [0, 21, 60], [0, 55, 70]]), [0, 1, 2, 3, 1, 3, 2]);
});
