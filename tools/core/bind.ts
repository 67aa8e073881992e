/** From a bare module to the package's glue, types and module. */
import { join } from "node:path";
import type { Flavour } from "./compile.ts";
import { factory, factoryTypes } from "./glue.ts";
import { BIND, TARGET } from "./paths.ts";
import { run } from "./shell.ts";

export interface Bound {
  glue: string;
  types: string;
  module: Uint8Array;
}

const NAME = "rustorium_core";

/** Builds the small program around wasm-bindgen's library. */
export async function buildBind(): Promise<string> {
  const folder = join(TARGET, "bind");
  await run("cargo", ["build", "--locked"], {
    cwd: BIND,
    env: { CARGO_TARGET_DIR: folder },
  });
  return join(folder, "debug/rustorium-bind");
}

export async function bind(
  program: string,
  module: string,
  flavour: Flavour,
): Promise<Bound> {
  const out = join(TARGET, "web", flavour, "bound");
  await run(program, [module, out, NAME]);
  return {
    glue: factory(await Deno.readTextFile(join(out, `${NAME}.js`))),
    types: factoryTypes(await Deno.readTextFile(join(out, `${NAME}.d.ts`))),
    module: await Deno.readFile(join(out, `${NAME}_bg.wasm`)),
  };
}
