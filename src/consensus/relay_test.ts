import { create, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import type { Network, Verdict } from "../platform/types.ts";
import {
  type Vote,
  VoteCertificateKind,
  VoteCertificateSchema,
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { core, testGenesis, type TestKey, testKey } from "../simulation/mod.ts";
import { relayMessages, type RelayOptions } from "./relay.ts";
import { HeaderRules } from "./rules.ts";
import { Senders } from "./senders.ts";
import { Validators } from "./validators.ts";

const validator = testKey(core, 1);
const stranger = testKey(core, 2);
const genesis = testGenesis([validator], []);
const genesisHash = core.genesisHash(genesis);
const { validators } = new HeaderRules(core, genesis, genesisHash);

/** The verdict on a message at height 100. */
function judge(channel: string, message: Uint8Array): Verdict {
  const judges = new Map<string, Parameters<Network["relay"]>[1]>();
  relayMessages({
    network: {
      relay: (name, one) => void judges.set(name, one),
    } as Pick<Network, "relay"> as Network,
    senders: new Senders({ core, genesisHash, validators }),
    validators: new Validators(validators),
    tip: () => 99n,
  } as RelayOptions);
  return judges.get(channel)!(message);
}

function vote(by: TestKey, height: bigint): Vote {
  const message = create(VoteSchema, {
    type: VoteType.PRECOMMIT,
    height,
    blockId: new Uint8Array(32),
    validator: by.publicKey,
  });
  const signed = core.voteSignBytes(genesisHash, toBinary(VoteSchema, message));
  message.signature = core.signWith(by.seed, signed);
  return message;
}

const encoded = (message: Vote) => toBinary(VoteSchema, message);

function certificate(...votes: Vote[]): Uint8Array {
  const kind = VoteCertificateKind.PRECOMMIT;
  return toBinary(
    VoteCertificateSchema,
    create(VoteCertificateSchema, { kind, votes }),
  );
}

Deno.test("a validator's vote passes on, of a later height too, but not of the past", () => {
  assert.equal(judge("vote", encoded(vote(validator, 100n))), "accept");
  assert.equal(judge("vote", encoded(vote(validator, 900n))), "accept");
  assert.equal(judge("vote", encoded(vote(validator, 50n))), "ignore");
});

Deno.test("votes of strangers, with wrong signatures, and garbage are held against the peer", () => {
  assert.equal(judge("vote", encoded(vote(stranger, 100n))), "reject");
  const wrong = vote(validator, 100n);
  wrong.round = 7;
  assert.equal(judge("vote", encoded(wrong)), "reject");
  for (const channel of ["vote", "proposal", "certificate", "held"]) {
    assert.equal(judge(channel, new Uint8Array(9).fill(0xff)), "reject");
  }
});

Deno.test("a certificate passes on when each of its votes is signed, and there are no more than validators", () => {
  const good = vote(validator, 100n);
  assert.equal(judge("certificate", certificate(good)), "accept");
  assert.equal(judge("certificate", certificate()), "reject");
  assert.equal(judge("certificate", certificate(good, good)), "reject");
  const other = vote(stranger, 100n);
  assert.equal(judge("certificate", certificate(other)), "reject");
});
