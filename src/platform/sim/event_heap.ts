/** What is to happen at a moment of virtual time. */
export interface Event {
  atMs: number;
  /** Decides between events of the same moment, so that a seed explores their orders. */
  order: number;
  callback: () => void;
}

interface Entry extends Event {
  /** Decides between events that are alike in everything else: the older is the first. */
  age: number;
  isCancelled: boolean;
}

/** Events, the next one first: a binary heap, for a hundred nodes have tens of thousands of messages on their way. */
export class EventHeap {
  readonly #entries: Entry[] = [];
  #pushed = 0;
  #cancelled = 0;

  /** Events that are neither over nor cancelled. */
  get size(): number {
    return this.#entries.length - this.#cancelled;
  }

  push(event: Event): Entry {
    const entry = { ...event, age: this.#pushed++, isCancelled: false };
    this.#entries.push(entry);
    this.#rise(this.#entries.length - 1);
    return entry;
  }

  /** Nothing where it has happened, or is cancelled already. */
  cancel(entry: Entry): void {
    if (entry.isCancelled) return;
    entry.isCancelled = true;
    this.#cancelled++;
    if (this.#cancelled * 2 > this.#entries.length) this.#sweep();
  }

  /** Takes the next event out, unless it is later than `untilMs`. */
  pop(untilMs: number): Event | undefined {
    for (let first; (first = this.#entries[0]);) {
      if (!first.isCancelled && first.atMs > untilMs) return undefined;
      this.#shift();
      if (!first.isCancelled) {
        first.isCancelled = true;
        return first;
      }
      this.#cancelled--;
    }
    return undefined;
  }

  #shift(): void {
    const last = this.#entries.pop()!;
    if (this.#entries.length === 0) return;
    this.#entries[0] = last;
    this.#sink(0);
  }

  /** Timers that are cancelled are mostly far in the future: they must not stay until then. */
  #sweep(): void {
    const left = this.#entries.filter((entry) => !entry.isCancelled);
    this.#entries.splice(0, this.#entries.length, ...left.sort(compared));
    this.#cancelled = 0;
  }

  #rise(at: number): void {
    const entry = this.#entries[at]!;
    while (at > 0) {
      const above = at - 1 >> 1;
      if (compared(this.#entries[above]!, entry) <= 0) break;
      this.#entries[at] = this.#entries[above]!;
      at = above;
    }
    this.#entries[at] = entry;
  }

  #sink(at: number): void {
    const entry = this.#entries[at]!;
    for (let below; (below = this.#lower(at)) !== undefined; at = below) {
      if (compared(entry, this.#entries[below]!) <= 0) break;
      this.#entries[at] = this.#entries[below]!;
    }
    this.#entries[at] = entry;
  }

  /** The earlier one of the two below. */
  #lower(at: number): number | undefined {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    if (left >= this.#entries.length) return undefined;
    if (right >= this.#entries.length) return left;
    return compared(this.#entries[left]!, this.#entries[right]!) <= 0
      ? left
      : right;
  }
}

function compared(one: Entry, other: Entry): number {
  return one.atMs - other.atMs || one.order - other.order ||
    one.age - other.age;
}
