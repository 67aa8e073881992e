import type { Clock, Log, LogFile, Timer } from "../platform/types.ts";
import type { Book } from "./book.ts";
import { join } from "../bytes/mod.ts";
import { frame, readFrames } from "./frames.ts";
import { LIMITS } from "./limits.ts";
import { readRecord } from "./record.ts";

export interface SavedParts {
  file: Pick<LogFile, "read" | "replace">;
  book: Book;
  genesisHash: Uint8Array;
  clock: Clock;
  log: Log;
  /** Ids of connected peers; their records come first. */
  peers(): string[];
}

/** Keeps the records of known nodes for the next start: frames with a `SignedPeerRecord` each. */
export class Saved {
  readonly #parts: SavedParts;
  #timer: Timer | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: SavedParts) {
    this.#parts = parts;
  }

  /** Fills the book. What cannot be read is left out. */
  async load(): Promise<void> {
    const { file, book, genesisHash, clock, log } = this.#parts;
    try {
      const bytes = await file.read();
      for await (
        const signed of readFrames(one(bytes), LIMITS.recordBytesMax)
      ) {
        book.add(readRecord(signed, genesisHash, clock.now()));
      }
    } catch (error) {
      log.warn("the saved peers cannot be read; the others are found anew", {
        error,
      });
    }
  }

  /** Something has changed: it is saved soon. */
  changed(): void {
    this.#timer ??= this.#parts.clock.schedule(LIMITS.saveMs, () => {
      this.#timer = undefined;
      this.#save();
    });
  }

  /** Saves what has changed. */
  async close(): Promise<void> {
    if (this.#timer) {
      this.#timer.cancel();
      this.#save();
    }
    await this.#writing;
  }

  #save(): void {
    const { file, book, log, peers } = this.#parts;
    const connected = peers().flatMap((id) => book.get(id) ?? []);
    const records = new Set([
      ...connected,
      ...book.latest(LIMITS.savedPeersMax),
    ]);
    const frames = [...records].slice(0, LIMITS.savedPeersMax)
      .map(({ signed }) => frame(signed));
    this.#writing = this.#writing.then(() => file.replace(join(frames)))
      .catch((error) => log.warn("the known peers were not saved", { error }));
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
