import { createPublicKey, verify } from "node:crypto";

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/**
 * Whether an ed25519 signature is right (RFC 8032), for what nodes tell each
 * other about themselves. What the chain agrees on is verified by the core.
 */
export function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== KEY_BYTES) return false;
  if (signature.length !== SIGNATURE_BYTES) return false;
  const x = publicKey.toBase64({ alphabet: "base64url", omitPadding: true });
  try {
    const jwk = { kty: "OKP", crv: "Ed25519", x };
    const key = createPublicKey({ key: jwk, format: "jwk" });
    return verify(null, message, key, signature);
  } catch {
    return false; // The key is no point of the curve.
  }
}
