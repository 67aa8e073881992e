import fs from "node:fs";
import type { Crate } from "./crates.ts";

/** A licence text, and the crates that carry it word for word. */
export interface SharedText {
  names: string[];
  text: string;
}

const LICENCE_FILE = /^(licen[cs]e|copying|copyright|notice|unlicense)/i;

/** The files of a crate's licence; of several to choose from, the MIT one. */
function filesOf(crate: Crate): string[] {
  const files = fs.readdirSync(crate.folder).filter((name) =>
    LICENCE_FILE.test(name) &&
    fs.statSync(`${crate.folder}/${name}`).isFile()
  );
  const mit = files.filter((name) => /mit$/i.test(name));
  return / (OR|\/) |\//.test(crate.licence) && mit.length > 0 ? mit : files;
}

const tidied = (text: string) =>
  text.replaceAll("\r\n", "\n").replace(/[ \t]+$/gm, "").trim();

/** The licence texts of crates, each text once. */
export function licenceTexts(crates: Crate[]): SharedText[] {
  const shared = new Map<string, SharedText>();
  for (const crate of crates) {
    for (const file of filesOf(crate)) {
      const text = tidied(fs.readFileSync(`${crate.folder}/${file}`, "utf8"));
      const key = text.replace(/\s+/g, " ");
      const known = shared.get(key) ?? { names: [], text };
      shared.set(key, known);
      if (!known.names.includes(crate.name)) known.names.push(crate.name);
    }
  }
  return [...shared.values()];
}
