/**
 * Spoiled bytes into every decoder of the core: each is accepted or refused
 * with a code; none traps. FUZZ_INPUTS sets how many for each decoder,
 * FUZZ_SEED repeats a run.
 */
import assert from "node:assert/strict";
import type { CoreExports } from "../../src/core/mod.ts";
import { coreOf, FLAVOURS } from "../support/artefacts.ts";
import { mutate } from "../support/mutate.ts";
import { SeededRandom } from "../support/random.ts";
import { address, genesisHash, samples } from "../support/samples.ts";

const INPUTS = Number(Deno.env.get("FUZZ_INPUTS") ?? 20_000);
const SEED = Number(Deno.env.get("FUZZ_SEED") ?? Date.now() % 2 ** 31);

interface Decoder {
  sample: Uint8Array;
  /** The sample is refused only for want of a whole state behind it. */
  refused?: boolean;
  decode(core: CoreExports, bytes: Uint8Array): unknown;
}

const { validators } = samples;
const text = new TextDecoder();

const DECODERS: Record<string, Decoder> = {
  addressDecode: {
    sample: new TextEncoder().encode(
      "rst1qgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqdy0gg9",
    ),
    decode: (core, bytes) => core.addressDecode(text.decode(bytes)),
  },
  addressEncode: {
    sample: address,
    decode: (core, bytes) => core.addressEncode(bytes),
  },
  slotOf: { sample: address, decode: (core, bytes) => core.slotOf(bytes) },
  checkTransaction: {
    sample: samples.transaction,
    decode: (core, bytes) => core.checkTransaction(genesisHash, bytes),
  },
  batchDigest: {
    sample: samples.batchHeader,
    decode: (core, bytes) => core.batchDigest(bytes),
  },
  batchHeader: {
    sample: samples.payload,
    decode: (core, bytes) =>
      core.batchHeader(genesisHash, address, 1n, 9n, bytes),
  },
  payloadIds: {
    sample: samples.payload,
    decode: (core, bytes) => core.payloadIds(genesisHash, bytes),
  },
  payloadEnvelope: {
    sample: samples.payload,
    decode: (core, bytes) => core.payloadEnvelope(bytes, 0),
  },
  mergePayloads: {
    sample: samples.payload,
    decode: (core, bytes) =>
      core.mergePayloads(bytes, Uint32Array.of(bytes.length)),
  },
  blockId: {
    sample: samples.header,
    decode: (core, bytes) => core.blockId(bytes),
  },
  checkBlock: {
    sample: samples.block,
    decode: (core, bytes) => core.checkBlock(bytes, 16),
  },
  voteSignBytes: {
    sample: samples.vote,
    decode: (core, bytes) => core.voteSignBytes(genesisHash, bytes),
  },
  proposalSignBytes: {
    sample: samples.proposal,
    decode: (core, bytes) => core.proposalSignBytes(genesisHash, bytes),
  },
  verifyCommitCertificate: {
    sample: samples.certificate,
    decode: (core, bytes) =>
      core.verifyCommitCertificate(genesisHash, validators, bytes),
  },
  "verifyCommitCertificate (validators)": {
    sample: validators,
    decode: (core, bytes) =>
      core.verifyCommitCertificate(genesisHash, bytes, samples.certificate),
  },
  verifyAccountProof: {
    sample: samples.accountProof,
    refused: true,
    decode: (core, bytes) =>
      core.verifyAccountProof(genesisHash, validators, address, bytes),
  },
  verifyTransactionProof: {
    sample: samples.transactionProof,
    refused: true,
    decode: (core, bytes) =>
      core.verifyTransactionProof(genesisHash, validators, address, bytes),
  },
  verifyListProof: {
    sample: samples.listProof,
    refused: true,
    decode: (core, bytes) => core.verifyListProof(address, address, bytes),
  },
  listProof: {
    sample: samples.payload,
    refused: true,
    decode: (core, bytes) =>
      core.listProof(bytes, Uint32Array.of(bytes.length, bytes[0] ?? 0), 1),
  },
  verifySignature: {
    sample: samples.transaction,
    decode: (core, bytes) =>
      core.verifySignature(
        bytes.subarray(0, 32),
        bytes.subarray(96),
        bytes.subarray(32, 96),
      ),
  },
  publicKeyOf: {
    sample: address,
    decode: (core, bytes) => core.publicKeyOf(bytes),
  },
};

/** A refusal has a code of the schema; everything else is a fault of ours. */
function isRefusal(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return error instanceof Error && typeof code === "number" && code >= 100;
}

function feed(core: CoreExports, { sample, decode }: Decoder, seed: number) {
  const random = new SeededRandom(seed);
  let refused = 0;
  for (let input = 0; input < INPUTS; input++) {
    const bytes = mutate(sample, random);
    try {
      decode(core, bytes);
    } catch (error) {
      assert.ok(
        isRefusal(error),
        `FUZZ_SEED=${seed}, input ${input}, ${bytes.toHex()}: ${error}`,
      );
      refused++;
    }
  }
  return refused;
}

for (const flavour of FLAVOURS) {
  for (const [name, decoder] of Object.entries(DECODERS)) {
    Deno.test(`${name}() of the ${flavour} build answers every input`, async () => {
      const core = await coreOf(flavour);
      if (!decoder.refused) decoder.decode(core, decoder.sample);
      feed(core, decoder, SEED);
    });
  }
}
