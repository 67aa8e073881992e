import * as ed25519 from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { ErrorCode } from "../proto/gen/rustorium/v1/error_pb.ts";
import { fault } from "../errors/mod.ts";

ed25519.hashes.sha512 = sha512;

/** An ed25519 key (RFC 8032) that signs. */
export interface Key {
  publicKey: Uint8Array<ArrayBuffer>;
  sign(message: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** The seed's place in PKCS #8 (RFC 8410). */
const PKCS8_HEAD = Uint8Array.fromHex("302e020100300506032b657004220420");

/** A key from its 32-byte seed. */
export function createKey(seed: Uint8Array<ArrayBuffer>): Key {
  // The platform's own signing is four times as fast as the library's; some
  // platforms have none.
  let native: Promise<CryptoKey | undefined> | undefined;
  return {
    publicKey: new Uint8Array(ed25519.getPublicKey(seed)),
    async sign(message) {
      const key = await (native ??= importNative(seed));
      return key === undefined
        ? ed25519.sign(message, seed)
        : new Uint8Array(await crypto.subtle.sign("Ed25519", key, message));
    },
  };
}

async function importNative(
  seed: Uint8Array<ArrayBuffer>,
): Promise<CryptoKey | undefined> {
  const pkcs8 = new Uint8Array(PKCS8_HEAD.length + seed.length);
  pkcs8.set(PKCS8_HEAD);
  pkcs8.set(seed, PKCS8_HEAD.length);
  try {
    return await crypto.subtle
      .importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  } catch {
    return undefined;
  }
}

/**
 * A secret key as bytes.
 * @throws KEY_MALFORMED unless it is 32 bytes or 64 hexadecimal digits.
 */
export function parseSecretKey(
  secretKey: Uint8Array | string,
): Uint8Array<ArrayBuffer> {
  if (typeof secretKey === "string" && !/^[0-9a-fA-F]{64}$/.test(secretKey)) {
    throw fault(
      ErrorCode.KEY_MALFORMED,
      "a secret key is 64 hexadecimal digits",
    );
  }
  const bytes = typeof secretKey === "string"
    ? Uint8Array.fromHex(secretKey)
    : new Uint8Array(secretKey);
  if (bytes.length !== 32) {
    throw fault(ErrorCode.KEY_MALFORMED, `${bytes.length} bytes, not 32`);
  }
  return bytes;
}
