/** Signed messages for the benchmarks, and the reference that all of them are compared with. */
import { Buffer } from "node:buffer";
import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from "node:crypto";
import { join } from "../src/bytes/mod.ts";

/** What a transaction signs. */
const MESSAGE_BYTES = 33;
const SEED_BYTES = 32;
/** What every PKCS #8 file of an ed25519 key begins with. */
const PKCS8_HEAD = Uint8Array.fromHex("302e020100300506032b657004220420");

export interface Signed {
  key: KeyObject;
  publicKey: Uint8Array;
  message: Uint8Array;
  signature: Uint8Array;
}

export function keyOf(
  seed: Uint8Array,
): { key: KeyObject; address: Uint8Array } {
  const der = Buffer.concat([PKCS8_HEAD, seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  const spki = createPublicKey(key).export({ format: "der", type: "spki" });
  return { key, address: spki.subarray(spki.length - 32) };
}

/** One signature of key number `n`. */
export function signedMessage(n: number): Signed {
  const seed = new Uint8Array(SEED_BYTES).fill(1);
  new DataView(seed.buffer).setUint32(0, n);
  const { key, address } = keyOf(seed);
  const message = new Uint8Array(MESSAGE_BYTES).fill(n);
  return {
    key: createPublicKey(key),
    publicKey: new Uint8Array(address),
    message,
    signature: new Uint8Array(sign(null, message, key)),
  };
}

/** What one call of the core takes for many signatures. */
export function asBatch(signed: readonly Omit<Signed, "key">[]) {
  return {
    publicKeys: join(signed.map(({ publicKey }) => publicKey)),
    messages: join(signed.map(({ message }) => message)),
    lengths: Uint32Array.from(signed, ({ message }) => message.length),
    signatures: join(signed.map(({ signature }) => signature)),
  };
}

const one = signedMessage(0);
const CHECKS = 10;

/** The baseline of a group: signature checks of OpenSSL, so few at once that some are not interrupted. */
export function reference(group: string): void {
  Deno.bench({
    name: `node:crypto::verify/transfers=${CHECKS}`,
    group,
    baseline: true,
    n: 400,
    warmup: 20,
    fn() {
      for (let n = 0; n < CHECKS; n++) {
        if (!verify(null, one.message, one.key, one.signature)) {
          throw new Error("a verdict is wrong");
        }
      }
    },
  });
}
