import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { drawn, lanes, launch, open, place, shoot } from "./browser.ts";

let browser: Browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** contrast is that of WCAG 2.2, of two colours as #rrggbb. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r, g, blue] = [1, 3, 5].map((at) => {
      const c = parseInt(colour.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

for (const scheme of ["light", "dark"] as const) {
  test(`text can be read in the ${scheme} colours`, async () => {
    const { page } = await open(browser, "build", { scheme });
    const colours = await page.evaluate(() => {
      const css = getComputedStyle(document.documentElement);
      const names = ["ground", "surface", "raised", "hover", "text", "muted", "bad", "bad-text", "bad-soft", "accent", "accent-soft", "on-bar", "bar-dim", "on-dim"];
      for (let n = 0; n < 14; n++) names.push(`bar-${n}`);
      return Object.fromEntries(names.map((name) => [name, css.getPropertyValue(`--${name}`).trim()]));
    });
    await page.close();
    const wants: [string, string, number][] = [];
    for (const ground of ["ground", "surface", "raised", "hover", "accent-soft"]) wants.push(["text", ground, 7]);
    for (const ground of ["ground", "surface", "raised", "hover"]) wants.push(["muted", ground, 4.5]);
    wants.push(["bad-text", "bad-soft", 4.5], ["bad-text", "surface", 4.5], ["bad", "surface", 3], ["accent", "surface", 3], ["on-dim", "bar-dim", 3.5]);
    for (let n = 0; n < 14; n++) wants.push(["on-bar", `bar-${n}`, 4.5], [`bar-${n}`, "surface", 3]);
    const poor = wants.filter(([a, b, least]) => contrast(colours[a], colours[b]) < least).map(([a, b]) => `${a} on ${b}: ${contrast(colours[a], colours[b]).toFixed(2)}`);
    assert.deepEqual(poor, []);
  });

  test(`pictures in the ${scheme} colours`, async () => {
    const { page, errors } = await open(browser, "build", { scheme });
    await shoot(page, `build-${scheme}`);
    await page.keyboard.press("?");
    await shoot(page, `help-${scheme}`);
    await page.keyboard.press("Escape");
    await page.locator("#query").fill("file0041");
    await page.locator("#query").press("Enter");
    await shoot(page, `search-${scheme}`);
    await page.locator("#query").fill("");
    await page.evaluate(() => globalThis.timeline.view.fit());
    const point = await place(page, 300);
    await page.mouse.click(point.x, point.y);
    await page.keyboard.press("f");
    await page.mouse.move(500, 400);
    await shoot(page, `details-${scheme}`);
    assert.ok((await lanes(page)).selected >= 0);
    await page.close();

    const many = await open(browser, "many", { scheme });
    await shoot(many.page, `many-${scheme}`);
    await many.page.close();

    const attached = await open(browser, "attached", { scheme });
    await attached.page.keyboard.press("Enter");
    await shoot(attached.page, `attached-${scheme}`);
    await attached.page.close();

    const narrow = await open(browser, "build", { scheme, width: 420, height: 800 });
    await shoot(narrow.page, `narrow-${scheme}`);
    await narrow.page.close();
    assert.deepEqual([...errors, ...many.errors, ...attached.errors, ...narrow.errors], []);
  });
}

test("the button changes the colours, and the page has them when it is opened again", async () => {
  const { page } = await open(browser, "build", { scheme: "light" });
  const background = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const bar = async (): Promise<number[]> => {
    const { x, y } = await place(page, 0);
    return page.locator("#lanes canvas").evaluate((canvas: HTMLCanvasElement, at) => {
      const box = canvas.getBoundingClientRect();
      return [...canvas.getContext("2d")!.getImageData(at.x - box.left, at.y - box.top, 1, 1).data];
    }, { x, y });
  };
  const [light, lightBar] = [await background(), await bar()];
  await page.locator("#theme").click();
  assert.equal(await background(), light, "light by choice");
  await page.keyboard.press("t");
  await drawn(page);
  assert.notEqual(await background(), light);
  assert.notDeepEqual(await bar(), lightBar, "the canvas too");
  await page.reload();
  assert.notEqual(await background(), light);
  await page.close();
});

test("a narrow window has both the lanes and the legend", async () => {
  const { page } = await open(browser, "build", { width: 420, height: 800 });
  for (const part of ["#overview", "#lanes", "#legend"]) {
    const box = (await page.locator(part).boundingBox())!;
    assert.ok(box.width > 300 && box.height > 60, `${part} is ${box.width} by ${box.height}`);
    assert.ok(box.y < 760, `${part} is out of sight`);
  }
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 420);
  await page.close();
});

test("a window that grows shows more", async () => {
  const { page } = await open(browser, "build", { width: 1000, height: 500 });
  const before = await lanes(page);
  await page.setViewportSize({ width: 1800, height: 1000 });
  await page.waitForFunction((bars) => Number(document.getElementById("lanes")!.dataset.bars) > bars, before.bars);
  const box = (await page.locator("#lanes").boundingBox())!;
  const canvas = (await page.locator("#lanes canvas").boundingBox())!;
  assert.ok(Math.abs(canvas.width - box.width) < 1 && Math.abs(canvas.height - box.height) < 1, `${canvas.width} by ${canvas.height}`);
  await page.close();
});
