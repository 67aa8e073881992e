import type { Network, Random } from "../types.ts";
import type { Carrier, Parcel } from "./carrier.ts";
import { type LinkOptions, Links } from "./link.ts";
import { SimPeer } from "./peer.ts";
import type { Scheduler } from "./scheduler.ts";

export type { Carrier, Parcel } from "./carrier.ts";
export type { LinkOptions } from "./link.ts";

/** Changes of the lines are noticed after so long. */
const NOTICE_MS = 1;

/** A network in virtual time; what happens to each message follows from the seed. */
export class SimNetwork {
  readonly #scheduler: Scheduler;
  readonly #links: Links;
  readonly #carrier: Carrier;
  readonly #peers = new Map<string, SimPeer>();
  /** The side of each node in the present partition. */
  #sides = new Map<string, number>();

  /** `carrier` stands in the place of lines that are all alike. */
  constructor(
    scheduler: Scheduler,
    random: Random,
    link: Partial<LinkOptions> = {},
    carrier?: Carrier,
  ) {
    this.#scheduler = scheduler;
    this.#links = new Links(scheduler, random, link);
    this.#carrier = carrier ?? this.#links;
  }

  /** The network as the node `id` sees it. A node that restarts joins again; what was on its way to it still comes. */
  join(id: string): Network {
    this.#peers.get(id)?.leave();
    const peer = new SimPeer(id, {
      scheduler: this.#scheduler,
      connected: () => this.#connected(id),
      transmit: (to, parcel, deliver) =>
        this.#transmit(id, to, parcel, deliver),
      left: () => {
        if (this.#peers.get(id) === peer) this.#peers.delete(id);
        this.#notice();
      },
    });
    this.#peers.set(id, peer);
    this.#notice();
    return peer;
  }

  /** Makes the line from `from` to `to`, in this direction, differ from the others. */
  link(from: string, to: string, options: Partial<LinkOptions>): void {
    this.#links.set(from, to, options);
  }

  /** All lines are alike again. */
  mend(): void {
    this.#links.clear();
  }

  /** Messages pass only within a group; nodes in none of them are alone. */
  partition(...groups: string[][]): void {
    this.#sides = new Map(
      groups.flatMap((group, side) => group.map((id) => [id, side] as const)),
    );
    for (const [alone, id] of [...this.#peers.keys()].entries()) {
      if (!this.#sides.has(id)) this.#sides.set(id, groups.length + alone);
    }
    this.#notice();
  }

  heal(): void {
    this.#sides.clear();
    this.#notice();
  }

  #connected(id: string): string[] {
    return [...this.#peers.keys()].filter((to) =>
      to !== id && this.#linked(id, to)
    );
  }

  #linked(from: string, to: string): boolean {
    return this.#sides.get(from) === this.#sides.get(to);
  }

  #transmit(
    from: string,
    to: string,
    parcel: Parcel,
    deliver: (receiver: SimPeer) => void,
  ): void {
    if (!this.#linked(from, to)) return;
    this.#carrier.carry(from, to, parcel, () => {
      const receiver = this.#peers.get(to);
      if (receiver && this.#linked(from, to)) deliver(receiver);
    });
  }

  #notice(): void {
    this.#scheduler.schedule(NOTICE_MS, () => {
      for (const peer of this.#peers.values()) peer.notice();
    });
  }
}
