/** Every function of the core that reads bytes from outside: the network, a client, the disk. */
import type { CoreExports } from "../../src/core/mod.ts";
import { concat, u32 } from "../../src/bytes/mod.ts";
import { address, genesisHash, samples } from "../support/samples.ts";

export interface Decoder {
  sample: Uint8Array;
  /** The sample is refused only for want of a whole chain behind it. */
  refused?: boolean;
  decode(bytes: Uint8Array): unknown;
}

/** Makes a decoder with an instance of its own. */
export type OpenDecoder = (core: CoreExports) => Decoder;

const { validators } = samples;
const text = new TextDecoder();
const ADDRESS_TEXT =
  "rst1qgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqdy0gg9";
const ALL_SLOTS = Uint8Array.from({ length: 256 }, (_, slot) => slot);
const listed = (item: Uint8Array) => concat(u32(item.length), item);

/** An engine in its first height. */
function engine(core: CoreExports) {
  const timeouts = Uint32Array.of(1_000, 500, 500, 250, 500, 250, 1_000);
  const made = new core
    .Engine(genesisHash, validators, address, 3n, timeouts);
  made.startHeight(3n, undefined, 0);
  return made;
}

const shard = (core: CoreExports) => new core.Shard(samples.genesis, ALL_SLOTS);

/** Of a transaction whose id is `address`. */
function packedReceipt(core: CoreExports): Uint8Array {
  const receipt = concat(Uint8Array.of(10, 32), address);
  // Behind its length; the index's entry of 16 bytes follows.
  return core.packResult(1n, address, listed(receipt)).slice(4, -16);
}

