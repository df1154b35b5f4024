// Usage: node test/run.mjs [NAME...]
//
// Runs the tests, or those of the files NAME.test.ts. The pages that they open are written by internal/timeline.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const names = process.argv.slice(2);
const files = readdirSync(here).filter((file) => file.endsWith(".test.ts") && (names.length === 0 || names.includes(basename(file, ".test.ts"))));

// Below web/, so that the tests find their packages.
mkdirSync(join(here, "../node_modules"), { recursive: true });
const built = mkdtempSync(join(here, "../node_modules/.test-"));
const pages = mkdtempSync(join(tmpdir(), "exectrail-pages-"));
try {
  await build({
    entryPoints: files.map((file) => join(here, file)),
    outdir: built,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    outExtension: { ".js": ".mjs" },
  });
  execFileSync(join(root, "scripts/go.sh"), ["test", "-count=1", "-run", "^TestWritePages$", "./internal/timeline"], {
    cwd: root,
    env: { ...process.env, EXECTRAIL_TIMELINE_PAGES: pages },
    stdio: "inherit",
  });
  const tests = readdirSync(built).map((file) => join(built, file));
  const { status } = spawnSync(process.execPath, ["--test", "--test-reporter=spec", ...tests], {
    env: { ...process.env, EXECTRAIL_TIMELINE_PAGES: pages },
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(built, { recursive: true, force: true });
  rmSync(pages, { recursive: true, force: true });
}
