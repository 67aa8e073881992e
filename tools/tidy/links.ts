import path from "node:path";
import type { SourceFile } from "./tree.ts";

const LINK = /\]\(([^)\s]+)\)|\b(?:src|href)="([^"]+)"/g;
const CODE = /^(```|~~~)[\s\S]*?^\1/gm;

/** The anchors of a Markdown text: those that GitHub gives its headings, and those written out. */
export function anchorsOf(text: string): Set<string> {
  const seen = new Map<string, number>();
  const anchors = new Set<string>();
  for (const [, title] of text.replace(CODE, "").matchAll(/^#+\s+(.*)$/gm)) {
    const base = (title ?? "").toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "").replaceAll(" ", "-");
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    anchors.add(count === 0 ? base : `${base}-${count}`);
  }
  for (const [, id = ""] of text.matchAll(/<a id="([^"]+)">/g)) anchors.add(id);
  return anchors;
}

/** Links inside the repository that lead nowhere, as `file: link`. */
export function brokenLinks(
  files: SourceFile[],
  exists: (path: string) => boolean,
): string[] {
  const texts = new Map(files.map((file) => [file.path, file.text]));
  const broken: string[] = [];
  for (const file of files.filter(({ path }) => path.endsWith(".md"))) {
    for (const match of file.text.replace(CODE, "").matchAll(LINK)) {
      const link = match[1] ?? match[2] ?? "";
      if (/^[a-z]+:/.test(link)) continue;
      const [target = "", anchor] = link.split("#");
      const place = target
        ? path.posix.join(path.posix.dirname(file.path), target)
        : file.path;
      const text = texts.get(place);
      const leads = anchor && text !== undefined
        ? anchorsOf(text).has(decodeURIComponent(anchor))
        : exists(place);
      if (!leads) broken.push(`${file.path}: ${link}`);
    }
  }
  return broken;
}
