import assert from "node:assert/strict";
import type { LoadReport } from "../types.ts";
import { drawPage } from "./mod.ts";

const figures = {
  tps: 10,
  machine: { cpu: "</script><script>alert(1)</script>" },
} as unknown as LoadReport["figures"];
const course = { blocks: [], memory: [], cpu: [], latencies: [] };

Deno.test("the page holds all that it needs, and no data end its scripts", async () => {
  const page = await drawPage({ figures, course });
  assert.match(page, /uPlot/);
  // Nothing is loaded from elsewhere.
  assert.doesNotMatch(page, /\s(src|href)=/);
  assert.equal(page.match(/<script/g)?.length, 3);
  assert.equal(page.match(/<\/script>/g)?.length, 3);
});
