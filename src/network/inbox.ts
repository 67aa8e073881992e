import { type Class, CLASSES } from "./channels.ts";
import { LIMITS } from "./limits.ts";
import type { Waiting } from "./metrics.ts";

interface Entry<T> {
  peer: string;
  bytes: number;
  item: T;
}

/** What has come and waits for its reader, votes first. Nothing is dropped: a peer that has too much in it is not read meanwhile. */
export class Inbox<T> {
  readonly #queues: Entry<T>[][] = CLASSES.map(() => []);
  readonly #held = new Map<
    string,
    { items: number; bytes: number; wake: (() => void)[] }
  >();
  #reader: (() => void) | undefined;
  #closed = false;

  /** Resolves when more may come from this peer in this class: when no more than `bytesMax` waits. */
  async put(
    peer: string,
    of: Class,
    item: T,
    bytes: number,
    bytesMax: number,
  ): Promise<void> {
    if (this.#closed) return;
    const key = `${of}/${peer}`;
    const held = this.#held.get(key) ?? { items: 0, bytes: 0, wake: [] };
    this.#held.set(key, held);
    held.items++;
    held.bytes += bytes;
    this.#queues[of]!.push({ peer, bytes, item });
    this.#reader?.();
    while (!this.#closed && held.bytes > bytesMax) {
      await new Promise<void>((resolve) => held.wake.push(resolve));
    }
  }

  /** All that waits, up to a bound, as soon as there is something; empty once closed. For one reader. */
  async take(): Promise<T[]> {
    while (!this.#closed) {
      const taken = this.#drain();
      if (taken.length > 0) return taken;
      await new Promise<void>((resolve) => this.#reader = resolve);
      this.#reader = undefined;
    }
    return [];
  }

  /** What is in it now. */
  waiting(): Waiting {
    const sum: Waiting = { messages: 0, bytes: 0 };
    for (const { items, bytes } of this.#held.values()) {
      sum.messages += items;
      sum.bytes += bytes;
    }
    return sum;
  }

  close(): void {
    this.#closed = true;
    this.#reader?.();
    for (const { wake } of this.#held.values()) {
      for (const go of wake) go();
    }
  }

  #drain(): T[] {
    const taken: T[] = [];
    let bytes = 0;
    for (const [of, queue] of this.#queues.entries()) {
      let count = 0;
      while (count < queue.length && bytes < LIMITS.crossingBytesMax) {
        const waiting = queue[count++]!;
        taken.push(waiting.item);
        bytes += waiting.bytes;
        this.#release(`${of}/${waiting.peer}`, waiting.bytes);
      }
      queue.splice(0, count);
    }
    return taken;
  }

  #release(key: string, bytes: number): void {
    const held = this.#held.get(key)!;
    held.items--;
    held.bytes -= bytes;
    for (const go of held.wake.splice(0)) go();
    // By items, as some have no bytes.
    if (held.items === 0) this.#held.delete(key);
  }
}
