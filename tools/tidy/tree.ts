import fs from "node:fs";
import path from "node:path";

/** The root of the repository. */
export const ROOT = new URL("../../", import.meta.url).pathname;

/** Folders that are built, downloaded or another tool's. */
const SKIPPED =
  /^(\.git|data|dist|coverage|(.*\/)?(target|node_modules))(\/|$)/;
const BINARY = /\.(binpb|bin|gz|ico|png|wasm|woff2)$/;

/** Written by a tool; checked where it is made. */
export const GENERATED = /^(src\/proto\/gen\/|core-wasm\/pkg\/)/;

/** A text file of the repository, its path from the root. */
export interface SourceFile {
  path: string;
  text: string;
}

function* walk(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(ROOT + folder, { withFileTypes: true })) {
    const name = path.posix.join(folder, entry.name);
    if (SKIPPED.test(name)) continue;
    if (entry.isDirectory()) yield* walk(name);
    else if (entry.isFile()) yield name;
  }
}

/** Every text file that is, or is about to be, committed. */
export function sourceFiles(): SourceFile[] {
  return [...walk(".")].filter((name) => !BINARY.test(name)).sort().map(
    (name) => ({ path: name, text: fs.readFileSync(ROOT + name, "utf8") }),
  );
}
