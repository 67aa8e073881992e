/** From the staged sources to a module of bare WebAssembly. */
import { homedir } from "node:os";
import { join } from "node:path";
import { run } from "./shell.ts";
import { STAGE, TARGET } from "./paths.ts";
import type { Toolchain } from "./toolchain.ts";

/** The two modules of one source; `WebAssembly.validate` chooses at run time. */
export const FLAVOURS = {
  fast: "-C target-feature=+simd128,+relaxed-simd,+bulk-memory",
  compat: "",
} as const;

export type Flavour = keyof typeof FLAVOURS;

/** Returns the path of the module. */
export async function compile(
  toolchain: Toolchain,
  flavour: Flavour,
): Promise<string> {
  const folder = join(TARGET, "web", flavour);
  await run(
    toolchain.cargo,
    ["build", "--release", "--lib", "--locked", ...toolchain.args],
    {
      cwd: join(STAGE, "core-wasm"),
      env: {
        ...toolchain.env,
        CARGO_TARGET_DIR: folder,
        RUSTFLAGS: [FLAVOURS[flavour], ...await remaps(folder)].join(" "),
      },
    },
  );
  return join(folder, "wasm32-unknown-unknown/release/rustorium_core.wasm");
}

/** Panic messages name source files: by paths that are the same on every machine. */
async function remaps(folder: string): Promise<string[]> {
  const home = Deno.env.get("CARGO_HOME") ?? join(homedir(), ".cargo");
  // The last prefix that fits wins, so the inner folder comes last.
  const prefixes: [string, string][] = [[STAGE, "/build"], [folder, "/target"]];
  const registry = join(home, "registry/src");
  for await (const index of Deno.readDir(registry)) {
    prefixes.push([join(registry, index.name), "/crates"]);
  }
  return prefixes.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}
