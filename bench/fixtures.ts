/** Signed messages for the benchmarks: distinct keys, the size of what a transaction signs. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";

const MESSAGE_BYTES = 33;

export interface Signed {
  key: KeyObject;
  publicKey: Uint8Array<ArrayBuffer>;
  message: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
}

/** One signature of a new key. */
export function signedMessage(fill: number): Signed {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const message = new Uint8Array(MESSAGE_BYTES).fill(fill);
  const { x = "" } = publicKey.export({ format: "jwk" });
  return {
    key: publicKey,
    publicKey: Uint8Array.fromBase64(x, { alphabet: "base64url" }),
    message,
    signature: new Uint8Array(sign(null, message, privateKey)),
  };
}

/** What one call of the core takes for many signatures. */
export function asBatch(signed: readonly Omit<Signed, "key">[]) {
  const join = (parts: Uint8Array[]) => {
    const whole = new Uint8Array(
      parts.reduce((n, { length }) => n + length, 0),
    );
    let offset = 0;
    for (const part of parts) {
      whole.set(part, offset);
      offset += part.length;
    }
    return whole;
  };
  return {
    publicKeys: join(signed.map(({ publicKey }) => publicKey)),
    messages: join(signed.map(({ message }) => message)),
    lengths: Uint32Array.from(signed, ({ message }) => message.length),
    signatures: join(signed.map(({ signature }) => signature)),
  };
}
