import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { createCore } from "../core/mod.ts";
import {
  EvidenceSchema,
  type Vote,
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { OffenceCheck } from "./offence.ts";
import { HeaderRules } from "./rules.ts";
import { module, testGenesis, testKey } from "../simulation/mod.ts";
import { Validators } from "./validators.ts";
import { VoteWatch } from "./vote_watch.ts";

const core = createCore(module);
const key = testKey(core, 1);
const GENESIS = testGenesis([key], [key]);
const genesisHash = core.genesisHash(GENESIS);
const rules = new HeaderRules(core, GENESIS, genesisHash);
const validators = new Validators(rules.validators);
const offences = new OffenceCheck({
  core,
  genesisHash,
  validators: rules.validators,
});

function vote(block: number, height = 3n, by = key): Vote {
  const unsigned = create(VoteSchema, {
    type: VoteType.PREVOTE,
    height,
    blockId: block === 0 ? new Uint8Array() : new Uint8Array(32).fill(block),
    validator: by.publicKey,
  });
  const bytes = core.voteSignBytes(genesisHash, toBinary(VoteSchema, unsigned));
  return { ...unsigned, signature: core.signWith(by.seed, bytes) };
}

Deno.test("two votes for one place are evidence, whichever came first", () => {
  for (const [one, other] of [[1, 2], [2, 1], [0, 1], [1, 0]]) {
    const watch = new VoteWatch(offences, validators);
    assert.equal(watch.see(vote(one!)), undefined);
    assert.equal(watch.see(vote(one!)), undefined);
    const evidence = watch.see(vote(other!))!;
    assert.ok(offences.convicts(evidence));
    const { kind } = fromBinary(EvidenceSchema, evidence);
    assert.equal(kind.case, "duplicateVote");
  }
});

Deno.test("a false vote convicts nobody, and does not hide a true one", () => {
  const watch = new VoteWatch(offences, validators);
  const forged = { ...vote(2), signature: new Uint8Array(64).fill(1) };
  assert.equal(watch.see(forged), undefined);
  assert.equal(watch.see(vote(1)), undefined);
  assert.ok(watch.see(vote(2)));
});

Deno.test("votes of strangers and of heights far away are not kept", () => {
  const watch = new VoteWatch(offences, validators);
  const stranger = testKey(core, 9);
  watch.see(vote(1, 3n, stranger));
  assert.equal(watch.see(vote(2, 3n, stranger)), undefined);
  watch.see(vote(1, 99n));
  assert.equal(watch.see(vote(2, 99n)), undefined);
  watch.begin(99n);
  watch.see(vote(1, 99n));
  assert.ok(watch.see(vote(2, 99n)));
});
