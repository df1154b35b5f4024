import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { Raw } from "../src/data.ts";
import { drawn, lanes, launch, open, place, raw } from "./browser.ts";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** on opens a page, and after the test wants that nothing went wrong in it, and that it loaded nothing. */
function on(name: string, what: string, check: (page: Page) => Promise<void>): void {
  test(what, async () => {
    const { page, errors, requests } = await open(browser, name);
    try {
      await check(page);
      assert.deepEqual(errors, []);
      assert.equal(requests.length, 1, `asked for ${requests.join(", ")}`);
    } finally {
      await page.close();
    }
  });
}

const commands = (data: Raw): string[] => data.programs.process!.map((_, n) => data.words!.slice(data.programs.at![n], data.programs.at![n] + data.programs.count![n]).map((word) => data.text[word]).join(" "));
const last = (data: Raw, process: number): number => data.programs.process!.lastIndexOf(process);
const near = (got: number, want: number, by: number, what: string): void => assert.ok(Math.abs(got - want) <= by, `${what}: ${got}, want ${want}`);

on("build", "it tells of the run, and draws all of it", async (page) => {
  const data = await raw(page);
  const failed = data.processes.exit!.filter((exit, i) => exit !== 0 || data.processes.signal![i] !== 0).length;
  assert.equal(await page.locator("#command").textContent(), "sh -c './configure && make -j6'");
  const summary = (await page.locator("#summary").textContent())!;
  for (const want of [`${data.processes.pid!.length} processes`, `${failed} failed`, "builder", "2026-11-23 05:42:07.123"]) assert.ok(summary.includes(want), `${want} in ${summary}`);
  const { from, to, bars, labels } = await lanes(page);
  assert.ok(from < 0 && to > data.length);
  assert.ok(bars > 500 && bars <= data.processes.pid!.length && labels > 10, `${bars} bars and ${labels} labels`);
});

on("build", "the legend counts the processes of each program", async (page) => {
  const rows = await page.locator("#legend tbody tr").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
  const counted = new Map(rows.map(([name, count]) => [name, Number(count!.replace(",", ""))]));
  const data = await raw(page);
  const base = (process: number): string => {
    const n = last(data, process);
    return n < 0 ? "forked only" : (data.text[data.programs.script![n]] || data.text[data.programs.executable![n]]).split("/").pop()!;
  };
  const want = new Map<string, number>();
  data.processes.pid!.forEach((_, i) => want.set(base(i), (want.get(base(i)) ?? 0) + 1));
  assert.deepEqual(new Map([...counted].sort()), new Map([...want].sort()));

  await page.locator("#legend tbody button", { hasText: /^as$/ }).click();
  assert.equal((await lanes(page)).matches, want.get("as"));
});

on("build", "the wheel zooms around the mouse, sideways it pans", async (page) => {
  const point = { x: 600, y: 400 };
  const time = async (): Promise<number> => {
    const { from, to } = await lanes(page);
    const box = (await page.locator("#lanes").boundingBox())!;
    return from + ((point.x - box.x) / box.width) * (to - from);
  };
  const whole = await lanes(page);
  const at = await time();
  await page.mouse.move(point.x, point.y);
  await page.mouse.wheel(0, -200);
  const closer = await lanes(page);
  assert.ok(closer.to - closer.from < (whole.to - whole.from) * 0.7);
  near(await time(), at, (whole.to - whole.from) / 1e6, "the time at the mouse");
  await page.mouse.wheel(300, 0);
  const later = await lanes(page);
  near(later.to - later.from, closer.to - closer.from, 1, "what is seen");
  assert.ok(later.from > closer.from);
});

on("build", "keys zoom and pan, and 0 shows all", async (page) => {
  const whole = await lanes(page);
  const span = ({ from, to }: { from: number; to: number }): number => to - from;
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  const closer = await lanes(page);
  near(span(closer), span(whole) / 2.25, 1, "what is seen");
  await page.keyboard.press("ArrowRight");
  const right = await lanes(page);
  near(right.from, closer.from + span(closer) * 0.15, 1, "the left edge");
  await page.keyboard.press("ArrowLeft");
  near((await lanes(page)).from, closer.from, 1, "the left edge");
  await page.keyboard.press("-");
  near(span(await lanes(page)), span(whole) / 1.5, 1, "what is seen");
  await page.keyboard.press("0");
  const { from, to } = await lanes(page);
  assert.deepEqual([from, to], [whole.from, whole.to]);
});

