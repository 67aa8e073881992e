import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { concat } from "../../bytes/mod.ts";
import { BatchSchema } from "../../proto/gen/rustorium/v1/batch_pb.ts";
import { core } from "../../simulation/mod.ts";
import { makeBatch, testAuthors } from "../testing/batch.ts";
import { PIECE_BYTES } from "../transfer/mod.ts";
import { cutOf, cutUp, nodeOver, rootOver } from "./cut.ts";
import { assembled, readOutline, serve } from "./outline.ts";

const genesisHash = new Uint8Array(32).fill(3);
const parts = { core, genesisHash, validators: testAuthors(core) };

function made(envelopes: number, bodyBytes: number, sequence = 1) {
  const batch = makeBatch(core, genesisHash, sequence, {
    envelopes,
    bodyBytes,
  });
  const { header } = fromBinary(BatchSchema, batch.batch);
  return { ...batch, header: header! };
}

Deno.test("the nodes over the chunks lead to the payload's root, whatever its size", () => {
  const sizes = [
    ...[[1, 8], [2, 20], [7, 100], [8, 16_000], [9, 16_000], [63, 9_000]],
    ...[[100, 5_000], [511, 2_000], [1_000, 150], [1_025, 900], [9_000, 100]],
  ];
  for (const [envelopes, bodyBytes] of sizes) {
    const { payload, header } = made(envelopes!, bodyBytes!);
    const cut = cutOf(header)!;
    const chunks = cutUp(payload, cut)!;
    assert.equal(chunks.length, cut.chunks);
    assert.deepEqual(concat(...chunks), payload);
    const nodes = chunks.map((chunk, at) => nodeOver(core, chunk, cut, at)!);
    assert.deepEqual(rootOver(core, nodes), header.payloadRoot);
    const mean = payload.length / chunks.length;
    assert.ok(mean <= PIECE_BYTES, `${envelopes} x ${bodyBytes}: ${mean}`);
    assert.ok(chunks.length === 1 || mean > PIECE_BYTES / 4);
  }
});

Deno.test("a chunk is right at its place and with each of its bytes only", () => {
  const { payload, header } = made(600, 900);
  const cut = cutOf(header)!;
  const chunks = cutUp(payload, cut)!;
  const [first, second] = chunks as [Uint8Array, Uint8Array];
  const right = nodeOver(core, second, cut, 1)!;
  for (const at of [0, 50, 96, 98, 500, second.length - 1]) {
    const changed = second.slice();
    changed[at]! ^= 1;
    assert.notDeepEqual(nodeOver(core, changed, cut, 1), right);
  }
  assert.notDeepEqual(nodeOver(core, first, cut, 1), right);
  assert.equal(nodeOver(core, second, cut, 0), undefined);
  assert.equal(nodeOver(core, second.subarray(1), cut, 1), undefined);
  assert.equal(nodeOver(core, new Uint8Array(), cut, 1), undefined);
  assert.equal(nodeOver(core, concat(second, second), cut, 1), undefined);
});

Deno.test("headers of no possible batch are not cut", () => {
  const refused = [
    { payloadBytes: (2 << 20) + 1, transactionCount: 1 },
    { payloadBytes: 0, transactionCount: 0 },
    { payloadBytes: 100_000, transactionCount: 0xffff_ffff },
    { payloadBytes: 0xffff_ffff, transactionCount: 0xffff_ffff },
  ];
  for (const facts of refused) assert.equal(cutOf(facts), undefined);
});

Deno.test("small batches are given whole, others by an outline of which every byte counts", () => {
  const small = made(10, 100);
  const named = readOutline(
    parts,
    small.digest,
    serve(core, small.batch).answer,
  );
  assert.ok(named && "batch" in named);
  assert.deepEqual(named.batch, small.batch);

  const large = made(600, 900);
  const { answer, chunks } = serve(core, large.batch);
  const outline = readOutline(parts, large.digest, answer);
  assert.ok(outline && "nodes" in outline);
  assert.equal(outline.nodes.length, chunks.length);
  assert.deepEqual(
    assembled(large.digest, outline, chunks).batch,
    large.batch,
  );
  for (let at = 0; at < answer.length; at++) {
    const changed = answer.slice();
    changed[at]! ^= 1;
    assert.equal(readOutline(parts, large.digest, changed), undefined);
  }
  for (const bytes of [new Uint8Array(), answer.subarray(0, 5)]) {
    assert.equal(readOutline(parts, large.digest, bytes), undefined);
  }
  assert.equal(readOutline(parts, small.digest, answer), undefined);
  const strangers = { ...parts, validators: { keyOf: () => undefined } };
  assert.equal(readOutline(strangers, large.digest, answer), undefined);
});

Deno.test("a batch whose payload is another than its header says is given whole", () => {
  const [one, other] = [made(600, 900), made(600, 900, 2)];
  const { payload } = fromBinary(BatchSchema, other.batch);
  const mixed = assembled(one.digest, {
    ...{ header: one.header, signature: new Uint8Array(64) },
    ...{ cut: cutOf(one.header)!, nodes: [] },
  }, [payload]);
  const { answer } = serve(core, mixed.batch);
  assert.deepEqual(answer, concat(Uint8Array.of(0), mixed.batch));
});
