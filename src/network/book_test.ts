import assert from "node:assert/strict";
import { Book } from "./book.ts";
import { LIMITS } from "./limits.ts";
import type { KnownRecord } from "./record.ts";

const record = (id: string, group: string): KnownRecord => ({
  id,
  timeMs: 1,
  addresses: [`/ip4/${group}.0.1/udp/1/quic-v1`],
  hosts: [group],
  dataPort: 1,
  certificateHash: new Uint8Array(32),
  nodeCertificate: new Uint8Array(),
  signed: new Uint8Array(),
});

function open(keeps: string[] = []) {
  const book = new Book("own", {
    groupOf: ({ hosts: [group] }) => group,
    keeps: (id) => keeps.includes(id),
  });
  const forgotten: string[] = [];
  book.onForget = (id) => forgotten.push(id);
  const size = () => book.latest(Infinity).length;
  return { book, forgotten, size };
}

Deno.test("a flood of nodes of one address group displaces nobody else", () => {
  const { book, forgotten } = open(["victim 1"]);
  for (let n = 0; n < 8; n++) book.add(record(`honest ${n}`, `1.${n}`));
  for (let n = 0; n < 10_000; n++) book.add(record(`victim ${n}`, "6.6"));
  const known = book.latest(Infinity);
  assert.equal(known.length, 8 + LIMITS.knownPeersOfGroupMax);
  assert.ok(book.get("honest 0") && book.get("victim 1"));
  assert.equal(forgotten[0], "victim 0");
});

Deno.test("a peer that tells of thousands displaces those that it told of itself", () => {
  const { book, size } = open();
  for (let n = 0; n < 100; n++) {
    book.add(record(`honest ${n}`, `1.${n}`), `peer ${n % 3}`);
  }
  for (let n = 0; n < 5_000; n++) {
    book.add(record(`made up ${n}`, `${n % 200}.9`), "liar");
  }
  for (let n = 0; n < 100; n++) assert.ok(book.get(`honest ${n}`));
  assert.equal(size(), 100 + LIMITS.knownPeersOfSourceMax);
});

Deno.test("when all is full one of the largest group goes, never one that is kept", () => {
  const kept = Array.from({ length: 40 }, (_, n) => `kept ${n}`);
  const { book, forgotten, size } = open(kept);
  for (const id of kept) book.add({ ...record(id, id) });
  for (let n = 0; n < LIMITS.knownPeersMax - 42; n++) {
    book.add(record(`one ${n}`, `${n}`));
  }
  book.add(record("two of a group", "0"));
  book.add(record("three of a group", "0"));
  book.add(record("new", "new"));
  assert.deepEqual(forgotten, ["one 0"]);
  assert.equal(size(), LIMITS.knownPeersMax);
});
