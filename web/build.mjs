// Usage: node build.mjs FILE
//
// Bundles src/ into one HTML file. The same sources and packages give the same bytes.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [output] = process.argv.slice(2);
if (!output) {
  console.error("usage: node build.mjs FILE");
  process.exit(2);
}

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/main.ts"],
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome103", "firefox115", "safari16"],
  charset: "utf8",
  legalComments: "none", // notices() has them whole
  metafile: true,
  outdir: "out",
  write: false,
});
const text = (ending) => result.outputFiles.find((file) => file.path.endsWith(ending)).text.trim();
const script = `${notices()}\n${text(".js")}\n`;
const style = text(".css");

const values = { STYLE: style, SCRIPT: script, STYLE_HASH: hash(style), SCRIPT_HASH: hash(script) };
const page = readFileSync(join(here, "src/index.html"), "utf8").replace(/@(STYLE|SCRIPT|STYLE_HASH|SCRIPT_HASH)@/g, (_, name) => values[name]);
writeFileSync(output, page);

/** hash is how the page allows its own script and style, and no other. */
function hash(source) {
  return `'sha256-${createHash("sha256").update(source).digest("base64")}'`;
}

/** notices returns the licences of the packages that are in the bundle. */
function notices() {
  const names = new Set();
  for (const [file, input] of Object.entries(result.metafile.outputs).flatMap(([, output]) => Object.entries(output.inputs))) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
    if (name && input.bytesInOutput > 0) names.add(name);
  }
  const parts = [...names].sort().map((name) => {
    const folder = join(here, "node_modules", name);
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    return `${name} ${version}\n\n${readFileSync(join(folder, "LICENSE"), "utf8").trim()}`;
  });
  return `/*\nThis page contains:\n\n${parts.join("\n\n").replaceAll("*/", "* /").replaceAll("</", "< /")}\n*/`;
}
