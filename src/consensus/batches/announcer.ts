import type { Clock, Log, Network, Timer } from "../../platform/types.ts";
import { Channel } from "../channel.ts";
import { type Announcements, DIGESTS_MAX } from "./announcement.ts";

/** Least time between two announcements, and for each validator: all announce to all, and nobody should get more than one a millisecond. */
const EVERY_MS = 5;
const EVERY_MS_EACH = 1;
/** The first batch for a block is announced with those that come so soon after it, where as many did for the block before. */
const TOGETHER_MS = 10;

export interface AnnouncerOptions {
  clock: Clock;
  log: Log;
  network: Pick<Network, "broadcast">;
  announcements: Pick<Announcements, "make">;
  validators: { readonly count: number };
}

/** Tells everybody which batches this node holds: those of one block come together, and are announced together. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  readonly #everyMs: number;
  /** Held here and not announced yet. */
  #unsaid: Uint8Array[] = [];
  #saidMs = -Infinity;
  /** When they are announced. */
  #dueMs = Infinity;
  #timer: Timer | undefined;
  /** When the first batch since the last decision came, and how many came together with it. */
  #firstMs = -Infinity;
  #together = 0;
  /** How many did before that. */
  #usual = 0;
  #stopped = false;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
    this.#everyMs = Math.max(
      EVERY_MS,
      EVERY_MS_EACH * options.validators.count,
    );
  }

  /** A batch has come. */
  came(digest: Uint8Array): void {
    const now = this.#options.clock.monotonic();
    if (this.#together === 0) this.#firstMs = now;
    if (now - this.#firstMs <= TOGETHER_MS) this.#together++;
    this.again([digest]);
  }

  /** These have come before; announcements get lost, and nodes restart. */
  again(digests: readonly Uint8Array[]): void {
    const { clock } = this.#options;
    this.#unsaid.push(...digests);
    const now = clock.monotonic();
    const isWhole = this.#together >= this.#usual;
    const dueMs = Math.max(
      now,
      this.#saidMs + this.#everyMs,
      isWhole ? now : this.#firstMs + TOGETHER_MS,
    );
    if (dueMs >= this.#dueMs || this.#stopped) return;
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#timer = clock.schedule(dueMs - now, () => this.#say());
  }

  /** A block is decided: batches for the next one come. */
  decided(): void {
    this.#usual = this.#together;
    this.#together = 0;
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #say(): void {
    const { clock, network, announcements, log } = this.#options;
    this.#dueMs = Infinity;
    this.#saidMs = clock.monotonic();
    const digests = this.#unsaid.splice(0, DIGESTS_MAX);
    if (this.#unsaid.length > 0) this.again([]);
    announcements.make(digests).then(
      (message) => {
        if (!this.#stopped) network.broadcast(Channel.held, message);
      },
      (error) => log.error("batches could not be announced", { error }),
    );
  }
}
