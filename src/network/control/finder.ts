import { ErrorCode, RustoriumError } from "../../errors/mod.ts";
import type { Clock, Log, Random, Resolver } from "../../platform/types.ts";
import type { NetworkConfig } from "../data/types.ts";
import type { KnownRecord } from "../record.ts";
import { Dialer } from "./dialer.ts";
import { resolveAddress } from "./names.ts";
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
  /** Connects to one node by its addresses; gives its id. */
  connect(addresses: readonly string[]): Promise<string>;
}

/** Decides whom to dial, and dials until enough are connected. */
export class Finder {
  readonly #parts: FinderParts;
  readonly #dialer: Dialer;
  readonly #bootstrap = new Set<string>();
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
  }

  start(bootstrap: readonly string[]): void {
    for (const address of bootstrap) {
      const id = peerIn(address) ?? address;
      if (id === this.#parts.ownId) continue;
      this.#bootstrap.add(id);
      this.#dialer.want(id, [address]);
    }
  }

  /** A node may be dialled where its record says. */
  learn({ id, addresses }: KnownRecord): void {
    if (!this.#parts.allows(id)) return;
    const suffix = `/p2p/${id}`;
    this.#dialer.want(id, addresses.map((address) => address + suffix));
  }

  forget(id: string): void {
    if (!this.#bootstrap.has(id)) this.#dialer.drop(id);
  }

  /** A connection is lost. */
  retry(): void {
    this.#dialer.retry();
  }

  close(): void {
    this.#dialer.close();
  }

  #isDone(target: string): boolean {
    const { config, roster } = this.#parts;
    if (roster.has(this.#found.get(target) ?? target)) return true;
    const outbound = roster.all().filter(({ line }) =>
      line.direction === "out"
    );
    return roster.size >= config.max_peers ||
      !this.#bootstrap.has(target) &&
        outbound.length >= config.target_outbound;
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
  return error instanceof RustoriumError &&
    error.code === ErrorCode.PEER_OTHER_CHAIN;
}

/** The peer id at the end of a multiaddr. */
function peerIn(address: string): string | undefined {
  return /\/p2p\/([^/]+)$/.exec(address)?.[1];
}
