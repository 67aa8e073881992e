import { fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CoreExports } from "../core/mod.ts";
import { ErrorCode, fault } from "../errors/mod.ts";
import {
  BatchHeaderSchema,
  BatchSchema,
} from "../proto/gen/rustorium/v1/batch_pb.ts";
import { readU32 } from "./bytes.ts";

const TABLE_HEAD = 2;
/** `slot (u8) | transactions (u32) | offset (u32)`. */
const ENTRY = 9;
const COUNT = 1;
const OFFSET = 5;

/** A batch as shards know it. */
export interface NamedBatch {
  /** Its digest. */
  name: Uint8Array;
  /** The last height whose block may name it. */
  until: bigint;
  payload: Uint8Array;
}

/** Takes the encoding of a `rustorium.v1.Batch` apart; BATCH_MALFORMED where it is none. */
export function readBatch(core: CoreExports, batch: Uint8Array): NamedBatch {
  const { header, payload } = fromBinary(BatchSchema, batch);
  if (!header) throw fault(ErrorCode.BATCH_MALFORMED);
  const name = core.batchDigest(toBinary(BatchHeaderSchema, header));
  return { name, until: header.validUntil, payload };
}

/**
 * Of a payload whose table is right, what each shard gets: a payload of the
 * sections of its slots, empty where it has none.
 */
export function partsOf(
  payload: Uint8Array,
  shardOf: Uint8Array,
  shards: number,
): Uint8Array[] {
  if (shards === 1 || payload.length === 0) {
    return Array.from({ length: shards }, () => payload);
  }
  const owned: number[][] = Array.from({ length: shards }, () => []);
  const slots = slotsIn(payload);
  for (let entry = 0; entry < slots; entry++) {
    owned[shardOf[payload[entryAt(entry)]!]!]!.push(entry);
  }
  return owned.map((entries) => partOf(payload, entries));
}

/** How many transactions are in it. */
export function countOf(payload: Uint8Array): number {
  let count = 0;
  const slots = payload.length === 0 ? 0 : slotsIn(payload);
  for (let entry = 0; entry < slots; entry++) {
    count += readU32(payload, entryAt(entry) + COUNT);
  }
  return count;
}

function partOf(payload: Uint8Array, entries: number[]): Uint8Array {
  if (entries.length === 0) return new Uint8Array();
  const area = entryAt(slotsIn(payload));
  const sections = entries.map((entry) => sectionOf(payload, area, entry));
  const table = entryAt(entries.length);
  const length = sections.reduce((sum, one) => sum + one.length, table);
  const part = new Uint8Array(length);
  const view = new DataView(part.buffer);
  view.setUint16(0, entries.length, true);
  let at = table;
  for (const [index, section] of sections.entries()) {
    const from = entryAt(entries[index]!);
    part.set(payload.subarray(from, from + OFFSET), entryAt(index));
    view.setUint32(entryAt(index) + OFFSET, at - table, true);
    part.set(section, at);
    at += section.length;
  }
  return part;
}

function sectionOf(
  payload: Uint8Array,
  area: number,
  entry: number,
): Uint8Array {
  const start = readU32(payload, entryAt(entry) + OFFSET);
  const isLast = entry + 1 === slotsIn(payload);
  return payload.subarray(
    area + start,
    isLast
      ? payload.length
      : area + readU32(payload, entryAt(entry + 1) + OFFSET),
  );
}

function slotsIn(payload: Uint8Array): number {
  return payload[0]! + 256 * payload[1]!;
}

function entryAt(entry: number): number {
  return TABLE_HEAD + entry * ENTRY;
}
