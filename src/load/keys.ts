import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

/** What every PKCS #8 file of an ed25519 key begins with; the seed follows. */
const PKCS8_HEAD = Uint8Array.fromHex("302e020100300506032b657004220420");
const SEED_BYTES = 32;
const PUBLIC_BYTES = 32;

/** The secret of account `number`: 28 bytes that all share, and its number. */
export function seedOf(
  secret: Uint8Array,
  number: number,
): Uint8Array<ArrayBuffer> {
  const seed = new Uint8Array(SEED_BYTES);
  seed.set(secret.subarray(0, SEED_BYTES - 4));
  new DataView(seed.buffer).setUint32(SEED_BYTES - 4, number);
  return seed;
}

export function privateKeyOf(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([PKCS8_HEAD, seed]);
  return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
}

/** The 32 bytes, which are the address as well. */
export function publicBytesOf(key: KeyObject): Uint8Array {
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return der.subarray(der.length - PUBLIC_BYTES);
}
