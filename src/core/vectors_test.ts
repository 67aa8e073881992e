/** The vectors of `core-wasm/tests/vectors` through both artefacts. */
import assert from "node:assert/strict";
import { type CoreExports, createCore, loadCoreModule } from "./mod.ts";
import blake3 from "../../core-wasm/tests/vectors/blake3.json" with {
  type: "json",
};
import formats from "../../core-wasm/tests/vectors/formats.json" with {
  type: "json",
};
import rfc8032 from "../../core-wasm/tests/vectors/rfc8032.json" with {
  type: "json",
};
import wycheproof from "../../core-wasm/tests/vectors/wycheproof_ed25519.json" with {
  type: "json",
};
import zip215 from "../../core-wasm/tests/vectors/zip215.json" with {
  type: "json",
};

interface Case {
  name: string;
  publicKey: string;
  message: string;
  signature: string;
  valid: boolean;
}

const bytes = (hex: string) => Uint8Array.fromHex(hex);
const join = (parts: Uint8Array[]) =>
  new Uint8Array(parts.flatMap((part) => [...part]));
const GENESIS = bytes(formats.genesisHash);

/** Invalid by RFC 8032, valid by ZIP-215: see `vectors/README.md`. */
const VALID_BY_ZIP215 = [151];

const wycheproofCases: Case[] = wycheproof.testGroups.flatMap((group) =>
  group.tests.map((test) => ({
    name: `${test.tcId}: ${test.comment}`,
    publicKey: group.publicKey.pk,
    message: test.msg,
    signature: test.sig,
    valid: test.result === "valid" || VALID_BY_ZIP215.includes(test.tcId),
  }))
);
const cases: Case[] = [...rfc8032.cases, ...wycheproofCases, ...zip215.cases];

function alone(core: CoreExports): void {
  for (const { name, publicKey, message, signature, valid } of cases) {
    const verdict = core.verifySignature(
      bytes(publicKey),
      bytes(message),
      bytes(signature),
    );
    assert.equal(verdict, valid, name);
  }
}

function together(core: CoreExports): void {
  const whole = cases.filter(({ signature }) => signature.length === 128);
  const messages = whole.map(({ message }) => bytes(message));
  const verdicts = core.verifySignatures(
    join(whole.map(({ publicKey }) => bytes(publicKey))),
    join(messages),
    Uint32Array.from(messages, ({ length }) => length),
    join(whole.map(({ signature }) => bytes(signature))),
  );
  assert.deepEqual(
    [...verdicts],
    whole.map(({ valid }) => valid ? 1 : 0),
  );
}

function addresses(core: CoreExports): void {
  for (const { bytes: address, text, slot } of formats.address) {
    assert.equal(core.addressEncode(bytes(address)), text);
    assert.deepEqual(core.addressDecode(text), bytes(address));
    assert.equal(core.slotOf(bytes(address)), slot);
  }
  assert.deepEqual(core.systemAccount("fees"), bytes(formats.fees));
}

function transactions(core: CoreExports): void {
  for (
    const { sender, body, id, signBytes, envelope } of formats.transactions
  ) {
    const made = core.transactionId(GENESIS, bytes(sender), bytes(body));
    assert.deepEqual(made, bytes(id));
    assert.deepEqual(core.transactionSignBytes(made), bytes(signBytes));
    assert.deepEqual(core.checkTransaction(GENESIS, bytes(envelope)), made);
  }
}

function batches(core: CoreExports): void {
  const { author, payload, ids, header, digest, signBytes } = formats.batch;
  const whole = bytes(payload);
  const made = core.batchHeader(GENESIS, bytes(author), 1n, 50n, whole);
  assert.deepEqual(made, bytes(header));
  assert.deepEqual(core.batchDigest(made), bytes(digest));
  const message = core.batchSignBytes(GENESIS, bytes(digest));
  assert.deepEqual(message, bytes(signBytes));
  assert.deepEqual(core.payloadIds(GENESIS, whole), bytes(ids.join("")));
  const lengths = Uint32Array.of(0, whole.length);
  assert.deepEqual(core.mergePayloads(whole, lengths), whole);
  assert.equal(core.payloadEnvelope(whole, 3), undefined);
}

function blocks(core: CoreExports): void {
  const { header, id, validatorSet } = formats.block;
  assert.deepEqual(core.blockId(bytes(header)), bytes(id));
  for (const { encoded, signBytes } of [formats.vote, formats.nilVote]) {
    const message = core.voteSignBytes(GENESIS, bytes(encoded));
    assert.deepEqual(message, bytes(signBytes));
  }
  const { encoded, signBytes } = formats.proposal;
  const message = core.proposalSignBytes(GENESIS, bytes(encoded));
  assert.deepEqual(message, bytes(signBytes));
  const certificate = bytes(formats.certificate.encoded);
  core.verifyCommitCertificate(GENESIS, bytes(validatorSet), certificate);
  assert.deepEqual(
    core.hashOf(7, certificate),
    bytes(formats.certificate.hash),
  );
}

function lists(core: CoreExports): void {
  for (const { items, root } of formats.lists) {
    const whole = items.map(bytes);
    const lengths = Uint32Array.from(whole, ({ length }) => length);
    assert.deepEqual(core.listRoot(join(whole), lengths), bytes(root));
    whole.forEach((item, index) => {
      const proof = core.listProof(join(whole), lengths, index);
      core.verifyListProof(bytes(root), item, proof);
    });
  }
}

function hashes(core: CoreExports): void {
  const { cases } = blake3;
  const inputs = cases.map(({ length }) =>
    Uint8Array.from({ length }, (_, at) => at % 251)
  );
  const lengths = Uint32Array.from(inputs, ({ length }) => length);
  const together = core.hashesOf(join(inputs), lengths);
  assert.deepEqual(together, bytes(cases.map(({ hash }) => hash).join("")));
  inputs.forEach((input, at) => {
    const four = core.hashesOf(
      join([input, input, input, input]),
      new Uint32Array(4).fill(input.length),
    );
    assert.deepEqual(four, bytes(cases[at]!.hash.repeat(4)));
    if (input.length > 0) {
      // Its first byte is 0: the domain.
      const alone = core.hashOf(0, input.subarray(1));
      assert.deepEqual(alone, bytes(cases[at]!.hash));
    }
  });
}

for (const flavour of ["fast", "compat"] as const) {
  const core = createCore(await loadCoreModule(flavour));
  const test = (name: string, run: (core: CoreExports) => void) =>
    Deno.test(`${flavour}: ${name}`, () => run(core));

  test(`${cases.length} signatures have the expected verdict alone`, alone);
  test("the same signatures have the same verdict together", together);
  test("hashes are the published ones, alone and together", hashes);
  test("addresses are those of the fixtures", addresses);
  test("transactions are those of the fixtures", transactions);
  test("batches are those of the fixtures", batches);
  test("blocks, votes and certificates are those of the fixtures", blocks);
  test("list trees are those of the fixtures", lists);
}
