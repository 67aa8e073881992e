/** Where a file stands in the repository: its path from the root, and the folder of `src/` it belongs to. */
export interface Place {
  /** With forward slashes, e.g. `src/storage/store.ts`. */
  path: string;
  /** The folder directly under `src/`, e.g. `storage`. */
  folder: string;
  isTest: boolean;
}

const ROOT = new URL("../../", import.meta.url).pathname;

/** The place of an absolute file name; undefined outside `src/` and for generated code. */
export function placeOf(filename: string): Place | undefined {
  const normal = filename.replaceAll("\\", "/");
  const path = normal.startsWith(ROOT) ? normal.slice(ROOT.length) : normal;
  const folder = /^src\/([^/]+)\//.exec(path)?.[1];
  if (folder === undefined || path.startsWith("src/proto/gen/")) return;
  return { path, folder, isTest: /(_test\.ts|\/testing\/.*)$/.test(path) };
}

/** The path from the root that a relative import means. */
export function resolveImport(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}
