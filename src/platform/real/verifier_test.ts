import assert from "node:assert/strict";
import { seedSigner } from "./signer.ts";
import { verifyEd25519 } from "./verifier.ts";

Deno.test("verifyEd25519() accepts the signer's signature and nothing that differs from it", async () => {
  const { publicKey, sign } = seedSigner(new Uint8Array(32).fill(7));
  const message = Uint8Array.of(1, 2, 3);
  const signature = await sign(message);
  assert.ok(verifyEd25519(publicKey, message, signature));
  assert.ok(!verifyEd25519(publicKey, Uint8Array.of(1, 2, 4), signature));
  assert.ok(!verifyEd25519(publicKey, message, signature.toReversed()));
  assert.ok(!verifyEd25519(publicKey, message, signature.subarray(1)));
  const noPoint = publicKey.map((byte, at) => at === 1 ? byte ^ 1 : byte);
  for (let change = 0; change < 32; change++) {
    noPoint[2] = change;
    assert.ok(!verifyEd25519(noPoint, message, signature));
  }
  assert.ok(!verifyEd25519(publicKey.subarray(1), message, signature));
});
