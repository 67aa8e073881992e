import assert from "node:assert/strict";
import {
  Scheduler,
  seededRandom,
  simClock,
  SimNetwork,
} from "../../platform/mod.ts";
import { concat, u32 } from "../../bytes/mod.ts";
import { core } from "../../simulation/mod.ts";
import { Topic } from "../channel.ts";
import { makeBatch } from "../testing/batch.ts";
import { ChunkSource } from "./chunk_source.ts";

const genesisHash = new Uint8Array(32).fill(4);
const READ_MS = 50;
const OF = { envelopes: 600, bodyBytes: 900 };

/** A node with so many batches, which takes a while to read one, and a peer that asks. */
function world(count: number) {
  const random = seededRandom("chunk source");
  const scheduler = new Scheduler(random);
  const clock = simClock(scheduler);
  const network = new SimNetwork(scheduler, random);
  const batches = Array.from(
    { length: count },
    (_, at) => makeBatch(core, genesisHash, at + 1, OF),
  );
  const reads = { now: 0, most: 0 };
  const hashed = { bytes: 0 };
  new ChunkSource({
    network: network.join("node"),
    core: {
      ...core,
      listRoot: (items, lengths) => {
        hashed.bytes += items.length;
        return core.listRoot(items, lengths);
      },
    },
    store: {
      async batch(digest) {
        reads.most = Math.max(reads.most, ++reads.now);
        await clock.sleep(READ_MS);
        reads.now--;
        const name = digest.toHex();
        return batches.find((one) => one.digest.toHex() === name)?.batch;
      },
    },
  }).start();
  const peer = network.join("peer");
  const ask = (topic: string, body: Uint8Array) =>
    peer.request("node", topic, body);
  const chunkOf = (at: number) =>
    ask(Topic.chunk, concat(batches[at]!.digest, u32(0)));
  return { scheduler, batches, reads, hashed, ask, chunkOf };
}

Deno.test("whoever asks for a chunk makes the node hash nothing; an outline is made once", async () => {
  const { scheduler, batches, hashed, ask, chunkOf } = world(1);
  const [{ digest, payload }] = batches as [typeof batches[number]];
  const chunk = chunkOf(0);
  await scheduler.run(1_000);
  assert.deepEqual(await chunk, payload.subarray(0, (await chunk).length));
  assert.equal(hashed.bytes, 0);
  const outlines = [1, 2].map(() => ask(Topic.outline, digest));
  await scheduler.run(1_000);
  const [one, other] = await Promise.all(outlines);
  assert.deepEqual(one, other);
  assert.equal(hashed.bytes, payload.length);
});

Deno.test("few batches are read at once, however many are asked for", async () => {
  const { scheduler, reads, chunkOf } = world(24);
  const chunks = Array.from({ length: 24 }, (_, at) => chunkOf(at));
  await scheduler.run(3_000);
  for (const chunk of await Promise.all(chunks)) assert.ok(chunk.length > 0);
  assert.equal(reads.most, 4);
});
