import type { Network, Random } from "../types.ts";
import { chance } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

export interface LinkOptions {
  /** The least time a message takes; each takes up to `jitterMs` more, so that they overtake each other. */
  latencyMs: number;
  jitterMs: number;
  /** Part of the messages that is lost, 0 to 1. */
  loss: number;
  /** Part of the messages that arrives twice, 0 to 1. */
  duplication: number;
}

const LINK: LinkOptions = {
  latencyMs: 5,
  jitterMs: 10,
  loss: 0,
  duplication: 0,
};

type Handler = Parameters<Network["onMessage"]>[0];

/** A network in virtual time; what happens to each message follows from the seed. */
export class SimNetwork {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #link: LinkOptions;
  readonly #handlers = new Map<string, Handler>();
  /** The side of each node in the present partition. */
  #sides = new Map<string, number>();

  constructor(
    scheduler: Scheduler,
    random: Random,
    link: Partial<LinkOptions> = {},
  ) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#link = { ...LINK, ...link };
  }

  /** The network as the node `id` sees it. */
  join(id: string): Network {
    this.#handlers.set(id, () => {});
    return {
      broadcast: (channel, message) => {
        if (!this.#handlers.has(id)) return;
        for (const to of this.#handlers.keys()) {
          if (to !== id) this.#send(id, to, channel, message);
        }
      },
      onMessage: (handler) => void this.#handlers.set(id, handler),
      peers: () =>
        [...this.#handlers.keys()].filter((to) =>
          to !== id && this.#linked(id, to)
        ).length,
      close: () => void this.#handlers.delete(id),
    };
  }

  /** Messages pass only within a group; nodes in none of them are alone. */
  partition(...groups: string[][]): void {
    this.#sides = new Map(
      groups.flatMap((group, side) => group.map((id) => [id, side] as const)),
    );
    for (const [alone, id] of [...this.#handlers.keys()].entries()) {
      if (!this.#sides.has(id)) this.#sides.set(id, groups.length + alone);
    }
  }

  heal(): void {
    this.#sides.clear();
  }

  #linked(from: string, to: string): boolean {
    return this.#sides.get(from) === this.#sides.get(to);
  }

  #send(from: string, to: string, channel: string, message: Uint8Array): void {
    if (chance(this.#random, this.#link.loss)) return;
    const copies = chance(this.#random, this.#link.duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const delay = this.#link.latencyMs +
        this.#random.integer(this.#link.jitterMs + 1);
      const bytes = message.slice();
      this.#scheduler.schedule(delay, () => {
        if (this.#linked(from, to)) {
          this.#handlers.get(to)?.(from, channel, bytes);
        }
      });
    }
  }
}