on("build", "dragging moves the lanes; the frame above moves and resizes what is seen", async (page) => {
  await page.keyboard.press("+");
  await page.keyboard.press("+");
  const before = await lanes(page);
  await page.mouse.move(600, 400);
  await page.mouse.down();
  await page.mouse.move(500, 400, { steps: 4 });
  await page.mouse.up();
  const box = (await page.locator("#lanes").boundingBox())!;
  const dragged = await lanes(page);
  near(dragged.from, before.from + (100 / box.width) * (before.to - before.from), 1, "the left edge");
  assert.equal(dragged.selected || -1, -1, "a drag is no click");

  const frame = (await page.locator(".brush .selection").boundingBox())!;
  const middle = { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  await page.mouse.down();
  await page.mouse.move(middle.x - 150, middle.y, { steps: 4 });
  await page.mouse.up();
  const moved = await lanes(page);
  near(moved.to - moved.from, dragged.to - dragged.from, 1000, "what is seen");
  assert.ok(moved.from < dragged.from);

  const edge = (await page.locator(".brush .selection").boundingBox())!;
  await page.mouse.move(edge.x + edge.width, middle.y);
  await page.mouse.down();
  await page.mouse.move(edge.x + edge.width + 200, middle.y, { steps: 4 });
  await page.mouse.up();
  const wider = await lanes(page);
  near(wider.from, moved.from, 1000, "the left edge");
  assert.ok(wider.to > moved.to + 1000);

  await page.mouse.click(edge.x + box.width * 0.75, middle.y);
  assert.ok((await lanes(page)).from > wider.from, "a click beside the frame moves it there");
});

on("build", "search finds what is there, n and N go through it", async (page) => {
  const data = await raw(page);
  const all = commands(data);
  const want = data.processes.pid!.map((_, i) => i).filter((i) => all.some((command, n) => data.programs.process![n] === i && command.includes("file0007")));
  await page.keyboard.press("/");
  await page.keyboard.type("FILE0007");
  assert.equal((await lanes(page)).matches, want.length);
  await page.keyboard.press("Enter");
  assert.equal((await lanes(page)).selected, want[0]);
  assert.equal(await page.locator("#found").textContent(), `1 of ${want.length}`);
  await page.locator("#lanes").focus();
  for (const key of ["n", "n", "n", "N", "N"]) await page.keyboard.press(key);
  const { selected, from, to } = await lanes(page);
  assert.equal(selected, want[(3 - 2 + want.length) % want.length]);
  assert.ok(data.processes.start![selected] < to && data.processes.end![selected] > from, "the match is in sight");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#query").inputValue(), "");
  await page.keyboard.press("/");
  await page.keyboard.type("no such thing");
  await drawn(page);
  assert.equal(await page.locator("#found").textContent(), "none");
});

on("build", "a click shows the details, from which one gets to the parents", async (page) => {
  const data = await raw(page);
  const process = data.processes.pid!.findIndex((_, i) => data.processes.parent![i] >= 0 && data.processes.end![i] - data.processes.start![i] > 100e3 && commands(data)[last(data, i)]?.includes("cc1"));
  const point = await place(page, process);
  await page.mouse.click(point.x, point.y);
  assert.equal((await lanes(page)).selected, process);
  const details = page.locator("#details");
  assert.equal(await details.locator(".command pre").textContent(), commands(data)[last(data, process)]);
  const text = (await details.textContent())!;
  for (const want of [`pid ${data.processes.pid![process]}`, "exit 0", "Peak memory", "CPU time", "builder (1000)"]) assert.ok(text.includes(want), `${want} in ${text}`);
  const parent = data.processes.parent![process];
  await details.locator("section", { hasText: "Parents" }).locator("button").first().click();
  assert.equal((await lanes(page)).selected, parent);
  await page.mouse.click(point.x, (await page.locator("#lanes").boundingBox())!.y + 600);
  assert.equal((await lanes(page)).selected, -1, "a click beside everything closes it");
  assert.equal(await details.isVisible(), false);
});

on("build", "what is under the mouse is told", async (page) => {
  const data = await raw(page);
  const process = data.processes.signal!.findIndex((signal) => signal === 11);
  await page.evaluate((i) => globalThis.timeline.view.focus(globalThis.timeline.lanes.layout.lane[i], 0, 1), process);
  await page.keyboard.press("0");
  const point = await place(page, process);
  await page.mouse.move(point.x, point.y);
  await drawn(page);
  const text = (await page.locator("#tooltip").textContent())!;
  for (const want of ["cc1", "SIGSEGV, core dumped", commands(data)[last(data, process)], "below gcc ‹ make ‹ sh"]) assert.ok(text.includes(want), `${want} in ${text}`);
  await page.mouse.move(5, 5);
  assert.equal(await page.locator("#tooltip").isVisible(), false);
});

on("build", "the keyboard is enough", async (page) => {
  const data = await raw(page);
  await page.keyboard.press("Enter");
  let { selected } = await lanes(page);
  assert.ok(selected >= 0, "one in the middle");
  await page.keyboard.press("Shift+ArrowUp");
  assert.equal((await lanes(page)).selected, data.processes.parent![selected]);
  while ((selected = (await lanes(page)).selected) !== 0) await page.keyboard.press("Shift+ArrowUp");
  await page.keyboard.press("Shift+ArrowDown");
  const children = data.processes.parent!.flatMap((parent, i) => (parent === 0 ? [i] : []));
  assert.equal((await lanes(page)).selected, children[0]);
  await page.keyboard.press("Shift+ArrowRight");
  assert.equal((await lanes(page)).selected, children[1]);
  await page.keyboard.press("f");
  const { from, to } = await lanes(page);
  const length = data.processes.end![children[1]] - data.processes.start![children[1]];
  near(to - from, length * 1.12, length / 1000, "what is seen");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#details").isVisible(), false);
  await page.keyboard.press("?");
  assert.equal(await page.locator("#help").isVisible(), true);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("#help").isVisible(), false);
  await page.keyboard.press("x");
  assert.equal((await lanes(page)).matches, data.processes.exit!.filter((exit, i) => exit !== 0 || data.processes.signal![i] !== 0).length);
});

