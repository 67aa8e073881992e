/**
 * Builds core-wasm/pkg from source: `deno task build:core`. Needs Rust; users
 * of the repository do not, because the package is committed. `--out DIR`
 * writes it elsewhere, to compare.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bind, type Bound, buildBind } from "./core/bind.ts";
import { compile, type Flavour, FLAVOURS } from "./core/compile.ts";
import { hashFiles, type Manifest, sourceFiles } from "./core/manifest.ts";
import { PACKAGE, ROOT } from "./core/paths.ts";
import { stage } from "./core/stage.ts";
import { findToolchain } from "./core/toolchain.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { out: { type: "string", default: PACKAGE } },
});
const out = values.out;

const toolchain = await findToolchain();
const sources = await sourceFiles();
const hashes = await hashFiles(ROOT, sources);
await stage(sources);
const program = await buildBind();

const flavours = Object.keys(FLAVOURS) as Flavour[];
const bound: Bound[] = [];
for (const flavour of flavours) {
  const module = await compile(toolchain, flavour);
  bound.push(await bind(program, module, flavour));
}
const [first, ...others] = bound;
if (!first) throw new Error("no flavour to build");
if (others.some((one) => one.glue !== first.glue)) {
  throw new Error("the modules need different glue");
}

await Deno.mkdir(out, { recursive: true });
const outputs = ["rustorium_core.js", "rustorium_core.d.ts"];
await Deno.writeTextFile(join(out, "rustorium_core.js"), first.glue);
await Deno.writeTextFile(join(out, "rustorium_core.d.ts"), first.types);
for (const [index, flavour] of flavours.entries()) {
  const name = `rustorium_core_${flavour}_bg.wasm`;
  await Deno.writeFile(join(out, name), bound[index]!.module);
  outputs.push(name);
}
const manifest: Manifest = {
  rustc: toolchain.version,
  sources: hashes,
  outputs: await hashFiles(out, outputs.sort()),
};
await Deno.writeTextFile(
  join(out, "manifest.json"),
  JSON.stringify(manifest, null, 2) + "\n",
);
for (const name of outputs) {
  console.log(`${(await Deno.stat(join(out, name))).size} ${join(out, name)}`);
}
