import { ErrorCode, fault } from "../../errors/mod.ts";
import type { LogFile, Random } from "../types.ts";

/** A file in memory that tells what was synced from what was only written. */
export class MemoryFile {
  #bytes = new Uint8Array();
  #syncedLength = 0;
  #generation = 0;

  open(): LogFile {
    const generation = this.#generation;
    let closed = false;
    const inTurn = async <T>(work: () => T): Promise<T> => {
      if (closed || generation !== this.#generation) {
        throw fault(ErrorCode.STORAGE_FAULT, "the log file is closed");
      }
      return await work();
    };
    return {
      read: () => inTurn(() => this.#bytes.slice()),
      append: (bytes) => inTurn(() => this.#append(bytes)),
      sync: () =>
        inTurn(() => {
          this.#syncedLength = this.#bytes.length;
        }),
      truncate: (length) =>
        inTurn(() => this.#replace(this.#bytes.slice(0, length))),
      replace: (bytes) => inTurn(() => this.#replace(bytes.slice())),
      close: () => {
        closed = true;
      },
    };
  }

  /** The machine stops: of what was not synced a part of random length is left, its last byte perhaps wrong. Open handles are dead. */
  crash(random: Random): void {
    this.#generation++;
    const unsynced = this.#bytes.length - this.#syncedLength;
    const kept = this.#syncedLength + random.integer(unsynced + 1);
    const bytes = this.#bytes.slice(0, kept);
    const torn = kept > this.#syncedLength && random.integer(2) === 0;
    if (torn) bytes[kept - 1] = random.integer(256);
    this.#replace(bytes);
  }

  #append(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined;
  }

  #replace(bytes: Uint8Array<ArrayBuffer>): void {
    this.#bytes = bytes;
    this.#syncedLength = bytes.length;
  }
}
