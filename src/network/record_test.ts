import assert from "node:assert/strict";
import { seedSigner } from "../platform/mod.ts";
import { Book } from "./book.ts";
import { peerIdOf, publicKeyOf } from "./identity.ts";
import { LIMITS } from "./limits.ts";
import { readRecord, type RecordFields, signRecord } from "./record.ts";

const NOW = 1_000_000_000;
const chain = new Uint8Array(32).fill(1);
const signer = seedSigner(new Uint8Array(32).fill(7));
const fields: RecordFields = {
  timeMs: NOW,
  addresses: ["/ip4/127.0.0.1/udp/1/quic-v1", "/ip6/::1/udp/1/quic-v1"],
  dataPort: 2,
  certificateHash: new Uint8Array(32).fill(3),
};
const sign = (changed: Partial<RecordFields> = {}) =>
  signRecord(signer, chain, { ...fields, ...changed });
const malformed = { codeName: "MESSAGE_MALFORMED" };

Deno.test("a record says who it is of and where it is reached", async () => {
  const { signed, ...record } = readRecord(await sign(), chain, NOW);
  assert.deepEqual(record, {
    ...fields,
    id: peerIdOf(signer.publicKey),
    hosts: ["127.0.0.1", "::1"],
    nodeCertificate: new Uint8Array(),
  });
  assert.deepEqual(readRecord(signed, chain, NOW).id, record.id);
});

Deno.test("a record that was changed, or is of another chain, does not count", async () => {
  const signed = await sign();
  const original = readRecord(signed, chain, NOW);
  for (let at = 0; at < signed.length; at++) {
    const changed = signed.slice();
    changed[at]! ^= 1;
    try {
      // A bit that only says how a field is encoded may change nothing.
      assert.deepEqual(readRecord(changed, chain, NOW), original);
    } catch (error) {
      assert.equal(
        (error as { codeName: string }).codeName,
        "MESSAGE_MALFORMED",
      );
    }
  }
  const other = new Uint8Array(32).fill(2);
  assert.throws(() => readRecord(signed, other, NOW), malformed);
});

Deno.test("a record out of bounds does not count, though it is signed", async () => {
  const bad: Partial<RecordFields>[] = [
    { timeMs: NOW + LIMITS.recordAheadMsMax + 1 },
    { dataPort: 0 },
    { dataPort: 65_536 },
    { certificateHash: new Uint8Array(31) },
    { addresses: ["/ip4/127.0.0.1/tcp/1"] },
    { addresses: ["/dns4/example.org/udp/1/quic-v1"] },
    { addresses: [`/ip4/127.0.0.1/udp/1/quic-v1${"/x".repeat(100)}`] },
  ];
  for (const changed of bad) {
    const signed = await sign(changed);
    assert.throws(() => readRecord(signed, chain, NOW), malformed);
  }
});

Deno.test("peer ids are those of libp2p, and lead back to the key", () => {
  // From the peer id specification's ed25519 vector.
  const key = Uint8Array.fromHex(
    "1ed1e8fae2c4a144b8be8fd4b47bf3d3b34b871c3cacf6010f0e42d474fce27e",
  );
  const id = peerIdOf(key);
  assert.equal(id, "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq");
  assert.deepEqual(publicKeyOf(id), key);
  for (const bad of ["", "12D3", id + "1", id.slice(1), "0".repeat(52)]) {
    assert.equal(publicKeyOf(bad), undefined);
  }
});

Deno.test("a book keeps the latest record of each node, never the own", async () => {
  const read = async (changed: Partial<RecordFields>) =>
    readRecord(await sign(changed), chain, NOW);
  const first = await read({});
  const later = await read({ timeMs: NOW + 1 });
  const book = new Book("own");
  assert.deepEqual([book.add(first), book.add(first)], [true, false]);
  assert.deepEqual([book.add(later), book.add(first)], [true, false]);
  assert.deepEqual(book.latest(10), [later]);
  assert.equal(new Book(first.id).add(first), false);
});
