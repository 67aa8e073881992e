import assert from "node:assert/strict";
import { wireJson } from "./wire.ts";

Deno.test("wireJson() gives the node's own JSON: amounts as texts, heights as numbers, bytes as text", () => {
  const json = wireJson({
    height: 7n,
    gasUsed: 1660n,
    codeName: "OK",
    charged: true,
    body: {
      validUntil: 9n,
      maxFee: 2n,
      memo: Uint8Array.of(1, 255),
      actions: [{ type: "transfer", to: "rst1x", amount: 2n ** 60n }],
    },
    raw: Uint8Array.of(1, 2, 3),
    proof: undefined,
  });
  assert.equal(
    JSON.stringify(json),
    '{"height":7,"gas_used":"1660","code_name":"OK","charged":true,' +
      '"body":{"valid_until":9,"max_fee":"2","memo":"01ff",' +
      '"actions":[{"type":"transfer","to":"rst1x","amount":"1152921504606846976"}]},"raw":"AQID"}',
  );
});
