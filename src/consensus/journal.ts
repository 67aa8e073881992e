import type { Log, LogFile } from "../platform/types.ts";
import { concat, join, Reader, u32, u64 } from "../bytes/mod.ts";
import {
  encodeRecord,
  type LogRecord,
  readRecords,
  RecordKind,
} from "./record.ts";

/** A block that we proposed, as the log holds it. */
export interface JournaledBlock {
  height: bigint;
  round: number;
  block: Uint8Array;
}

/**
 * The write-ahead log and the double-sign guard's memory, in one append-only
 * file. Records are collected and written together by `commit`, with one sync;
 * nothing that depends on them may leave before.
 */
export class Journal {
  readonly #file: LogFile;
  /** Of heights that are not decided, in the order in which they were written. */
  #records: { height: bigint; record: LogRecord }[] = [];
  readonly #evidence = new Map<string, Uint8Array>();
  #unwritten: Uint8Array[] = [];
  #bytes = 0;
  #batchSequence = 0n;
  #closed = 0n;

  private constructor(file: LogFile) {
    this.#file = file;
  }

  /** Reads the file, and trims what a crash left of an unfinished write. */
  static async open(file: LogFile, log: Log): Promise<Journal> {
    const journal = new Journal(file);
    const bytes = await file.read();
    const { records, validBytes } = readRecords(bytes);
    if (validBytes < bytes.length) {
      await file.truncate(validBytes);
      log.warn("trimmed the tail of the write-ahead log", {
        keptBytes: validBytes,
        trimmedBytes: bytes.length - validBytes,
        trimmedHead: bytes.subarray(validBytes, validBytes + 64).toHex(),
      });
    }
    for (const record of records) journal.#remember(record);
    journal.#bytes = validBytes;
    return journal;
  }

  /** The sequence of the last batch that was signed. */
  get batchSequence(): bigint {
    return this.#batchSequence;
  }

  /** Nothing is signed up to this height any more. */
  get closed(): bigint {
    return this.#closed;
  }

  /** Bytes of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  addEntry(height: bigint, entry: Uint8Array): void {
    this.#add(RecordKind.entry, concat(u64(height), entry));
  }

  addBlock({ height, round, block }: JournaledBlock): void {
    this.#add(RecordKind.block, concat(u64(height), u32(round), block));
  }

  addBatch(sequence: bigint): void {
    this.#add(RecordKind.batch, u64(sequence));
  }

  /** Kept until it is dropped. */
  addEvidence(evidence: Uint8Array): void {
    this.#add(RecordKind.evidence, evidence);
  }

  /** It is needed no more; the file loses it when it is rewritten. */
  dropEvidence(evidence: Uint8Array): void {
    this.#evidence.delete(evidence.toHex());
  }

  /** What was added and not dropped, in its order. */
  get evidence(): Uint8Array[] {
    return [...this.#evidence.values()];
  }

  /** Makes everything added so far durable. */
  async commit(): Promise<void> {
    if (this.#unwritten.length === 0) return;
    const bytes = join(this.#unwritten);
    this.#unwritten = [];
    await this.#file.append(bytes);
    await this.#file.sync();
    this.#bytes += bytes.length;
  }

  /** Entries of all heights that are not closed. */
  allEntries(): Uint8Array[] {
    const heights = new Set(this.#records.map((one) => one.height));
    return [...heights].flatMap((height) => this.entries(height));
  }

  /** Entries of a height, as the engine's `replay` takes them one by one. */
  entries(height: bigint): Uint8Array[] {
    return this.#of(height, RecordKind.entry).map((payload) => payload.rest());
  }

  blocks(height: bigint): JournaledBlock[] {
    return this.#of(height, RecordKind.block).map((payload) => ({
      height,
      round: payload.u32(),
      block: payload.rest(),
    }));
  }

  /** `height` is durable elsewhere. Rewrites the file when it is longer than `bytesMax`. */
  async close(height: bigint, bytesMax: number): Promise<void> {
    if (height > this.#closed) this.#closed = height;
    this.#records = this.#records.filter((one) => one.height > height);
    if (this.#bytes > bytesMax) await this.#rewrite();
  }

  async #rewrite(): Promise<void> {
    const kept: LogRecord[] = [
      { kind: RecordKind.closed, payload: u64(this.#closed) },
      { kind: RecordKind.batch, payload: u64(this.#batchSequence) },
      ...this.#records.map((one) => one.record),
      ...this.evidence.map((payload) => (
        { kind: RecordKind.evidence, payload }
      )),
    ];
    const bytes = join(kept.map(encodeRecord));
    this.#unwritten = [];
    await this.#file.replace(bytes);
    this.#bytes = bytes.length;
  }

  #of(height: bigint, kind: RecordKind): Reader[] {
    return this.#records
      .filter((one) => one.height === height && one.record.kind === kind)
      .map(({ record }) => {
        const reader = new Reader(record.payload);
        reader.u64();
        return reader;
      });
  }

  #add(kind: RecordKind, payload: Uint8Array): void {
    const record = { kind, payload };
    this.#unwritten.push(encodeRecord(record));
    this.#remember(record);
  }

  #remember(record: LogRecord): void {
    if (record.kind === RecordKind.evidence) {
      this.#evidence.set(record.payload.toHex(), record.payload);
      return;
    }
    const number = new Reader(record.payload).u64();
    if (record.kind === RecordKind.batch) this.#batchSequence = number;
    else if (record.kind === RecordKind.closed) this.#closed = number;
    else this.#records.push({ height: number, record });
  }
}
