/** Concatenated envelopes for one request. */
export interface Chunk {
  envelopes: Uint8Array<ArrayBuffer>;
  transfers: number;
}

/** Signed transfers in a file, first in, first out: minutes of them are more than memory should hold. */
export class Stock {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #lengths: { bytes: number; transfers: number }[] = [];
  #taken = 0;
  #transfers = 0;
  #readAt = 0;
  #writeAt = 0;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  static async open(directory: string): Promise<Stock> {
    const path = await Deno.makeTempFile({ dir: directory });
    return new Stock(path, await Deno.open(path, { read: true, write: true }));
  }

  /** Chunks that have not been taken. */
  get chunks(): number {
    return this.#lengths.length - this.#taken;
  }

  /** Transfers in them. */
  get transfers(): number {
    return this.#transfers;
  }

  add({ envelopes, transfers }: { envelopes: Uint8Array; transfers: number }) {
    this.#file.seekSync(this.#writeAt, Deno.SeekMode.Start);
    for (let at = 0; at < envelopes.length;) {
      at += this.#file.writeSync(envelopes.subarray(at));
    }
    this.#writeAt += envelopes.length;
    this.#lengths.push({ bytes: envelopes.length, transfers });
    this.#transfers += transfers;
  }

  /** The next chunk; undefined at the end. */
  take(): Chunk | undefined {
    const length = this.#lengths[this.#taken];
    if (!length) return undefined;
    const envelopes = new Uint8Array(length.bytes);
    this.#file.seekSync(this.#readAt, Deno.SeekMode.Start);
    for (let at = 0; at < envelopes.length;) {
      const read = this.#file.readSync(envelopes.subarray(at));
      if (read === null) throw new RangeError("the stock is cut off");
      at += read;
    }
    this.#readAt += length.bytes;
    this.#taken++;
    this.#transfers -= length.transfers;
    return { envelopes, transfers: length.transfers };
  }

  async close(): Promise<void> {
    this.#file.close();
    await Deno.remove(this.#path);
  }
}
