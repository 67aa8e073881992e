/** Right encodings of every message, for fuzzers to spoil. */
import { create, toBinary } from "@bufbuild/protobuf";
import * as block from "../../src/proto/gen/rustorium/v1/block_pb.ts";
import * as batch from "../../src/proto/gen/rustorium/v1/batch_pb.ts";
import * as consensus from "../../src/proto/gen/rustorium/v1/consensus_pb.ts";
import * as proof from "../../src/proto/gen/rustorium/v1/proof_pb.ts";
import * as state from "../../src/proto/gen/rustorium/v1/state_pb.ts";
import { encode, goodBody } from "./bodies.ts";
import { concat, u32 } from "../../src/bytes/mod.ts";
import { domainHash, envelope, publicKeyOf, signAs } from "./craft.ts";

const SEED = new Uint8Array(32).fill(9);
const hash = (fill: number) => new Uint8Array(32).fill(fill);

/** The one validator and sender of the samples. */
export const address = publicKeyOf(SEED);
export const genesisHash = hash(1);
const signature = new Uint8Array(64).fill(5);
const slot = domainHash(0x09, address)[0]!;

const transaction = envelope(
  genesisHash,
  SEED,
  encode(goodBody({ genesisHash, height: 5n, to: hash(8) })),
);

const payload = concat(
  Uint8Array.of(1, 0, slot),
  u32(1),
  u32(0),
  transaction,
);

const batchHeader = create(batch.BatchHeaderSchema, {
  author: address,
  sequence: 1n,
  transactionsRoot: hash(3),
  payloadRoot: hash(4),
  payloadBytes: payload.length,
  transactionCount: 1,
  validUntil: 9n,
});

/** Evidence against the author of a batch whose one transaction has another's signature. */
const forged = transaction.with(40, transaction[40]! ^ 1);
const tableLeaf = domainHash(0x03, payload.subarray(0, 11));
const forgedHeader = create(batch.BatchHeaderSchema, {
  ...batchHeader,
  payloadRoot: domainHash(
    0x01,
    concat(tableLeaf, domainHash(0x03, forged)),
  ),
});
const forgedDigest = domainHash(
  0x12,
  toBinary(batch.BatchHeaderSchema, forgedHeader),
);
const evidence = create(consensus.EvidenceSchema, {
  kind: {
    case: "invalidBatch",
    value: {
      header: forgedHeader,
      signature: signAs(
        SEED,
        concat(Uint8Array.of(0x13), genesisHash, forgedDigest),
      ),
      leaves: [{ index: 1, item: forged, siblings: [tableLeaf] }],
    },
  },
});

const vote = create(consensus.VoteSchema, {
  type: consensus.VoteType.PRECOMMIT,
  height: 3n,
  round: 1,
  blockId: hash(6),
  validator: address,
  signature,
});

const proposal = create(consensus.ProposalSchema, {
  height: 3n,
  round: 2,
  blockId: hash(6),
  polRoundPlusOne: 1,
  proposer: address,
  signature,
});

/** A certificate of the only validator. */
function certificateOf(height: bigint, blockId: Uint8Array) {
  const { VoteSchema, VoteType } = consensus;
  const precommit = { type: VoteType.PRECOMMIT, height, round: 1, blockId };
  const unsigned = create(VoteSchema, { ...precommit, validator: address });
  const message = concat(
    Uint8Array.of(0x20),
    genesisHash,
    toBinary(VoteSchema, unsigned),
  );
  return create(consensus.CommitCertificateSchema, {
    height,
    round: 1,
    blockId,
    signatures: [{ validator: address, signature: signAs(SEED, message) }],
  });
}

const certificate = certificateOf(3n, hash(6));
const certificateBytes = toBinary(
  consensus.CommitCertificateSchema,
  certificate,
);
const validators = create(consensus.ValidatorSetSchema, {
  validators: [{ address, publicKey: address, power: 1n }],
});
const validatorsBytes = toBinary(consensus.ValidatorSetSchema, validators);
const batches = [hash(15)];

