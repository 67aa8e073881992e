import type { Validators } from "../validators.ts";
import { type BatchFacts, isInTime } from "./entry.ts";

/** Bytes of payload that wait for a block, of all authors; each has a part by its power. */
const POOL_BYTES_MAX = 256 << 20;
const AUTHOR_BATCHES_MAX = 64;
/** Digests announced before the batch itself came. */
const EARLY_MAX = 4_096;
/** Heights after which an author's later batches no longer wait for one that few hold. */
const ORDER_HEIGHTS = 2n;

interface Entry {
  digest: Uint8Array;
  facts: BatchFacts;
  /** Counts arrivals: earlier goes first. */
  number: number;
  /** The height to be decided when it came. */
  since: bigint;
  /** Of an own one. */
  payload: Uint8Array | undefined;
}

/** Who holds a batch. */
interface Held {
  readonly holders: Set<string>;
  /** Of all of them. */
  power: bigint;
}

/** Batches that this node holds and no block has named yet, and who else holds them. */
export class BatchPool {
  readonly #validators: Validators;
  readonly #entries = new Map<string, Entry>();
  readonly #holders = new Map<string, Held>();
  /** By author: the sequence after the last that a block named. */
  readonly #expected = new Map<string, bigint>();
  #arrivals = 0;

  constructor(validators: Validators) {
    this.#validators = validators;
  }

  /** Whether none waits for a block. */
  get isEmpty(): boolean {
    return this.#entries.size === 0;
  }

  has(digest: Uint8Array): boolean {
    return this.#entries.has(digest.toHex());
  }

  factsOf(digest: Uint8Array): BatchFacts | undefined {
    return this.#entries.get(digest.toHex())?.facts;
  }

  /** Whether it came at that height or later. */
  isSince(digest: Uint8Array, height: bigint): boolean {
    return (this.#entries.get(digest.toHex())?.since ?? -1n) >= height;
  }

  /** How many own ones wait. */
  get own(): number {
    return [...this.#entries.values()].filter((one) => one.payload).length;
  }

  /** Whether the author has room for one more of so many bytes. */
  hasRoom({ author, payloadBytes }: BatchFacts): boolean {
    const power = this.#validators.powerOf(author);
    const name = author.toHex();
    const waiting = [...this.#entries.values()]
      .filter(({ facts }) => facts.author.toHex() === name);
    const bytes = waiting.reduce(
      (sum, { facts }) => sum + facts.payloadBytes,
      payloadBytes,
    );
    return waiting.length < AUTHOR_BATCHES_MAX &&
      BigInt(bytes) * this.#validators.total <= BigInt(POOL_BYTES_MAX) * power;
  }

  /** It is stored here, or about to be. `payload` is that of an own one. */
  add(
    digest: Uint8Array,
    facts: BatchFacts,
    since: bigint,
    payload?: Uint8Array,
  ): void {
    const name = digest.toHex();
    if (this.#entries.has(name)) return;
    const number = this.#arrivals++;
    this.#entries.set(name, { digest, facts, number, since, payload });
  }

  /** It could not be stored. */
  drop(digest: Uint8Array): void {
    this.#remove(digest.toHex());
  }

  /** A validator says that it holds it. Gives whether more than two thirds do now and did not before. */
  hold(digest: Uint8Array, holder: Uint8Array): boolean {
    const name = digest.toHex();
    const held = this.#holders.get(name) ?? this.#newHeld();
    const address = holder.toHex();
    if (held.holders.has(address)) return false;
    this.#holders.set(name, held);
    const before = this.#isHeld(name);
    held.holders.add(address);
    held.power += this.#validators.powerOf(holder);
    return !before && this.#isHeld(name);
  }

  /** Whether a block at `height` could name one. */
  hasEligible(height: bigint): boolean {
    return this.choose(height, 1).length > 0;
  }

  /** Whether more than two thirds hold it. */
  isHeld(digest: Uint8Array): boolean {
    return this.#isHeld(digest.toHex());
  }

  /** Whether more than two thirds hold each of them. */
  isHeldAll(): boolean {
    return this.#entries.keys().every((name) => this.#isHeld(name));
  }

  /** What a block at `height` should name: the oldest that more than two thirds hold, each author's in their order. */
  choose(height: bigint, max: number): Uint8Array[] {
    const chosen: Entry[] = [];
    for (const [author, queue] of this.#queues()) {
      let expected = this.#expected.get(author);
      for (const entry of queue) {
        const { digest, facts, since } = entry;
        const isHeld = this.#isHeld(digest.toHex());
        // The one before may be on its way yet, with earlier nonces.
        const isNext = facts.sequence <= (expected ?? facts.sequence);
        if (!(isHeld && isNext) && since + ORDER_HEIGHTS > height) break;
        expected = facts.sequence + 1n;
        if (isHeld && isInTime(facts, height)) chosen.push(entry);
      }
    }
    // An author's place is that of its oldest batch, so that its own order is kept.
    return inTurn(chosen).slice(0, max).map((one) => one.digest);
  }

  /** Those that have been waiting since before `height`. */
  waitingSince(height: bigint): Uint8Array[] {
    return [...this.#entries.values()]
      .filter((one) => one.since < height).map((one) => one.digest);
  }

  /** A block at `height` named these. Gives the payloads of own ones that no later block can name. */
  settle(height: bigint, named: readonly Uint8Array[]): Uint8Array[] {
    for (const digest of named) {
      const facts = this.factsOf(digest);
      if (facts) this.#expect(facts);
      this.#remove(digest.toHex());
    }
    const lost: Uint8Array[] = [];
    for (const [name, { facts, payload }] of [...this.#entries]) {
      if (facts.validUntil > height) continue;
      this.#remove(name);
      if (payload) lost.push(payload);
    }
    return lost;
  }

  #expect({ author, sequence }: BatchFacts): void {
    const name = author.toHex();
    const known = this.#expected.get(name) ?? 0n;
    if (sequence >= known) this.#expected.set(name, sequence + 1n);
  }

  #remove(name: string): void {
    this.#entries.delete(name);
    this.#holders.delete(name);
  }

  #isHeld(name: string): boolean {
    if (!this.#entries.has(name)) return false;
    return this.#validators.isQuorum(this.#holders.get(name)?.power ?? 0n);
  }

  #newHeld(): Held {
    if (this.#holders.size >= EARLY_MAX) this.#forget();
    return { holders: new Set(), power: 0n };
  }

  #queues(): Map<string, Entry[]> {
    const queues = new Map<string, Entry[]>();
    for (const entry of this.#entries.values()) {
      const author = entry.facts.author.toHex();
      const queue = queues.get(author) ?? [];
      queue.push(entry);
      queues.set(author, queue);
    }
    for (const queue of queues.values()) {
      queue.sort((one, other) =>
        Number(one.facts.sequence - other.facts.sequence)
      );
    }
    return queues;
  }

  /** Announcements of batches that never came. */
  #forget(): void {
    for (const name of this.#holders.keys()) {
      if (!this.#entries.has(name)) this.#holders.delete(name);
    }
  }
}

/** By arrival, but each author's by its own sequence. */
function inTurn(entries: readonly Entry[]): Entry[] {
  const queues = new Map<string, Entry[]>();
  for (const entry of entries) {
    const author = entry.facts.author.toHex();
    queues.set(author, [...queues.get(author) ?? [], entry]);
  }
  return entries.toSorted((one, other) => one.number - other.number)
    .flatMap(({ facts }) => queues.get(facts.author.toHex())!.splice(0, 1));
}
