/** Which sources the committed package was made from. */
import { createHash } from "node:crypto";
import { join, relative } from "node:path";
import { BIND, CRATE, PACKAGE, PATCH, ROOT } from "./paths.ts";

/** sha256 in hex, by path from the repository's root. */
export type Hashes = Record<string, string>;

export interface Manifest {
  /** The compiler; other ones give other bytes of the same meaning. */
  rustc: string;
  sources: Hashes;
  outputs: Hashes;
}

/** Compiled for tests alone. */
const TESTS = /_test\.ts$|\/tests\.rs$|\/tests\//;

/** Every file that goes into the package, ascending. */
export async function sourceFiles(): Promise<string[]> {
  const files = [
    PATCH,
    join(CRATE, "Cargo.toml"),
    join(CRATE, "Cargo.lock"),
    join(CRATE, "build.rs"),
    join(BIND, "Cargo.toml"),
    join(BIND, "Cargo.lock"),
    ...await filesUnder(join(CRATE, "src"), ".rs"),
    ...await filesUnder(join(BIND, "src"), ".rs"),
    ...await filesUnder(join(ROOT, "proto/rustorium"), ".proto"),
    ...await filesUnder(join(ROOT, "tools/core"), ".ts"),
  ];
  return files.map((file) => relative(ROOT, file))
    .filter((file) => !TESTS.test(file)).sort();
}

async function filesUnder(folder: string, suffix: string): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory) files.push(...await filesUnder(path, suffix));
    else if (entry.name.endsWith(suffix)) files.push(path);
  }
  return files;
}

/** Hashes of files, read from `base`. */
export async function hashFiles(
  base: string,
  paths: readonly string[],
): Promise<Hashes> {
  const hashes: Hashes = {};
  for (const path of paths) {
    const bytes = await Deno.readFile(join(base, path));
    hashes[path] = createHash("sha256").update(bytes).digest("hex");
  }
  return hashes;
}

export const MANIFEST = join(PACKAGE, "manifest.json");

export async function readManifest(): Promise<Manifest> {
  return JSON.parse(await Deno.readTextFile(MANIFEST));
}

/** Paths whose hashes differ or that only one side has. */
export function differences(one: Hashes, other: Hashes): string[] {
  const paths = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...paths].filter((path) => one[path] !== other[path]).sort();
}
