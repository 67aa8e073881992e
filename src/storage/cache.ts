/** What a value takes besides its bytes: its name, and where it lies. */
const OVERHEAD_BYTES = 200;
const SLAB_BYTES_MIN = 64 * 1024;
const SLAB_BYTES_MAX = 4 * 1024 * 1024;
/** Of all memory so much is forgotten at once, at most, and may be one value. */
const SHARE = 1 / 8;

interface Slab {
  bytes: Uint8Array<ArrayBuffer>;
  used: number;
  /** Of what was put into it; some may lie elsewhere by now. */
  names: string[];
}

interface Place {
  slab: Slab;
  start: number;
  end: number;
}

/**
 * The byte strings that were put in last, at most `bytesMax` of them together;
 * what is larger than an eighth of that is not kept. They are copied into a few
 * large buffers that are filled again and again: each in its own would lie among
 * what comes and goes with every block, and the holes that it leaves there are
 * memory that the process does not give back.
 */
export class ByteCache {
  readonly #bytesMax: number;
  /** The oldest first; the last one is being filled. */
  readonly #slabs: Slab[] = [];
  /** Of all slabs. */
  #bytes = 0;
  readonly #places = new Map<string, Place>();

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The cached value in a buffer of its own, or what `load` finds, which is kept when there is something. */
  async through<T extends Uint8Array>(
    name: string,
    load: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const value = this.#view(name);
    return value ? value.slice() as T : await this.#loaded(name, load);
  }

  /** The same for what `read` makes of the value; it must keep nothing of it. */
  async reading<T>(
    name: string,
    load: () => Promise<Uint8Array | undefined>,
    read: (value: Uint8Array) => T,
  ): Promise<T | undefined> {
    const value = this.#view(name) ?? await this.#loaded(name, load);
    return value && read(value);
  }

  set(name: string, value: Uint8Array): void {
    this.delete(name);
    const bytes = value.length + OVERHEAD_BYTES;
    if (bytes > this.#bytesMax * SHARE) return;
    const slab = this.#slabFor(bytes);
    const start = slab.used;
    const end = start + value.length;
    slab.bytes.set(value, start);
    slab.used = end;
    slab.names.push(name);
    this.#places.set(name, { slab, start, end });
  }

  delete(name: string): void {
    this.#places.delete(name);
  }

  #view(name: string): Uint8Array | undefined {
    const place = this.#places.get(name);
    return place?.slab.bytes.subarray(place.start, place.end);
  }

  async #loaded<T extends Uint8Array>(
    name: string,
    load: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    const loaded = await load();
    if (loaded) this.set(name, loaded);
    return loaded;
  }

  /** One with room: the last, a new one, or the oldest that is large enough; older ones go. */
  #slabFor(bytes: number): Slab {
    const last = this.#slabs.at(-1);
    if (last && bytes <= roomIn(last)) return last;
    const size = Math.max(bytes, this.#nextSize());
    while (this.#bytes + size > this.#bytesMax) {
      const oldest = this.#slabs.shift()!;
      this.#forget(oldest);
      if (oldest.bytes.length >= size) return this.#append(oldest.bytes);
      this.#bytes -= oldest.bytes.length;
    }
    this.#bytes += size;
    return this.#append(new Uint8Array(size));
  }

  /** Who keeps little takes little. */
  #nextSize(): number {
    const size = Math.max(SLAB_BYTES_MIN, this.#bytes);
    return Math.floor(Math.min(size, SLAB_BYTES_MAX, this.#bytesMax * SHARE));
  }

  #append(bytes: Uint8Array<ArrayBuffer>): Slab {
    const slab = { bytes, used: 0, names: [] };
    this.#slabs.push(slab);
    return slab;
  }

  #forget(slab: Slab): void {
    for (const name of slab.names) {
      if (this.#places.get(name)?.slab === slab) this.#places.delete(name);
    }
  }
}

/** For one value and its overhead. */
function roomIn({ bytes, used, names }: Slab): number {
  return bytes.length - used - names.length * OVERHEAD_BYTES;
}
