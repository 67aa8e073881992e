/** ed25519 verification. The reference is OpenSSL behind node:crypto, in the same run. */
import * as ed25519 from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { verify } from "node:crypto";
import { createCore, loadCoreModule } from "../src/core/mod.ts";
import { asBatch, signedMessage } from "./fixtures.ts";

ed25519.hashes.sha512 = sha512;
const core = createCore(await loadCoreModule());
const group = "ed25519::verify";

const one = signedMessage(1);
const must = (valid: boolean) => {
  if (!valid) throw new Error("a valid signature was refused");
};

Deno.bench({
  name: "node:crypto::verify/n=1",
  group,
  baseline: true,
  fn: () => must(verify(null, one.message, one.key, one.signature)),
});

Deno.bench({
  name: "noble::verify/n=1",
  group,
  fn: () => must(ed25519.verify(one.signature, one.message, one.publicKey)),
});

Deno.bench({
  name: "core::verify_signature/n=1",
  group,
  fn: () =>
    must(core.verifySignature(one.publicKey, one.message, one.signature)),
});

for (const n of [16, 256, 1024]) {
  const signed = Array.from({ length: n }, (_, index) => signedMessage(index));
  const batch = asBatch(signed);
  Deno.bench({
    name: `node:crypto::verify/n=${n}`,
    group: `${group}/n=${n}`,
    baseline: true,
    fn: () =>
      must(
        signed.every(({ key, message, signature }) =>
          verify(null, message, key, signature)
        ),
      ),
  });
  Deno.bench({
    name: `core::verify_signatures/n=${n}`,
    group: `${group}/n=${n}`,
    fn: () => {
      const { publicKeys, messages, lengths, signatures } = batch;
      const valid = core
        .verifySignatures(publicKeys, messages, lengths, signatures);
      must(valid.every((flag) => flag === 1));
    },
  });
}
