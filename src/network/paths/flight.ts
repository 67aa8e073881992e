import { type Class, CLASSES } from "../channels.ts";

/** A frame with its number. */
export interface Numbered<F> {
  number: number;
  of: Class;
  frame: F;
  bytes: number;
}

interface Entry<F> extends Numbered<F> {
  /** Those that it is on. */
  paths: Set<string>;
}

/** Frames that were sent and of which nobody knows yet that they arrived, by path. */
export class Flight<F> {
  /** The oldest are the first. */
  readonly #entries = new Map<number, Entry<F>>();
  /** Numbers in the order in which they went over a path's stream of a class. */
  readonly #lanes = new Map<string, number[]>();
  readonly #bytesOn = new Map<string, number>();
  readonly #bytesOf = CLASSES.map(() => 0);

  /** The number of the oldest. */
  get oldest(): number | undefined {
    return this.#entries.keys().next().value;
  }

  /** Bytes of a class, those on several paths once. */
  bytesOf(of: Class): number {
    return this.#bytesOf[of]!;
  }

  bytesOn(path: string): number {
    return this.#bytesOn.get(path) ?? 0;
  }

  /** A frame goes over a path, perhaps over one more. */
  put(sent: Numbered<F>, path: string): void {
    let entry = this.#entries.get(sent.number);
    if (!entry) {
      entry = { ...sent, paths: new Set() };
      this.#entries.set(sent.number, entry);
      this.#bytesOf[sent.of]! += sent.bytes;
    }
    entry.paths.add(path);
    this.#addBytes(path, sent.bytes);
    const lane = laneOf(path, sent.of);
    const numbers = this.#lanes.get(lane) ?? [];
    this.#lanes.set(lane, numbers);
    numbers.push(sent.number);
  }

  /** The other side has read so many more frames of a path's stream; gives their bytes. More than were sent are none. */
  acknowledge(path: string, of: Class, count: number): number {
    const numbers = this.#lanes.get(laneOf(path, of))?.splice(0, count) ?? [];
    let bytes = 0;
    for (const number of numbers) {
      const entry = this.#entries.get(number);
      // It has arrived by another path.
      if (!entry) continue;
      bytes += entry.bytes;
      for (const one of entry.paths) this.#addBytes(one, -entry.bytes);
      this.#entries.delete(number);
      this.#bytesOf[of]! -= entry.bytes;
    }
    return bytes;
  }

  /** A path is lost; gives what is on no other, the oldest first, to be put on another. */
  lose(path: string): Numbered<F>[] {
    const stranded: Numbered<F>[] = [];
    for (const entry of this.#entries.values()) {
      if (!entry.paths.delete(path) || entry.paths.size > 0) continue;
      stranded.push(entry);
    }
    for (const lane of this.#lanes.keys()) {
      if (lane.slice(lane.indexOf("/") + 1) === path) this.#lanes.delete(lane);
    }
    this.#bytesOn.delete(path);
    return stranded;
  }

  #addBytes(path: string, bytes: number): void {
    this.#bytesOn.set(path, this.bytesOn(path) + bytes);
  }
}

const laneOf = (path: string, of: Class) => `${of}/${path}`;
