import type { Random } from "../types.ts";
import type { Carrier, Parcel } from "./carrier.ts";
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

/** The lines between nodes, each direction for itself. What happens to each message follows from the seed. */
export class Links implements Carrier {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #common: LinkOptions;
  readonly #own = new Map<string, LinkOptions>();

  constructor(
    scheduler: Scheduler,
    random: Random,
    common: Partial<LinkOptions>,
  ) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#common = { ...LINK, ...common };
  }

  /** Makes the line from `from` to `to` differ from the others. */
  set(from: string, to: string, options: Partial<LinkOptions>): void {
    this.#own.set(`${from}>${to}`, { ...this.get(from, to), ...options });
  }

  /** All lines are alike again. */
  clear(): void {
    this.#own.clear();
  }

  get(from: string, to: string): LinkOptions {
    return this.#own.get(`${from}>${to}`) ?? this.#common;
  }

  carry(from: string, to: string, _parcel: Parcel, deliver: () => void): void {
    const link = this.get(from, to);
    if (chance(this.#random, link.loss)) return;
    const copies = chance(this.#random, link.duplication) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      const jitterMs = this.#random.integer(link.jitterMs + 1);
      this.#scheduler.schedule(link.latencyMs + jitterMs, deliver);
    }
  }
}
