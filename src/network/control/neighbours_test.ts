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
  neighbours.meet([a, b]);
  neighbours.hear(a, encodePeers([own, b]));
  assert.ok(!neighbours.reachBeyond);
  neighbours.hear(b, encodePeers([own, a, c]));
  assert.ok(neighbours.reachBeyond);
  neighbours.meet([a, b, c]);
  assert.ok(!neighbours.reachBeyond);
  neighbours.meet([a]);
  assert.ok(neighbours.reachBeyond);
  neighbours.meet([a, b]);
  neighbours.forget(b);
  assert.ok(!neighbours.reachBeyond);
});

Deno.test("somebody of whom nothing is told is beyond the peers", () => {
  const neighbours = new Neighbours(own);
  neighbours.meet([a]);
  neighbours.hear(a, encodePeers([own, b], (id) => id !== b));
  assert.ok(neighbours.reachBeyond);
});

Deno.test("what a peer said stays as it was, whatever becomes of its bytes", () => {
  const neighbours = new Neighbours(own);
  const body = encodePeers([own]);
  neighbours.meet([a]);
  neighbours.hear(a, body);
  body.fill(9);
  assert.ok(!neighbours.reachBeyond);
});

Deno.test("what is no list of keys, or too long a one, is refused", () => {
  const neighbours = new Neighbours(own);
  for (const bytes of [31, 33, 32 * (LIMITS.neighboursMax + 1)]) {
    assert.throws(() => neighbours.hear(a, new Uint8Array(bytes)), {
      codeName: "MESSAGE_MALFORMED",
    });
  }
});
