import type { KvKey, KvMutation } from "./types.ts";

/** Limits of Deno KV. The totals are a little below its own, which also count framing. */
export const KV_LIMITS = {
  keyBytesMax: 2_048,
  valueBytesMax: 65_536,
  commitMutationsMax: 1_000,
  commitBytesMax: 800_000,
  commitKeyBytesMax: 80_000,
} as const;

/** Of 64 bits, which is what the node uses. */
const BIGINT_BYTES_MAX = 9;

/** Bytes of a string in UTF-8, or a little more. */
function textBytes(text: string): number {
  let bytes = 0;
  for (let at = 0; at < text.length; at++) {
    bytes += text.charCodeAt(at) < 0x80 ? 1 : 3;
  }
  return bytes;
}

function partBytes(part: KvKey[number]): number {
  if (typeof part === "string") return textBytes(part) + 2;
  if (typeof part === "number") return 9;
  if (typeof part === "bigint") return BIGINT_BYTES_MAX;
  // Each zero byte takes two.
  let bytes = part.length + 2;
  for (const byte of part) if (byte === 0) bytes++;
  return bytes;
}

/** Bytes of a key as Deno KV stores it, or a little more. */
export function keyBytes(key: KvKey): number {
  return key.reduce((sum: number, part) => sum + partBytes(part), 0);
}

export interface CommitSize {
  mutations: number;
  keyBytes: number;
  /** Keys and values together. */
  bytes: number;
}

export function addSizes(a: CommitSize, b: CommitSize): CommitSize {
  return {
    mutations: a.mutations + b.mutations,
    keyBytes: a.keyBytes + b.keyBytes,
    bytes: a.bytes + b.bytes,
  };
}

export function commitSize(mutations: readonly KvMutation[]): CommitSize {
  const size = { mutations: mutations.length, keyBytes: 0, bytes: 0 };
  for (const mutation of mutations) {
    const key = keyBytes(mutation.key);
    size.keyBytes += key;
    size.bytes += key + (mutation.type === "set" ? mutation.value.length : 0);
  }
  return size;
}

export function fitsOneCommit(size: CommitSize): boolean {
  return size.mutations <= KV_LIMITS.commitMutationsMax &&
    size.bytes <= KV_LIMITS.commitBytesMax &&
    size.keyBytes <= KV_LIMITS.commitKeyBytesMax;
}

/** Throws a RangeError for what Deno KV would refuse, before anything is written. */
export function checkCommit(mutations: readonly KvMutation[]): void {
  for (const mutation of mutations) {
    const key = keyBytes(mutation.key);
    if (key > KV_LIMITS.keyBytesMax) {
      throw new RangeError(`a key of ${key} bytes is too long`);
    }
    if (
      mutation.type === "set" &&
      mutation.value.length > KV_LIMITS.valueBytesMax
    ) {
      throw new RangeError(
        `a value of ${mutation.value.length} bytes is too long`,
      );
    }
  }
  const size = commitSize(mutations);
  if (!fitsOneCommit(size)) {
    throw new RangeError(`a commit of ${JSON.stringify(size)} is too large`);
  }
}
