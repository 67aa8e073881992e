/** Why something of others was not taken, or they were cut off. */
export type DropReason =
  /** A connection from where nobody is heard for a while. */
  | "blocked"
  /** Connections that came too fast from one address or network. */
  | "handshakes"
  /** Connections beyond those that one address or network may have at once. */
  | "connections"
  /** Connections beyond those that one peer may have at once. */
  | "peer_connections"
  /** Handshakes that were half open when others came. */
  | "half_open"
  /** Connections of nodes that are no peers, when others came. */
  | "guests"
  /** Connections that did not say, or not in time, who they are. */
  | "unknown"
  /** Questions beyond those that one peer may ask at once. */
  | "requests"
  /** Questions and answers for which one peer, or all, hold too much memory. */
  | "memory"
  /** Questions that did not come, or answers that were not read, in time. */
  | "slow"
  /** Streams with frames that are too long or cannot be read. */
  | "malformed"
  /** Gossip that came too fast. */
  | "gossip"
  /** Records of nodes that one peer told too fast, and that were not passed on. */
  | "records"
  /** Times that a peer was not read for having sent faster than its share. */
  | "paused";

/** How often each happened; a reason that never did is absent. */
export type DropCounts = Partial<Record<DropReason, number>>;

export class Drops {
  readonly #counts: DropCounts = {};

  count(reason: DropReason): void {
    this.#counts[reason] = (this.#counts[reason] ?? 0) + 1;
  }

  all(): DropCounts {
    return { ...this.#counts };
  }
}
