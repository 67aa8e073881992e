import assert from "node:assert/strict";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  CertifiedBlockSchema,
  HeaderSchema,
} from "../proto/gen/rustorium/v1/block_pb.ts";
import {
  VoteSchema,
  VoteType,
} from "../proto/gen/rustorium/v1/consensus_pb.ts";
import { createCore, loadCoreModule } from "../core/mod.ts";
import { RICH_SEED, TestChain } from "../gateway/testing/mod.ts";
import { createLightClient, createWallet, genesisHashOf } from "./mod.ts";

const core = createCore(await loadCoreModule());
const { genesis } = new TestChain();
const light = await createLightClient({ genesis, core });
const validator = createWallet(RICH_SEED).publicKey;
const hash = new Uint8Array(32).fill(4);

function certified(seed = RICH_SEED) {
  const header = create(HeaderSchema, {
    protocolVersion: 1,
    chainId: light.chainId,
    height: 3n,
    timeMs: 1n,
    parent: hash,
    proposer: validator,
    validatorsHash: hash,
    nextValidatorsHash: hash,
    parametersHash: hash,
    lastCertificateHash: hash,
    evidenceHash: hash,
    batchRoot: hash,
    baseFee: 1n,
    stateRoot: hash,
    receiptsRoot: hash,
    messagesRoot: hash,
  });
  const blockId = core.blockId(toBinary(HeaderSchema, header));
  const vote = create(VoteSchema, {
    type: VoteType.PRECOMMIT,
    height: 3n,
    blockId,
    validator,
  });
  const signature = core.signWith(
    seed,
    core.voteSignBytes(genesisHashOf(genesis), toBinary(VoteSchema, vote)),
  );
  return create(CertifiedBlockSchema, {
    block: { header },
    certificate: {
      height: 3n,
      blockId,
      signatures: [{ validator, signature }],
    },
  });
}

Deno.test("verifyBlock gives the header that the validators signed", () => {
  const { header, blockId } = light
    .verifyBlock(toBinary(CertifiedBlockSchema, certified()));
  assert.equal(header.height, 3n);
  assert.equal(blockId, certified().certificate?.blockId.toHex());
});

Deno.test("verifyBlock refuses another signer, another header and garbage", () => {
  const stranger = certified(new Uint8Array(32).fill(2));
  assert.throws(
    () => light.verifyBlock(toBinary(CertifiedBlockSchema, stranger)),
    { codeName: "CERTIFICATE_INVALID" },
  );
  const changed = certified();
  if (changed.block?.header) changed.block.header.timeMs = 9n;
  assert.throws(
    () => light.verifyBlock(toBinary(CertifiedBlockSchema, changed)),
    { codeName: "CERTIFICATE_INVALID" },
  );
  for (const bytes of [new Uint8Array(), new Uint8Array(50).fill(255)]) {
    assert.throws(() => light.verifyBlock(bytes), {
      codeName: "BLOCK_MALFORMED",
    });
  }
});

Deno.test("verifyAccount and verifyTransaction refuse garbage with a code", () => {
  const bytes = new Uint8Array(50).fill(255);
  const refused = { name: "RustoriumError" };
  assert.throws(() => light.verifyAccount(validator, bytes), refused);
  assert.throws(() => light.verifyTransaction("00".repeat(32), bytes), refused);
});

Deno.test("a genesis that cannot be read makes no light client", async () => {
  await assert.rejects(createLightClient({ genesis: new Uint8Array(), core }), {
    codeName: "GENESIS_INVALID",
  });
});
