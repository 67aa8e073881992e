import type { Clock } from "../../platform/types.ts";
import type { Book } from "../book.ts";
import { namedFrame } from "../frames.ts";
import { Buckets } from "../guard/buckets.ts";
import type { Drops } from "../guard/drops.ts";
import { LIMITS } from "../limits.ts";
import { type KnownRecord, readRecord } from "../record.ts";
import type { ControlPeer } from "./peer.ts";

export interface RecordsParts {
  clock: Pick<Clock, "now" | "monotonic">;
  genesisHash: Uint8Array;
  book: Book;
  peers(): readonly Pick<ControlPeer, "id" | "send">[];
  drops: Drops;
  /** Whether others may hear of a node. */
  isTold(id: string): boolean;
  /** Something new is known of a node. */
  onRecord(record: KnownRecord): void;
}

/** Never leaves this plane. */
export const RECORD_CHANNEL = "peer-record";

/** What one peer tells that is passed on: two hellos full at once. An honest node's record changes when it starts. */
const PASSED_ON = { perSecond: 2, burst: 2 * LIMITS.helloRecordsMax };

/** How nodes are reached: what is new of it is kept, and told to the other peers. */
export class Records {
  readonly #parts: RecordsParts;
  /** By the peer that tells. */
  readonly #passedOn: Buckets;

  constructor(parts: RecordsParts) {
    this.#parts = parts;
    this.#passedOn = new Buckets(parts.clock, LIMITS.scoredPeersMax);
  }

  /** A signed record came. @throws MESSAGE_MALFORMED */
  hear(signed: Uint8Array, from: string): void {
    const { genesisHash, clock } = this.#parts;
    this.learn(readRecord(signed, genesisHash, clock.now()), from);
  }

  /** Those that a peer tells beyond its rate are not told to others: they would take it for a flood of this node. */
  learn(record: KnownRecord, from: string): void {
    const { book, peers, drops, isTold, onRecord } = this.#parts;
    if (!book.add(record, from)) return;
    onRecord(record);
    if (!isTold(record.id)) return;
    if (this.#passedOn.take([{ name: from, rate: PASSED_ON }])) {
      return drops.count("records");
    }
    const frame = namedFrame(RECORD_CHANNEL, record.signed);
    for (const peer of peers()) {
      if (peer.id !== from && peer.id !== record.id) peer.send(1, frame);
    }
  }
}
