import assert from "node:assert/strict";
import { seedSigner } from "../../platform/mod.ts";
import { peerIdOf } from "../identity.ts";
import { LIMITS } from "../limits.ts";
import { encodePeers, Neighbours } from "./neighbours.ts";

const [own, a, b, c] = [1, 2, 3, 4].map((number) =>
  peerIdOf(seedSigner(new Uint8Array(32).fill(number)).publicKey)
) as [string, string, string, string];

Deno.test("somebody is beyond the peers while a peer has one that this node has not", () => {
  const neighbours = new Neighbours(own);
  neighbours.hear(a, encodePeers([own, b]));
  assert.ok(!neighbours.reachBeyond([a, b]));
  neighbours.hear(b, encodePeers([own, a, c]));
  assert.ok(neighbours.reachBeyond([a, b]));
  assert.ok(!neighbours.reachBeyond([a, b, c]));
  neighbours.forget(b);
  assert.ok(!neighbours.reachBeyond([a, b]));
});

Deno.test("what is no list of keys, or too long a one, is refused", () => {
  const neighbours = new Neighbours(own);
  for (const bytes of [31, 33, 32 * (LIMITS.neighboursMax + 1)]) {
    assert.throws(() => neighbours.hear(a, new Uint8Array(bytes)), {
      codeName: "MESSAGE_MALFORMED",
    });
  }
});
