// Builds the bundles that are committed in app/web/static.
//   node build.mjs           write them
//   node build.mjs --check   build in memory and fail if a committed file differs by a byte
import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
const check = process.argv.includes("--check");

const options = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  format: "iife",
  legalComments: "none",
  logLevel: "warning",
  minify: true,
  outdir: out,
  target: ["chrome123", "firefox121", "safari17.5"],
  write: false,
};

// Copied as they are: the page of the HTTP API must work without a network.
const vendored = {
  "vendor/swagger-ui/swagger-ui.css": "swagger-ui-dist/swagger-ui.css",
  "vendor/swagger-ui/swagger-ui-bundle.js": "swagger-ui-dist/swagger-ui-bundle.js",
  "vendor/swagger-ui/swagger-ui-standalone-preset.js": "swagger-ui-dist/swagger-ui-standalone-preset.js",
  "vendor/swagger-ui/LICENSE": "swagger-ui-dist/LICENSE",
};

const banner =
  "Holdfast bundle; sources and pinned versions in app/web/assets. Contains third-party code, see licenses.txt.";

/** Licences of everything that was bundled, once each, in the order of names. */
function licenses(metafile) {
  const names = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const found = input.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/);
    if (found) names.add(found[1]);
  }
  const parts = [];
  for (const name of [...names].sort()) {
    const folder = join(here, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((one) => join(folder, one)).find(existsSync);
    parts.push(`${name} ${version} (${license})\n\n${file ? readFileSync(file, "utf8").trim() : ""}\n`);
  }
  return parts.join(`\n${"-".repeat(72)}\n\n`);
}

const files = new Map();
const scripts = await build({
  ...options,
  entryPoints: ["src/app.js", "src/editor.js", "src/preview.js", "src/api.js", "src/welcome.js", "src/mermaid.js", "src/conflict.js", "src/graph.js"],
  banner: { js: `/* ${banner} */` },
  metafile: true,
});
const styles = await build({ ...options, entryPoints: ["css/app.css"], banner: { css: `/* ${banner} */` } });
for (const { path, contents } of [...scripts.outputFiles, ...styles.outputFiles]) {
  files.set(relative(out, path), Buffer.from(contents));
}
for (const [to, from] of Object.entries(vendored)) {
  const text = readFileSync(join(here, "node_modules", from), "utf8");
  files.set(to, Buffer.from(text.replace(/^\/[/*]# sourceMappingURL=.*$/gm, "")));
}
files.set("licenses.txt", Buffer.from(licenses(scripts.metafile)));

let stale = 0;
for (const [name, contents] of files) {
  const path = join(out, name);
  if (!check) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
    console.log(`${name.padEnd(40)} ${(contents.length / 1024).toFixed(0).padStart(6)} KB`);
  } else if (!existsSync(path) || !readFileSync(path).equals(contents)) {
    console.error(`app/web/static/${name} is not what its sources build: run \`make assets\` and commit it.`);
    stale += 1;
  }
}
process.exitCode = stale ? 1 : 0;
