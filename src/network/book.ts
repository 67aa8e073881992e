import { LIMITS } from "./limits.ts";
import type { KnownRecord } from "./record.ts";

export interface BookOptions {
  /** The address group of a node; undefined where groups do not matter. */
  groupOf(record: KnownRecord): string | undefined;
  /** Whether a node is not forgotten for others. */
  keeps(id: string): boolean;
}

interface Entry {
  record: KnownRecord;
  group: string | undefined;
  /** Who told of it first; undefined where it was itself. */
  source: string | undefined;
}

/**
 * The latest record of every node that was heard of. Neither the nodes of one
 * address group nor those that one peer tells of push out the others: beyond a
 * bound they displace each other, the one heard of first goes first.
 */
export class Book {
  readonly #entries = new Map<string, Entry>();
  readonly #ownId: string;
  readonly #options: BookOptions;
  /** Hears of nodes that are forgotten. */
  onForget: (id: string) => void = () => {};

  constructor(ownId: string, options: Partial<BookOptions> = {}) {
    this.#ownId = ownId;
    this.#options = {
      groupOf: () => undefined,
      keeps: () => false,
      ...options,
    };
  }

  /** Takes what the node itself said, or the peer `source` of it. Whether it said something new. */
  add(record: KnownRecord, source?: string): boolean {
    const { id } = record;
    if (id === this.#ownId) return false;
    const known = this.#entries.get(id);
    if (known && known.record.timeMs >= record.timeMs) return false;
    if (known) {
      known.record = record;
      return true;
    }
    const group = this.#options.groupOf(record);
    const teller = source === id ? undefined : source;
    if (!this.#hasRoomFor(group, teller)) return false;
    this.#entries.set(id, { record, group, source: teller });
    return true;
  }

  get(id: string): KnownRecord | undefined {
    return this.#entries.get(id)?.record;
  }

  /** The latest ones, at most `count`. */
  latest(
    count: number,
    isWanted: (id: string) => boolean = () => true,
  ): KnownRecord[] {
    return [...this.#entries.values()].map(({ record }) => record)
      .filter(({ id }) => isWanted(id))
      .toSorted((one, other) => other.timeMs - one.timeMs)
      .slice(0, count);
  }

  /** Forgets somebody if need be. */
  #hasRoomFor(group: string | undefined, source: string | undefined): boolean {
    const { knownPeersMax, knownPeersOfGroupMax, knownPeersOfSourceMax } =
      LIMITS;
    const isOfGroup = (one: Entry) => one.group === group;
    const isOfSource = (one: Entry) => one.source === source;
    return (group === undefined ||
      this.#makeRoom(isOfGroup, knownPeersOfGroupMax)) &&
      (source === undefined ||
        this.#makeRoom(isOfSource, knownPeersOfSourceMax)) &&
      this.#makeRoom(() => true, knownPeersMax);
  }

  /** Whether one more of these fits in. */
  #makeRoom(isCounted: (entry: Entry) => boolean, max: number): boolean {
    const counted = [...this.#entries].filter(([, entry]) => isCounted(entry));
    if (counted.length < max) return true;
    const groups = Map.groupBy(counted, ([, { group }]) => group);
    const fullest = [...groups.values()]
      .toSorted((one, other) => other.length - one.length);
    const first = fullest.flat().find(([id]) => !this.#options.keeps(id));
    if (!first) return false;
    this.#entries.delete(first[0]);
    this.onForget(first[0]);
    return true;
  }
}
