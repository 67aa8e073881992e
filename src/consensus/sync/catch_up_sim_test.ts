import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { ErrorCode, fault } from "../../errors/mod.ts";
import type { Executor } from "../../execution/types.ts";
import {
  VoteSchema,
  VoteType,
} from "../../proto/gen/rustorium/v1/consensus_pb.ts";
import { Cluster } from "../../simulation/mod.ts";
import { Channel, Topic } from "../channel.ts";

const RUN_MS = 6_000;
const CLAIM_EVERY_MS = 50;

/** A vote that nobody signed. */
function strangersVote(height: bigint): Uint8Array {
  return toBinary(
    VoteSchema,
    create(VoteSchema, {
      ...{ type: VoteType.PREVOTE, height, blockId: new Uint8Array(32) },
      validator: new Uint8Array(32).fill(9),
      signature: new Uint8Array(64),
    }),
  );
}

/** How many blocks so many validators decide, while a stranger claims to be so far ahead and never gives what it is asked for. */
async function decided(validators: number, ahead?: bigint): Promise<bigint> {
  const cluster = new Cluster({ seed: "claims", validators });
  const stranger = cluster.network.join("stranger");
  stranger.onRequest(Topic.block, () => new Promise(() => {}));
  await cluster.start();
  await cluster.run(1_000);
  const before = cluster.lowest;
  for (let ms = 0; ms < RUN_MS; ms += CLAIM_EVERY_MS) {
    if (ahead !== undefined) {
      const vote = strangersVote(cluster.checker.height + ahead);
      stranger.broadcast(Channel.vote, vote);
    }
    await cluster.run(CLAIM_EVERY_MS);
  }
  for (const { consensus } of cluster.nodes) {
    assert.equal(consensus.syncing(), false);
  }
  const blocks = cluster.lowest - before;
  await cluster.stop();
  return blocks;
}

for (const validators of [1, 4]) {
  Deno.test(`${validators} of ${validators} validators propose as ever while a stranger claims to be ahead`, async () => {
    const quiet = await decided(validators);
    assert.ok(quiet > 10n, `${quiet}`);
    for (const ahead of [3n, 20n]) {
      const blocks = await decided(validators, ahead);
      assert.ok(blocks >= quiet - 1n, `${blocks} in the place of ${quiet}`);
    }
  });
}

/** An executor that checks no batch once something is wrong. */
function breaking(executor: Executor, wrong: { why?: Error }): Executor {
  const checkBatch: Executor["checkBatch"] = (...args) =>
    wrong.why ? Promise.reject(wrong.why) : executor.checkBatch(...args);
  return new Proxy(executor, {
    get: (target, name) => {
      if (name === "checkBatch") return checkBatch;
      const member = Reflect.get(target, name);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

Deno.test("who cannot check what it gets stops, and holds it against nobody", async () => {
  const LATE = 3;
  const wrong: { why?: Error } = {};
  const cluster = new Cluster({
    seed: "own fault",
    wrapExecutor: (index) => (executor) =>
      index === LATE ? breaking(executor, wrong) : executor,
  });
  await cluster.start();
  await cluster.run(1_000, 100);
  await cluster.crash(LATE);
  await cluster.run(2_000, 100);
  wrong.why = fault(ErrorCode.ENGINE_TRAPPED, "a shard");
  await cluster.restart(LATE);
  let failure: unknown;
  cluster.nodes[LATE]!.consensus.failed.catch((error) => failure = error);
  await cluster.scheduler.runUntil(() => failure !== undefined, 5_000);
  assert.equal(failure, wrong.why);
  await cluster.stop();
});
