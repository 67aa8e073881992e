/**
 * The journal of a checkpoint: which pages it wrote, and what it replaces. Each
 * piece is committed together with the pages it names.
 */
import type { Kv, KvKey, KvMutation } from "../../platform/mod.ts";
import { join, u32, u64 } from "../../bytes/mod.ts";
import { Reader } from "../reader.ts";

/** One version of a page. */
export interface PageVersion {
  /** The height of the checkpoint that wrote it. */
  version: bigint;
  /** Bytes of the page; 0 says that it is removed. */
  length: number;
}

export interface JournalEntry {
  slot: number;
  id: Uint8Array;
  written: number;
  replaced: PageVersion | undefined;
}

export interface JournalPiece {
  key: KvKey;
  version: bigint;
  entries: JournalEntry[];
}

const PREFIX = ["page_journal"];

export function setJournal(
  version: bigint,
  piece: number,
  entries: readonly JournalEntry[],
): KvMutation {
  const value = join(entries.flatMap(encodeEntry));
  return { type: "set", key: [...PREFIX, version, piece], value };
}

/** Pieces of all checkpoints, the oldest first. */
export async function* readJournals(kv: Kv): AsyncGenerator<JournalPiece> {
  for await (const { key, value } of kv.list({ prefix: PREFIX })) {
    yield { key, version: key[1] as bigint, entries: decodeEntries(value) };
  }
}

/** A piece that was torn while it was written ends early: the pages it fails to name come after it, so there are none. */
function decodeEntries(piece: Uint8Array): JournalEntry[] {
  const reader = new Reader(piece);
  const entries: JournalEntry[] = [];
  try {
    while (!reader.done) entries.push(decodeEntry(reader));
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown;
  }
  return entries;
}

function encodeEntry(
  { slot, id, written, replaced }: JournalEntry,
): Uint8Array[] {
  return [
    u32(slot),
    u32(id.length),
    id,
    u32(written),
    ...encodeVersion(replaced ?? { version: 0n, length: 0 }),
  ];
}

function decodeEntry(reader: Reader): JournalEntry {
  const slot = reader.u32();
  const id = reader.take(reader.u32());
  const written = reader.u32();
  const replaced = decodeVersion(reader);
  return {
    slot,
    id,
    written,
    replaced: replaced.version === 0n ? undefined : replaced,
  };
}

/** No checkpoint has height 0. */
export const encodeVersion = (
  { version, length }: PageVersion,
) => [u64(version), u32(length)];

export function decodeVersion(reader: Reader): PageVersion {
  return { version: reader.u64(), length: reader.u32() };
}
