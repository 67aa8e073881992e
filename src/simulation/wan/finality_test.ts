import assert from "node:assert/strict";
import { finalities } from "./finality.ts";

Deno.test("a transfer is final once, by its first block, at the node that took it", () => {
  const submitted = new Map([
    ["aa", { node: 0, atMs: 100 }],
    ["bb", { node: 1, atMs: 150 }],
    ["cc", { node: 0, atMs: 200 }],
  ]);
  const blocks = [
    { ids: ["aa", "other"], decidedMs: [300, 310] },
    { ids: ["bb", "bb", "aa"], decidedMs: [600, 620] },
  ];
  assert.deepEqual(finalities(submitted, blocks), [200, 470]);
});