const header = create(block.HeaderSchema, {
  protocolVersion: 1,
  chainId: "fuzz",
  height: 4n,
  timeMs: 1_700_000_000_000n,
  parent: hash(6),
  proposer: address,
  validatorsHash: domainHash(0x05, validatorsBytes),
  nextValidatorsHash: domainHash(0x05, validatorsBytes),
  parametersHash: hash(8),
  lastCertificateHash: domainHash(0x07, certificateBytes),
  evidenceHash: domainHash(0x08, new Uint8Array()),
  batchRoot: domainHash(0x03, hash(15)),
  baseFee: 1n,
  gasUsed: 2n,
  stateRoot: hash(12),
  receiptsRoot: hash(13),
  messagesRoot: hash(14),
});

const wholeBlock = create(block.BlockSchema, {
  header,
  lastCertificate: certificate,
  batches,
});

const headerBytes = toBinary(block.HeaderSchema, header);
const certified = {
  block: wholeBlock,
  certificate: certificateOf(4n, domainHash(0x14, headerBytes)),
};
const leaf = {
  key: concat(Uint8Array.of(1), address),
  value: hash(3),
  path: [{ prefix: Uint8Array.of(1), suffix: hash(4) }],
};

const parameters = {
  protocolVersion: 1,
  blockBatchesMax: 16,
  batchBytesMax: 1_048_576,
  blockGasMax: 1_000_000_000n,
  slotGasMax: 100_000_000n,
  baseFeeMin: 1n,
  gasPerTransaction: 100n,
  gasPerByte: 1n,
  gasPerAction: 10n,
  validityBlocksMax: 1_000n,
  checkpointBlocks: 100n,
  precisionMs: 500n,
  messageDelayMs: 2_000n,
};
const genesis = toBinary(
  state.GenesisSchema,
  create(state.GenesisSchema, {
    chainId: "fuzz",
    timeMs: 1_700_000_000_000n,
    parameters,
    validators,
    accounts: [{ address, balance: 10n ** 15n }],
  }),
);

/** A transaction that the chain of `samples.genesis` admits. */
const chainHash = domainHash(0x02, genesis);
const admissible = envelope(
  chainHash,
  SEED,
  encode(goodBody({ genesisHash: chainHash, height: 0n, to: hash(8) })),
);

export const samples = {
  transaction,
  admissible,
  payload,
  batchHeader: toBinary(batch.BatchHeaderSchema, batchHeader),
  batch: toBinary(
    batch.BatchSchema,
    create(batch.BatchSchema, { header: batchHeader, signature, payload }),
  ),
  evidence: toBinary(consensus.EvidenceSchema, evidence),
  vote: toBinary(consensus.VoteSchema, vote),
  proposal: toBinary(consensus.ProposalSchema, proposal),
  certificate: certificateBytes,
  validators: validatorsBytes,
  header: headerBytes,
  block: toBinary(block.BlockSchema, wholeBlock),
  genesis,
  accountProof: toBinary(
    proof.AccountProofSchema,
    create(proof.AccountProofSchema, {
      certified,
      state: { slot, inSlot: { exists: leaf }, inState: leaf },
    }),
  ),
  transactionProof: toBinary(
    proof.TransactionProofSchema,
    create(proof.TransactionProofSchema, {
      included: certified,
      batchHeader: toBinary(batch.BatchHeaderSchema, batchHeader),
      transaction: { index: 0, count: 2, siblings: [hash(1)] },
      executed: certified,
      receipt: { transactionId: hash(1), gasUsed: 5n, fee: 5n },
      receiptPath: { index: 0, count: 1 },
    }),
  ),
  listProof: toBinary(
    proof.ListProofSchema,
    create(proof.ListProofSchema, { index: 1, count: 2, siblings: [hash(1)] }),
  ),
} satisfies Record<string, Uint8Array>;
