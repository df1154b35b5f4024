import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import type { App } from "../src/app.ts";
import type { Raw } from "../src/data.ts";

declare global {
  var timeline: App;
}

/** launch starts the distribution's Chromium. As root it has no sandbox; nothing but pages of these tests is opened in it. */
export async function launch(): Promise<Browser> {
  const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = candidates.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error("there is no Chromium: install the package chromium, or name its file in CHROMIUM");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

export interface Look {
  scheme?: "light" | "dark";
  width?: number;
  height?: number;
}

/** Opened is a page with what went wrong in it, and what it asked of the network. */
export interface Opened {
  page: Page;
  errors: string[];
  requests: string[];
}

/** open opens one of the pages that internal/timeline wrote. Nothing moves in it: each step is at its end at once. */
export async function open(browser: Browser, name: string, look: Look = {}): Promise<Opened> {
  const page = await browser.newPage({
    viewport: { width: look.width ?? 1440, height: look.height ?? 860 },
    colorScheme: look.scheme ?? "light",
    reducedMotion: "reduce",
    timezoneId: "UTC",
  });
  const opened: Opened = { page, errors: [], requests: [] };
  page.on("pageerror", (error) => opened.errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && opened.errors.push(message.text()));
  page.on("dialog", (dialog) => opened.errors.push(`dialog: ${dialog.message()}`));
  page.on("request", (request) => opened.requests.push(request.url()));
  await page.goto(pathToFileURL(join(process.env.EXECTRAIL_TIMELINE_PAGES!, `${name}.html`)).href);
  await drawn(page);
  return opened;
}

/** drawn waits until what was asked for is on the screen: a frame to draw it, and one that comes after. */
export async function drawn(page: Page): Promise<void> {
  await page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => done())))));
}

/** lanes returns what the page tells of what it drew. */
export async function lanes(page: Page): Promise<Record<"bars" | "labels" | "from" | "to" | "selected" | "matches", number>> {
  await drawn(page);
  const data = await page.locator("#lanes").evaluate((element) => ({ ...element.dataset }));
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Number(value)])) as never;
}

/** place returns where a process is drawn. */
export async function place(page: Page, process: number): Promise<{ x: number; y: number }> {
  await drawn(page);
  return page.evaluate((i) => globalThis.timeline.place(i), process);
}

/** raw returns the data in the page, to count in it what the page should show. */
export async function raw(page: Page): Promise<Raw> {
  return JSON.parse((await page.locator("script#run").textContent())!) as Raw;
}

/** shoot takes a picture, into the folder that EXECTRAIL_SCREENSHOTS names. */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env.EXECTRAIL_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await drawn(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
