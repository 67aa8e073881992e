import assert from "node:assert/strict";
import { findCycle, folderGraph, importsOf } from "./imports.ts";

Deno.test("importsOf() gives what runs, relative to the root", () => {
  const text = `import { a } from "../b/mod.ts";
import type { T } from "../c/types.ts";
export * from "./d.ts";
import z from "zod";
`;
  assert.deepEqual(importsOf({ path: "src/a/x.ts", text }), [
    "src/b/mod.ts",
    "src/a/d.ts",
  ]);
});

Deno.test("findCycle() finds a cycle between folders and its way", () => {
  const file = (path: string, to: string) => ({
    path,
    text: `import { x } from "../${to}/mod.ts";\n`,
  });
  const chain = [file("src/a/x.ts", "b"), file("src/b/x.ts", "c")];
  assert.equal(findCycle(folderGraph(chain)), undefined);
  const circle = [...chain, file("src/c/x.ts", "b")];
  assert.deepEqual(findCycle(folderGraph(circle)), ["b", "c", "b"]);
});
