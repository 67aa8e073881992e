/** The house rules of CONTRIBUTING.md that a machine can check. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { findCycle, folderGraph } from "./imports.ts";
import { brokenLinks } from "./links.ts";
import { GENERATED, ROOT, type SourceFile, sourceFiles } from "./tree.ts";

const files = sourceFiles();
const written = files.filter(({ path }) => !GENERATED.test(path));
const code = written.filter(({ path }) => /\.(ts|js|rs)$/.test(path));

/** The text of one file. */
const textOf = (name: string) =>
  files.find(({ path }) => path === name)?.text ?? "";

const LINES_MAX = 500;
const MEDIAN_LINES_MAX = 130;

/** `file:line` of everything that a pattern matches. Patterns are put together here so that this file does not match itself. */
function places(among: SourceFile[], ...pattern: string[]): string[] {
  const wanted = new RegExp(pattern.join(""));
  return among.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) =>
      wanted.test(line) ? [`${path}:${index + 1}`] : []
    )
  );
}

const lineCount = ({ text }: SourceFile) => text.split("\n").length - 1;

Deno.test("tidy: no source file is longer than 500 lines", () => {
  const long = code.filter((file) => lineCount(file) > LINES_MAX);
  assert.deepEqual(long.map((file) => `${file.path}: ${lineCount(file)}`), []);
});

Deno.test("tidy: TypeScript files are small on the whole", () => {
  const counts = code.filter(({ path }) => /^src\/.*\.ts$/.test(path))
    .map(lineCount).sort((a, b) => a - b);
  const median = counts[counts.length >> 1] ?? 0;
  assert.ok(median <= MEDIAN_LINES_MAX, `median ${median} lines`);
});

Deno.test("tidy: no work is left for later in the code", () => {
  const marks = ["\\b(TO", "DO|FIX", "ME|XX", "X|HA", "CK)\\b"];
  assert.deepEqual(places(code, ...marks), []);
});

Deno.test("tidy: no path of a developer's machine", () => {
  const folders = ["(^|[^\\w.])/(wo", "rk|ro", "ot|fa", "rm|ho", "me)/[a-z.]"];
  assert.deepEqual(places(written, ...folders), []);
});

Deno.test("tidy: lock files name no host of a package registry", () => {
  const locks = files.filter(({ path }) =>
    /(^|\/)(deno|Cargo)\.lock$/.test(path)
  );
  assert.ok(locks.length > 0);
  const denoLocks = locks.filter(({ path }) => path.endsWith("deno.lock"));
  assert.deepEqual(places(denoLocks, "https?://"), []);
  const sources = locks.flatMap(({ text }) =>
    [...text.matchAll(/^source = "(.*)"$/gm)].map(([, source]) => source)
  );
  assert.deepEqual([...new Set(sources)], [
    "registry+https://github.com/rust-lang/crates.io-index",
  ]);
});

Deno.test("tidy: no file sets a package registry", () => {
  const settings = ["npm_config_regis", "try|replace-wi", "th|index-u", "rl"];
  assert.deepEqual(places(written, ...settings), []);
  assert.deepEqual(files.filter(({ path }) => /(^|\/)\.npmrc$/.test(path)), []);
});

Deno.test("tidy: no test is focused or left out", () => {
  const skipped = [
    "Deno\\.test\\.(on",
    "ly|ig",
    "nore)|\\b(ig",
    "nore|on",
    "ly): true",
  ];
  const tests = code.filter(({ path }) => path.endsWith("_test.ts"));
  assert.deepEqual(places(tests, ...skipped), []);
});

Deno.test("tidy: the folders of src import each other without a cycle", () => {
  assert.equal(findCycle(folderGraph(written))?.join(" → "), undefined);
});

Deno.test("tidy: every folder of src has a door", () => {
  const folders = new Set(
    written.flatMap(({ path }) => /^src\/([^/]+)\//.exec(path)?.[1] ?? []),
  );
  const without = [...folders].filter((folder) =>
    !fs.existsSync(`${ROOT}src/${folder}/mod.ts`)
  );
  assert.deepEqual(without, []);
});

Deno.test("tidy: links between the documents lead somewhere", () => {
  const exists = (path: string) => fs.existsSync(ROOT + path);
  assert.deepEqual(brokenLinks(written, exists), []);
});

Deno.test("tidy: the third-party notices name every npm package with its version", () => {
  const notices = textOf("THIRD-PARTY-NOTICES.md").replace(/ +/g, " ");
  const imports: string[] = Object.values(
    JSON.parse(textOf("deno.json")).imports,
  );
  const missing = imports.filter((specifier) => {
    const [, name, version] = /^npm:(.+)@(.+)$/.exec(specifier) ?? [];
    return !notices.includes(
      `| [${name}](https://www.npmjs.com/package/${name}) | ${version} |`,
    );
  });
  assert.deepEqual(missing, [], "run deno task build:notices");
});

Deno.test("tidy: the third-party notices name every crate that the core depends on", () => {
  const notices = textOf("THIRD-PARTY-NOTICES.md");
  const [, section = ""] = /^\[dependencies\]\n(.*?)\n\[/ms
    .exec(textOf("core-wasm/Cargo.toml")) ?? [];
  const crates = section.split("\n").flatMap((line) =>
    /package = "([^"]+)"/.exec(line)?.[1] ?? /^([\w-]+) =/.exec(line)?.[1] ?? []
  );
  assert.ok(crates.length > 0);
  const missing = crates.filter((name) =>
    !notices.includes(`crates.io/crates/${name})`)
  );
  assert.deepEqual(missing, [], "run deno task build:notices");
});
