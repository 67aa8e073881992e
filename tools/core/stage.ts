/**
 * A copy of the core's sources beside a patched copy of the engine. The copy
 * keeps Cargo's lock of the crate itself as it is for native builds, which
 * need no patch, and makes the manifest describe exactly what is compiled.
 */
import { dirname, join } from "node:path";
import { capture, run } from "./shell.ts";
import { CRATE, PATCH, ROOT, STAGE } from "./paths.ts";

const ENGINE = "arc-malachitebft-core-consensus";
const VENDOR = join(STAGE, "core-wasm/vendor", ENGINE);

/** Copies `sources` (paths from the repository's root) and patches the engine. */
export async function stage(sources: readonly string[]): Promise<void> {
  await forgetRemoved(sources);
  for (const path of sources) {
    const bytes = await Deno.readFile(join(ROOT, path));
    await writeChanged(join(STAGE, path), pointAtVendor(path, bytes));
  }
  await vendorEngine();
}

/** Leaves files alone that did not change, so that Cargo does, too. */
async function writeChanged(path: string, bytes: Uint8Array): Promise<void> {
  const before = await Deno.readFile(path).catch(() => undefined);
  if (before && before.length === bytes.length && same(before, bytes)) return;
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeFile(path, bytes);
}

function same(one: Uint8Array, other: Uint8Array): boolean {
  return one.every((byte, index) => byte === other[index]);
}

async function forgetRemoved(sources: readonly string[]): Promise<void> {
  const kept = new Set(sources);
  for (const folder of ["core-wasm/src", "proto/rustorium"]) {
    for (const path of await staged(folder)) {
      if (!kept.has(path)) await Deno.remove(join(STAGE, path));
    }
  }
}

async function staged(folder: string): Promise<string[]> {
  const paths: string[] = [];
  try {
    for await (const entry of Deno.readDir(join(STAGE, folder))) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) paths.push(...await staged(path));
      else paths.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return paths;
}

async function vendorEngine(): Promise<void> {
  const patch = await Deno.readFile(PATCH);
  const mark = join(STAGE, "core-wasm/vendor/applied.patch");
  const applied = await Deno.readFile(mark).catch(() => undefined);
  if (applied && same(applied, patch) && applied.length === patch.length) {
    return;
  }
  await Deno.remove(VENDOR, { recursive: true }).catch(() => {});
  await copyFolder(await engineSource(), VENDOR);
  await run("patch", ["-p1", "--batch", "--quiet", "-i", PATCH], {
    cwd: VENDOR,
  });
  await Deno.writeFile(mark, patch);
}

/** Cargo's own copy of the engine, fetched if need be. */
async function engineSource(): Promise<string> {
  const manifest = join(CRATE, "Cargo.toml");
  await run("cargo", ["fetch", "--locked", "--manifest-path", manifest]);
  const text = await capture("cargo", [
    "metadata",
    "--locked",
    "--format-version=1",
    "--manifest-path",
    manifest,
  ]);
  const { packages } = JSON.parse(text ?? '{"packages":[]}') as {
    packages: { name: string; manifest_path: string }[];
  };
  const engine = packages.find((one) => one.name === ENGINE);
  if (!engine) throw new Error(`core-wasm does not depend on ${ENGINE}`);
  return dirname(engine.manifest_path);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const entry of Deno.readDir(from)) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory) await copyFolder(source, copy);
    else await Deno.writeFile(copy, await Deno.readFile(source));
  }
}

/** A `[patch]` in the staged Cargo.toml, and a lock that says the same. */
function pointAtVendor(path: string, bytes: Uint8Array): Uint8Array {
  const edit = EDITS[path];
  if (!edit) return bytes;
  return new TextEncoder().encode(edit(new TextDecoder().decode(bytes)));
}

const EDITS: Record<string, (text: string) => string> = {
  "core-wasm/Cargo.toml": (toml) =>
    `${toml}\n[patch.crates-io]\n${ENGINE} = { path = "vendor/${ENGINE}" }\n`,
  // A package at a path has no source and no checksum in a lock file.
  "core-wasm/Cargo.lock": (lock) => lock.replace(LOCKED, "$1"),
};

const LOCKED = new RegExp(
  `(name = "${ENGINE}"\nversion = "[^"]+"\n)source = .*\nchecksum = .*\n`,
);
