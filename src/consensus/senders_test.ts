import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { createCore } from "../core/mod.ts";
import {
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { HeaderRules } from "./rules.ts";
import { Senders } from "./senders.ts";
import {
  module,
  testGenesis,
  type TestKey,
  testKey,
} from "../simulation/mod.ts";

const core = createCore(module);
const validator = testKey(core, 1);
const stranger = testKey(core, 2);
const genesis = testGenesis([validator], []);
const genesisHash = core.genesisHash(genesis);
const { validators } = new HeaderRules(core, genesis, genesisHash);
const senders = new Senders({ core, genesisHash, validators });

function vote(by: TestKey, blockId = new Uint8Array(32)): Uint8Array {
  const message = create(VoteSchema, {
    type: VoteType.PREVOTE,
    height: 5n,
    blockId,
    validator: by.publicKey,
  });
  if (blockId.length === 32) {
    const signed = core.voteSignBytes(
      genesisHash,
      toBinary(VoteSchema, message),
    );
    message.signature = core.signWith(by.seed, signed);
  } else {
    message.signature = new Uint8Array(64);
  }
  return toBinary(VoteSchema, message);
}

Deno.test("isSigned() knows a validator's vote of the height", () => {
  assert.ok(senders.isSigned("vote", vote(validator), 5n));
  assert.ok(!senders.isSigned("vote", vote(validator), 6n));
});

Deno.test("isSigned() refuses strangers, wrong signatures and malformed votes", () => {
  assert.ok(!senders.isSigned("vote", vote(stranger), 5n));
  const wrong = vote(validator);
  wrong[wrong.length - 1]! ^= 1;
  assert.ok(!senders.isSigned("vote", wrong, 5n));
  assert.ok(!senders.isSigned("vote", vote(validator, new Uint8Array(3)), 5n));
});
