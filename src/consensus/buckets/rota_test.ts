import assert from "node:assert/strict";
import { EPOCH_BLOCKS } from "../../core/mod.ts";
import { HeaderRules } from "../rules.ts";
import { core, testGenesis, testKey } from "../../simulation/mod.ts";
import { has, Rota } from "./rota.ts";

const KEYS = [1, 2, 3, 4].map((n) => testKey(core, n));

function rota(count: number, self: number): Rota {
  const genesis = testGenesis(KEYS.slice(0, count), []);
  const genesisHash = core.genesisHash(genesis);
  const { validators: set } = new HeaderRules(core, genesis, genesisHash);
  return new Rota({ core, genesisHash, set, address: KEYS[self]!.publicKey });
}

const buckets = Array.from({ length: 256 }, (_, bucket) => bucket);

Deno.test("every bucket has two authors, and each node knows which are its own", () => {
  const turns = [0, 1, 2, 3].map((self) => rota(4, self).at(9n));
  for (const bucket of buckets) {
    const { first, second } = turns[0]!;
    assert.notEqual(first[bucket], second[bucket]);
    const own = KEYS.filter((_, self) => has(turns[self]!.own, bucket))
      .map(({ publicKey }) => publicKey.toHex());
    assert.deepEqual(
      own.toSorted(),
      [first[bucket], second[bucket]].toSorted(),
    );
  }
});

Deno.test("authors stay for an epoch, and are others in the next", () => {
  const one = rota(4, 0);
  const first = one.at(EPOCH_BLOCKS).first;
  assert.deepEqual(one.at(2n * EPOCH_BLOCKS - 1n).first, first);
  assert.notDeepEqual(one.at(2n * EPOCH_BLOCKS).first, first);
  assert.deepEqual(one.at(EPOCH_BLOCKS).first, first);
});

Deno.test("a lone validator has all buckets, a node without stake none", () => {
  assert.deepEqual(rota(1, 0).at(77n).own, new Uint8Array(32).fill(0xff));
  assert.deepEqual(rota(1, 1).at(77n).own, new Uint8Array(32));
});
