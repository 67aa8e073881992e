import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import {
  CommitCertificateSchema,
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import {
  loneNetwork,
  Scheduler,
  seededRandom,
  SimNetwork,
} from "../platform/mod.ts";
import { createCore } from "../core/mod.ts";
import { HeaderRules } from "./rules.ts";
import {
  module,
  SimNode,
  SlowDisk,
  testGenesis,
  testKey,
  transfer,
} from "../simulation/mod.ts";

const core = createCore(module);
const [validator, alice, bob] = [1, 2, 3].map((n) => testKey(core, n));
const GENESIS = testGenesis([validator!], [alice!, bob!]);
const OPTIONS = { blockTimeMs: 50, emptyBlockTimeMs: 1_000 };

function lone(
  network = loneNetwork(),
  scheduler = new Scheduler(seededRandom("lone")),
): { scheduler: Scheduler; node: SimNode } {
  const node = new SimNode({
    scheduler,
    network,
    genesis: GENESIS,
    validator: validator!,
    options: OPTIONS,
  });
  return { scheduler, node };
}

Deno.test("a lone validator makes a block as a sign of life", async () => {
  const { scheduler, node } = lone();
  await node.start();
  await scheduler.run(3_500);
  assert.equal(node.consensus.height(), 4n);
  const stored = await node.store.block(4n);
  core.verifyCommitCertificate(
    node.genesisHash,
    new HeaderRules(core, GENESIS, node.genesisHash).validators,
    stored!.certificate,
  );
  await node.stop();
});

Deno.test("a transfer is final at once, and its results are in a header two heights later", async () => {
  const { scheduler, node } = lone();
  await node.start();
  await scheduler.run(500);
  const before = node.consensus.height();
  const { envelope, id } = transfer(core, node.genesisHash, {
    from: alice!,
    to: bob!,
    nonce: 0n,
    amount: 5n,
  });
  const { codes } = await node.executor.submit(envelope);
  assert.deepEqual([...codes], [0]);
  await scheduler.run(10);
  const position = await node.store.transaction(id);
  assert.equal(position?.height, before + 1n);
  assert.equal(node.consensus.height(), before + 3n);
  assert.equal(await node.balance(bob!), 10n ** 12n + 5n);
  await node.stop();
});

Deno.test("a disk that stands still for longer than the timeouts ends nothing", async () => {
  const { scheduler, node } = lone();
  let stalls = 0;
  const disk = new SlowDisk(scheduler, () => stalls++ % 7 === 6 ? 5_000 : 1);
  await node.start(disk);
  await scheduler.run(60_000);
  assert.equal(node.failure, undefined);
  assert.ok(node.consensus.height() >= 8n, `${node.consensus.height()}`);
  await node.stop();
});

Deno.test("garbage and votes of strangers from the network change nothing", async () => {
  const random = seededRandom("garbage");
  const scheduler = new Scheduler(random);
  const network = new SimNetwork(scheduler, random);
  const { node } = lone(network.join("node"), scheduler);
  const stranger = network.join("stranger");
  await node.start();
  for (let sent = 0; sent < 2_000; sent++) {
    const channel = ["vote", "proposal", "certificate", "other"][sent % 4]!;
    stranger.broadcast(channel, random.bytes(random.integer(200)));
    stranger.broadcast("vote", strangersVote(BigInt(random.integer(9))));
    if (sent % 20 === 0) await scheduler.run(50);
  }
  assert.ok(node.consensus.height() >= 4n);
  assert.equal(node.consensus.round(), -1);
  const { certificate } = (await node.store.block(3n))!;
  const { signatures } = fromBinary(CommitCertificateSchema, certificate);
  assert.equal(signatures.length, 1);
  await node.stop();
});

function strangersVote(height: bigint): Uint8Array {
  const vote = create(VoteSchema, {
    type: VoteType.PRECOMMIT,
    height,
    blockId: new Uint8Array(32).fill(9),
    validator: bob!.publicKey,
    signature: new Uint8Array(64).fill(1),
  });
  return toBinary(VoteSchema, vote);
}
