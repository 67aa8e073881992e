/** Concatenated envelopes for one request. */
export interface Chunk {
  envelopes: Uint8Array<ArrayBuffer>;
  transfers: number;
}

/** Where a chunk lies in the file. */
interface Place {
  at: number;
  bytes: number;
  transfers: number;
}

/** A file that has grown so far is written again from its beginning, where that was read. */
const FILE_BYTES = 1_000_000_000;
/** Places that were read are dropped so many at once. */
const READ_PLACES_MAX = 10_000;

/** Signed transfers in a file, first in, first out: minutes of them are more than memory should hold. */
export class Stock {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #fileBytes: number;
  #places: Place[] = [];
  #taken = 0;
  #transfers = 0;
  #writeAt = 0;

  private constructor(path: string, file: Deno.FsFile, fileBytes: number) {
    this.#path = path;
    this.#file = file;
    this.#fileBytes = fileBytes;
  }

  static async open(
    directory: string,
    fileBytes = FILE_BYTES,
  ): Promise<Stock> {
    const path = await Deno.makeTempFile({ dir: directory });
    const file = await Deno.open(path, { read: true, write: true });
    return new Stock(path, file, fileBytes);
  }

  /** Chunks that have not been taken. */
  get chunks(): number {
    return this.#places.length - this.#taken;
  }

  /** Transfers in them. */
  get transfers(): number {
    return this.#transfers;
  }

  add({ envelopes, transfers }: { envelopes: Uint8Array; transfers: number }) {
    const start = this.#placeFor(envelopes.length);
    this.#file.seekSync(start, Deno.SeekMode.Start);
    for (let at = 0; at < envelopes.length;) {
      at += this.#file.writeSync(envelopes.subarray(at));
    }
    this.#writeAt = start + envelopes.length;
    this.#places.push({ at: start, bytes: envelopes.length, transfers });
    this.#transfers += transfers;
  }

  /** The next chunk; undefined at the end. */
  take(): Chunk | undefined {
    const place = this.#places[this.#taken];
    if (!place) return undefined;
    const envelopes = new Uint8Array(place.bytes);
    this.#file.seekSync(place.at, Deno.SeekMode.Start);
    for (let at = 0; at < envelopes.length;) {
      const read = this.#file.readSync(envelopes.subarray(at));
      if (read === null) throw new RangeError("the stock is cut off");
      at += read;
    }
    this.#taken++;
    this.#transfers -= place.transfers;
    if (this.#taken === READ_PLACES_MAX) {
      this.#places = this.#places.slice(this.#taken);
      this.#taken = 0;
    }
    return { envelopes, transfers: place.transfers };
  }

  /** Behind what was written last, or from the beginning. @throws RangeError where that is not read yet. */
  #placeFor(bytes: number): number {
    const oldest = this.#places[this.#taken];
    if (!oldest) return 0;
    const around = this.#writeAt <= oldest.at;
    if (!around && this.#writeAt < this.#fileBytes) return this.#writeAt;
    const start = around ? this.#writeAt : 0;
    if (start + bytes <= oldest.at) return start;
    throw new RangeError("more was signed than the stock can hold");
  }

  async close(): Promise<void> {
    this.#file.close();
    await Deno.remove(this.#path);
  }
}
