/** Which Rust compiles for wasm32 on this machine. */
import { join } from "node:path";
import { capture } from "./shell.ts";

export interface Toolchain {
  cargo: string;
  env: Record<string, string>;
  /** Arguments that every build of the module needs. */
  args: readonly string[];
  /** `rustc --version`. */
  version: string;
}

const TARGET_NAME = "wasm32-unknown-unknown";
const REMEDY = `no Rust here compiles for ${TARGET_NAME}. Either
  rustup target add ${TARGET_NAME}
or, where rustup has no such target,
  apt-get install -y --no-install-recommends rustc-web cargo-web rust-web-src lld`;

/** The rustup toolchain when it has the target, else Debian's with its own copy of std. */
export async function findToolchain(): Promise<Toolchain> {
  return await ordinary() ?? await debian() ?? fail();
}

function fail(): never {
  throw new Error(REMEDY);
}

async function ordinary(): Promise<Toolchain | undefined> {
  const sysroot = await capture("rustc", ["--print", "sysroot"]);
  const version = await capture("rustc", ["--version"]);
  if (sysroot === undefined || version === undefined) return undefined;
  if (!await exists(join(sysroot, "lib/rustlib", TARGET_NAME))) {
    await capture("rustup", ["target", "add", TARGET_NAME]);
  }
  if (!await exists(join(sysroot, "lib/rustlib", TARGET_NAME))) {
    return undefined;
  }
  return { cargo: "cargo", env: {}, args: ["--target", TARGET_NAME], version };
}

async function debian(): Promise<Toolchain | undefined> {
  const version = await capture("/usr/bin/rustc", ["--version"]);
  const sysroot = await capture("/usr/bin/rustc", ["--print", "sysroot"]);
  if (version === undefined || sysroot === undefined) return undefined;
  if (!await exists(join(sysroot, "lib/rustlib/src/rust/library/std"))) {
    return undefined;
  }
  return {
    cargo: "/usr/bin/cargo",
    env: {
      RUSTC: "/usr/bin/rustc",
      // Building std is still an unstable feature of Cargo.
      RUSTC_BOOTSTRAP: "1",
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: "wasm-ld",
    },
    args: ["--target", TARGET_NAME, "-Z", "build-std=std,panic_abort"],
    version,
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
