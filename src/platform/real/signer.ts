import {
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
} from "node:crypto";
import { Buffer } from "node:buffer";
import type { Signer } from "../types.ts";

const SEED_BYTES = 32;
/** PKCS #8 around an ed25519 seed (RFC 8410, section 7). */
const PKCS8_PREFIX = "302e020100300506032b657004220420";

/** Signs with the ed25519 key of a 32-byte seed (RFC 8032). The caller may wipe the seed afterwards. */
export function seedSigner(seed: Uint8Array): Signer {
  if (seed.length !== SEED_BYTES) {
    throw new RangeError(`a seed has ${SEED_BYTES} bytes, not ${seed.length}`);
  }
  const key = privateKey(seed);
  return {
    publicKey: publicKeyOf(key),
    sign: (message) =>
      Promise.resolve(new Uint8Array(sign(null, message, key))),
  };
}

function privateKey(seed: Uint8Array): KeyObject {
  const der = Buffer.concat([Buffer.from(PKCS8_PREFIX, "hex"), seed]);
  try {
    return createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  } finally {
    der.fill(0);
  }
}

function publicKeyOf(key: KeyObject): Uint8Array {
  const { x } = createPublicKey(key).export({ format: "jwk" });
  return Uint8Array.fromBase64(x ?? "", { alphabet: "base64url" });
}
