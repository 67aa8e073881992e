import { fromBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { BATCH_VALID_BLOCKS } from "../core/mod.ts";
import { ErrorCode } from "../errors/mod.ts";
import type { Network } from "../platform/mod.ts";
import { BatchSchema } from "../proto/gen/rustorium/v1/batch_pb.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import { Cluster, core, type SimNode, testKey } from "../simulation/mod.ts";
import { Rota } from "./buckets/mod.ts";
import { Channel, Topic } from "./channel.ts";
import { HeaderRules } from "./rules.ts";

/** Ends within two epochs and what it takes to come into a block. */
const HEIGHTS_MAX = 20n;

/** A transaction in a block. */
interface Copy {
  height: bigint;
  author: string;
  /** Whether the author was one of its bucket's. */
  isOwn: boolean;
}

function rotaOf({ genesis, nodes }: Cluster): Rota {
  const { genesisHash } = nodes[0]!;
  const { validators: set } = new HeaderRules(core, genesis, genesisHash);
  return new Rota({ core, genesisHash, set, address: new Uint8Array(32) });
}

/** Every copy of every transaction in the blocks of a node. */
async function copies(cluster: Cluster, node: SimNode) {
  const rota = rotaOf(cluster);
  const found = new Map<string, Copy[]>();
  for (let height = 1n; height <= node.consensus.height(); height++) {
    const stored = await node.store.block(height);
    for (const digest of fromBinary(BlockSchema, stored!.block).batches) {
      const bytes = await node.store.batch(digest);
      const { header, payload } = fromBinary(BatchSchema, bytes!);
      const author = header!.author.toHex();
      const { first, second } = rota.at(
        header!.validUntil - BATCH_VALID_BLOCKS,
      );
      const ids = core.payloadIds(node.genesisHash, payload);
      for (let at = 0; at < header!.transactionCount; at++) {
        const id = ids.slice(32 * at, 32 * at + 32).toHex();
        const sender = core.payloadEnvelope(payload, at)!.slice(0, 32);
        const slot = core.slotOf(sender);
        const isOwn = [first[slot], second[slot]].includes(author);
        found.set(id, [...found.get(id) ?? [], { height, author, isOwn }]);
      }
    }
  }
  return found;
}

/** Sends a transfer of each account to one node, and gives how many heights the last took. */
async function heightsToExecute(
  cluster: Cluster,
  { send, at }: { send: SimNode; at: SimNode },
): Promise<bigint> {
  const before = at.consensus.height();
  for (let account = 0; account < 4; account++) {
    await cluster.wallet.send(account, send, cluster.checker.height);
  }
  while (await cluster.wallet.missing(at) > 0) {
    const heights = at.consensus.height() - before;
    assert.ok(heights <= HEIGHTS_MAX, `not in ${heights} heights`);
    await cluster.run(100);
  }
  return at.consensus.height() - before;
}

Deno.test("transactions given to one node are authored by the authors of their buckets, and paid for once", async () => {
  const cluster = new Cluster({ seed: "buckets" });
  await cluster.start();
  await cluster.run(500);
  for (let round = 0; round < 60; round++) {
    for (let account = 0; account < 4; account++) {
      await cluster.wallet.send(
        account,
        cluster.nodes[0]!,
        cluster.checker.height,
      );
    }
    await cluster.run(100);
  }
  await cluster.converge(10_000);
  const [first] = cluster.nodes;
  assert.equal(await cluster.wallet.missing(first!), 0);
  const found = [...(await copies(cluster, first!)).values()];
  assert.equal(found.length, 240);
  assert.ok(found.flat().every(({ isOwn }) => isOwn));
  const authors = new Set(found.flat().map(({ author }) => author));
  assert.equal(authors.size, 4);
  // Where an epoch ends, both its author and the next one's may have it.
  const more = found.flat().length - found.length;
  assert.ok(more <= 12, `${more} second copies`);
  await cluster.stop();
});

Deno.test("what an author takes and keeps to itself, the other one or those of the next epoch author", async () => {
  const swallowing = (network: Network): Network =>
    Object.assign(Object.create(network), {
      onRequest: (...[topic, handler]: Parameters<Network["onRequest"]>) =>
        network.onRequest(
          topic,
          topic === Topic.forward
            ? () => Promise.resolve(new Uint8Array())
            : handler,
        ),
      onMessage: (handler: Parameters<Network["onMessage"]>[0]) =>
        network.onMessage((from, channel, message) => {
          if (channel !== Channel.forward) handler(from, channel, message);
        }),
    });
  const cluster = new Cluster({
    seed: "swallow",
    wrapNetwork: (index, network) =>
      index === 2 ? swallowing(network) : network,
  });
  await cluster.start();
  await cluster.run(500);
  const [send, at] = cluster.nodes;
  const took: bigint[] = [];
  for (let round = 0; round < 16; round++) {
    took.push(await heightsToExecute(cluster, { send: send!, at: at! }));
  }
  // It was somebody's turn who kept it.
  assert.ok(took.some((heights) => heights > 4n), `${took}`);
  await cluster.stop();
});

Deno.test("with an author down, its transactions go to the other one", async () => {
  const cluster = new Cluster({ seed: "down" });
  await cluster.start();
  await cluster.run(500);
  await cluster.crash(1);
  const [send, , at] = cluster.nodes;
  for (let round = 0; round < 12; round++) {
    await heightsToExecute(cluster, { send: send!, at: at! });
  }
  await cluster.stop();
});

Deno.test("transfers that an account sends quickly through all nodes come into blocks as quickly", async () => {
  const cluster = new Cluster({ seed: "everywhere" });
  await cluster.start();
  await cluster.run(500);
  for (let sent = 0; sent < 400; sent++) {
    const node = cluster.nodes[cluster.random.integer(4)]!;
    await cluster.wallet.send(sent % 4, node, cluster.checker.height);
    await cluster.run(4);
  }
  // At two authors, each would wait for blocks with what the other has.
  const missing = await cluster.wallet.missing(cluster.nodes[0]!);
  assert.ok(missing <= 60, `${missing} are late`);
  await cluster.stop();
});

Deno.test("who is connected but says nothing any more is not forwarded to", async () => {
  let isSilent = false;
  const going = (network: Network): Network =>
    Object.assign(Object.create(network), {
      broadcast: (...message: Parameters<Network["broadcast"]>) => {
        if (!isSilent) network.broadcast(...message);
      },
      send: (...message: Parameters<Network["send"]>) => {
        if (!isSilent) network.send(...message);
      },
    });
  const cluster = new Cluster({
    seed: "silent",
    wrapNetwork: (index, network) => index === 2 ? going(network) : network,
  });
  await cluster.start();
  await cluster.run(500);
  const [send, at] = cluster.nodes;
  isSilent = true;
  await cluster.reach(cluster.nodes[0]!.consensus.height() + 6n, 10_000);
  for (let round = 0; round < 40; round++) {
    const heights = await heightsToExecute(cluster, { send: send!, at: at! });
    assert.ok(heights <= 4n, `${heights} heights`);
  }
  await cluster.stop();
});

Deno.test("a node without stake forwards, and authors nothing", async () => {
  const cluster = new Cluster({ seed: "watcher", watchers: 1 });
  await cluster.start();
  await cluster.run(500);
  const watcher = cluster.nodes[4]!;
  for (let round = 0; round < 8; round++) {
    await heightsToExecute(cluster, { send: watcher, at: cluster.nodes[0]! });
  }
  await cluster.converge(10_000);
  const found = [...(await copies(cluster, watcher)).values()].flat();
  assert.ok(found.length >= 32 && found.every(({ isOwn }) => isOwn));
  const own = testKey(core, 51).publicKey.toHex();
  assert.ok(found.every(({ author }) => author !== own));
  await cluster.stop();
});

Deno.test("the batches of a validator that authors foreign buckets are refused, and the chain goes on", async () => {
  const greedy = testKey(core, 2).publicKey.toHex();
  const batches: Uint8Array[] = [];
  const cluster = new Cluster({
    seed: "greedy",
    wrapCore: (index) => (core) => {
      if (index !== 1) return core;
      const keys = [1, 2, 3, 4].map((n) => testKey(core, n).publicKey.toHex());
      const self = keys.toSorted().indexOf(greedy);
      const table = new Uint8Array(1024).map((_, at) => at % 2 ? 0 : self);
      return { ...core, bucketAuthors: () => table };
    },
    wrapNetwork: (index, network) => {
      if (index !== 1) return network;
      return Object.assign(Object.create(network), {
        broadcast: (channel: string, message: Uint8Array) => {
          if (channel === Channel.batch) batches.push(message);
          network.broadcast(channel, message);
        },
      });
    },
  });
  await cluster.start();
  await cluster.run(500);
  const [honest, thief, at] = cluster.nodes;
  for (let round = 0; round < 6; round++) {
    for (let account = 0; account < 4; account++) {
      await cluster.wallet.send(account, thief!, cluster.checker.height);
    }
    await cluster.wallet.resend(honest!, cluster.checker.height);
    await cluster.run(500);
  }
  const before = cluster.lowest;
  await cluster.reach(before + 20n, 20_000);
  assert.equal(await cluster.wallet.missing(at!), 0);
  const height = at!.consensus.height();
  const codes = await Promise.all(
    batches.map(async (batch) => {
      // Whether it has run out or not.
      const { header } = fromBinary(BatchSchema, batch);
      const early = height < header!.validUntil ? height : header!.validUntil;
      return (await at!.executor.checkBatch(batch, early))?.code;
    }),
  );
  assert.ok(codes.includes(ErrorCode.BATCH_FOREIGN_BUCKET), `${codes}`);
  const found = [...(await copies(cluster, at!)).values()].flat();
  assert.ok(found.every(({ isOwn }) => isOwn));
  await cluster.stop();
});

Deno.test("a transaction given to all nodes is executed once", async () => {
  const cluster = new Cluster({ seed: "twice" });
  await cluster.start();
  await cluster.run(500);
  for (let round = 0; round < 20; round++) {
    await cluster.send();
    for (const node of cluster.nodes) {
      await cluster.wallet.resend(node, cluster.checker.height);
    }
    await cluster.run(200);
  }
  await cluster.converge(10_000);
  for (const node of cluster.nodes) {
    assert.equal(await cluster.wallet.missing(node), 0);
    assert.equal((await node.executor.pending()).transactions, 0);
  }
  // Both authors of a bucket may have it, and nobody else.
  const found = await copies(cluster, cluster.nodes[0]!);
  assert.equal(found.size, 80);
  for (const all of found.values()) {
    assert.ok(all.length <= 4 && all.every(({ isOwn }) => isOwn));
  }
  await cluster.stop();
});
