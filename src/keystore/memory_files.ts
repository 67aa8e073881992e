import type { KeyFiles } from "./types.ts";

/** Key files in memory, for tests. */
export function memoryFiles(files = new Map<string, string>()): KeyFiles & {
  files: Map<string, string>;
} {
  return {
    files,
    names: () => Promise.resolve([...files.keys()]),
    read: (name) => Promise.resolve(files.get(name)),
    create: (name, text) => {
      if (files.has(name)) return Promise.resolve(false);
      files.set(name, text);
      return Promise.resolve(true);
    },
  };
}
