/**
 * Records of the write-ahead log: `length (u32) | crc32 (u32) | kind (u8) |
 * payload`, little endian. Length and checksum are of kind and payload.
 */
import { crc32 } from "node:zlib";
import { concat, Reader, u32 } from "../bytes/mod.ts";

/** What a record holds. The numbers are part of the file's format. */
export const RecordKind = {
  /** `height (u64) | entry of the engine`, own messages not signed yet. */
  entry: 1,
  /** `height (u64) | round (u32) | Block`: a block that we proposed. */
  block: 2,
  /** `sequence (u64)`: the last batch that we signed. */
  batch: 3,
  /** `height (u64)`: nothing is signed up to it any more. */
  closed: 4,
  /** `Evidence` that no block holds yet. */
  evidence: 5,
} as const;

export type RecordKind = typeof RecordKind[keyof typeof RecordKind];

export interface LogRecord {
  kind: RecordKind;
  payload: Uint8Array;
}

const HEAD_BYTES = 8;

export function encodeRecord({ kind, payload }: LogRecord): Uint8Array {
  const body = concat(Uint8Array.of(kind), payload);
  return concat(u32(body.length), u32(crc32(body)), body);
}

/** The records up to the first that is cut short or does not match its checksum. */
export function readRecords(
  bytes: Uint8Array,
): { records: LogRecord[]; validBytes: number } {
  const reader = new Reader(bytes);
  const records: LogRecord[] = [];
  let validBytes = 0;
  while (reader.left >= HEAD_BYTES) {
    const [length, checksum] = [reader.u32(), reader.u32()];
    if (length === 0 || length > reader.left) break;
    const body = reader.bytes(length);
    const kind = kindOf(body[0]);
    if (crc32(body) !== checksum || kind === undefined) break;
    records.push({ kind, payload: body.slice(1) });
    validBytes += HEAD_BYTES + length;
  }
  return { records, validBytes };
}

function kindOf(number: number | undefined): RecordKind | undefined {
  return Object.values(RecordKind).find((kind) => kind === number);
}
