import assert from "node:assert/strict";
import { spansOf } from "./spans.ts";

Deno.test("an address is in a /24 and a /16, of IPv6 in a /64, a /48 and a /32", () => {
  assert.deepEqual(spansOf("203.0.113.7"), {
    address: "203.0.113.7",
    subnet: "203.0.113.0/24",
    network: "203.0.0.0/16",
  });
  const spans = {
    address: "2001:db8:0:7::/64",
    subnet: "2001:db8:0::/48",
    network: "2001:db8::/32",
  };
  for (const host of ["2001:db8:0:7::1", "2001:0DB8::7:ffff:1:2:3"]) {
    assert.deepEqual(spansOf(host), spans, host);
  }
  assert.notEqual(spansOf("::1").address, spansOf("0:0:0:1::1").address);
});
