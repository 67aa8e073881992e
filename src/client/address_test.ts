import assert from "node:assert/strict";
import fc from "fast-check";
import { createCore, loadCoreModule } from "../core/mod.ts";
import { decodeAddress, encodeAddress, isAddress } from "./mod.ts";

const anyAddress = fc.uint8Array({ minLength: 32, maxLength: 32 });

Deno.test("an address survives its text, in upper case too, and is the core's", async () => {
  const core = createCore(await loadCoreModule());
  fc.assert(fc.property(anyAddress, (bytes) => {
    const text = encodeAddress(bytes);
    assert.equal(text, core.addressEncode(bytes));
    assert.deepEqual([...decodeAddress(text)], [...bytes]);
    assert.deepEqual([...decodeAddress(text.toUpperCase())], [...bytes]);
  }));
});

Deno.test("one wrong character is always noticed", () => {
  fc.assert(
    fc.property(
      anyAddress,
      fc.nat(57),
      fc.constantFrom(..."qpzry9x8gf2tvdw0s3jn54khce6mua7lbio1"),
      (bytes, place, character) => {
        const text = encodeAddress(bytes);
        const at = 4 + place;
        const wrong = text.slice(0, at) + character + text.slice(at + 1);
        assert.equal(isAddress(wrong), wrong === text);
      },
    ),
  );
});

Deno.test("any text is an address or ADDRESS_MALFORMED, as for the core", async () => {
  const core = createCore(await loadCoreModule());
  const text = fc.oneof(
    fc.string(),
    fc.string().map((tail) => `rst1${tail}`),
    fc.string({ minLength: 58, maxLength: 58 }).map((tail) => `rst1${tail}`),
  );
  fc.assert(fc.property(text, (text) => {
    assert.throws(() => decodeAddress(text), { codeName: "ADDRESS_MALFORMED" });
    assert.throws(() => core.addressDecode(text), { code: 114 });
  }));
});

Deno.test("mixed case, another prefix, other lengths and bad padding are refused", () => {
  const text = encodeAddress(new Uint8Array(32));
  const cases = [
    "",
    text.slice(0, -1),
    `${text}q`,
    text.replace("rst1", "rsu1"),
    text.slice(0, 10) + text.slice(10).toUpperCase(),
  ];
  for (const wrong of cases) assert.equal(isAddress(wrong), false, wrong);
  assert.throws(() => encodeAddress(new Uint8Array(31)), { code: 114 });
});
