import type { Clock, Log } from "../../platform/types.ts";
import { LIMITS } from "../limits.ts";
import { canonical } from "../peers/groups.ts";
import { Blocks } from "./blocks.ts";
import { Buckets, type Draw } from "./buckets.ts";
import type { Drops } from "./drops.ts";
import { Places } from "./places.ts";
import { type Spans, spansOf } from "./spans.ts";

/** `[network.limits]` as far as it is about addresses. */
export interface AddressLimits {
  connections_per_address: number;
  handshakes_per_minute: number;
  block_ms: number;
}

export interface GuardParts {
  clock: Pick<Clock, "monotonic">;
  log: Log;
  limits: AddressLimits;
  drops: Drops;
  /** Whether a host has no bounds of its own, being of this machine or of a private network. */
  isExempt(host: string): boolean;
}

/** A connection that may go on; `leave` is to be called once, at its end. */
export interface Pass {
  leave(): void;
}

/** How much more a subnet and a network may have than an address. */
const FACTORS = { address: 1, subnet: 4, network: 16 };
const SPANS = ["address", "subnet", "network"] as const;
/** What may go wrong at an address or in a subnet until it is not heard for a while. */
const OFFENCES = { perSecond: 1 / 10, burst: 16 };
const TOO_FAST = "opens connections too fast";
const TOO_MANY = "opens too many connections";

/**
 * The door of one plane: who may connect, by the address, which a handshake has
 * proven. An address and its /24 (/48) that break the bounds again and again are
 * not heard for a while; a /16 (/32) has bounds but is never blocked as a whole.
 */
export class Guard {
  readonly #parts: GuardParts;
  readonly #blocks: Blocks;
  readonly #handshakes: Buckets;
  readonly #offences: Buckets;
  readonly #places = new Places();
  /** In their one form. */
  #protected: ReadonlySet<string> = new Set();

  constructor(parts: GuardParts) {
    const { clock, log, limits } = parts;
    this.#parts = parts;
    this.#blocks = new Blocks(clock, log, limits.block_ms);
    this.#handshakes = new Buckets(clock, LIMITS.guardedNamesMax);
    this.#offences = new Buckets(clock, LIMITS.guardedNamesMax);
  }

  /** Hosts of validators and persistent peers: nothing of this is about them. */
  protect(hosts: Iterable<string>): void {
    this.#protected = new Set(Array.from(hosts, (host) => canonical(host)));
  }

  isBlocked(host: string): boolean {
    if (this.#isFree(host)) return false;
    const { address, subnet } = spansOf(host);
    return this.#blocks.holds(address) || this.#blocks.holds(subnet);
  }

  /** A connection was made from there. Undefined: it is to be ended. */
  enter(host: string): Pass | undefined {
    if (this.#isFree(host)) return { leave() {} };
    const { drops, limits } = this.#parts;
    if (this.isBlocked(host)) {
      drops.count("blocked");
      return undefined;
    }
    const spans = spansOf(host);
    const tooFast = this.#handshakes.take(drawsOf(spans, limits));
    if (tooFast) {
      drops.count("handshakes");
      this.#offend(spans, tooFast.name, TOO_FAST);
      return undefined;
    }
    const full = this.#places.take(
      SPANS.map((span) => [
        spans[span],
        FACTORS[span] * limits.connections_per_address,
      ]),
    );
    if (full !== undefined) {
      drops.count("connections");
      this.#offend(spans, full, TOO_MANY);
      return undefined;
    }
    const names = SPANS.map((span) => spans[span]);
    return { leave: () => this.#places.give(names) };
  }

  /** Something that honest nodes seldom do came from there; `what` is a short sentence. */
  offend(host: string, what: string): void {
    if (this.#isFree(host)) return;
    const spans = spansOf(host);
    this.#offend(spans, spans.address, what);
  }

  /** A /16 holds too many to be blocked for what some do. */
  #offend({ network }: Spans, name: string, what: string): void {
    if (name === network || this.#blocks.holds(name)) return;
    if (this.#offences.take([{ name, rate: OFFENCES }])) {
      this.#blocks.add(name, what);
    }
  }

  #isFree(host: string): boolean {
    return this.#protected.has(canonical(host)) ||
      this.#parts.isExempt(host);
  }
}

function drawsOf(spans: Spans, limits: AddressLimits): Draw[] {
  const each = limits.handshakes_per_minute;
  return SPANS.map((span) => ({
    name: spans[span],
    rate: {
      perSecond: FACTORS[span] * each / 60,
      burst: Math.max(1, FACTORS[span] * each / 2),
    },
  }));
}
