import fs from "node:fs";
import path from "node:path";

/** What of the repository a running node reads. */
const ENTRIES = [
  "main.ts",
  "src",
  "web",
  "core-wasm/pkg",
  "LICENSE",
  "THIRD-PARTY-NOTICES.md",
];
const LEFT_OUT = /(_test\.ts|(^|\/)testing(\.ts|\/.*))$/;

/** Files that belong to the product, as sorted paths from the root. */
export function sourcesIn(root: string): string[] {
  const walk = (name: string): string[] =>
    fs.statSync(path.join(root, name)).isDirectory()
      ? fs.readdirSync(path.join(root, name))
        .flatMap((entry) => walk(`${name}/${entry}`))
      : [name];
  return ENTRIES.flatMap(walk).filter((name) => !LEFT_OUT.test(name)).sort();
}

/** The part of an import map that `texts` use, each specifier written out somewhere. */
export function importsUsed(
  imports: Record<string, string>,
  texts: readonly string[],
): Record<string, string> {
  const used = ([name]: [string, string]) =>
    texts.some((text) =>
      text.includes(`"${name}"`) || text.includes(`"${name}/`)
    );
  return Object.fromEntries(Object.entries(imports).filter(used));
}
