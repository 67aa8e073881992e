/** Proposer-based time with a clock that is wrong: scenarios of CometBFT's `internal/consensus/pbts_test.go`, named after them. */
import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import {
  BlockSchema,
  type Header,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import { CommitCertificateSchema } from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { Cluster } from "../simulation/mod.ts";

const HEIGHTS = 16n;
const LIMIT_MS = 60_000;

interface Decided extends Pick<Header, "timeMs"> {
  /** Its index. */
  proposer: number;
  round: number;
}

/** What four validators decide while the clock of the last one is off. */
async function decidedWith(offMs: number): Promise<Decided[]> {
  const cluster = new Cluster({ seed: `clock ${offMs}` });
  await cluster.start();
  await cluster.reach(2n, LIMIT_MS);
  cluster.setClock(3, offMs);
  const first = cluster.checker.height + 1n;
  await cluster.reach(first + HEIGHTS, LIMIT_MS);
  const [node] = cluster.nodes;
  const names = cluster.chain.validators.map(({ key }) =>
    key.publicKey.toHex()
  );
  const decided: Decided[] = [];
  for (let height = first; height < first + HEIGHTS; height++) {
    const { block, certificate } = (await node!.store.block(height))!;
    const { header } = fromBinary(BlockSchema, block);
    decided.push({
      timeMs: header!.timeMs,
      proposer: names.indexOf(header!.proposer.toHex()),
      round: fromBinary(CommitCertificateSchema, certificate).round,
    });
  }
  await cluster.stop();
  return decided;
}

const proposers = (decided: Decided[]) =>
  new Set(decided.map(({ proposer }) => proposer));

Deno.test("TestPBTSTimelyProposal: within the precision everybody's blocks are decided, in the first round", async () => {
  for (const offMs of [-200, 200]) {
    const decided = await decidedWith(offMs);
    assert.deepEqual(proposers(decided), new Set([0, 1, 2, 3]));
    assert.ok(decided.every(({ round }) => round === 0));
  }
});

Deno.test("TestPBTSTooFarInTheFutureProposal, InThePast: a clock that is a minute off costs its validator its turns; the chain goes on, and it follows", async () => {
  for (const offMs of [-60_000, 60_000]) {
    const decided = await decidedWith(offMs);
    assert.deepEqual(proposers(decided), new Set([0, 1, 2]), `${offMs} ms`);
    assert.ok(decided.some(({ round }) => round === 1));
    for (const [at, { timeMs }] of decided.entries()) {
      const before = decided[at - 1]?.timeMs ?? timeMs - 1n;
      assert.ok(before < timeMs && timeMs < before + 10_000n, "time goes on");
    }
  }
});
