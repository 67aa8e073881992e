export type Bytes = Uint8Array<ArrayBuffer>;

/** Reads a record from its start to its end, in copies: a view would take the whole record along to other threads. A RangeError says that it is too short. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Bytes {
    const end = this.#at + length;
    if (end > this.#bytes.length) {
      throw new RangeError("the record is too short");
    }
    const out = this.#bytes.slice(this.#at, end);
    this.#at = end;
    return out;
  }

  u8(): number {
    return this.take(1)[0] ?? 0;
  }

  u32(): number {
    return new DataView(this.take(4).buffer).getUint32(0, true);
  }

  u64(): bigint {
    return new DataView(this.take(8).buffer).getBigUint64(0, true);
  }

  rest(): Bytes {
    return this.take(this.#bytes.length - this.#at);
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }
}
