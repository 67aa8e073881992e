import assert from "node:assert/strict";
import { sourceOf } from "./source.ts";

const of = (hostname: string, port = 1) =>
  sourceOf({ transport: "tcp", hostname, port });

Deno.test("an address is a source, and each of its connections another", () => {
  assert.equal(of("192.0.2.1").address, "192.0.2.1");
  assert.equal(of("192.0.2.1", 2).address, of("192.0.2.1", 3).address);
  assert.notEqual(
    of("192.0.2.1", 2).connection,
    of("192.0.2.1", 3).connection,
  );
});

Deno.test("an IPv4 address written as IPv6 is the same source", () => {
  assert.equal(of("::ffff:192.0.2.1").address, "192.0.2.1");
  assert.equal(of("::FFFF:192.0.2.1").address, "192.0.2.1");
});

Deno.test("of IPv6 the first 64 bits count, however they are written", () => {
  const prefix = "2001:db8:0:7::/64";
  for (
    const one of [
      "2001:db8:0:7::1",
      "2001:0db8:0:7:ffff:1:2:3",
      "2001:DB8::7:0:0:0:9",
      "2001:db8::7:a:b:c:d%eth0",
    ]
  ) {
    assert.equal(of(one).address, prefix, one);
  }
  assert.notEqual(of("2001:db8:0:8::1").address, prefix);
  assert.equal(of("::1").address, "0:0:0:0::/64");
});

Deno.test("what has no address is one source", () => {
  const unix = sourceOf({ transport: "unix", path: "/tmp/a" });
  assert.deepEqual(unix, { address: "unix", connection: "unix" });
});