on("build", "failed ones have a red edge below, others have none", async (page) => {
  const data = await raw(page);
  const failed = data.processes.exit!.findIndex((exit) => exit === 1);
  const colours = async (process: number): Promise<string[]> => {
    await page.evaluate((i) => globalThis.timeline.view.focus(globalThis.timeline.lanes.layout.lane[i], 0, 1), process);
    await page.evaluate(([i, from, to]) => globalThis.timeline.view.focus(globalThis.timeline.lanes.layout.lane[i], from, to), [process, data.processes.start![process], data.processes.end![process]]);
    const { x, y } = await place(page, process);
    return page.locator("#lanes canvas").evaluate((canvas: HTMLCanvasElement, { x, y }) => {
      const box = canvas.getBoundingClientRect();
      const ctx = canvas.getContext("2d")!;
      return [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((down) => {
        const [r, g, b] = ctx.getImageData((x - box.left) * devicePixelRatio, (y - box.top + down) * devicePixelRatio, 1, 1).data;
        return `#${[r, g, b].map((c) => c.toString(16).padStart(2, "0")).join("")}`;
      });
    }, { x, y });
  };
  const bad = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--bad").trim());
  assert.ok((await colours(failed)).includes(bad));
  assert.ok(!(await colours(data.processes.parent![failed])).includes(bad));
});

on("hostile", "nothing in an argument becomes a part of the page", async (page) => {
  assert.equal(await page.locator("script").count(), 2);
  assert.equal(await page.locator("img").count(), 0);
  assert.ok((await page.title()).startsWith("evil '</script>"));
  await page.keyboard.press("Enter");
  const command = (await page.locator("#details .command pre").textContent())!;
  assert.ok(command.includes(`'</script><script>document.title="taken"</script>' '<!--<script>'`), command);
  assert.ok(command.includes(String.raw`$'\xff\xfe' $'\x1b[31mred\a'`), command);
});

test("the page runs no script but its own", async () => {
  const { page, errors } = await open(browser, "build");
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("script"), { textContent: "document.title = 'taken'" })));
  assert.notEqual(await page.title(), "taken");
  assert.ok(errors.some((error) => error.includes("Content Security Policy")), errors.join("\n"));
  await page.close();
});

