/** Transactions made by hand, right or wrong, without the SDK: an independent reading of the formats. */
import * as ed25519 from "@noble/ed25519";
import { blake3 } from "@noble/hashes/blake3.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { concat, u32 } from "../../src/bytes/mod.ts";

ed25519.hashes.sha512 = sha512;

/** The address of a seed: its ed25519 public key. */
export function publicKeyOf(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(ed25519.getPublicKey(seed));
}

export function signAs(seed: Uint8Array, message: Uint8Array) {
  return new Uint8Array(ed25519.sign(message, seed));
}

/** `BLAKE3(domain | bytes)`. */
export function domainHash(domain: number, bytes: Uint8Array) {
  return new Uint8Array(blake3(concat(Uint8Array.of(domain), bytes)));
}

/** `sender | signature | length | body`, signed for a chain. */
export function envelope(
  genesisHash: Uint8Array,
  seed: Uint8Array,
  body: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const sender = publicKeyOf(seed);
  const id = domainHash(0x10, concat(genesisHash, sender, body));
  const signature = signAs(seed, concat(Uint8Array.of(0x11), id));
  return concat(sender, signature, u32(body.length), body);
}
