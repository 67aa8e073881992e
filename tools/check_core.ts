/**
 * Says whether core-wasm/pkg was made from the sources beside it. Needs no
 * Rust: `deno run -A tools/check_core.ts`. `--rebuilt DIR` also compares with
 * a package built elsewhere from the same sources.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  differences,
  hashFiles,
  type Manifest,
  readManifest,
  sourceFiles,
} from "./core/manifest.ts";
import { PACKAGE, ROOT } from "./core/paths.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { rebuilt: { type: "string" } },
});
const manifest = await readManifest();
const problems = [
  ...differences(
    manifest.sources,
    await hashFiles(ROOT, await sourceFiles()),
  ).map((path) => `${path} is not what core-wasm/pkg was built from`),
  ...differences(
    manifest.outputs,
    await hashFiles(PACKAGE, Object.keys(manifest.outputs)),
  ).map((path) => `core-wasm/pkg/${path} is not what the build wrote`),
  ...(values.rebuilt === undefined ? [] : await compareRebuilt(values.rebuilt)),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error("Run `deno task build:core` and commit core-wasm/pkg.");
  Deno.exit(1);
}
console.log("core-wasm/pkg matches its sources.");

/** The same compiler must give the same bytes; another one must be named. */
async function compareRebuilt(folder: string): Promise<string[]> {
  const rebuilt: Manifest = JSON.parse(
    await Deno.readTextFile(join(folder, "manifest.json")),
  );
  if (rebuilt.rustc !== manifest.rustc) {
    console.log(
      `Bytes not compared: built with ${manifest.rustc}, here is ${rebuilt.rustc}.`,
    );
    return [];
  }
  return differences(manifest.outputs, rebuilt.outputs)
    .map((path) => `${path}: built again from the same sources, it differs`);
}