on("empty", "a run without processes says so", async (page) => {
  assert.equal(await page.locator("#empty").isVisible(), true);
  for (const key of ["Enter", "n", "+", "0", "f", "Shift+ArrowUp", "Escape"]) await page.keyboard.press(key);
});

on("many", "of 50,000 processes no more is drawn than there is room for, and each can be reached", async (page) => {
  const data = await raw(page);
  const size = data.processes.pid!.length;
  assert.ok(size > 50_000);
  const box = (await page.locator("#lanes").boundingBox())!;
  const room = Math.ceil(box.height / 20) * box.width;
  for (let n = 0; n < 12; n++) {
    const { bars, labels } = await lanes(page);
    assert.ok(bars > 0 && bars < room, `${bars} bars`);
    assert.ok(labels < room / 26, `${labels} labels`);
    await page.keyboard.press("+");
  }
  for (const process of [1, 777, 20_011, size >> 1, size - 3]) {
    await page.keyboard.press("/");
    await page.keyboard.insertText(String(data.processes.pid![process]));
    await page.locator("#query").press("Enter");
    await page.locator("#lanes").focus();
    for (let n = 0; n < 50 && (await lanes(page)).selected !== process; n++) await page.keyboard.press("n");
    await page.keyboard.press("f");
    await page.keyboard.press("Escape");
    assert.equal((await lanes(page)).selected, -1);
    const point = await place(page, process);
    await page.mouse.click(point.x, point.y);
    assert.equal((await lanes(page)).selected, process);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.keyboard.press("0");
  }
});

on("many", "search goes through 50,000 command lines", async (page) => {
  const data = await raw(page);
  const matching = new Set<number>();
  commands(data).forEach((command, n) => command.includes("module03") && matching.add(data.programs.process![n]));
  await page.locator("#query").fill("module03");
  assert.equal((await lanes(page)).matches, matching.size);
});

on("attached", "a thousand lanes are scrolled, lowered, and told of as what they are", async (page) => {
  const summary = (await page.locator("#summary").textContent())!;
  for (const want of ["1,001 processes", "3 events lost", "1,200 events filtered"]) assert.ok(summary.includes(want), `${want} in ${summary}`);
  const top = (): Promise<number> => page.evaluate(() => globalThis.timeline.view.top);
  await page.keyboard.press("PageDown");
  const down = await top();
  assert.ok(down > 300);
  await page.mouse.move(600, 500);
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, 200);
  await page.keyboard.up("Shift");
  await drawn(page);
  near(await top(), down + 200, 1, "how far it is scrolled");
  await page.locator("#scroll").evaluate((bar) => (bar.scrollTop = 4000));
  await page.waitForFunction(() => Math.abs(globalThis.timeline.view.top - 4000) < 2);
  const many = (await lanes(page)).bars;
  await page.keyboard.press("0");
  const low = await lanes(page);
  assert.ok(low.bars > many * 3, `${low.bars} bars after ${many}`);
  assert.equal(low.labels, 0);
  await page.keyboard.press("/");
  await page.keyboard.type("worker 777");
  await page.keyboard.press("Enter");
  await drawn(page);
  const details = (await page.locator("#details").textContent())!;
  for (const want of ["still running", "Containerweb", "Started−"]) assert.ok(details.includes(want), `${want} in ${details}`);
  const { y } = await place(page, (await lanes(page)).selected);
  const box = (await page.locator("#lanes").boundingBox())!;
  assert.ok(y > box.y && y < box.y + box.height, "its lane is in sight");
  await page.keyboard.press("Escape");
  await page.mouse.dblclick(600, box.y + box.height / 2);
  assert.ok((await lanes(page)).selected >= 0, "a double click zooms to a process");
});
