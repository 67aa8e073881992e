import type { Clock, Log } from "../../platform/types.ts";
import { LIMITS } from "../limits.ts";
import { Buckets } from "./buckets.ts";

interface Block {
  untilMs: number;
  /** How often it was blocked. */
  count: number;
}

/** Lines about blocks, of all addresses together. */
const LINES = { perSecond: 1 / 5, burst: 20 };

/**
 * Addresses and subnets that are not heard for a while: as long as configured
 * at first, then twice as long each time, ten minutes at most. Each block is
 * one line of the log; where there are too many, a line says how many more.
 */
export class Blocks {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #log: Log;
  readonly #firstMs: number;
  readonly #blocks = new Map<string, Block>();
  readonly #lines: Buckets;
  #untold = 0;

  constructor(clock: Pick<Clock, "monotonic">, log: Log, firstMs: number) {
    this.#clock = clock;
    this.#log = log;
    this.#firstMs = firstMs;
    this.#lines = new Buckets(clock, 1);
  }

  get size(): number {
    return this.#blocks.size;
  }

  holds(name: string): boolean {
    const block = this.#blocks.get(name);
    return block !== undefined && block.untilMs > this.#clock.monotonic();
  }

  /** From now on. `reason` is a short sentence. */
  add(name: string, reason: string): void {
    const now = this.#clock.monotonic();
    const known = this.#blocks.get(name);
    const isForgotten = !known ||
      known.untilMs + LIMITS.blockMsMax <= now;
    const count = isForgotten ? 1 : known.count + 1;
    const ms = Math.min(LIMITS.blockMsMax, this.#firstMs * 2 ** (count - 1));
    this.#blocks.delete(name);
    this.#blocks.set(name, { untilMs: now + ms, count });
    if (this.#blocks.size > LIMITS.blocksMax) {
      this.#blocks.delete(this.#blocks.keys().next().value!);
    }
    this.#tell(name, { reason, count, notHeardMs: ms });
  }

  #tell(address: string, fields: Record<string, unknown>): void {
    if (this.#lines.take([{ name: "", rate: LINES }])) {
      this.#untold++;
      return;
    }
    const more = this.#untold > 0 ? { more: this.#untold } : {};
    this.#untold = 0;
    this.#log.warn("address blocked", { address, ...fields, ...more });
  }
}