export const DECODERS: Record<string, OpenDecoder> = {
  addressDecode: (core) => ({
    sample: new TextEncoder().encode(ADDRESS_TEXT),
    decode: (bytes) => core.addressDecode(text.decode(bytes)),
  }),
  addressEncode: (core) => ({
    sample: address,
    decode: (bytes) => core.addressEncode(bytes),
  }),
  slotOf: (core) => ({
    sample: address,
    decode: (bytes) => core.slotOf(bytes),
  }),
  publicKeyOf: (core) => ({
    sample: address,
    decode: (bytes) => core.publicKeyOf(bytes),
  }),
  genesisHash: (core) => ({
    sample: samples.genesis,
    decode: (bytes) => core.genesisHash(bytes),
  }),
  checkTransaction: (core) => ({
    sample: samples.transaction,
    decode: (bytes) => core.checkTransaction(genesisHash, bytes),
  }),
  batchDigest: (core) => ({
    sample: samples.batchHeader,
    decode: (bytes) => core.batchDigest(bytes),
  }),
  batchHeader: (core) => ({
    sample: samples.payload,
    decode: (bytes) => core.batchHeader(genesisHash, address, 1n, 9n, bytes),
  }),
  payloadIds: (core) => ({
    sample: samples.payload,
    decode: (bytes) => core.payloadIds(genesisHash, bytes),
  }),
  payloadEnvelope: (core) => ({
    sample: samples.payload,
    decode: (bytes) => core.payloadEnvelope(bytes, 0),
  }),
  mergePayloads: (core) => ({
    sample: samples.payload,
    decode: (bytes) => core.mergePayloads(bytes, Uint32Array.of(bytes.length)),
  }),
  blockId: (core) => ({
    sample: samples.header,
    decode: (bytes) => core.blockId(bytes),
  }),
  checkBlock: (core) => ({
    sample: samples.block,
    decode: (bytes) => core.checkBlock(bytes, 16),
  }),
  voteSignBytes: (core) => ({
    sample: samples.vote,
    decode: (bytes) => core.voteSignBytes(genesisHash, bytes),
  }),
  proposalSignBytes: (core) => ({
    sample: samples.proposal,
    decode: (bytes) => core.proposalSignBytes(genesisHash, bytes),
  }),
  verifyCommitCertificate: (core) => ({
    sample: samples.certificate,
    decode: (bytes) =>
      core.verifyCommitCertificate(genesisHash, validators, bytes),
  }),
  "verifyCommitCertificate, validators": (core) => ({
    sample: validators,
    decode: (bytes) =>
      core.verifyCommitCertificate(genesisHash, bytes, samples.certificate),
  }),
  verifyAccountProof: (core) => ({
    sample: samples.accountProof,
    refused: true,
    decode: (bytes) =>
      core.verifyAccountProof(genesisHash, validators, address, bytes),
  }),
  verifyTransactionProof: (core) => ({
    sample: samples.transactionProof,
    refused: true,
    decode: (bytes) =>
      core.verifyTransactionProof(genesisHash, validators, address, bytes),
  }),
  verifyListProof: (core) => ({
    sample: samples.listProof,
    refused: true,
    decode: (bytes) => core.verifyListProof(address, address, bytes),
  }),
  listProof: (core) => ({
    sample: samples.payload,
    refused: true,
    decode: (bytes) =>
      core.listProof(bytes, Uint32Array.of(bytes.length, bytes[0] ?? 0), 1),
  }),
  verifySignature: (core) => ({
    sample: samples.transaction,
    decode: (bytes) =>
      core.verifySignature(
        bytes.subarray(0, 32),
        bytes.subarray(96),
        bytes.subarray(32, 96),
      ),
  }),
  "EvidenceJudge.convicts": (core) => {
    const judge = new core.EvidenceJudge(genesisHash, validators);
    if (!judge.convicts(samples.evidence)) throw new Error("it should convict");
    return {
      sample: samples.evidence,
      decode: (bytes) => judge.convicts(bytes),
    };
  },
  blockIds: (core) => ({
    sample: samples.batch,
    decode: (bytes) => core.blockIds(genesisHash, [bytes]),
  }),
  packResult: (core) => ({
    sample: listed(concat(Uint8Array.of(10, 32), address)),
    decode: (bytes) => core.packResult(1n, address, bytes),
  }),
  unpackReceipts: (core) => ({
    sample: packedReceipt(core),
    decode: (bytes) => core.unpackReceipts(bytes, address),
  }),
  mergeRuns: (core) => ({
    sample: address,
    decode: (bytes) => core.mergeRuns(bytes),
  }),
  Shard: (core) => ({
    sample: samples.genesis,
    decode: (bytes) => new core.Shard(bytes, ALL_SLOTS).free(),
  }),
  "Shard.submit": (core) => {
    const open = shard(core);
    return {
      sample: samples.admissible,
      decode: (bytes) => open.submit(bytes),
    };
  },
  "Shard.checkBatch": (core) => {
    const open = shard(core);
    return {
      sample: samples.payload,
      decode: (bytes) => open.checkBatch(address, 9n, bytes),
    };
  },
  "Shard.release": (core) => {
    const open = shard(core);
    return {
      sample: samples.payload,
      decode: (bytes) => open.release(bytes),
    };
  },
  "Shard.prove": (core) => {
    const open = shard(core);
    return { sample: address, decode: (bytes) => open.prove(bytes) };
  },
  "ShardLoader.add": (core) => {
    const loader = new core.ShardLoader(samples.genesis, ALL_SLOTS);
    const owner = shard(core);
    owner.beginCheckpoint();
    const pages = owner.checkpointPages(7, 0xffffffff);
    return {
      sample: pages,
      refused: true,
      decode: (bytes) => loader.add(7, bytes.subarray(0, 4), bytes.subarray(4)),
    };
  },
  "Coordinator.checkBatch": (core) => {
    const shardOf = new Uint8Array(256);
    const coordinator = new core.Coordinator(samples.genesis, shardOf);
    return {
      sample: samples.batch,
      refused: true,
      decode: (bytes) => coordinator.checkBatch(bytes, 5n),
    };
  },
  "Coordinator.sort": (core) => {
    const shardOf = Uint8Array.from({ length: 256 }, (_, slot) => slot & 3);
    const coordinator = new core.Coordinator(samples.genesis, shardOf);
    return {
      sample: samples.admissible,
      decode: (bytes) => coordinator.sort([bytes, bytes]),
    };
  },
  "Engine.onVotes": (core) => {
    const open = engine(core);
    return {
      sample: listed(samples.vote),
      refused: true,
      decode: (bytes) => open.onVotes(bytes),
    };
  },
  "Engine.onProposal": (core) => {
    const open = engine(core);
    return {
      sample: samples.proposal,
      refused: true,
      decode: (bytes) => open.onProposal(bytes),
    };
  },
  "Engine.onCertificate": (core) => {
    const open = engine(core);
    return {
      sample: concat(Uint8Array.of(8, 1, 18), samples.vote),
      refused: true,
      decode: (bytes) => open.onCertificate(bytes),
    };
  },
  "Engine.onSync": (core) => {
    const open = engine(core);
    return {
      sample: samples.certificate,
      refused: true,
      decode: (bytes) => open.onSync(bytes, samples.block),
    };
  },
  "Engine.replay": (core) => {
    const open = engine(core);
    return {
      sample: listed(concat(Uint8Array.of(1), samples.vote)),
      refused: true,
      decode: (bytes) => open.replay(bytes),
    };
  },
};
