import { ErrorCode, isFault } from "../../errors/mod.ts";
import type { Clock, Log, Random, Resolver } from "../../platform/types.ts";
import type { NetworkConfig } from "../data/types.ts";
import { peerIn } from "../identity.ts";
import { LIMITS } from "../limits.ts";
import type { KnownRecord } from "../record.ts";
import { Dialer } from "./dialer.ts";
import { resolveAddress } from "./names.ts";
import { Outbound } from "./outbound.ts";
import type { Roster } from "./roster.ts";

export interface FinderParts {
  clock: Clock;
  random: Random;
  log: Log;
  resolver: Resolver;
  config: NetworkConfig;
  roster: Roster;
  ownId: string;
  /** Whether a node may be a peer at all. */
  allows(id: string): boolean;
  /** Whether there is a place for one more. */
  hasRoom(): boolean;
  /** The address group; undefined where groups do not matter. */
  groupOf(address: string): string | undefined;
  /** Whether it was a good peer before the last restart. */
  isAnchor(id: string): boolean;
  /** Connects to one node by its addresses; gives its id. */
  connect(addresses: readonly string[]): Promise<string>;
}

/** Decides whom to dial, and dials until enough are connected. */
export class Finder {
  readonly #parts: FinderParts;
  readonly #dialer: Dialer;
  readonly #outbound: Outbound;
  /** Whom the configuration names: dialled until they are connected, whoever else is. */
  readonly #named = new Set<string>();
  /** Of those, the ones that have a place even where all are taken. */
  readonly #persistent = new Set<string>();
  /** Nodes that were only heard of by other ways than their record, with their addresses. */
  readonly #heard = new Set<string>();
  /** Whom an address without a peer id led to. */
  readonly #found = new Map<string, string>();

  constructor(parts: FinderParts) {
    this.#parts = parts;
    this.#dialer = new Dialer({
      ...parts,
      isDone: (target) => this.#isDone(target),
      dial: (target, addresses) => this.#dial(target, addresses),
      isFinal: isOtherChain,
      onFailure: (peer, error) => this.#tell(peer, error),
    });
    const { config, roster, groupOf, allows } = parts;
    this.#outbound = new Outbound({
      ...parts,
      target: config.target_outbound,
      perGroup: config.outbound_per_group,
      groups: () =>
        roster.all().filter(({ line }) => line.direction === "out")
          .map(({ line }) => groupOf(line.address)),
      isWanted: (id) => !roster.has(id) && allows(id),
      dial: async (_, addresses) => {
        await parts.connect(addresses);
      },
      isFinal: isOtherChain,
      onFailure: (peer, error) => this.#tell(peer, error),
    });
  }

  /** Begins with whom the configuration names, and whom the last run knew. */
  start(
    bootstrap: readonly string[],
    persistent: readonly string[],
    known: readonly KnownRecord[],
  ): void {
    for (const address of [...bootstrap, ...persistent]) {
      const id = peerIn(address) ?? address;
      if (id === this.#parts.ownId) continue;
      this.#named.add(id);
      if (persistent.includes(address)) this.#persistent.add(id);
      this.#dialer.want(id, [address]);
    }
    for (const record of known) this.#add(record.id, record.addresses);
    this.#outbound.fill();
  }

  /** A node may be dialled where its record says. */
  learn({ id, addresses }: KnownRecord): void {
    this.#heard.delete(id);
    this.#add(id, addresses);
    this.#outbound.fill();
  }

  /** A node may be there, as somebody says: its own record counts more. Of too many the first is forgotten. */
  hear(id: string, addresses: readonly string[]): void {
    const isKnown = this.#named.has(id) || this.#outbound.has(id);
    if (isKnown || id === this.#parts.ownId) return;
    this.#add(id, addresses.slice(0, LIMITS.recordAddressesMax));
    this.#heard.add(id);
    if (this.#heard.size > LIMITS.heardPeersMax) {
      const first = this.#heard.keys().next().value!;
      this.#heard.delete(first);
      this.#outbound.forget(first);
    }
    this.#outbound.fill();
  }

  forget(id: string): void {
    this.#outbound.forget(id);
  }

  /** A connection is lost. */
  lost(id: string): void {
    this.#dialer.retry();
    this.#outbound.lost(id);
  }

  close(): void {
    this.#dialer.close();
    this.#outbound.close();
  }

  #isDone(target: string): boolean {
    const { roster, hasRoom, allows } = this.#parts;
    const id = this.#found.get(target) ?? target;
    return roster.has(id) || !allows(id) ||
      !this.#persistent.has(target) && !hasRoom();
  }

  /** Addresses of one group only: else a node could have itself dialled in any group by naming addresses of others. */
  #add(id: string, addresses: readonly string[]): void {
    const { allows, groupOf, isAnchor } = this.#parts;
    if (!allows(id)) return;
    const full = addresses.map((address) => `${address}/p2p/${id}`);
    if (this.#named.has(id)) return this.#dialer.want(id, full);
    const groups = addresses.map((address) => groupOf(address));
    const group = groups.find((one) => one !== undefined);
    this.#outbound.add({
      ...{ id, group, isAnchor: isAnchor(id) },
      addresses: full.filter((_, n) =>
        groups[n] === undefined || groups[n] === group
      ),
    });
  }

  /** One name may stand for several nodes: the first that answers will do. */
  async #dial(target: string, addresses: readonly string[]): Promise<void> {
    const known = await Promise.all(
      addresses.map((one) => this.#resolve(one)),
    );
    const nodes = Map.groupBy(known.flat(), (one) => peerIn(one) ?? one);
    let failure: unknown;
    for (const [id, ways] of nodes) {
      if (id === this.#parts.ownId) continue;
      try {
        const met = await this.#parts.connect(ways);
        if (met !== target) this.#found.set(target, met);
        return;
      } catch (thrown) {
        failure = thrown;
      }
    }
    throw failure;
  }

  async #resolve(address: string): Promise<string[]> {
    const { clock, log, resolver } = this.#parts;
    try {
      return await resolveAddress(address, resolver, clock);
    } catch (error) {
      log.warn("the name of a peer leads nowhere", { address, error });
      throw error;
    }
  }

  #tell(peer: string, error: unknown): void {
    const { log } = this.#parts;
    if (isOtherChain(error)) log.warn("peer is of another chain", { peer });
    else log.debug("peer not reached", { peer, error });
  }
}

function isOtherChain(error: unknown): boolean {
  return isFault(error, ErrorCode.PEER_OTHER_CHAIN);
}
