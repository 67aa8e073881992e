/** How long what a peer says counts for nothing after it gave something wrong, or nothing. */
const DISTRUST_MS = 1_000;

/** The last decided heights that peers claim; not proven. */
export class Claims {
  readonly #heights = new Map<string, bigint>();
  readonly #distrusted = new Map<string, number>();

  /** Heights do not go back. */
  note(peer: string, height: bigint, nowMs: number): void {
    if ((this.#distrusted.get(peer) ?? -Infinity) > nowMs) return;
    const known = this.#heights.get(peer);
    if (known === undefined || known < height) this.#heights.set(peer, height);
  }

  /** A claim that turned out to be empty. */
  drop(peer: string, nowMs: number): void {
    this.#heights.delete(peer);
    this.#distrusted.set(peer, nowMs + DISTRUST_MS);
  }

  /** Forgets those that are not connected, and what is past. */
  keep(peers: readonly string[], nowMs: number): void {
    const kept = new Set(peers);
    for (const peer of [...this.#heights.keys()]) {
      if (!kept.has(peer)) this.#heights.delete(peer);
    }
    for (const [peer, until] of [...this.#distrusted]) {
      if (until <= nowMs) this.#distrusted.delete(peer);
    }
  }

  /** How many peers it knows something of. */
  get size(): number {
    return new Set([...this.#heights.keys(), ...this.#distrusted.keys()]).size;
  }

  /** Peers that claim to have decided `height`. */
  at(height: bigint): string[] {
    return [...this.#heights].flatMap(([peer, claimed]) =>
      claimed >= height ? [peer] : []
    );
  }

  /** 0 when nobody claims anything. */
  get highest(): bigint {
    let highest = 0n;
    for (const height of this.#heights.values()) {
      if (height > highest) highest = height;
    }
    return highest;
  }
}
