/** A frame with its number. */
export interface Numbered<F> {
  number: number;
  frame: F;
  bytes: number;
}

interface Entry<P, F> extends Numbered<F> {
  /** Those that it is on. */
  paths: Set<P>;
}

/** Frames of one class that were sent to a peer and of which nobody knows yet that they arrived, by path. */
export class Flight<P, F> {
  /** The oldest are the first. */
  readonly #entries = new Map<number, Entry<P, F>>();
  /** Numbers in the order in which they went over a path. */
  readonly #lanes = new Map<P, number[]>();
  readonly #bytesOn = new Map<P, number>();
  #bytes = 0;

  /** The number of the oldest. */
  get oldest(): number | undefined {
    return this.#entries.keys().next().value;
  }

  /** Those on several paths once. */
  get bytes(): number {
    return this.#bytes;
  }

  bytesOn(path: P): number {
    return this.#bytesOn.get(path) ?? 0;
  }

  /** A frame goes over a path, perhaps over one more. */
  put(sent: Numbered<F>, path: P): void {
    let entry = this.#entries.get(sent.number);
    if (!entry) {
      entry = { ...sent, paths: new Set() };
      this.#entries.set(sent.number, entry);
      this.#bytes += sent.bytes;
    }
    entry.paths.add(path);
    this.#addBytes(path, sent.bytes);
    const lane = this.#lanes.get(path) ?? [];
    this.#lanes.set(path, lane);
    lane.push(sent.number);
  }

  /** The other side has taken so many more frames of a path; gives their bytes. More than were sent are none. */
  acknowledge(path: P, count: number): number {
    let bytes = 0;
    for (const number of this.#lanes.get(path)?.splice(0, count) ?? []) {
      const entry = this.#entries.get(number);
      // It has arrived by another path.
      if (!entry) continue;
      bytes += entry.bytes;
      for (const one of entry.paths) this.#addBytes(one, -entry.bytes);
      this.#entries.delete(number);
      this.#bytes -= entry.bytes;
    }
    return bytes;
  }

  /** What is on this path and on no other, the oldest first. */
  only(path: P): Numbered<F>[] {
    return [...this.#entries.values()].filter(({ paths }) =>
      paths.size === 1 && paths.has(path)
    );
  }

  isOn(path: P, number: number): boolean {
    return this.#entries.get(number)?.paths.has(path) ?? false;
  }

  /** A path is lost; gives what is on no other, the oldest first, to be put on another. */
  lose(path: P): Numbered<F>[] {
    const stranded = this.only(path);
    for (const { paths } of this.#entries.values()) paths.delete(path);
    this.#lanes.delete(path);
    this.#bytesOn.delete(path);
    return stranded;
  }

  /** Nothing of it is to arrive any more. */
  clear(): void {
    this.#entries.clear();
    this.#lanes.clear();
    this.#bytesOn.clear();
    this.#bytes = 0;
  }

  #addBytes(path: P, bytes: number): void {
    this.#bytesOn.set(path, this.bytesOn(path) + bytes);
  }
}
