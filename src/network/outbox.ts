import { type Class, CLASSES } from "./channels.ts";

interface Queue<T> {
  items: { item: T; bytes: number }[];
  bytes: number;
  wake: (() => void) | undefined;
}

/**
 * What waits to be sent, by class, within bounds. When a class is full its
 * oldest items are dropped: newer votes say more. Of class 2 the new item is
 * dropped instead: half of a transfer helps nobody, and it is asked for again.
 */
export class Outbox<T> {
  readonly #bytesMax: readonly number[];
  readonly #queues: Queue<T>[] = CLASSES.map(() => ({
    items: [],
    bytes: 0,
    wake: undefined,
  }));
  #dropped = 0;
  #closed = false;

  constructor(bytesMax: readonly number[]) {
    this.#bytesMax = bytesMax;
  }

  /** Items that found no room so far. */
  get dropped(): number {
    return this.#dropped;
  }

  push(of: Class, item: T, bytes: number): void {
    const queue = this.#queues[of]!;
    const bytesMax = this.#bytesMax[of]!;
    if (this.#closed) return;
    if (of === 2 && queue.bytes + bytes > bytesMax) {
      this.#dropped++;
      return;
    }
    queue.items.push({ item, bytes });
    queue.bytes += bytes;
    while (queue.bytes > bytesMax && queue.items.length > 1) {
      this.#shift(queue);
      this.#dropped++;
    }
    queue.wake?.();
  }

  /** The oldest of a class, as soon as there is one; undefined once closed. One caller for each class. */
  async next(of: Class): Promise<T | undefined> {
    const queue = this.#queues[of]!;
    while (!this.#closed) {
      const first = this.#shift(queue);
      if (first) return first.item;
      await new Promise<void>((resolve) => queue.wake = resolve);
      queue.wake = undefined;
    }
    return undefined;
  }

  /** What is waiting, most urgent class first, up to `bytesMax` but at least one. */
  take(bytesMax: number): T[] {
    const taken: T[] = [];
    let bytes = 0;
    for (const queue of this.#queues) {
      while (queue.items.length > 0 && (bytes < bytesMax || !taken.length)) {
        const first = this.#shift(queue)!;
        taken.push(first.item);
        bytes += first.bytes;
      }
    }
    return taken;
  }

  /** Forgets what waits. */
  clear(): void {
    for (const queue of this.#queues) {
      this.#dropped += queue.items.length;
      queue.items = [];
      queue.bytes = 0;
    }
  }

  close(): void {
    this.#closed = true;
    for (const queue of this.#queues) queue.wake?.();
  }

  #shift(queue: Queue<T>) {
    const first = queue.items.shift();
    if (first) queue.bytes -= first.bytes;
    return first;
  }
}
