/**
 * Makes what is handed to people who have no Deno: `deno task dist [--out DIR] [--folder-only]`.
 *
 * - `DIR/app/`: the node as a folder, with its runtime (for images and packages).
 * - `DIR/rustorium`: that folder as one file that unpacks itself.
 * - `DIR/rustorium-compiled`: by `deno compile`, where its base binary can be had.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { compile } from "./dist/compile.ts";
import { pack } from "./dist/pack.ts";
import { stage } from "./dist/stage.ts";

const ROOT = new URL("../", import.meta.url).pathname;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "dist" },
    "folder-only": { type: "boolean", default: false },
  },
});
const out = path.resolve(values.out);

function say(text: string): void {
  console.error(text);
}

function sizeOf(file: string): string {
  return `${(Deno.statSync(file).size / 2 ** 20).toFixed(1)} MiB`;
}

await Deno.mkdir(out, { recursive: true });
const app = path.join(out, "app");
const version = await stage(ROOT, app);
say(`${app}: the node as a folder`);

if (!values["folder-only"]) {
  const file = path.join(out, "rustorium");
  const digest = await pack(app, file, version);
  say(`${file}: unpacks itself, ${sizeOf(file)}, content ${digest}`);

  const compiled = path.join(out, "rustorium-compiled");
  const refusal = await compile(app, compiled);
  say(
    refusal === undefined
      ? `${compiled}: by deno compile, ${sizeOf(compiled)}`
      : `No rustorium-compiled: ${refusal}`,
  );
}
