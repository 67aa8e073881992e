import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import type { DecidedBlock } from "../consensus/mod.ts";
import { BlockSchema } from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  EvidenceSchema,
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { newChain } from "./chain.ts";
import { Checker } from "./checker.ts";
import { concat } from "../bytes/mod.ts";

const CHAIN = newChain([10n, 10n, 10n, 10n]);
const CERTIFICATE = "a decision without two thirds";

interface Block {
  height: bigint;
  id?: number;
  timeMs?: bigint;
  batches?: number[];
  offender?: Uint8Array;
}

function block(
  { height, id = 1, timeMs = height, batches = [], offender }: Block,
): DecidedBlock {
  const vote = offender && create(VoteSchema, { validator: offender });
  const encoded = create(BlockSchema, {
    header: { height, timeMs },
    batches: batches.map((one) => new Uint8Array(32).fill(one)),
    evidence: vote
      ? [create(EvidenceSchema, {
        kind: { case: "duplicateVote", value: { first: vote, second: vote } },
      })]
      : [],
  });
  return {
    stored: {
      height,
      blockId: new Uint8Array(32).fill(id),
      block: toBinary(BlockSchema, encoded),
      certificate: new Uint8Array([id]),
    },
    header: encoded.header!,
    batches: batches.length,
    transactions: undefined,
  };
}

/** What it finds in these blocks, apart from their certificates, which are none. */
function found(...blocks: Block[]): string[] {
  const checker = new Checker(CHAIN, new Set());
  for (const one of blocks) checker.decided("n", block(one));
  return checker.violations.filter((one) => !one.endsWith(CERTIFICATE));
}

Deno.test("a checker finds two decisions at one height", () => {
  assert.deepEqual(found({ height: 1n }, { height: 1n }), []);
  assert.match(found({ height: 1n }, { height: 1n, id: 2 })[0]!, /two deci/);
});

Deno.test("a checker finds a certificate that is none", () => {
  const checker = new Checker(CHAIN);
  checker.decided("n", block({ height: 1n }));
  assert.match(checker.violations[0]!, new RegExp(CERTIFICATE));
});

Deno.test("a checker finds a time that does not go on", () => {
  const blocks = [{ height: 1n, timeMs: 5n }, { height: 2n, timeMs: 5n }];
  assert.match(found(...blocks)[0]!, /a time/);
});

Deno.test("a checker finds a batch that is named again", () => {
  const blocks = [{ height: 1n, batches: [7] }, { height: 2n, batches: [7] }];
  assert.match(found(...blocks)[0]!, /a batch of 1 named again/);
});

Deno.test("a checker finds the conviction of somebody who did nothing", () => {
  const offender = CHAIN.validators[0]!.key.publicKey;
  assert.match(found({ height: 1n, offender })[0]!, /without guilt/);
});

Deno.test("a checker finds two states, and a supply that is another one", () => {
  const checker = new Checker(CHAIN);
  const result = (root: number) => ({
    height: 1n,
    stateRoot: Uint8Array.of(root),
    receiptsRoot: new Uint8Array(),
    messagesRoot: new Uint8Array(),
    gasUsed: 0n,
    transactionIds: new Uint8Array(),
    receipts: new Uint8Array(),
  });
  checker.executed("a", result(1));
  checker.supply(1n, CHAIN.supply);
  assert.deepEqual(checker.violations, []);
  checker.executed("b", result(2));
  checker.supply(1n, CHAIN.supply - 1n);
  assert.match(checker.violations[0]!, /two states/);
  assert.match(checker.violations[1]!, /-1 more than the supply/);
});

Deno.test("a checker finds two messages signed for one place", () => {
  const message = (fill: number) =>
    concat(
      Uint8Array.of(0x20),
      new Uint8Array(32),
      toBinary(
        VoteSchema,
        create(VoteSchema, {
          type: VoteType.PREVOTE,
          height: 1n,
          blockId: new Uint8Array(32).fill(fill),
        }),
      ),
    );
  const checker = new Checker(CHAIN);
  checker.signs("a", message(1));
  checker.signs("a", message(1));
  checker.signs("b", message(2));
  assert.deepEqual(checker.violations, []);
  checker.signs("a", message(2));
  assert.match(checker.violations[0]!, /a at 1\/0\/1: two messages/);
});
