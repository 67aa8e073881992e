import type { Stock } from "./stock.ts";

/** Cuts a stream of envelopes into chunks of equal numbers and puts them into the stock. */
export class Chunker {
  readonly #stock: Stock;
  readonly #size: number;
  readonly #bytesOf: (nonce: number) => number;
  #parts: Uint8Array[] = [];
  #transfers = 0;

  /** `bytesOf`: length of an envelope by its nonce. */
  constructor(stock: Stock, size: number, bytesOf: (nonce: number) => number) {
    this.#stock = stock;
    this.#size = size;
    this.#bytesOf = bytesOf;
  }

  add(envelopes: Uint8Array, nonces: Uint32Array): void {
    let start = 0;
    let end = 0;
    for (const nonce of nonces) {
      end += this.#bytesOf(nonce);
      if (++this.#transfers < this.#size) continue;
      this.#parts.push(envelopes.subarray(start, end));
      this.flush();
      start = end;
    }
    if (end > start) this.#parts.push(envelopes.subarray(start, end));
  }

  /** Puts what is left as a smaller chunk. */
  flush(): void {
    if (this.#transfers === 0) return;
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    const envelopes = new Uint8Array(length);
    let at = 0;
    for (const part of this.#parts) {
      envelopes.set(part, at);
      at += part.length;
    }
    this.#stock.add({ envelopes, transfers: this.#transfers });
    this.#parts = [];
    this.#transfers = 0;
  }
}
