import assert from "node:assert/strict";
import {
  allErrors,
  ErrorCode,
  fault,
  isFault,
  RustoriumError,
  toRustoriumError,
} from "./mod.ts";

Deno.test("fault() carries code, name, the catalogue's sentence and the detail", () => {
  const error = fault(ErrorCode.NONCE_USED, { next: 4n });
  assert.ok(error instanceof RustoriumError);
  assert.equal(error.code, 200);
  assert.equal(error.codeName, "NONCE_USED");
  assert.match(error.message, /next nonce/);
  assert.deepEqual(error.detail, { next: 4n });
});

Deno.test("fault() says when to try again, where that helps", () => {
  assert.equal(fault(ErrorCode.MEMPOOL_FULL).retryAfterMs, 1_000);
  assert.equal(fault(ErrorCode.NONCE_USED).retryAfterMs, undefined);
});

Deno.test("toRustoriumError() gives back a RustoriumError as it is", () => {
  const error = fault(ErrorCode.EXPIRED);
  assert.equal(toRustoriumError(error, ErrorCode.RPC_INTERNAL), error);
});

Deno.test("toRustoriumError() keeps the code of an error that lost its class", () => {
  const crossed = Object.assign(new Error("bad"), {
    code: 105,
    detail: "byte 3",
  });
  const error = toRustoriumError(crossed, ErrorCode.RPC_INTERNAL);
  assert.equal(error.codeName, "SIGNATURE_INVALID");
  assert.equal(error.detail, "byte 3");
  assert.match(error.message, /sign it with the sender's own key/);
});

Deno.test("toRustoriumError() uses the fallback for anything else, and keeps the evidence", () => {
  for (
    const thrown of [
      new TypeError("x is not a function"),
      "text",
      undefined,
      null,
      { code: 7 },
    ]
  ) {
    assert.equal(toRustoriumError(thrown, ErrorCode.RPC_INTERNAL).code, 607);
  }
  const error = toRustoriumError(new TypeError("oops"), ErrorCode.RPC_INTERNAL);
  assert.equal(error.detail, "oops");
});

Deno.test("toRustoriumError() keeps every code of the catalogue", () => {
  for (const { code, name } of allErrors()) {
    const crossed = Object.assign(new Error(name), { code });
    const error = toRustoriumError(crossed, ErrorCode.RPC_INTERNAL);
    assert.deepEqual([error.code, error.codeName], [code, name]);
  }
});

Deno.test("isFault() tells one code, of errors of this project only", () => {
  const busy = fault(ErrorCode.RPC_BUSY);
  assert.ok(isFault(busy, ErrorCode.RPC_BUSY));
  assert.ok(!isFault(busy, ErrorCode.RPC_TIMEOUT));
  const other = Object.assign(new Error(), { code: ErrorCode.RPC_BUSY });
  assert.ok(!isFault(other, ErrorCode.RPC_BUSY));
});
