import assert from "node:assert/strict";
import { RustoriumError } from "../errors/mod.ts";
import * as values from "./values.ts";

function refusal(read: () => unknown): string {
  try {
    return `accepted ${read()}`;
  } catch (error) {
    assert.ok(error instanceof RustoriumError, String(error));
    return error.codeName;
  }
}

Deno.test("an amount is a whole number from 1 to 2^63 − 1", () => {
  assert.equal(values.amount("1"), 1n);
  assert.equal(values.amount("9223372036854775807"), 2n ** 63n - 1n);
  assert.equal(refusal(() => values.amount("0")), "AMOUNT_ZERO");
  assert.equal(
    refusal(() => values.amount("9223372036854775808")),
    "AMOUNT_OVERFLOW",
  );
  for (
    const text of [
      "",
      "-1",
      "1.5",
      "1e3",
      " 1",
      "1_000",
      "0x10",
      "NaN",
      "1".repeat(41),
    ]
  ) {
    assert.equal(refusal(() => values.amount(text)), "USAGE", text);
  }
});

Deno.test("a duration is milliseconds, or has a unit", () => {
  const read = values.duration("--x", 1, 60_000);
  assert.equal(read("40"), 40);
  assert.equal(read("40ms"), 40);
  assert.equal(read("1s"), 1000);
  assert.equal(read("1.5s"), 1500);
  for (
    const text of [
      "",
      "0",
      "61s",
      "1h",
      "-1",
      "1.5",
      "1.5ms",
      "s",
      "1 s",
      "1e3",
    ]
  ) {
    assert.equal(refusal(() => read(text)), "USAGE", text);
  }
});

Deno.test("a port is 0 to 65535", () => {
  const read = values.port("--rpc-port");
  assert.equal(read("0"), 0);
  assert.equal(read("65535"), 65535);
  for (const text of ["65536", "-1", "http", "", "1.0"]) {
    assert.equal(refusal(() => read(text)), "USAGE", text);
  }
});

Deno.test("a number without a sign fits in 64 bits", () => {
  const read = values.unsigned("--nonce");
  assert.equal(read("18446744073709551615"), 2n ** 64n - 1n);
  assert.equal(refusal(() => read("18446744073709551616")), "USAGE");
});

Deno.test("a hash is 64 hexadecimal digits, given back in lower case", () => {
  assert.equal(values.hash(`0x${"AB".repeat(32)}`), "ab".repeat(32));
  for (const text of ["", "ab", "zz".repeat(32), "ab".repeat(33)]) {
    assert.equal(refusal(() => values.hash(text)), "USAGE", text);
  }
});

Deno.test("--rpc takes a URL, or host and port", () => {
  assert.equal(values.url("http://127.0.0.1:1/x"), "http://127.0.0.1:1/x");
  assert.equal(values.url("127.0.0.1:26657"), "http://127.0.0.1:26657/");
  for (
    const text of ["", "ftp://x", "http://", "http://a b", "javascript://x"]
  ) {
    assert.equal(refusal(() => values.url(text)), "USAGE", text);
  }
});

Deno.test("--hosts are different IPv4 addresses", () => {
  assert.deepEqual(values.hosts("10.0.0.1"), ["10.0.0.1"]);
  assert.deepEqual(values.hosts("10.0.0.1,10.0.0.2"), ["10.0.0.1", "10.0.0.2"]);
  const many = Array.from({ length: 101 }, (_, n) => `10.0.0.${n}`).join();
  for (
    const text of ["", "here", "10.0.0.1,", "::1", "1.1.1.1,1.1.1.1", many]
  ) {
    assert.equal(refusal(() => values.hosts(text)), "USAGE", text);
  }
});
