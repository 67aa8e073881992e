/** Byte strings of any length as numbered parts under one key; the first part tells length and hash, and is written last. */
import { ErrorCode, fault, isFault } from "../errors/mod.ts";
import {
  type Kv,
  type KvKey,
  type KvMutation,
  sha256,
} from "../platform/mod.ts";
import { concat, equal, join, u32 } from "../bytes/mod.ts";
import { type Bytes, Reader } from "./reader.ts";
import { STORAGE_LIMITS } from "./limits.ts";

const HASH_BYTES = 32;
const HEAD_BYTES = 4 + HASH_BYTES;
const FIRST_BYTES_MAX = STORAGE_LIMITS.partBytesMax - HEAD_BYTES;

/** Number of parts of a blob of `length` bytes. */
export function partCount(length: number): number {
  const beyond = Math.max(0, length - FIRST_BYTES_MAX);
  return 1 + Math.ceil(beyond / STORAGE_LIMITS.partBytesMax);
}

/** Writes `bytes` under `key`. While the last mutation is missing there is no blob. */
export function setBlob(key: KvKey, bytes: Uint8Array): KvMutation[] {
  if (bytes.length > STORAGE_LIMITS.blobBytesMax) {
    throw fault(ErrorCode.STORAGE_FAULT, {
      bytes: bytes.length,
      bytesMax: STORAGE_LIMITS.blobBytesMax,
    });
  }
  const head = concat(
    u32(bytes.length),
    sha256(bytes),
    bytes.subarray(0, FIRST_BYTES_MAX),
  );
  const rest = Array.from(
    { length: partCount(bytes.length) - 1 },
    (_, n): KvMutation => {
      const start = FIRST_BYTES_MAX + n * STORAGE_LIMITS.partBytesMax;
      const value = bytes.subarray(start, start + STORAGE_LIMITS.partBytesMax);
      return { type: "set", key: [...key, n + 1], value };
    },
  );
  return [...rest, { type: "set", key: [...key, 0], value: head }];
}

/** Removes a blob of `length` bytes, the first part first. */
export function deleteBlob(key: KvKey, length: number): KvMutation[] {
  return Array.from(
    { length: partCount(length) },
    (_, n): KvMutation => ({ type: "delete", key: [...key, n] }),
  );
}

/** Fails with STORAGE_CORRUPT when what is there does not match its length and hash. */
export async function getBlob(kv: Kv, key: KvKey): Promise<Bytes | undefined> {
  const head = await kv.get([...key, 0]);
  if (!head) return undefined;
  if (head.length < HEAD_BYTES) throw corrupt(key);
  const reader = new Reader(head);
  const [length, hash, first] = [
    reader.u32(),
    reader.take(HASH_BYTES),
    reader.rest(),
  ];
  const parts: Uint8Array[] = [first];
  const limit = partCount(length) - 1;
  if (limit > 0) {
    const rest = kv.list({ prefix: key, start: [...key, 1] }, { limit });
    for await (const { value } of rest) parts.push(value);
  }
  const bytes = parts.length === 1 ? first : join(parts);
  if (bytes.length !== length || !equal(sha256(bytes), hash)) {
    throw corrupt(key);
  }
  return bytes;
}

/** Whether a blob is there, and how long it says it is. */
export async function blobLength(
  kv: Kv,
  key: KvKey,
): Promise<number | undefined> {
  const head = await kv.get([...key, 0]);
  return head && head.length >= HEAD_BYTES ? new Reader(head).u32() : undefined;
}

/** Whether an error says that something stored does not match its hash. */
export function isCorrupt(thrown: unknown): boolean {
  return isFault(thrown, ErrorCode.STORAGE_CORRUPT);
}

function corrupt(key: KvKey): Error {
  const name = key.map((part) =>
    part instanceof Uint8Array ? part.toHex() : String(part)
  );
  return fault(ErrorCode.STORAGE_CORRUPT, { key: name.join("/") });
}
