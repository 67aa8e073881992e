import assert from "node:assert/strict";
import { allErrors, ErrorCode } from "../errors/mod.ts";
import { Exit, exitCodeOf } from "./exit.ts";

Deno.test("every error code has an exit code, and none means success", () => {
  for (const { code, name } of allErrors()) {
    assert.notEqual(exitCodeOf(code), Exit.ok, name);
  }
});

Deno.test("exit codes tell usage, network, rejection, home and proof apart", () => {
  const expected = [
    [ErrorCode.USAGE, 2],
    [ErrorCode.ADDRESS_MALFORMED, 2],
    [ErrorCode.RPC_UNREACHABLE, 3],
    [ErrorCode.RPC_TIMEOUT, 3],
    [ErrorCode.NONCE_USED, 4],
    [ErrorCode.MEMPOOL_FULL, 4],
    [ErrorCode.CONFIG_TYPE, 5],
    [ErrorCode.HOME_IN_USE, 5],
    [ErrorCode.PORT_IN_USE, 5],
    [ErrorCode.PROOF_INVALID, 6],
    [ErrorCode.RPC_NOT_FOUND, 1],
  ] as const;
  for (const [code, exit] of expected) {
    assert.equal(exitCodeOf(code), exit, ErrorCode[code]);
  }
});
