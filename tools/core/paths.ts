/** Where the build of the core reads and writes. */
import { join, resolve } from "node:path";

/** The repository. */
export const ROOT = resolve(import.meta.dirname ?? ".", "../..");
export const CRATE = join(ROOT, "core-wasm");
/** What is committed: glue, types, two modules, manifest. */
export const PACKAGE = join(CRATE, "pkg");
export const PATCH = join(ROOT, "tools/malachite-no-clock.patch");
export const BIND = join(ROOT, "tools/bind");

/** Nothing under it is ever committed. `CARGO_TARGET_DIR` moves it, as it does for Cargo. */
export const TARGET = resolve(
  Deno.env.get("CARGO_TARGET_DIR") ?? join(CRATE, "target"),
);
/** A copy of the sources with the patched engine beside it. */
export const STAGE = join(TARGET, "web");
