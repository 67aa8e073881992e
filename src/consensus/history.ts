/** Heights whose evidence and batches are remembered; evidence of older offences is not taken any more. */
export const HISTORY_HEIGHTS = 64n;

interface Named {
  height: bigint;
  names: string[];
}

/** What the last blocks named, so that nothing is named twice. */
export class History {
  readonly #names = new Set<string>();
  readonly #heights: Named[] = [];

  /** The next decided block. `items` are batch digests and names of offences. */
  add(height: bigint, items: readonly Uint8Array[]): void {
    const names = items.map((item) => item.toHex());
    this.#heights.push({ height, names });
    for (const name of names) this.#names.add(name);
    while (this.#heights[0]!.height + HISTORY_HEIGHTS <= height) {
      for (const name of this.#heights.shift()!.names) this.#names.delete(name);
    }
  }

  has(item: Uint8Array): boolean {
    return this.#names.has(item.toHex());
  }
}
