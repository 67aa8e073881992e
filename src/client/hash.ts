import { blake3 } from "@noble/hashes/blake3.js";

/** 32 bytes as 64 lowercase hexadecimal digits. */
export type Hash = string & { readonly __brand: "Hash" };

/** Prefix bytes that keep hashes of different things apart. */
export const Domain = {
  Genesis: 0x02,
  TransactionId: 0x10,
  TransactionSignature: 0x11,
} as const;

/** BLAKE3 of the prefix byte and the parts, 32 bytes. */
export function hashOf(
  domain: number,
  ...parts: Uint8Array[]
): Uint8Array<ArrayBuffer> {
  const hasher = blake3.create().update(Uint8Array.of(domain));
  for (const part of parts) hasher.update(part);
  return new Uint8Array(hasher.digest());
}

/** The hash that names a chain: of the encoding of `rustorium.v1.Genesis`. */
export function genesisHashOf(genesis: Uint8Array): Uint8Array<ArrayBuffer> {
  return hashOf(Domain.Genesis, genesis);
}

export function toHash(bytes: Uint8Array): Hash {
  return bytes.toHex() as Hash;
}
