import { type Class, CLASS_NAMES, CLASSES } from "./channels.ts";
import type { Waiting } from "./metrics.ts";

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
  readonly #drops = { full: 0, disconnected: 0 };
  #closed = false;

  constructor(bytesMax: readonly number[]) {
    this.#bytesMax = bytesMax;
  }

  /** Items that were not taken out so far: there was no room, or they waited when the connection ended. */
  get drops(): { full: number; disconnected: number } {
    return { ...this.#drops };
  }

  get dropped(): number {
    return this.#drops.full + this.#drops.disconnected;
  }

  /** What is in it now, by class. */
  waiting(): Record<string, Waiting> {
    return Object.fromEntries(
      this.#queues.map(({ items, bytes }, of) => [
        CLASS_NAMES[of as Class],
        { messages: items.length, bytes },
      ]),
    );
  }

  push(of: Class, item: T, bytes: number): void {
    const queue = this.#queues[of]!;
    const bytesMax = this.#bytesMax[of]!;
    if (this.#closed) return;
    if (of === 2 && queue.bytes + bytes > bytesMax) {
      this.#drops.full++;
      return;
    }
    queue.items.push({ item, bytes });
    queue.bytes += bytes;
    while (queue.bytes > bytesMax && queue.items.length > 1) {
      this.#shift(queue);
      this.#drops.full++;
    }
    queue.wake?.();
  }

  /** What waits of a class, as soon as something does, up to `bytesMax` but at least one; nothing once closed. One caller for each class. */
  async next(of: Class, bytesMax: number): Promise<T[]> {
    const queue = this.#queues[of]!;
    while (!this.#closed) {
      const taken = this.#shiftAll(queue, bytesMax);
      if (taken.items.length > 0) return taken.items;
      await new Promise<void>((resolve) => queue.wake = resolve);
      queue.wake = undefined;
    }
    return [];
  }

  /** What is waiting, most urgent class first, up to `bytesMax` but at least one. */
  take(bytesMax: number): T[] {
    const taken: T[] = [];
    let left = bytesMax;
    for (const queue of this.#queues) {
      if (left <= 0 && taken.length > 0) break;
      const { items, bytes } = this.#shiftAll(queue, left);
      taken.push(...items);
      left -= bytes;
    }
    return taken;
  }

  /** What was taken out found nobody to go to. */
  lost(): void {
    this.#drops.disconnected++;
  }

  /** Forgets what waits. */
  clear(): void {
    for (const queue of this.#queues) {
      this.#drops.disconnected += queue.items.length;
      queue.items = [];
      queue.bytes = 0;
    }
  }

  close(): void {
    this.#closed = true;
    for (const queue of this.#queues) queue.wake?.();
  }

  #shiftAll(queue: Queue<T>, bytesMax: number) {
    const items: T[] = [];
    let bytes = 0;
    while (queue.items.length > 0 && (bytes < bytesMax || bytes === 0)) {
      const first = this.#shift(queue)!;
      items.push(first.item);
      bytes += first.bytes;
    }
    return { items, bytes };
  }

  #shift(queue: Queue<T>) {
    const first = queue.items.shift();
    if (first) queue.bytes -= first.bytes;
    return first;
  }
}
