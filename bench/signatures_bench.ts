/**
 * ed25519 verification by both builds of the core. The reference is OpenSSL
 * behind node:crypto, one by one, in the same run.
 */
import * as ed25519 from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { verify } from "node:crypto";
import {
  type CoreExports,
  createCore,
  loadCoreModule,
} from "../src/core/mod.ts";
import { asBatch, type Signed, signedMessage } from "./fixtures.ts";

ed25519.hashes.sha512 = sha512;
const FLAVOURS = ["fast", "compat"] as const;
const modules = {
  fast: await loadCoreModule("fast"),
  compat: await loadCoreModule("compat"),
};
const cores = {
  fast: createCore(modules.fast),
  compat: createCore(modules.compat),
};
const signed = Array.from({ length: 4096 }, (_, index) => signedMessage(index));
const group = "ed25519::verify";

const one = signed[0]!;
const must = (valid: boolean) => {
  if (!valid) throw new Error("a verdict is wrong");
};
const openssl = ({ key, message, signature }: Signed) =>
  verify(null, message, key, signature);

/** Checks a batch of which `bad` should be refused. */
function together(
  core: CoreExports,
  batch: ReturnType<typeof asBatch>,
  bad = 0,
): void {
  const { publicKeys, messages, lengths, signatures } = batch;
  const valid = core.verifySignatures(
    publicKeys,
    messages,
    lengths,
    signatures,
  );
  must(valid.filter((flag) => flag === 0).length === bad);
}

/** What a caller with `bad` spoiled signatures sends, the same distance apart. */
function spoiled(n: number, bad: number) {
  const batch = asBatch(signed.slice(0, n));
  for (let index = 0; index < bad; index++) {
    batch.signatures[64 * Math.floor((index + 0.5) * n / bad) + 40]! ^= 1;
  }
  return batch;
}

Deno.bench({
  name: "node:crypto::verify/n=1",
  group,
  baseline: true,
  fn: () => must(openssl(one)),
});

Deno.bench({
  name: "noble::verify/n=1",
  group,
  fn: () => must(ed25519.verify(one.signature, one.message, one.publicKey)),
});

for (const flavour of FLAVOURS) {
  Deno.bench({
    name: `core::verify_signature/${flavour},n=1`,
    group,
    fn: () =>
      must(
        cores[flavour]
          .verifySignature(one.publicKey, one.message, one.signature),
      ),
  });
}

for (const n of [4, 64, 256, 1024, 4096]) {
  const batch = asBatch(signed.slice(0, n));
  const repeated = asBatch(
    Array.from({ length: n }, (_, index) => signed[index % 16]!),
  );
  Deno.bench({
    name: `node:crypto::verify/n=${n}`,
    group: `${group}/n=${n}`,
    baseline: true,
    fn: () => must(signed.slice(0, n).every(openssl)),
  });
  for (const flavour of FLAVOURS) {
    Deno.bench({
      name: `core::verify_signatures/${flavour},n=${n},keys=known`,
      group: `${group}/n=${n}`,
      fn: () => together(cores[flavour], batch),
    });
    Deno.bench({
      name: `core::verify_signatures/${flavour},n=${n},keys=new`,
      group: `${group}/n=${n}`,
      fn: (timer) => {
        const fresh = createCore(modules[flavour]);
        timer.start();
        together(fresh, batch);
        timer.end();
      },
    });
    Deno.bench({
      name: `core::verify_signatures/${flavour},n=${n},keys=16`,
      group: `${group}/n=${n}`,
      fn: () => together(cores[flavour], repeated),
    });
  }
}

for (const bad of [0, 1, 16, 256, 1024]) {
  const batch = spoiled(1024, bad);
  for (const flavour of FLAVOURS) {
    Deno.bench({
      name: `core::verify_signatures/${flavour},n=1024,bad=${bad}`,
      group: `${group}/attack`,
      baseline: bad === 0 && flavour === "fast",
      fn: () => together(cores[flavour], batch, bad),
    });
  }
}
