import assert from "node:assert/strict";
import { parseRoute, searchTarget } from "../../web/route.js";

const hash = "ab".repeat(32);
const address = `rst1${"q".repeat(58)}`;

Deno.test("a search leads to the block, transaction or account that is meant", () => {
  assert.equal(searchTarget(" 1,234 "), "#/block/1234");
  assert.equal(searchTarget(`0x${hash.toUpperCase()}`), `#/tx/${hash}`);
  assert.equal(searchTarget(address.toUpperCase()), `#/account/${address}`);
  for (const nothing of ["", "  ", "hello", "-1", hash.slice(1), "rst1"]) {
    assert.equal(searchTarget(nothing), undefined, nothing);
  }
});

Deno.test("every target is a route, and anything else is nothing", () => {
  assert.deepEqual(parseRoute("#/block/7"), { view: "block", value: 7 });
  assert.deepEqual(parseRoute(`#/tx/${hash}`), {
    view: "transaction",
    value: hash,
  });
  assert.deepEqual(parseRoute(""), { view: "home" });
  for (const wrong of ["#/block/x", "#/tx/1", "#/constructor", "#x"]) {
    assert.deepEqual(parseRoute(wrong), { view: "nothing" }, wrong);
  }
});
