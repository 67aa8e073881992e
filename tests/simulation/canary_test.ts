import assert from "node:assert/strict";
import { CANARIES, HEALTHY, isCaught } from "../../src/simulation/mod.ts";

for (const [name, canary] of Object.entries(CANARIES)) {
  Deno.test(`the checker catches the canary ${name}`, async () => {
    assert.ok(await isCaught(canary, name));
  });
}

Deno.test("without a canary the checker says nothing, through as many crashes", async () => {
  const well = { options: { hardware: () => HEALTHY }, shows: "" };
  assert.equal(await isCaught(well, "well"), false);
});
