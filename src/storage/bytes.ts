/** Little-endian integers and joined bytes of the records that storage keeps. */

export type Bytes = Uint8Array<ArrayBuffer>;

export function concat(pieces: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(
    pieces.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}

export function u32(value: number): Bytes {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value, true);
  return out;
}

export function u64(value: bigint): Bytes {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value, true);
  return out;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Reads a record from its start to its end. A RangeError says that it is too short. */
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
